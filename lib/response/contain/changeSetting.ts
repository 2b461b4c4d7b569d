import { setTimeout as sleep } from "node:timers/promises";
import { projected } from "../../actions/parts/projected.ts";
import { isApiError, TransientError } from "../../base/errors.ts";
import { digestOf } from "../../base/jcs.ts";
import type { ApiRequest } from "../../case/apiRequest.ts";
import { aboutPlan, type CaseEvent } from "../../case/events.ts";
import type { ActionRecord, Plan, PlannedAction, State, Verdict } from "../../case/plan.ts";
import { isSameState } from "../../core/plan/samePolicy.ts";
import type { Ports } from "../../ports/ports.ts";
import { type Aim, aimOf } from "./aim.ts";
import { findBegun, keepBegun } from "./begun.ts";
import { isGenuine } from "./genuine.ts";

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
  readonly aim: Aim;
  /** When it is carried out, and what was found before its first call. */
  readonly stampedAt: string;
  /** Calls of this action that the audit trail holds as made since it was last finished; null: not begun. */
  readonly made: number | null;
}

type Calls = ActionRecord["calls"];

/** Somebody who changes the setting between our look and our call makes it be looked at again, so often. */
const ATTEMPTS = 3;
/** Seconds between looks at what was just written: IAM and S3 may answer from before for a while (IAM user guide, eventual consistency). */
const READ_BACK_SECONDS = [0.25, 0.5, 1, 2, 4] as const;

/** What the service says it is still doing is waited for, up to two minutes (Identity Center provisions after it has answered). */
const UNDER_WAY_SECONDS = 5;
const MOST_LOOKS = 24;

/** Looks, works out what must be called now, calls it, looks again. */
export const changeSetting = async (change: ApprovedChange, ports: Ports): Promise<ActionRecord> => {
  const { plan, planned, outcome } = change;
  const stampedAt = ports.clock.now();
  const begun = await findBegun(plan, planned, ports);
  const aim = await aimOf(plan, planned, { at: stampedAt, before: begun?.before ?? planned.before }, ports);
  if (!(await isGenuine(plan, planned, aim.action, ports)))
    return outcome("failed", "the plan's calls are not those that the action gives; nothing was called");
  if (plan.mode === "dry-run" || ports.settings.mode === "dry-run")
    return rehearse({ ...change, aim, stampedAt, made: null }, ports);
  const made = callsMade(planned, plan, await ports.cases.events(plan.caseId));
  return perform({ ...change, aim, stampedAt, made }, ports);
};

/** A dry run looks at the account as the actions before this one would have left it, and calls nothing. */
const rehearse = async ({ plan, planned, earlier, outcome, aim }: Work, ports: Ports): Promise<ActionRecord> => {
  const before = plan.actions.filter(({ id }) =>
    earlier.some((record) => record.id === id && record.status === "would-have-applied"),
  );
  const account = projected(
    ports.account,
    before.flatMap(({ requests }) => requests),
  );
  const after = await aim.action.capture(planned.target, aim.stamp, account);
  return aim.isAnew || isSameState(after, planned.before)
    ? outcome("would-have-applied", "dry run: the calls were not made", { after })
    : outcome("drifted", DRIFTED, { after });
};

const DRIFTED = "the settings are no longer what the plan was computed from";

const perform = async (work: Work, ports: Ports, attempt = 1, earlier: Calls = []): Promise<ActionRecord> => {
  const { planned, outcome, aim, stillOpen } = work;
  const now = await captured(work, ports);
  const held = await aim.holds(now);
  const rest = { ...stateOf(now, work), calls: earlier, verdict: held };
  if (held.ok && (await isOurs(work, now)))
    return outcome("applied", held.why, { ...rest, before: await beforeOf(work, now, ports) });
  const left = await callsLeft(work, now, attempt);
  if (typeof left === "string")
    return outcome(left === DRIFTED ? "drifted" : "failed", left, { ...rest, verdict: null });
  if (attempt === 1 && work.made === null) {
    await ports.cases.append(work.plan.caseId, {
      type: "action.started",
      actor: "applyContainment",
      data: { planId: work.plan.planId, id: work.planned.id },
    });
    if (!(await stillOpen()))
      return outcome(
        "not-approved",
        "the approval was taken back, or the execution stopped, as it was about to be carried out",
      );
  }
  const { before } = await keepBegun(work.plan, planned, now, ports);
  const { calls, error } = await callAll(left, work, ports);
  const all = [...earlier, ...calls];
  const { after, verdict } = await readBack(work, calls.length > 0 || error instanceof TransientError, ports);
  const known = { ...stateOf(after, work), calls: all, before, verdict, wasBegun: true };
  if (verdict.ok)
    return outcome(
      "applied",
      error === null ? verdict.why : `${verdict.why}, though a call was answered with: ${error.message}`,
      known,
    );
  if (error instanceof TransientError) work.onTransient(error);
  else if (attempt < ATTEMPTS && aim.isAnew && !(await isTheSame(left, after, work)))
    return perform(work, ports, attempt + 1, all);
  return outcome("failed", error?.message ?? verdict.why, known);
};

/** What another case wrote may hold as well, and goes with its release: where ours can stand beside it, it is put there. */
const isOurs = async ({ aim }: Work, now: State): Promise<boolean> =>
  !aim.isAnew || aim.refuse(now) !== null || (await aim.calls(now)).length === 0;

const captured = ({ aim, planned }: Work, { account }: Ports): Promise<State> =>
  aim.action.capture(planned.target, aim.stamp, account);

const stateOf = (after: State, { stampedAt }: Work) => ({ after, afterDigest: digestOf(after), stampedAt });

/** What the way back starts from: found by an earlier attempt, else now. */
const beforeOf = async ({ plan, planned, made }: Work, now: State, ports: Ports): Promise<State> =>
  (await findBegun(plan, planned, ports))?.before ?? (made === null ? now : planned.before);

/** Calling the very same again would change nothing. */
const isTheSame = async (made: readonly ApiRequest[], after: State, { aim }: Work): Promise<boolean> =>
  digestOf(await aim.calls(after)) === digestOf(made);

/**
 * The calls to make, or why none is made. A deny needs no unchanged world: its calls are those that the action gives for
 * what is there. Where the way back needs the captured state, only that is changed; of several calls begun before a crash
 * the rest is made.
 */
const callsLeft = async (work: Work, now: State, attempt: number): Promise<readonly ApiRequest[] | string> => {
  const { planned, aim, made } = work;
  if (!aim.isAnew && !isSameState(now, planned.before) && attempt === 1) return restOf(work, now);
  const refused = aim.refuse(now);
  if (refused !== null) return refused;
  const calls = await aim.calls(now);
  return calls.length > 0 || made !== null ? calls : "nothing can be called, and the settings are not the wanted ones";
};

const restOf = async ({ plan, planned, aim, made }: Work, now: State): Promise<readonly ApiRequest[] | string> => {
  if (made === null) return DRIFTED;
  if (plan.purpose === "release")
    return planned.requests.length > 1 && made < planned.requests.length ? planned.requests.slice(made) : DRIFTED;
  const missing = new Set((await aim.calls(now)).map(digestOf));
  const left = planned.requests.filter((request) => missing.has(digestOf(request)));
  return left.length > 0 && left.length === missing.size ? left : DRIFTED;
};

/** Answers from before a write are no verdict: it is looked again, with longer and longer waits. */
const readBack = async (
  work: Work,
  isWritten: boolean,
  ports: Ports,
): Promise<{ readonly after: State; readonly verdict: Verdict }> => {
  const most = ports.settings.waits.propagation;
  for (let look = 0; ; look += 1) {
    const after = await captured(work, ports);
    const verdict = await work.aim.holds(after);
    const seconds = after.underWay === true ? UNDER_WAY_SECONDS : READ_BACK_SECONDS[look];
    if (verdict.ok || seconds === undefined || look >= MOST_LOOKS) return { after, verdict };
    if (!isWritten && after.underWay !== true) return { after, verdict };
    await sleep(Math.min(seconds, most) * 1000);
  }
};

/** Since the action was last finished or taken away, so that a change that is made again starts anew. */
const callsMade = ({ id }: PlannedAction, { planId }: Plan, events: readonly CaseEvent[]): number | null => {
  const own = aboutPlan(events, planId).filter(({ data }) => "id" in data && data.id === id);
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
      await ports.cases.append(work.plan.caseId, {
        type: "action.called",
        actor: "applyContainment",
        data: { planId: work.plan.planId, id: work.planned.id, operation: request.operation },
      });
  }
  return { calls, error: null };
};

/** After a crash the first call may have been made already; taking away what is gone is then no failure. */
const isGone = ({ operation }: ApiRequest, error: unknown): boolean =>
  /^(Delete|Remove|Detach|Disassociate|Revoke)/.test(operation) &&
  isApiError(error) &&
  /^NoSuch|NotFound/.test(error.awsCode);

export type Outcome = (status: ActionRecord["status"], why: string, rest?: Partial<ActionRecord>) => ActionRecord;
