import type { Reversibility } from "./action.ts";
import type { SignedDecision } from "./decision.ts";
import { ineligible } from "./eligibility.ts";
import type { Plan, PlannedAction } from "./plan.ts";
import type { Settings } from "./settings.ts";

/** Everything the gate looks at; all of it re-read and re-computed by the caller immediately before. */
export interface GateInput {
  readonly plan: Plan;
  /** SHA-256 (hex) of the plan's canonical JSON, computed from the stored bytes now. */
  readonly planDigest: string;
  /** SHA-256 (hex) of what `renderPlan` gives for this plan, computed now. */
  readonly shownDigest: string;
  /** Digest of the policy (approvers, quorum, protected lists) in force now. */
  readonly policyDigest: string;
  readonly decisions: readonly SignedDecision[];
  readonly settings: Settings;
  readonly detectedAt: string;
  /** Server time now. */
  readonly now: string;
  /** Digest of a newer plan of the same purpose, if there is one. */
  readonly supersededBy: string | null;
}

/** Why a decision does not count, in a sentence; the decision stays on record. */
export interface Refused {
  readonly humanId: string;
  readonly code:
    | "FOREIGN_PLAN"
    | "REPLAYED"
    | "NOT_SHOWN"
    | "LATE"
    | "UNKNOWN_KEY"
    | "INELIGIBLE"
    | "BREAK_GLASS"
    | "SUPERSEDED"
    | "POLICY_CHANGED"
    | "WITHDRAWN";
  readonly why: string;
}

export interface ActionVerdict {
  readonly id: string;
  readonly state: "approved" | "denied" | "waiting";
  readonly approvals: readonly string[];
  readonly denials: readonly string[];
  readonly quorum: number;
  readonly why: string;
}

export interface GateVerdict {
  readonly state: "open" | "waiting" | "closed";
  readonly why: string;
  readonly actions: readonly ActionVerdict[];
  readonly refused: readonly Refused[];
}

/**
 * Whether, and exactly which, actions of a plan may be carried out at this moment. Pure: the executor asks again before
 * every change. `open`: no action waits any more and at least one is approved; `waiting`: an answer is still due;
 * `closed`: nothing may be done and no answer can change that.
 */
export const gate = (input: GateInput): GateVerdict => {
  const judged = input.decisions.map((signed) => ({ signed, refused: refusal(input, signed) }));
  const refused = judged.flatMap(({ refused }) => (refused === null ? [] : [refused]));
  const counted = judged.filter(({ refused }) => refused === null).map(({ signed }) => signed);
  const actions = closeOver(
    input.plan,
    input.plan.actions.map((action) => judgeAction(action, counted, input.settings)),
  );
  return { ...conclude(input, actions), actions, refused };
};

/** Expiry stops what is not approved yet; approval in time may still be carried out for the same length of time. */
const conclude = (input: GateInput, actions: readonly ActionVerdict[]): Pick<GateVerdict, "state" | "why"> => {
  if (input.supersededBy !== null) return { state: "closed", why: "a newer plan takes the place of this one" };
  if (input.policyDigest !== input.plan.policyDigest)
    return { state: "closed", why: "the approval policy changed since the plan was made" };
  if (input.now >= executionDeadline(input.plan))
    return { state: "closed", why: "the approval was not carried out in time" };
  const expired = input.now >= input.plan.expiresAt;
  const waiting = actions.some((action) => action.state === "waiting");
  if (waiting && !expired) return { state: "waiting", why: "a decision is still due" };
  if (actions.some((action) => action.state === "approved")) return { state: "open", why: "approved" };
  return { state: "closed", why: expired ? "nobody approved in time, and silence is a no" : "every action was denied" };
};

/** A plan lives as long again for being carried out (a crash, a restart), then it must be approved anew. */
export const executionDeadline = (plan: Plan): string =>
  new Date(Date.parse(plan.expiresAt) + (Date.parse(plan.expiresAt) - Date.parse(plan.createdAt))).toISOString();

const refusal = (
  input: GateInput,
  { decision, keyFingerprint, planDigest, receivedAt }: SignedDecision,
): Refused | null => {
  const { plan, settings } = input;
  const say = (code: Refused["code"], why: string): Refused => ({ humanId: decision.approver.humanId, code, why });
  const approver = settings.approvers.find((known) => known.humanId === decision.approver.humanId);
  if (planDigest !== input.planDigest) return say("FOREIGN_PLAN", "the decision is about other plan bytes");
  if (decision.caseId !== plan.caseId || decision.planId !== plan.planId || decision.planNonce !== plan.nonce) {
    return say("REPLAYED", "the decision names another case, plan or nonce");
  }
  if (decision.shownDigest !== input.shownDigest)
    return say("NOT_SHOWN", "what the approver was shown is not what this plan renders to");
  if (receivedAt >= plan.expiresAt)
    return say("LATE", `received at ${receivedAt}, the plan expired at ${plan.expiresAt}`);
  if (approver === undefined || !approver.keys.includes(keyFingerprint))
    return say("UNKNOWN_KEY", "no approver of the policy has this name and key");
  const why = ineligible(approver, plan, settings, input.detectedAt);
  if (why !== null) return say("INELIGIBLE", why);
  if (isWithdrawn(input, decision.approver.humanId)) return say("WITHDRAWN", "the approver took the decision back");
  return null;
};

/** A withdrawal must itself be about these bytes and signed by a key of that human, or it is somebody else's noise. */
const isWithdrawn = (input: GateInput, humanId: string): boolean =>
  input.decisions.some(
    ({ decision, planDigest, keyFingerprint }) =>
      decision.kind === "withdraw" &&
      decision.approver.humanId === humanId &&
      planDigest === input.planDigest &&
      input.settings.approvers.some((known) => known.humanId === humanId && known.keys.includes(keyFingerprint)),
  );

const judgeAction = (action: PlannedAction, counted: readonly SignedDecision[], settings: Settings): ActionVerdict => {
  const humans = (choice: string): string[] =>
    [
      ...new Set(
        counted
          .filter(({ decision }) => decision.choices[action.id] === choice)
          .map(({ decision }) => decision.approver.humanId),
      ),
    ].sort();
  const [approvals, denials, quorum] = [humans("approve"), humans("deny"), quorumOf(action.reversibility, settings)];
  const facts = { id: action.id, approvals, denials, quorum };
  if (denials.length > 0) return { ...facts, state: "denied", why: `denied by ${denials.join(", ")}` };
  if (approvals.length >= quorum) return { ...facts, state: "approved", why: `approved by ${approvals.join(", ")}` };
  if (!action.recommended && counted.length > 0)
    return { ...facts, state: "denied", why: "offered, and nobody switched it on" };
  return { ...facts, state: "waiting", why: `${approvals.length} of ${quorum} approvals` };
};

/** An action whose prerequisite is denied cannot be done either. */
const closeOver = (plan: Plan, verdicts: readonly ActionVerdict[]): readonly ActionVerdict[] => {
  const denied = new Set(verdicts.filter(({ state }) => state === "denied").map(({ id }) => id));
  return verdicts.map((verdict) => {
    const missing = plan.actions.find(({ id }) => id === verdict.id)!.requires.find((id) => denied.has(id));
    return missing === undefined || verdict.state === "denied"
      ? verdict
      : { ...verdict, state: "denied", why: `needs ${missing}, which was denied` };
  });
};

export const quorumOf = (reversibility: Reversibility, settings: Settings): number => {
  switch (reversibility) {
    case "reversible":
    case "instruction":
      return settings.quorum.reversible;
    case "externally-reversible":
      return settings.quorum.externallyReversible;
    case "irreversible":
      return settings.quorum.irreversible;
  }
};
