import { type CaseEvent, ofType } from "../case/events.ts";

/** A notice as it went out, or did not: a line of `notices.jsonl`. */
export interface NoticeLine {
  readonly at: string;
  readonly kind: string;
  readonly text: string;
  readonly channel: string;
  readonly delivered: boolean;
  readonly reason: string | null;
  /** The line of `timeline.jsonl` that records it. */
  readonly seq: number;
}

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
