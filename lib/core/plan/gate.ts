import type { Plan, PlannedAction, Reversibility } from "../../case/plan.ts";
import type { Settings } from "../settings.ts";
import type { SignedDecision } from "./decision.ts";
import { ineligible } from "./eligibility.ts";
import type { GateInput } from "./gateInput.ts";
import { mayBreakGlass, type Refused, refusal } from "./refusal.ts";

export type { Refused } from "./refusal.ts";

export interface ActionVerdict {
  readonly id: string;
  readonly state: "approved" | "denied" | "waiting";
  readonly approvals: readonly string[];
  readonly denials: readonly string[];
  readonly quorum: number;
  readonly why: string;
}

/** Why a gate is closed for good. */
export type Closed =
  | "RECORDS"
  | "ENDED"
  | "STOPPED"
  | "SUPERSEDED"
  | "POLICY_CHANGED"
  | "NOT_CARRIED_OUT"
  | "EXPIRED"
  | "DENIED"
  | "TOO_FEW";

export interface GateVerdict {
  readonly state: "open" | "waiting" | "closed";
  /** Null unless closed. */
  readonly closed: Closed | null;
  readonly why: string;
  readonly actions: readonly ActionVerdict[];
  readonly refused: readonly Refused[];
}

/**
 * Whether, and exactly which, actions of a plan may be carried out at this moment. Pure: the executor asks again before
 * every change. `open`: what is `approved` may be carried out, though another action may still wait (a second signature
 * on one action must not keep the actor in; a release is not urgent and waits for all answers); `waiting`: nothing is
 * approved yet and an answer is due; `closed`: nothing may be done and no answer can change that.
 */
export const gate = (input: GateInput): GateVerdict => {
  const judged = input.decisions.map((signed) => ({ signed, refused: refusal(input, signed) }));
  const refused = judged.flatMap(({ refused }) => (refused === null ? [] : [refused]));
  const counted = judged.filter(({ refused }) => refused === null).map(({ signed }) => signed);
  const able = eligible(input);
  const answered = input.plan.actions.map((action) => judgeAction(action, counted, able, input));
  const isAsked = input.now < input.plan.expiresAt && input.supersededBy === null;
  const actions = closeOver(input.plan, isAsked ? answered : answered.map((verdict) => unanswered(verdict, input)));
  return { ...conclude(input, counted, actions), actions, refused };
};

const conclude = (
  input: GateInput,
  counted: readonly SignedDecision[],
  actions: readonly ActionVerdict[],
): Pick<GateVerdict, "state" | "closed" | "why"> => {
  const barred = bar(input, counted);
  if (barred !== null) return barred;
  const some = (state: ActionVerdict["state"]): boolean => actions.some((action) => action.state === state);
  const mayBegin = input.plan.purpose !== "release" || !some("waiting");
  if (some("approved") && mayBegin) return { state: "open", closed: null, why: "approved" };
  if (some("waiting")) return { state: "waiting", closed: null, why: "a decision is still due" };
  if (actions.some(({ denials }) => denials.length > 0)) return closed("DENIED", "every action was denied");
  return input.now < input.plan.expiresAt
    ? closed("TOO_FEW", "too few people may decide about this plan, or nothing was switched on")
    : closed("EXPIRED", "nobody decided in time, so nothing was changed");
};

/** What closes a plan whatever people decided. */
const bar = (input: GateInput, counted: readonly SignedDecision[]): ReturnType<typeof closed> | null => {
  const { fault, ended, supersededBy, begun, policyDigest, plan, now } = input;
  if (fault !== null) return closed("RECORDS", fault);
  if (ended) return closed("ENDED", "the question was closed before");
  const stop = counted.find(({ decision }) => decision.kind === "stop")?.decision;
  if (stop !== undefined) return closed("STOPPED", `stopped by ${stop.approver.humanId}: ${stop.reason}`);
  if (supersededBy !== null && !begun) return closed("SUPERSEDED", "a newer plan takes the place of this one");
  if (policyDigest !== plan.policyDigest)
    return closed("POLICY_CHANGED", "the approval policy changed since the plan was made");
  return now < executionDeadline(plan) ? null : closed("NOT_CARRIED_OUT", "the approval was not carried out in time");
};

const closed = (code: Closed, why: string) => ({ state: "closed", closed: code, why }) as const;

/**
 * Until when an approval given in time may be carried out: the plan's window once more (a crash, a restart), then it must
 * be approved anew. ISO 8601 UTC; throws RangeError for a plan without proper times.
 */
export const executionDeadline = (plan: Plan): string =>
  new Date(Date.parse(plan.expiresAt) + (Date.parse(plan.expiresAt) - Date.parse(plan.createdAt))).toISOString();

const judgeAction = (
  action: PlannedAction,
  counted: readonly SignedDecision[],
  able: readonly string[],
  input: GateInput,
): ActionVerdict => {
  const [approvals, denials] = [humansWho(counted, "approve", action), humansWho(counted, "deny", action)];
  const quorum = isGlassBroken(action, counted, input.plan) ? 1 : quorumOf(action.reversibility, input.settings);
  const facts = { id: action.id, approvals, denials, quorum };
  if (denials.length > 0) return { ...facts, state: "denied", why: `denied by ${denials.join(", ")}` };
  if (approvals.length >= quorum) return { ...facts, state: "approved", why: `approved by ${approvals.join(", ")}` };
  if (!action.recommended && counted.length > 0 && approvals.length === 0)
    return { ...facts, state: "denied", why: "offered, and nobody switched it on" };
  if (able.length < quorum && !canBreakGlass(action, able, input))
    return { ...facts, state: "denied", why: `needs ${quorum} people, and ${able.length} may decide` };
  return { ...facts, state: "waiting", why: `${approvals.length} of ${quorum} approvals` };
};

const humansWho = (counted: readonly SignedDecision[], choice: string, { id }: PlannedAction): readonly string[] =>
  [
    ...new Set(
      counted
        .filter(({ decision }) => decision.choices[id] === choice)
        .map(({ decision }) => decision.approver.humanId),
    ),
  ].sort();

const isGlassBroken = (action: PlannedAction, counted: readonly SignedDecision[], plan: Plan): boolean =>
  mayBreakGlass(plan, action) &&
  counted.some(({ decision }) => decision.kind === "break-glass" && decision.choices[action.id] === "approve");

const canBreakGlass = (action: PlannedAction, able: readonly string[], { plan, settings }: GateInput): boolean =>
  mayBreakGlass(plan, action) && able.some((humanId) => settings.breakGlass?.humanIds.includes(humanId) === true);

/** People of the policy who may decide about this plan, whether they did or not. */
const eligible = (input: GateInput): readonly string[] =>
  input.settings.approvers
    .filter((approver) => ineligible(approver, input, input.settings, input.detectedAt) === null)
    .map(({ humanId }) => humanId);

/** Silence is a no, and so is a question that a newer plan asks instead. */
const unanswered = (verdict: ActionVerdict, { now, plan }: GateInput): ActionVerdict => {
  if (verdict.state !== "waiting") return verdict;
  const when = now < plan.expiresAt ? "when a newer plan took its place" : "when the time was over";
  return { ...verdict, state: "denied", why: `${verdict.why} ${when}` };
};

/** An action is no further than what it needs first, through every step of the chain; what needs an unknown one is denied. */
const closeOver = (plan: Plan, verdicts: readonly ActionVerdict[]): readonly ActionVerdict[] => {
  const held = verdicts.map((verdict) => holdBack(plan, verdict, verdicts));
  const settled = held.every((verdict, index) => verdict.state === verdicts[index]!.state);
  return settled ? held : closeOver(plan, held);
};

const holdBack = (plan: Plan, verdict: ActionVerdict, all: readonly ActionVerdict[]): ActionVerdict => {
  if (verdict.state === "denied") return verdict;
  const needs = plan.actions.find(({ id }) => id === verdict.id)!.requires;
  const stateOf = (id: string): ActionVerdict["state"] => all.find((other) => other.id === id)?.state ?? "denied";
  const denied = needs.find((id) => stateOf(id) === "denied");
  if (denied !== undefined) return { ...verdict, state: "denied", why: `needs ${denied}, which is not approved` };
  const waiting = needs.find((id) => stateOf(id) === "waiting");
  return waiting === undefined || verdict.state === "waiting"
    ? verdict
    : { ...verdict, state: "waiting", why: `needs ${waiting}, which waits` };
};

/** Distinct humans that a class needs. What cannot be undone takes two, whatever the settings say; nonsense takes all. */
export const quorumOf = (reversibility: Reversibility, { quorum }: Settings): number => {
  switch (reversibility) {
    case "reversible":
    case "instruction":
      return atLeast(1, quorum.reversible);
    case "externally-reversible":
      return atLeast(1, quorum.externallyReversible);
    case "irreversible":
      return atLeast(2, quorum.irreversible);
  }
};

/** A quorum that is no whole number of at least one is never met: approval must not fail open. */
const atLeast = (least: number, wanted: unknown): number =>
  Number.isInteger(wanted) && (wanted as number) >= 1 ? Math.max(least, wanted as number) : Number.POSITIVE_INFINITY;
