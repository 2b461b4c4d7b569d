import { type CaseEvent, ofType } from "../../case/events.ts";
import type { LikelihoodName } from "../../case/opinion.ts";

/** A verdict that a person put in place of the computed one; both stay on record. */
export interface Overruling {
  readonly verdict: LikelihoodName;
  readonly humanId: string;
  readonly reason: string;
  readonly at: string;
}

/** The last one; null: nobody did. */
export const overruling = (events: readonly CaseEvent[]): Overruling | null => {
  const last = ofType(events, "verdict.overruled").at(-1);
  if (last === undefined) return null;
  const { verdict, humanId, reason } = last.data;
  return { verdict, humanId, reason, at: last.at };
};

/**
 * The verdict that counts, as every view tells it: that of a person first, and beside it the computed one. `by` is whom a
 * view may name. Null: neither.
 */
export const verdictTold = (
  computed: LikelihoodName | null,
  overruled: Overruling | null,
  by: string = overruled?.humanId ?? "",
): string | null =>
  overruled === null ? computed : `${overruled.verdict}, says ${by}; computed: ${computed ?? "none"}`;
