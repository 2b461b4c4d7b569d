import { CordonError } from "../base/errors.ts";
import type { CaseView, PlanView } from "../case/caseView.ts";
import type { Plan } from "../case/plan.ts";
import { MINIMUM_REASON } from "../core/plan/decision.ts";
import { verdictTold } from "../core/theft/overruling.ts";
import { systemClock } from "../embedded/clock.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { signDecision } from "../response/approve/sign.ts";
import { caseView } from "../response/caseView.ts";
import { readPlan } from "../response/contain/planRecords.ts";
import { findRecord } from "../response/contain/progress.ts";
import { storedDecisions } from "../response/contain/storedDecisions.ts";
import { opinionOf } from "../web/opinion.ts";
import { answerFor } from "./answer.ts";
import { cardOf } from "./card.ts";
import type { Chosen, Question } from "./choices.ts";
import type { OptionSpecs, Typed, Verb } from "./command.ts";
import { embeddedPlace } from "./embeddedPlace.ts";
import { endOf, refusalOf } from "./ending.ts";
import type { Io } from "./io.ts";
import { caseIdFrom } from "./named.ts";
import type { Outcome, Place } from "./place.ts";
import { withPlace } from "./places.ts";
import { progressOf } from "./progress.ts";
import { reasonOption, SIGNING_OPTIONS } from "./signing.ts";

export const DECISION_OPTIONS: OptionSpecs = {
  approve: {
    type: "string",
    value: "all|a1,a2",
    help: "approve all recommended actions, or exactly these; the others are denied",
  },
  deny: { type: "boolean", help: "deny every action" },
  withdraw: { type: "boolean", help: "take your decision back, until execution begins" },
  "break-glass": {
    type: "boolean",
    help: "contain alone what needs more people, if the policy names you for it; reviewed within a day",
  },
  reason: reasonOption(MINIMUM_REASON),
  plan: {
    type: "string",
    value: "PLAN",
    help: "which plan (default: the one that waits); required once a case has had several",
  },
  fingerprint: {
    type: "string",
    value: "F",
    help: "refuse unless the plan has this fingerprint; required for what cannot be undone",
  },
  ...SIGNING_OPTIONS,
};

export const decide: Verb = {
  usage: "CASE (--approve all|a1,a2 | --deny | --withdraw) --reason TEXT",
  options: DECISION_OPTIONS,
  examples: [
    "cordon decide case-20260223-0123456789",
    'cordon decide case-20260223-0123456789 --approve all --reason "key used from Tor, confirmed with its owner"',
    'cordon decide case-20260223-0123456789 --deny --reason "planned migration, ticket OPS-4711"',
    'cordon decide case-20260223-0123456789 --profile security --key alias/my-approvals --approve all --reason "not ours, confirmed"',
    'cordon decide case-20260223-0123456789 --approve a1,a2 --break-glass --reason "nobody else answers, data is leaving now"',
  ],
  run: (typed, io) =>
    withPlace(typed, io, progressOf(io), async (place) => {
      const caseId = await caseIdFrom(typed, place.ports);
      return endOf(caseId, await decideOn(caseId, typed, place, io), place, io);
    }),
};

/** At a terminal after `respond`: shows the plan, asks, signs, carries on. Nothing happens without a clear yes or no; false: the question is left open. */
export const decideAtTerminal = (caseId: string, deployment: Deployment, io: Io): Promise<boolean> => {
  const typed: Typed = { values: {}, positionals: [caseId] };
  return decideIn(caseId, typed, embeddedPlace(deployment, typed, io), io);
};

export const decideIn = async (caseId: string, typed: Typed, place: Place, io: Io): Promise<boolean> => {
  const view = await caseView(caseId, place.portsOf(caseId));
  if (view.status !== "awaiting-decision") return false;
  const outcome = await decideOn(caseId, typed, place, io);
  if (outcome?.recorded === false) io.warn(refusalOf(outcome, caseId, place.flags));
  return outcome !== null;
};

/** Null: the person leaves the question open. */
const decideOn = async (caseId: string, typed: Typed, place: Place, io: Io): Promise<Outcome | null> => {
  const view = await caseView(caseId, place.portsOf(caseId));
  const meant = planMeant(view, typed);
  const over = await whyOver(meant, view, typed, place);
  if (over !== null) return over;
  const question = await questionOf(view, meant.planId, typed, place);
  const answer = await answerFor(question, typed, io);
  if (answer === null) return null;
  const outcome = await sign(question.plan, answer, typed, place);
  reportRecorded(outcome, io);
  if (outcome.recorded) await place.carryOn();
  return outcome;
};

/** Why nobody can decide about a plan any more, before anybody is asked about it; the same answer given again is for the gate. */
const whyOver = async (
  { planId, status, closed }: PlanView,
  { caseId }: CaseView,
  typed: Typed,
  place: Place,
): Promise<Outcome | null> => {
  const [code, why] = OVER[status] ?? [];
  if (code === undefined) return null;
  if (isAnswered(typed) && (await hasDecided(caseId, planId, typed, place))) return null;
  return { recorded: false, code, why: `${planId} ${why}${closed === null ? "" : `: ${closed}`}` };
};

const OVER: Partial<Record<PlanView["status"], readonly [code: string, why: string]>> = {
  superseded: ["SUPERSEDED", "cannot be decided any more"],
  expired: ["EXPIRED", "was not decided in time"],
  denied: ["DENIED", "was denied"],
  executed: ["EXECUTED", "was carried out"],
  empty: ["NOTHING_WAITS", "holds no change, so there is nothing to decide"],
};

const isAnswered = ({ values }: Typed): boolean =>
  [values.approve, values.deny, values.withdraw].some((value) => value !== undefined);

const hasDecided = async (caseId: string, planId: string, typed: Typed, place: Place): Promise<boolean> => {
  const human = await place.human(typed);
  return (await storedDecisions(caseId, planId, place.portsOf(caseId))).some(
    ({ decision }) => decision.approver.humanId === human,
  );
};

/** The plan that is meant, what of it is not settled by being carried out, and the card of both. */
const questionOf = async (view: CaseView, planId: string, typed: Typed, place: Place): Promise<Question> => {
  const { caseId } = view;
  const ports = place.portsOf(caseId);
  const plan = await readPlan(caseId, planId, ports);
  const open = await openActions(plan, typed, place);
  const { theft } = await opinionOf(caseId, ports);
  const likelihood = theft === null ? null : verdictTold(theft.told, theft.overruled);
  const facts = { view, plan, open, likelihood, now: systemClock.now() };
  return { plan, open, card: (width) => cardOf(facts, width) };
};

const openActions = async (plan: Plan, typed: Typed, place: Place): Promise<readonly string[]> => {
  const ports = place.portsOf(plan.caseId);
  const records = await Promise.all(plan.actions.map(({ id }) => findRecord(plan, id, ports)));
  const ids = plan.actions.map(({ id }) => id);
  if (records.every((record) => record === null)) return ids;
  const before = await decidedBefore(plan, typed, place);
  const open = ids.filter((id, index) => records[index] === null || before.includes(id));
  return open.length === 0 ? ids : open;
};

/**
 * The plan that is named, else the one that waits. Where there has been more than one, a line that answers must name it:
 * the same line given twice, or a moment too late, would speak about a plan that nobody has read.
 */
const planMeant = ({ caseId, plans, state }: CaseView, typed: Typed): PlanView => {
  const { values } = typed;
  const names = plans.map((plan) => `${plan.planId} (${plan.status})`).join(", ");
  const named = plans.find(({ planId }) => planId === values.plan);
  if (values.plan !== undefined && named === undefined)
    throw new CordonError("USAGE", `${caseId} has no plan ${String(values.plan)}; it has ${names || "none"}`);
  const shown = plans.find((plan) => [plan.fingerprint, plan.digest].includes(String(values.fingerprint)));
  const meant = named ?? shown ?? plans.find((plan) => plan.status === "proposed") ?? plans.at(-1);
  if (meant === undefined)
    throw new CordonError("USAGE", `${caseId} has no plan to decide about yet. ${state.sentence}`);
  if (isAnswered(typed) && plans.length > 1 && named === undefined && values.fingerprint === undefined)
    throw new CordonError("USAGE", `${caseId} has had several plans: say with --plan which is meant, ${names}`);
  return meant;
};

/** What this person spoke about already: the same words again must sign the same choices, however far their execution has got. */
const decidedBefore = async (plan: Plan, typed: Typed, place: Place): Promise<readonly string[]> => {
  const decisions = await storedDecisions(plan.caseId, plan.planId, place.portsOf(plan.caseId));
  if (decisions.length === 0) return [];
  const human = await place.human(typed);
  const own = decisions.filter(({ decision }) => decision.approver.humanId === human);
  return own.flatMap(({ decision }) => Object.keys(decision.choices));
};

const sign = async (plan: Plan, chosen: Chosen, typed: Typed, place: Place): Promise<Outcome> => {
  const { humanId, signer, assurance } = await place.approver(typed);
  const answer = { ...chosen, humanId, channel: "cli", assurance, decidedAt: systemClock.now() } as const;
  return place.submit(await signDecision(plan, answer, signer));
};

const reportRecorded = (outcome: Outcome, io: Io): void => {
  if (!outcome.recorded) return;
  io.note(outcome.repeated ? "This decision was recorded before." : "Decision recorded.");
  if (outcome.note !== undefined) io.warn(outcome.note);
  for (const { id, state, why } of outcome.actions) io.note(`  ${id}  ${state}  ${why}`);
};
