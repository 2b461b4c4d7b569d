import { CordonError } from "../base/errors.ts";
import type { CaseView } from "../case/caseView.ts";
import type { Plan } from "../case/plan.ts";
import { systemClock } from "../embedded/clock.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { signDecision } from "../response/approve/sign.ts";
import { caseView } from "../response/caseView.ts";
import { readPlan } from "../response/contain/planRecords.ts";
import { findRecord } from "../response/contain/progress.ts";
import { storedDecisions } from "../response/contain/storedDecisions.ts";
import { opinionOf } from "../web/opinion.ts";
import { afterwardsLines } from "./afterwards.ts";
import { answerFor } from "./answer.ts";
import { cardOf } from "./card.ts";
import type { Chosen, Question } from "./choices.ts";
import { EXIT, type OptionSpecs, type Typed, type Verb } from "./command.ts";
import { embeddedPlace } from "./embeddedPlace.ts";
import type { Io } from "./io.ts";
import type { Outcome, Place } from "./place.ts";
import { withPlace } from "./places.ts";
import { progressOf } from "./progress.ts";
import { caseIdFrom } from "./session.ts";
import { viewText } from "./show.ts";

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
  reason: { type: "string", value: "TEXT", help: "why, at least 10 characters; part of the signed record" },
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
  as: {
    type: "string",
    value: "HUMAN",
    help: "your id in the approval policy (default: your user name; in AWS: by your ARN)",
  },
  key: {
    type: "string",
    value: "KEY",
    help: "your own key file, PEM (default: the one in the data directory); in AWS also the ARN or alias of your KMS key",
  },
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
      const ports = place.portsOf(caseId);
      const question = await questionOf(caseId, typed, place);
      const answer = await answerFor(question, typed, io);
      const outcome = answer === null ? null : await sign(question.plan, answer, typed, place);
      if (outcome !== null) reportOutcome(outcome, io);
      if (outcome?.recorded === true) await place.carryOn();
      const view = await caseView(caseId, ports);
      io.print([viewText(view), ...(await afterwardsLines(view, ports))].join("\n"));
      io.result(outcome?.recorded === false ? { refused: outcome } : view);
      return outcome?.recorded === true ? EXIT.ok : EXIT.failed;
    }),
};

/** At a terminal after `respond`: shows the plan, asks, signs, carries on. Nothing happens without a clear yes or no. */
export const decideAtTerminal = (caseId: string, deployment: Deployment, io: Io): Promise<void> => {
  const typed: Typed = { values: {}, positionals: [caseId] };
  return decideIn(caseId, typed, embeddedPlace(deployment, typed, io), io);
};

export const decideIn = async (caseId: string, typed: Typed, place: Place, io: Io): Promise<void> => {
  const view = await caseView(caseId, place.portsOf(caseId));
  if (view.status !== "awaiting-decision") return;
  const question = await questionOf(caseId, typed, place);
  const answer = await answerFor(question, typed, io);
  if (answer === null) return;
  reportOutcome(await sign(question.plan, answer, typed, place), io);
  await place.carryOn();
};

/** The plan that is meant, what of it is not settled by being carried out, and the card of both. */
const questionOf = async (caseId: string, typed: Typed, place: Place): Promise<Question> => {
  const ports = place.portsOf(caseId);
  const view = await caseView(caseId, ports);
  const plan = await readPlan(caseId, planMeant(view, typed), ports);
  const open = await openActions(plan, typed, place);
  const likelihood = (await opinionOf(caseId, ports)).theft?.told ?? null;
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
const planMeant = ({ caseId, plans, status }: CaseView, { values }: Typed): string => {
  const names = plans.map((plan) => `${plan.planId} (${plan.status})`).join(", ");
  const named = plans.find(({ planId }) => planId === values.plan);
  if (values.plan !== undefined && named === undefined)
    throw new CordonError("USAGE", `${caseId} has no plan ${String(values.plan)}; it has ${names || "none"}`);
  const shown = plans.find((plan) => [plan.fingerprint, plan.digest].includes(String(values.fingerprint)));
  const meant = named ?? shown ?? plans.find((plan) => plan.status === "proposed") ?? plans.at(-1);
  if (meant === undefined)
    throw new CordonError("USAGE", `${caseId} has no plan to decide about; its status is ${status}`);
  const answers = [values.approve, values.deny, values.withdraw].some((value) => value !== undefined);
  if (answers && plans.length > 1 && named === undefined && values.fingerprint === undefined)
    throw new CordonError("USAGE", `${caseId} has had several plans: say with --plan which is meant, ${names}`);
  return meant.planId;
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

/** What to do about a refusal. */
const NEXT: Readonly<Record<string, string>> = {
  UNKNOWN_KEY:
    "Ask an administrator to enter you and your key in the approval policy: cordon keys shows it; or name another key with --key.",
  WRONG_PROOF:
    "Decide on the page with your security key, or ask an administrator what the policy demands of you: docs/approval.md.",
  INELIGIBLE: "Another approver of the policy must decide: cordon show names what waits.",
  UNKNOWN_ACTION: "Name actions that the plan has: cordon show CASE --plan PLAN.",
  BREAK_GLASS: "Ask for a second approver, or break the glass for what the policy lets one person contain.",
  LATE: "Ask for a new plan: cordon propose CASE.",
  WITHDRAWN: "Decide anew; what was taken back no longer counts.",
  CONFLICT: "Take the first decision back before you decide otherwise: cordon decide CASE --withdraw --reason TEXT.",
  EXECUTING: "To undo what is made: cordon rollback CASE.",
  NOTHING_TO_WITHDRAW: "Nothing of yours is on record; deny the plan if you do not want it: --deny.",
  FOREIGN_PLAN: "Read the plan that waits now and decide about that one: cordon show CASE.",
  REPLAYED: "Read the plan that waits now and decide about that one: cordon show CASE.",
  NOT_SHOWN: "Your program shows plans in another form than this deployment: use the same version.",
};
const NEXT_ELSE = "Look at how the case stands: cordon show CASE.";

const reportOutcome = (outcome: Outcome, io: Io): void => {
  if (!outcome.recorded) {
    io.warn(`Refused (${outcome.code}): ${outcome.why}.`);
    io.warn(`  ${NEXT[outcome.code] ?? NEXT_ELSE}`);
    return;
  }
  io.note(outcome.repeated ? "This decision was recorded before." : "Decision recorded.");
  if (outcome.note !== undefined) io.warn(outcome.note);
  for (const { id, state, why } of outcome.actions) io.note(`  ${id}  ${state}  ${why}`);
};
