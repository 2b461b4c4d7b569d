import { type CaseEvent, ofType } from "../case/events.ts";
import type { NoticeLine } from "./schemas/record.ts";

/** A notice as it went out, or did not: a line of `notices.jsonl`. */

export const noticesOf = (events: readonly CaseEvent[]): readonly NoticeLine[] =>
  ofType(events, "notice.sent").map(({ seq, at, data: { kind, text, channel, delivered, reason } }) => ({
    at,
    kind,
    text,
    channel,
    delivered,
    reason,
    seq,
  }));
