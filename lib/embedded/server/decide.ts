import type { Signer } from "../../base/signer.ts";
import { PLAN, read } from "../../case/documents.ts";
import type { Ports } from "../../ports/ports.ts";
import { submitDecision } from "../../response/approve/decisions.ts";
import { signReview, submitReview } from "../../response/approve/review.ts";
import { signDecision } from "../../response/approve/sign.ts";
import type { Decide } from "../../web/decide.ts";
import type { GiveReview } from "../../web/review.ts";

export interface LocalApprover {
  readonly ports: Ports;
  /** The approver's own key file; asked for only when there is something to sign. */
  readonly signerOf: (humanId: string) => Signer;
}

/** Signs an answer of the page with the approver's key file and submits it. One at a time, so that a double click is one decision. */
export const createLocalDecide = ({ ports, signerOf }: LocalApprover): Decide => {
  let last: Promise<unknown> = Promise.resolve();
  return (caseId, planId, { humanId, kind, choices, reason }) => {
    const next = last.then(async () => {
      const plan = await read(ports.cases, caseId, PLAN.at(planId));
      const answer = {
        humanId,
        kind,
        choices,
        reason,
        channel: "page",
        assurance: "key-file",
        decidedAt: ports.clock.now(),
      } as const;
      return submitDecision(await signDecision(plan, answer, signerOf(humanId)), ports);
    });
    last = next.catch(() => undefined);
    return next;
  };
};

/** Signs a review of the page with the reviewer's key file and submits it. */
export const createLocalReview =
  ({ ports, signerOf }: LocalApprover): GiveReview =>
  async (caseId, due, answer) =>
    submitReview(await signReview(caseId, due, answer, signerOf(answer.humanId)), ports);
