import { PREDICATE_TYPES } from "../../evidence/statement.ts";
import type { Ports } from "../../ports/ports.ts";
import { type Submission, submitDecision } from "./decisions.ts";
import { submitMark } from "./mark.ts";
import { submitReview } from "./review.ts";

/** What became of anything signed that was handed in, in one shape for every door. */
export type Taken =
  | {
      readonly recorded: true;
      readonly repeated: boolean;
      readonly state: string;
      readonly why: string;
      readonly actions: readonly { readonly id: string; readonly state: string; readonly why: string }[];
      readonly note?: string | undefined;
    }
  | { readonly recorded: false; readonly code: string; readonly why: string };

/** Hands in a decision, a review or a mark, whichever the envelope says it is; its signature says it to whoever takes it. */
export const submitSigned = async (submission: Submission, ports: Ports): Promise<Taken> => {
  const type = predicateTypeOf(submission.envelope);
  if (type === PREDICATE_TYPES.mark) {
    const receipt = await submitMark(submission, ports);
    return receipt.recorded ? { ...receipt, state: "marked", why: "the mark is on record", actions: [] } : receipt;
  }
  if (type === PREDICATE_TYPES.review) {
    const receipt = await submitReview(submission, ports);
    return receipt.recorded ? { ...receipt, state: "reviewed", why: "the review is on record", actions: [] } : receipt;
  }
  const receipt = await submitDecision(submission, ports);
  if (!receipt.recorded) return receipt;
  const { state, why, actions } = receipt.verdict;
  const own = actions.map((action) => ({ id: action.id, state: action.state, why: action.why }));
  return { recorded: true, repeated: receipt.repeated, state, why, actions: own, note: receipt.note };
};

/** What the envelope says of itself; whether it may is for whoever takes it. */
const predicateTypeOf = (envelope: Uint8Array): unknown => {
  try {
    const { payload } = JSON.parse(Buffer.from(envelope).toString("utf8")) as { readonly payload: string };
    const statement = JSON.parse(Buffer.from(payload, "base64").toString("utf8")) as {
      readonly predicateType: unknown;
    };
    return statement.predicateType;
  } catch {
    return null;
  }
};
