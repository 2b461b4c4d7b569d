import { sha256Hex } from "../../base/jcs.ts";
import type { Ports } from "../../ports/ports.ts";

/** One document a scan: the files that it read, in order of name, a `LogFileRead` a line. */
const FOLDER = "log-files/";

/** Keeps what a finished scan read, and answers the SHA-256 (hex) of that document for the audit trail; null where the engine cannot tell. */
export const keepLogFiles = async (
  caseId: string,
  name: string,
  ticket: string,
  { trail, cases }: Pick<Ports, "trail" | "cases">,
): Promise<string | null> => {
  const files = (await trail.files?.(ticket)) ?? null;
  if (files === null) return null;
  const bytes = Buffer.from(files.map((file) => `${JSON.stringify(file)}\n`).join(""));
  return sha256Hex(await cases.putOnce(caseId, `${FOLDER}${name}.jsonl`, bytes));
};
