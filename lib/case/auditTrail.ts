import { digestOf } from "../base/jcs.ts";
import type { CaseEvent, NewCaseEvent } from "./events.ts";

const FIRST = "0".repeat(64);

/** The time of a case: the clock's, but never before its last line, whatever is done to the clock. ISO 8601 UTC. */
export const timeOf = (events: readonly Pick<CaseEvent, "at">[], now: string): string =>
  [now, events.at(-1)?.at ?? now].sort().at(-1)!;

/** The next line of a case's audit trail: numbered, dated, and committing to the line before it. */
export const nextEvent = (last: CaseEvent | null, event: NewCaseEvent, now: string): CaseEvent => {
  const at = timeOf(last === null ? [] : [last], now);
  const line = { ...event, seq: (last?.seq ?? 0) + 1, at, previous: last?.digest ?? FIRST };
  return { ...line, digest: digestOf(line) } as CaseEvent;
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
