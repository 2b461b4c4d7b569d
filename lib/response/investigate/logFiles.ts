import { sha256Hex } from "../../base/jcs.ts";
import { keepLines, LOG_FILES } from "../../case/documents.ts";
import type { Ports } from "../../ports/ports.ts";

/** Keeps what a finished scan read, and answers the SHA-256 (hex) of that document for the audit trail; null where the engine cannot tell. */
export const keepLogFiles = async (
  caseId: string,
  name: string,
  ticket: string,
  { trail, cases }: Pick<Ports, "trail" | "cases">,
): Promise<string | null> => {
  const files = await trail.files(ticket);
  if (files === null) return null;
  return sha256Hex(await keepLines(cases, caseId, LOG_FILES.at(name), files));
};
