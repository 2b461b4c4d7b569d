import { actionOf } from "../../actions/index.ts";
import type { Action } from "../../actions/parts/action.ts";
import { projected } from "../../actions/parts/projected.ts";
import { isApiError, TransientError } from "../../base/errors.ts";
import { digestOf } from "../../base/jcs.ts";
import type { ApiRequest } from "../../case/apiRequest.ts";
import type { CaseEvent } from "../../case/case.ts";
import type { ActionRecord, Plan, PlannedAction, State, Verdict } from "../../case/plan.ts";
import type { Stamp } from "../../core/plan/action.ts";
import type { Ports } from "../../ports/ports.ts";
import type { Outcome } from "./applyContainment.ts";
import { isGenuine } from "./genuine.ts";
import { stampOf } from "./planContainment.ts";
import { exemptArnsOf } from "./scene.ts";

/** One approved change, as the executor hands it over. */
export interface ApprovedChange {
  readonly plan: Plan;
  readonly planned: PlannedAction;
  /** Records of the actions before this one. */
  readonly earlier: readonly ActionRecord[];
  readonly outcome: Outcome;
  /** Asks the gate once more. */
  readonly stillOpen: () => Promise<boolean>;
  /** Takes failures that a later attempt may not meet. */
  readonly onTransient: (error: TransientError) => void;
}

/** What is known of one action while it is carried out. */
interface Work extends ApprovedChange {
  readonly action: Action;
  readonly stamp: Stamp;
  /** Calls of this action that the audit trail holds as made since it was last finished; null: not begun. */
  readonly made: number | null;
}

type Calls = ActionRecord["calls"];

/** Looks, compares with what was approved, changes, looks again. */
export const changeSetting = async (change: ApprovedChange, ports: Ports): Promise<ActionRecord> => {
  const { plan, planned, outcome } = change;
  const action = actionOf(planned.kind);
  const stamp = executorStamp(plan, ports);
  if (!(await isGenuine(plan, planned, action, stamp, ports)))
    return outcome("failed", "the plan's calls are not those that the action gives; nothing was called");
  if (plan.mode === "dry-run" || ports.settings.mode === "dry-run")
    return rehearse({ ...change, action, stamp, made: null }, ports);
  const made = callsMade(planned, plan, await ports.cases.events(plan.caseId));
  return perform({ ...change, action, stamp, made }, ports);
};

export const executorStamp = (plan: Plan, { settings }: Ports): Stamp =>
  stampOf({ ...plan, exemptArns: exemptArnsOf(settings.exemptArns, plan) }, plan.createdAt);

/** A dry run looks at the account as the actions before this one would have left it, and calls nothing. */
const rehearse = async (
  { plan, planned, earlier, outcome, action, stamp }: Work,
  ports: Ports,
): Promise<ActionRecord> => {
  const before = plan.actions.filter(({ id }) =>
    earlier.some((record) => record.id === id && record.status === "would-have-applied"),
  );
  const account = projected(
    ports.account,
    before.flatMap(({ requests }) => requests),
  );
  const after = await action.capture(planned.target, stamp, account);
  return digestOf(after) === planned.beforeDigest
    ? outcome("would-have-applied", "dry run: the calls of the plan were not made", { after })
    : outcome("drifted", DRIFTED, { after });
};

const DRIFTED = "the settings are no longer what the plan was computed from";

const perform = async (work: Work, ports: Ports): Promise<ActionRecord> => {
  const { plan, planned, outcome, action, stamp, stillOpen } = work;
  const now = await action.capture(planned.target, stamp, ports.account);
  const left = callsLeft(work, now);
  if (left === null) return outcome("drifted", DRIFTED, { after: now });
  if (left.length > 0 && work.made === null) {
    await ports.cases.append(plan.caseId, event("action.started", work, {}));
    if (!(await stillOpen()))
      return outcome("not-approved", "the approval was taken back as it was about to be carried out");
  }
  const { calls, error } = await callAll(left, work, ports);
  const after = await action.capture(planned.target, stamp, ports.account);
  const verdict = verdictOf(plan, planned, action, after, stamp);
  const rest = { calls, after, afterDigest: digestOf(after), verdict };
  if (error === null) return outcome(verdict.ok ? "applied" : "failed", verdict.why, rest);
  if (verdict.ok) return outcome("applied", `${verdict.why}, though a call was answered with: ${error.message}`, rest);
  if (error instanceof TransientError) work.onTransient(error);
  return outcome("failed", error.message, rest);
};

/**
 * The calls that are still to be made, or null when the settings are not what was approved upon. Nothing was begun: all,
 * if the precondition holds. Begun before a crash: none when the wanted state is there; else, for containment, exactly
 * the approved calls that the action gives for what is there now; for a release, those after the last one on record.
 */
const callsLeft = ({ plan, planned, action, stamp, made }: Work, now: State): readonly ApiRequest[] | null => {
  if (digestOf(now) === planned.beforeDigest) return planned.requests;
  if (made === null) return null;
  if (verdictOf(plan, planned, action, now, stamp).ok) return [];
  if (plan.purpose === "release") return isHalfMade(planned, made) ? planned.requests.slice(made) : null;
  const missing = new Set(action.apply(planned.target, now, stamp).map(digestOf));
  const left = planned.requests.filter((request) => missing.has(digestOf(request)));
  return left.length > 0 && left.length === missing.size ? left : null;
};

/** One call leaves one of two states, and this is neither; of several calls some were made, and the rest follow. */
const isHalfMade = ({ requests }: PlannedAction, made: number): boolean =>
  requests.length > 1 && made < requests.length;

/** Whether the settings show what was wanted: for a release that is what they were before containment. */
export const verdictOf = (plan: Plan, planned: PlannedAction, action: Action, now: State, stamp: Stamp): Verdict => {
  if (plan.purpose !== "release") return action.verify(planned.target, planned.before, now, stamp);
  const restored = planned.restores !== null && digestOf(now) === planned.restores;
  return restored
    ? { ok: true, why: "restored to what was captured" }
    : { ok: false, why: "the settings are not what was captured" };
};

/** Since the action was last finished or taken away, so that a change that is made again starts from its precondition. */
const callsMade = ({ id }: PlannedAction, { planId }: Plan, events: readonly CaseEvent[]): number | null => {
  const own = events.filter(({ data }) => data.planId === planId && data.id === id);
  const since = own.slice(own.findLastIndex(({ type }) => type === "action.applied") + 1).map(({ type }) => type);
  return since.includes("action.started") ? since.filter((type) => type === "action.called").length : null;
};

/** A failed call ends the action; what was called before it is kept, and the settings decide what became of it. */
const callAll = async (
  requests: readonly ApiRequest[],
  work: Work,
  ports: Ports,
): Promise<{ readonly calls: Calls; readonly error: Error | null }> => {
  const calls: Calls[number][] = [];
  for (const request of requests) {
    try {
      const { requestId } = await ports.account.call(request);
      calls.push({ request, requestId, at: ports.clock.now() });
    } catch (error) {
      if (work.made !== null && request === requests[0] && isGone(request, error)) continue;
      return { calls, error: error as Error };
    }
    if (requests.length > 1)
      await ports.cases.append(work.plan.caseId, event("action.called", work, { operation: request.operation }));
  }
  return { calls, error: null };
};

/** After a crash the first call may have been made already; taking away what is gone is then no failure. */
const isGone = ({ operation }: ApiRequest, error: unknown): boolean =>
  /^(Delete|Remove|Detach|Disassociate)/.test(operation) && isApiError(error) && /^NoSuch|NotFound/.test(error.awsCode);

const event = (type: string, { plan, planned }: Work, data: Readonly<Record<string, unknown>>) => ({
  type,
  actor: "applyContainment",
  data: { planId: plan.planId, id: planned.id, ...data },
});
