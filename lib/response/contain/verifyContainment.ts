import { isApiError } from "../../base/errors.ts";
import { counted } from "../../base/figures.ts";
import { digestOf } from "../../base/jcs.ts";
import { ACTION, find, VERIFICATION, write } from "../../case/documents.ts";

import type { ActionRecord, Hold, Look, Plan, PlannedAction, State, Verdict } from "../../case/plan.ts";
import type { Ports } from "../../ports/ports.ts";
import { tell } from "../tell.ts";
import { secondsFrom } from "../time.ts";
import { aimOf } from "./aim.ts";
import { findBegun } from "./begun.ts";
import { containmentStatus } from "./containmentStatus.ts";
import { conclusionOf, escalate } from "./escalate.ts";
import { evaluateCut } from "./evaluateCut.ts";
import { judge, readPlan } from "./planRecords.ts";
import { findRecord, stepAfter } from "./progress.ts";
import { isReleased } from "./released.ts";
import { storedDecisions } from "./storedDecisions.ts";
import { watchActivity } from "./watchActivity.ts";

export interface VerifyInput {
  readonly caseId: string;
  readonly planId: string;
}

export interface VerifyOutput {
  /** `ask`: an action of the plan still waits for signatures. */
  readonly next: "watch" | "apply" | "ask" | "done";
  readonly waitUntil: string;
}

/** How often a change that is gone is made again before a person is called. */
const MAXIMUM_REAPPLIED = 3;

/** Re-reads every changed setting after propagation. A change that is gone is a person's business at once. */
export const verifyContainment = async (input: VerifyInput, ports: Ports): Promise<VerifyOutput> => {
  const { plan, look } = await lookAt(input, "verify", ports);
  await setStatus(plan, look.holds.every(({ ok }) => ok) && !isAllowed(look), ports);
  if (plan.purpose === "release") return done(ports);
  if (plan.mode === "dry-run" || look.holds.length === 0) return afterwards(plan, ports);
  return { next: "watch", waitUntil: nextLook(ports) };
};

/**
 * Looks again until the watch is over: is every change still there, and do the logs show that it works? A change that was
 * taken away is applied again, a bounded number of times, under the same approval; a success of the actor calls a person,
 * and nothing beyond the approval is done. An action that got its last signature meanwhile is carried out.
 */
export const watchContainment = async (input: VerifyInput, ports: Ports): Promise<VerifyOutput> => {
  const { plan, look, looks } = await lookAt(input, "watch", ports);
  const activity = await watchActivity(plan, looks, ports);
  if (activity.news.length > 0) await escalate(plan, activity.news, ports);
  const gone = look.holds.filter((hold) => !hold.ok).map(({ id }) => id);
  if (gone.length > 0) return reapply(plan, gone, looks, ports);
  const next = await afterwards(plan, ports);
  if (next.next === "apply") return next;
  if (!activity.isOver) return { next: "watch", waitUntil: nextLook(ports) };
  await ports.cases.append(plan.caseId, {
    type: "watch.finished",
    actor: "watchContainment",
    data: { planId: plan.planId, looks: looks.length, ...conclusionOf(activity.watch) },
  });
  return next;
};

const nextLook = ({ clock, settings }: Ports): string => secondsFrom(clock.now(), settings.waits.watch);
const done = ({ clock }: Ports): VerifyOutput => ({ next: "done", waitUntil: clock.now() });

/** What is left of the plan: a change approved since, an answer still due, or nothing. */
const afterwards = async (plan: Plan, ports: Ports): Promise<VerifyOutput> => {
  const verdict = await judge(plan, await storedDecisions(plan.caseId, plan.planId, ports), ports);
  const { next } = await stepAfter(plan, verdict, ports);
  return { next: next === "stop" ? "done" : next, waitUntil: ports.clock.now() };
};

interface Looked {
  readonly plan: Plan;
  readonly look: Look;
  readonly looks: readonly Look[];
}

const lookAt = async ({ caseId, planId }: VerifyInput, during: Look["during"], ports: Ports): Promise<Looked> => {
  const plan = await readPlan(caseId, planId, ports);
  const held = await Promise.all(plan.actions.map((planned) => holdOf(plan, planned, ports)));
  const holds = held.filter((hold) => hold !== null);
  const isAsked = during === "verify" && plan.purpose !== "release";
  const evaluated = isAsked ? await evaluateCut(plan, inForce(plan, holds), ports) : [];
  const told = { holds, ...(evaluated.length === 0 ? {} : { evaluated }) };
  const look: Look = { at: ports.clock.now(), during, ...told };
  const before = (await find(ports.cases, caseId, VERIFICATION.at(planId))) ?? [];
  const looks = [...before, look];
  await write(ports.cases, caseId, VERIFICATION.at(planId), looks);
  await ports.cases.append(caseId, {
    type: `containment.${during === "verify" ? "verified" : "watched"}`,
    actor: "verifyContainment",
    data: { planId, ...told },
  });
  return { plan, look, looks };
};

const inForce = ({ actions }: Plan, holds: readonly Hold[]): readonly PlannedAction[] =>
  actions.filter(({ id }) => holds.some((hold) => hold.id === id && hold.ok));

/** The settings are there and the account's policies let the actor in all the same: a person must look. */
const isAllowed = ({ evaluated = [] }: Look): boolean => evaluated.some(({ answer }) => answer === "allowed");

/** Null for an action that made no change, or whose change was taken back by a release. */
const holdOf = async (plan: Plan, planned: PlannedAction, ports: Ports): Promise<Hold | null> => {
  const record = await findRecord(plan, planned.id, ports);
  const isUnfinished = record === null && (await hasBegun(plan, planned, ports));
  if (!isUnfinished && record?.status !== "applied" && record?.status !== "failed") return null;
  if (plan.purpose !== "release" && (await isReleased(plan, planned, ports))) return null;
  const { after, ...verdict } = await readBack(plan, planned, record, ports);
  if (record?.status === "failed" && verdict.ok && after !== null) await followUp(plan, record, after, verdict, ports);
  return isUnfinished
    ? { id: planned.id, ok: false, why: `begun, and its end is not on record; ${verdict.why}` }
    : { id: planned.id, ...verdict };
};

/** A read that was late made a record say that a change failed; what is seen now is what is written down. */
const followUp = async (
  plan: Plan,
  record: ActionRecord,
  after: State,
  verdict: Verdict,
  ports: Ports,
): Promise<void> => {
  const { planId, id, kind, target } = record;
  const why = `read back later: ${verdict.why}`;
  await write(ports.cases, plan.caseId, ACTION.at(planId, id), {
    ...record,
    status: "applied",
    why,
    after,
    afterDigest: digestOf(after),
    verdict,
  });
  await ports.cases.append(plan.caseId, {
    type: "action.applied",
    actor: "verifyContainment",
    data: { planId, id, kind, target, why },
  });
};

const hasBegun = async ({ caseId, planId }: Plan, { id }: PlannedAction, { cases }: Ports): Promise<boolean> =>
  (await cases.events(caseId)).some(
    ({ type, data }) => type === "action.started" && data.planId === planId && data.id === id,
  );

const readBack = async (
  plan: Plan,
  planned: PlannedAction,
  record: ActionRecord | null,
  ports: Ports,
): Promise<Omit<Hold, "id"> & { readonly after: State | null }> => {
  const begun = await findBegun(plan, planned, ports);
  const at = record?.stampedAt ?? begun?.at ?? plan.createdAt;
  const aim = await aimOf(plan, planned, { at, before: begun?.before ?? planned.before }, ports);
  try {
    const after = await aim.action.capture(planned.target, aim.stamp, ports.account);
    return { ...(await aim.holds(after)), after };
  } catch (error) {
    if (isApiError(error)) return { ok: false, why: error.message, after: null };
    throw error;
  }
};

const reapply = async (
  plan: Plan,
  gone: readonly string[],
  looks: readonly Look[],
  ports: Ports,
): Promise<VerifyOutput> => {
  const times = looks.filter(({ during, holds }) => during === "watch" && holds.some(({ ok }) => !ok)).length;
  const verdict = await judge(plan, await storedDecisions(plan.caseId, plan.planId, ports), ports);
  const again = times <= MAXIMUM_REAPPLIED && verdict.closed !== "STOPPED";
  await tell(
    ports,
    plan.caseId,
    "attention",
    9,
    `${counted(gone.length, "containment change")} ${gone.length === 1 ? "is" : "are"} not in force: taken away by somebody, or never made; ${again ? "applied again" : "a person must act"}.`,
  );
  await ports.cases.append(plan.caseId, {
    type: "containment.removed",
    actor: "watchContainment",
    data: { planId: plan.planId, gone, times },
  });
  if (!again) {
    await setStatus(plan, false, ports);
    return done(ports);
  }
  for (const id of gone) await reopen(plan, id, ports);
  return { next: "apply", waitUntil: ports.clock.now() };
};

/** The record of an undone change goes aside, so that the executor takes the action up again. */
const reopen = async (plan: Plan, id: string, ports: Ports): Promise<void> => {
  const record = await findRecord(plan, id, ports);
  if (record === null) return;
  await write(ports.cases, plan.caseId, ACTION.at(plan.planId, id), {
    ...record,
    status: "failed",
    why: "taken away after it had been applied",
  });
};

const setStatus = async (plan: Plan, ok: boolean, ports: Ports): Promise<void> => {
  const status = ok ? await containmentStatus(plan.caseId, ports) : "attention";
  await ports.cases.update(plan.caseId, (head) => ({ ...head, status, updatedAt: ports.clock.now() }));
  const isBad = status === "attention";
  await tell(ports, plan.caseId, isBad ? "attention" : "contained", isBad ? 8 : 5, told(plan, ok, isBad));
};

const told = ({ planId, mode }: Plan, ok: boolean, isBad: boolean): string => {
  if (mode === "dry-run") return `Plan ${planId} was played as a dry run: nothing was changed.`;
  if (!ok)
    return `Plan ${planId} was carried out, and not all of it holds: a change is not in place, or the actor is still allowed.`;
  return `Plan ${planId} was carried out, and each change was read back.${isBad ? " The case still needs a person." : ""}`;
};
