import { counted } from "../../base/figures.ts";
import { FINDING, read } from "../../case/documents.ts";
import { type EventOf, endOf, ofType } from "../../case/events.ts";
import type { Plan } from "../../case/plan.ts";
import type { GateVerdict } from "../../core/plan/gate.ts";
import { planDigestOf } from "../../core/plan/renderPlan.ts";
import type { Ports } from "../../ports/ports.ts";
import { containmentStatus } from "../contain/containmentStatus.ts";
import type { PlanOutput } from "../contain/planContainment.ts";
import { judge, numbered, plansLike, readPlan } from "../contain/planRecords.ts";
import { stepAfter } from "../contain/progress.ts";
import { nextRound, type Tier, tierAt } from "../contain/rounds.ts";
import { storedDecisions } from "../contain/storedDecisions.ts";
import { successorOf } from "../contain/updateQuestion.ts";
import { tell } from "../tell.ts";
import { secondsFrom } from "../time.ts";

export interface AskInput {
  readonly caseId: string;
  readonly planId: string;
  readonly token: string;
}

/** Parks the question and tells the approvers: first as a question, later as a reminder, louder with every third gone. */
export const askApproval = async ({ caseId, planId, token }: AskInput, ports: Ports): Promise<void> => {
  const plan = await readPlan(caseId, planId, ports);
  const digest = planDigestOf(plan);
  await ports.ledger.head();
  await ports.decisions.park({ caseId, planId, planDigest: digest, token, deadline: plan.expiresAt });
  const events = await ports.cases.events(caseId);
  const hasBegun = ofType(events, "execution.started", planId).length > 0;
  await ports.cases.update(caseId, (head) => ({
    ...head,
    status: hasBegun ? head.status : "awaiting-decision",
    updatedAt: ports.clock.now(),
  }));
  await remind(plan, ofType(events, "approval.asked", planId), ports);
  await dismissOlder(plan, ports);
  await wakeIfDecided(plan, ports);
};

/** The state machine asks anew every quarter of an hour, whatever happens; people are reminded less often. */
const remind = async (plan: Plan, asked: readonly EventOf<"approval.asked">[], ports: Ports): Promise<void> => {
  const { caseId, planId, expiresAt } = plan;
  const now = ports.clock.now();
  const tier = tierAt(plan, now);
  const last = asked.at(-1);
  const isDue =
    last === undefined || (last.data.tier ?? 0) < tier || now >= secondsFrom(last.at, ports.settings.waits.reminder);
  if (!isDue || now >= expiresAt) return;
  const { severity } = await read(ports.cases, caseId, FINDING);
  const kind = last === undefined ? "approval-asked" : "reminder";
  await tell(ports, caseId, kind, Math.max(severity, LEAST_SEVERITY[tier]), question(plan, tier));
  await ports.cases.append(caseId, {
    type: "approval.asked",
    actor: "askApproval",
    data: { planId, round: asked.length + 1, tier, deadline: expiresAt },
  });
};

const LEAST_SEVERITY = [0, 8, 10] as const;

const ESCALATION: readonly [string, string, string] = [
  "",
  "A third of the time is over and the plan is not decided. On-call lead: please take it up.",
  "Two thirds of the time are over. Head of security: if nobody decides, nothing is done about the actor.",
];

/** No names, keys or addresses: the actor chooses those, and this goes to mail and chat. Deadline and fingerprint are in the template. */
const question = (plan: Plan, tier: Tier): string =>
  [
    ...(tier === 0 ? [] : [ESCALATION[tier]]),
    ...(plan.replaces === undefined
      ? []
      : [
          `The question was brought up to date: this plan takes the place of ${plan.replaces.planId}, approvals given to that one are void, and ${counted(plan.replaces.difference.length, "thing")} changed.`,
        ]),
    ...(plan.basis?.logs === "not read"
      ? ["The logs have not been read yet; the question will be brought up to date when they are."]
      : []),
    `${plan.planId}: ${counted(plan.actions.length, "change")} ${plan.actions.length === 1 ? "waits" : "wait"} for a decision.`,
  ].join(" ");

/** Whoever still waits under a plan whose place this one takes is told now, and not at its next reminder. */
const dismissOlder = async ({ caseId, planId }: Plan, { cases, decisions }: Ports): Promise<void> => {
  for (const older of await plansLike(caseId, planId, cases))
    if (numbered(older)[1] < numbered(planId)[1]) await decisions.wake(caseId, older, "withdrawn");
};

/** A decision may have come between the last look and the parking: then nobody else would wake us. */
const wakeIfDecided = async (plan: Plan, ports: Ports): Promise<void> => {
  const verdict = await judge(plan, await storedDecisions(plan.caseId, plan.planId, ports), ports);
  const { next } = await stepAfter(plan, verdict, ports);
  if (next !== "ask") await ports.decisions.wake(plan.caseId, plan.planId, "decided");
};

export interface CheckDecisionOutput extends Omit<PlanOutput, "next"> {
  readonly next: "ask" | "apply" | "stop";
  readonly why: string;
}

/**
 * What the signed records say now. Being woken means nothing by itself: whoever may call SendTaskSuccess but has no
 * valid quorum gets the question asked again.
 */
export const checkDecision = async (
  { caseId, planId }: Pick<AskInput, "caseId" | "planId">,
  ports: Ports,
): Promise<CheckDecisionOutput> => {
  const plan = await readPlan(caseId, planId, ports);
  // Doors enter decisions and may not sign: what is judged here is under a signature first.
  await ports.ledger.head();
  const verdict = await judge(plan, await storedDecisions(caseId, planId, ports), ports);
  await ports.cases.append(caseId, {
    type: "decision.checked",
    actor: "checkDecision",
    data: { planId, state: verdict.state, closed: verdict.closed, why: verdict.why },
  });
  const { next, begun } = await stepAfter(plan, verdict, ports);
  if (next === "stop" && !begun) {
    await stop(plan, verdict, ports);
    const newer = await successorOf(plan, ports);
    if (newer !== null) return askedInstead(newer, ports);
  }
  return { next, planId, ...nextRound(plan, ports), why: verdict.why };
};

/** The question was brought up to date: the same execution waits for the answer to the newer one. */
const askedInstead = (newer: Plan, ports: Ports): CheckDecisionOutput => ({
  next: "ask",
  planId: newer.planId,
  ...nextRound(newer, ports),
  why: `${newer.planId} brings this question up to date`,
});

/**
 * Nothing was done and nothing will be: the question is closed for good, and everybody hears why, and how to ask anew.
 * Of a plan whose place another one took they heard when they were asked about that one.
 */
const stop = async (plan: Plan, { closed, why, actions }: GateVerdict, ports: Ports): Promise<void> => {
  const { caseId, planId } = plan;
  const type = closed === "DENIED" ? "plan.denied" : closed === "EXPIRED" ? "plan.expired" : "plan.closed";
  const events = await ports.cases.events(caseId);
  if (endOf(events, planId) === null) {
    const denials = [...new Set(actions.flatMap((action) => action.denials))];
    await ports.cases.append(caseId, { type, actor: "checkDecision", data: { planId, code: closed, why, denials } });
  }
  if (closed === "SUPERSEDED") return;
  const status = await containmentStatus(caseId, ports);
  await ports.cases.update(caseId, (head) => ({ ...head, status, updatedAt: ports.clock.now() }));
  const text =
    closed === "DENIED"
      ? `The plan ${planId} was denied; nothing was changed.`
      : `The plan ${planId} is closed and nothing was changed: ${closed === "STOPPED" ? "an approver stopped it" : why}. A new plan can be asked for: cordon propose ${caseId}`;
  await tell(ports, caseId, closed === "DENIED" ? "decided" : "attention", closed === "DENIED" ? 5 : 9, text);
};
