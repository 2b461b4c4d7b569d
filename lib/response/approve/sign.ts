import type { Signer } from "../../base/signer.ts";
import type { Plan } from "../../case/plan.ts";
import { type Choice, type Decision, decidesNothing } from "../../core/plan/decision.ts";
import { planDigestOf, shownDigestOf } from "../../core/plan/renderPlan.ts";
import { signStatement } from "../../evidence/dsse.ts";
import { makeStatement, PREDICATE_TYPES } from "../../evidence/statement.ts";
import type { Submission } from "./decisions.ts";

export interface Answer {
  readonly humanId: string;
  readonly kind: Decision["kind"];
  readonly choices: Readonly<Record<string, Choice>>;
  readonly reason: string;
  readonly channel: Decision["channel"];
  readonly assurance: Decision["assurance"];
  readonly decidedAt: string;
}

/** A decision over exactly these plan bytes and what they render to, signed with the approver's own key. */
export const signDecision = async (plan: Plan, answer: Answer, signer: Signer): Promise<Submission> => {
  const { humanId, ...rest } = answer;
  const choices = decidesNothing(answer.kind) ? {} : answer.choices;
  const decision: Decision = {
    ...rest,
    choices,
    caseId: plan.caseId,
    planId: plan.planId,
    planNonce: plan.nonce,
    shownDigest: shownDigestOf(plan),
    approver: { humanId },
  };
  const publicKey = await signer.publicKey();
  const statement = makeStatement(PREDICATE_TYPES.approval, { name: "plan", sha256: planDigestOf(plan) }, decision);
  const { envelope } = await signStatement({ statement, sign: signer.sign, publicKey });
  return { caseId: plan.caseId, planId: plan.planId, envelope, publicKey };
};

/**
 * Approves the actions named and denies the other proposed ones; `all` means every proposed one. An action that is only
 * offered stays out of the decision unless it is named: nobody switched it on, and nobody denied it.
 */
export const choicesFor = (plan: Plan, approve: "all" | readonly string[]): Readonly<Record<string, Choice>> =>
  Object.fromEntries(
    plan.actions.flatMap(({ id, recommended }): readonly (readonly [string, Choice])[] => {
      if (approve === "all" ? recommended : approve.includes(id)) return [[id, "approve"]];
      return recommended ? [[id, "deny"]] : [];
    }),
  );
