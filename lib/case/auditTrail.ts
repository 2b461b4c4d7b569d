import { digestOf } from "../base/jcs.ts";
import type { CaseEvent } from "./case.ts";

const FIRST = "0".repeat(64);

/** The next line of a case's audit trail: numbered, dated, and committing to the line before it. */
export const nextEvent = (
  last: CaseEvent | null,
  event: Omit<CaseEvent, "seq" | "at" | "previous" | "digest">,
  at: string,
): CaseEvent => {
  const line = { ...event, seq: (last?.seq ?? 0) + 1, at, previous: last?.digest ?? FIRST };
  return { ...line, digest: digestOf(line) };
};

/** The first line that breaks the chain, or null: what an auditor checks without any key. */
export const brokenLink = (events: readonly CaseEvent[]): number | null => {
  const broken = events.findIndex((event, index) => {
    const { digest, ...line } = event;
    return (
      digest !== digestOf(line) || event.previous !== (events[index - 1]?.digest ?? FIRST) || event.seq !== index + 1
    );
  });
  return broken === -1 ? null : broken + 1;
};
