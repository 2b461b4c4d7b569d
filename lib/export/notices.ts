import type { CaseEvent } from "../case/case.ts";

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
  events
    .filter(({ type }) => type === "notice.sent")
    .map(({ seq, at, data }) => ({
      at,
      kind: String(data.kind),
      text: String(data.text),
      channel: String(data.channel),
      delivered: data.delivered === true,
      reason: typeof data.reason === "string" ? data.reason : null,
      seq,
    }));
