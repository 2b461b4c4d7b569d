import { actions as catalogue } from "../actions/index.ts";
import type { CaseHead } from "../case/case.ts";
import type { PlanView } from "../case/caseView.ts";
import { ACTION, find, PLAN, VERIFICATION } from "../case/documents.ts";
import type { ActionRecord, Look, Plan, PlannedAction } from "../case/plan.ts";
import type { ActorChange } from "../case/principal.ts";
import type { SignedDecision } from "../core/plan/decision.ts";
import { ineligible } from "../core/plan/eligibility.ts";
import type { GateVerdict } from "../core/plan/gate.ts";
import { fingerprintOf, planDigestOf, renderPlan, shownDigestOf } from "../core/plan/renderPlan.ts";
import type { Ports } from "../ports/ports.ts";
import { judge, storedDecisions } from "../response/approve/decisions.ts";
import { type ActorDeed, deedOf, markerOf } from "./actorMarks.ts";
import { type Change, madeChanges, plannedChanges } from "./change.ts";

/** A plan as the page shows it. `text` is what is signed for; everything else helps to read it. */
export interface PlanPage {
  readonly planId: string;
  readonly purpose: Plan["purpose"];
  readonly mode: Plan["mode"];
  readonly status: PlanView["status"];
  readonly digest: string;
  readonly shownDigest: string;
  readonly fingerprint: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly why: string;
  readonly actions: readonly ActionPage[];
  readonly leftOut: Plan["leftOut"];
  readonly decisions: readonly DecisionPage[];
  readonly may: May;
  readonly text: string;
}

export interface ActionPage {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly target: string;
  readonly reversibility: string;
  readonly recommended: boolean;
  readonly requires: readonly string[];
  readonly blastRadius: readonly string[];
  /** What is dangerous about it, beyond what its kind always does. */
  readonly warnings: readonly string[];
  readonly limits: readonly string[];
  readonly calls: readonly string[];
  readonly undo: readonly string[];
  /** Before and after: as planned, or as it was done. */
  readonly changes: readonly Change[];
  /** What the actor did that this undoes. */
  readonly undoes: readonly ActorDeed[];
  readonly quorum: number;
  readonly status: string;
  /** Whether an answer about it can still count: neither denied nor begun. */
  readonly open: boolean;
  readonly why: string;
}

export interface DecisionPage {
  readonly humanId: string;
  readonly kind: string;
  readonly choices: Readonly<Record<string, string>>;
  readonly reason: string;
  readonly channel: string;
  readonly assurance: string;
  readonly receivedAt: string;
  /** Why it does not count, or null. */
  readonly refused: string | null;
}

/** What the person at the page may do about a plan now; `why` says why not to decide. */
export interface May {
  readonly decide: boolean;
  readonly withdraw: boolean;
  /** Whether this person may stop the execution before its next change. */
  readonly stop: boolean;
  /** Whether this person may approve alone what a quorum would have to approve. */
  readonly breakGlass: boolean;
  readonly why: string | null;
}

/** Reads a plan of a case and everything that was said and done about it. Null when there is no such plan. */
export const planPage = async (
  head: CaseHead,
  view: PlanView,
  humanId: string,
  deeds: readonly ActorChange[],
  ports: Ports,
): Promise<PlanPage | null> => {
  const plan = await find(ports.cases, head.caseId, PLAN.at(view.planId));
  if (plan === null) return null;
  const decisions = await storedDecisions(head.caseId, plan.planId, ports);
  const verdict = await judge(plan, decisions, ports);
  const records = await Promise.all(
    plan.actions.map(({ id }) => find(ports.cases, head.caseId, ACTION.at(plan.planId, id))),
  );
  const looks = await find(ports.cases, head.caseId, VERIFICATION.at(plan.planId));
  const { planId, purpose, mode, createdAt, expiresAt, leftOut } = plan;
  const digest = planDigestOf(plan);
  return {
    ...{ planId, purpose, mode, createdAt, expiresAt, leftOut, digest },
    status: view.status,
    shownDigest: shownDigestOf(plan),
    fingerprint: fingerprintOf(digest),
    why: view.closed ?? verdict.why,
    actions: plan.actions.map((action, index) =>
      inForce(
        actionPage(action, verdict, view, records[index] ?? null, deeds, plan.accountId),
        looks?.at(-1)?.holds ?? [],
      ),
    ),
    decisions: decisions.map((signed) => decisionPage(signed, verdict)),
    may: mayOf(plan, view.status, decisions, head, humanId, ports),
    text: renderPlan(plan),
  };
};

/** A change that was made and is not there any more is not `applied` to whoever looks at the page. */
const inForce = (action: ActionPage, holds: Look["holds"]): ActionPage => {
  const gone = holds.find(({ id, ok }) => id === action.id && !ok);
  return gone === undefined || action.status !== "applied"
    ? action
    : { ...action, status: "not-in-force", why: gone.why };
};

const actionPage = (
  action: PlannedAction,
  verdict: GateVerdict,
  view: PlanView,
  record: ActionRecord | null,
  deeds: readonly ActorChange[],
  accountId: string,
): ActionPage => {
  const marker = markerOf(deeds, accountId);
  const because = action.target.because ?? "";
  const { id, title, kind, reversibility, recommended, requires, blastRadius, requests, rollback, before } = action;
  const { warnings = [] } = action;
  const judged = verdict.actions.find((one) => one.id === id)!;
  const status = view.actions.find((one) => one.id === id)?.status ?? judged.state;
  return {
    ...{ id, title, kind, reversibility, recommended, requires, blastRadius, warnings },
    target: action.target.label,
    limits: catalogue.find(({ card }) => card.id === kind)?.card.limits ?? [],
    calls: requests.map(({ service, operation }) => `${service}:${operation}`),
    undo: rollback.map(({ service, operation }) => `${service}:${operation}`),
    changes:
      record?.after == null || record.status === "would-have-applied"
        ? plannedChanges(before, requests, marker)
        : madeChanges(record.before, record.after, marker),
    undoes: deeds.filter(({ eventId }) => because.includes(eventId)).map(deedOf),
    quorum: judged.quorum,
    status,
    open: status === "waiting" || status === "approved",
    why: record?.why ?? judged.why,
  };
};

const decisionPage = (
  { decision, keyFingerprint, planDigest, receivedAt }: SignedDecision,
  verdict: GateVerdict,
): DecisionPage => {
  const { kind, choices, reason, channel, assurance, approver } = decision;
  const refused = verdict.refused.find(
    ({ humanId, code }) => humanId === approver.humanId && (kind !== "withdraw" || code !== "WITHDRAWN"),
  );
  return {
    humanId: approver.humanId,
    ...{ kind, choices, reason, channel, assurance, receivedAt, keyFingerprint, planDigest },
    refused: refused?.why ?? null,
  };
};

const isStopped = (decisions: readonly SignedDecision[]): boolean =>
  decisions.some(({ decision }) => decision.kind === "stop");

/** Told before the form is filled in, not after. The gate has the last word all the same. */
const mayOf = (
  plan: Plan,
  status: PlanView["status"],
  decisions: readonly SignedDecision[],
  head: CaseHead,
  humanId: string,
  { settings, clock }: Ports,
): May => {
  const mine = decisions
    .filter(({ decision }) => decision.approver.humanId === humanId)
    .map(({ decision }) => decision.kind);
  const withdrawn = mine.includes("withdraw");
  const isOpen = (status === "proposed" || status === "approved") && clock.now() < plan.expiresAt;
  const withdraw = mine.length > 0 && !withdrawn && (isOpen || status === "approved");
  const approver = settings.approvers.find((known) => known.humanId === humanId);
  const unfit = approver === undefined ? null : ineligible(approver, plan, settings, head.openedAt);
  const isRunning = status === "executing" || status === "approved";
  const stop = isRunning && approver !== undefined && unfit === null && !isStopped(decisions);
  const no = (why: string | null): May => ({ decide: false, withdraw, stop, breakGlass: false, why });
  if (!isOpen) return no(null);
  if (withdrawn) return no("You took your decision back; somebody else must decide about this plan.");
  if (mine.length > 0) return no(null);
  if (approver === undefined) return no(`${humanId} is not an approver of this deployment.`);
  if (unfit !== null) return no(unfit);
  const breakGlass = plan.purpose === "contain" && settings.breakGlass?.humanIds.includes(humanId) === true;
  return { decide: true, withdraw: false, stop, breakGlass, why: null };
};
