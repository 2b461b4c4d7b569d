import type { Plan, PlannedAction } from "../../case/plan.ts";
import { decidesNothing, type SignedDecision } from "./decision.ts";
import { ineligible } from "./eligibility.ts";
import type { GateInput } from "./gateInput.ts";
import { proofFault } from "./proof.ts";

/** Why a decision does not count, in a sentence; the decision stays on record. */
export interface Refused {
  readonly humanId: string;
  readonly code:
    | "FOREIGN_PLAN"
    | "REPLAYED"
    | "NOT_SHOWN"
    | "UNKNOWN_KEY"
    | "WRONG_PROOF"
    | "INELIGIBLE"
    | "UNKNOWN_ACTION"
    | "BREAK_GLASS"
    | "LATE"
    | "WITHDRAWN";
  readonly why: string;
}

/** Why this decision does not count, or null. Who it is by comes before when it came: a stranger learns nothing more. */
export const refusal = (input: GateInput, signed: SignedDecision): Refused | null => {
  const { decision } = signed;
  const { humanId } = decision.approver;
  for (const [code, judge] of CHECKS) {
    const why = judge(input, signed);
    if (why !== null) return { humanId, code, why };
  }
  return !decidesNothing(decision.kind) && isWithdrawn(input, humanId)
    ? { humanId, code: "WITHDRAWN", why: "the approver took the decision back" }
    : null;
};

type Check = (input: GateInput, signed: SignedDecision) => string | null;

const CHECKS: readonly (readonly [Refused["code"], Check])[] = [
  [
    "FOREIGN_PLAN",
    ({ planDigest }, signed) => (signed.planDigest === planDigest ? null : "the decision is about other plan bytes"),
  ],
  [
    "REPLAYED",
    ({ plan }, { decision }) => (names(plan, decision) ? null : "the decision names another case, plan or nonce"),
  ],
  [
    "NOT_SHOWN",
    ({ shownDigest }, { decision }) =>
      decision.shownDigest === shownDigest ? null : "what the approver was shown is not what this plan renders to",
  ],
  [
    "UNKNOWN_KEY",
    (input, signed) =>
      approverOf(input, signed) === undefined ? "no approver of the policy has this name and key" : null,
  ],
  [
    "WRONG_PROOF",
    (input, signed) => proofFault(approverOf(input, signed)!, signed.keyFingerprint, signed.decision.assurance),
  ],
  ["INELIGIBLE", (input, signed) => ineligible(approverOf(input, signed)!, input, input.settings, input.detectedAt)],
  ["UNKNOWN_ACTION", ({ plan }, { decision }) => unknownAction(plan, Object.keys(decision.choices))],
  ["BREAK_GLASS", (input, signed) => (signed.decision.kind === "break-glass" ? wrongBreakGlass(input, signed) : null)],
  [
    "LATE",
    ({ plan }, { receivedAt, decision }) =>
      receivedAt < plan.expiresAt || decision.kind === "stop"
        ? null
        : `received at ${receivedAt}, the plan expired at ${plan.expiresAt}`,
  ],
];

const names = (plan: Plan, { caseId, planId, planNonce }: SignedDecision["decision"]): boolean =>
  caseId === plan.caseId && planId === plan.planId && planNonce === plan.nonce;

const approverOf = ({ settings }: GateInput, { decision, keyFingerprint }: SignedDecision) =>
  settings.approvers.find(
    ({ humanId, keys }) => humanId === decision.approver.humanId && keys.includes(keyFingerprint),
  );

const unknownAction = (plan: Plan, ids: readonly string[]): string | null => {
  const unknown = ids.find((id) => !plan.actions.some((action) => action.id === id));
  return unknown === undefined ? null : `the plan has no action ${unknown}`;
};

/** Containment that we can take back ourselves, and nothing else: no release, no undoing, nothing lost for good. */
export const mayBreakGlass = (plan: Plan, action: PlannedAction): boolean =>
  plan.purpose === "contain" && action.reversibility === "reversible";

const wrongBreakGlass: Check = ({ plan, settings }, { decision }) => {
  const { humanId } = decision.approver;
  if (settings.breakGlass?.humanIds.includes(humanId) !== true) return `${humanId} may not break the glass`;
  const chosen = Object.entries(decision.choices);
  if (chosen.length === 0 || chosen.some(([, choice]) => choice !== "approve"))
    return "breaking the glass approves, and names what";
  const wrong = plan.actions.find(
    (action) => decision.choices[action.id] !== undefined && !mayBreakGlass(plan, action),
  );
  return wrong === undefined
    ? null
    : `${wrong.id} is not containment that can be taken back: it needs its whole quorum`;
};

/** A withdrawal must itself be about these bytes and signed by a key of that human, or it is somebody else's noise. */
export const isWithdrawn = (input: GateInput, humanId: string): boolean =>
  input.decisions.some(
    (signed) =>
      signed.decision.kind === "withdraw" &&
      signed.decision.approver.humanId === humanId &&
      signed.planDigest === input.planDigest &&
      names(input.plan, signed.decision) &&
      approverOf(input, signed) !== undefined &&
      proofFault(approverOf(input, signed)!, signed.keyFingerprint, signed.decision.assurance) === null,
  );
