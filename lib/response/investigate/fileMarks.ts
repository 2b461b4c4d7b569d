import { sha256Hex } from "../../base/jcs.ts";
import { MARK, readSound } from "../../case/documents.ts";
import { ofType } from "../../case/events.ts";
import type { Mark } from "../../case/mark.ts";
import type { Ports } from "../../ports/ports.ts";

/** Marks on record whose signed statements are still there and hold. */
export const fileMarks = async (caseId: string, ports: Pick<Ports, "cases" | "settings">): Promise<readonly Mark[]> => {
  const stored = await readSound(ports.cases, caseId, MARK.at("*"));
  const there = new Set(stored.map(({ envelope }) => sha256Hex(Buffer.from(envelope, "base64"))));
  return ofType(await ports.cases.events(caseId), "input.marked")
    .filter(({ data }) => there.has(data.envelope))
    .map(({ at, data: { file, reason, because, humanId, envelope } }) => ({
      ...{ file, reason, because, humanId, envelope, at },
    }));
};
