import { actionOf } from "../actions/index.ts";
import { isApiError } from "../core/errors.ts";
import type { Plan, PlannedAction } from "../core/plan.ts";
import type { Ports } from "../ports.ts";
import { type ActionRecord, verdictOf } from "./applyContainment.ts";
import { findDocument, readDocument, writeDocument } from "./documents.ts";
import { tell } from "./openCase.ts";
import { stampOf } from "./planContainment.ts";
import { containmentStatus } from "./containmentStatus.ts";
import { exemptArnsOf } from "./scene.ts";
import { hoursFrom, secondsFrom } from "./time.ts";

export interface VerifyInput {
  readonly caseId: string;
  readonly planId: string;
}

export interface VerifyOutput {
  readonly next: "watch" | "apply" | "done";
  readonly waitUntil: string;
}

/** One look at every applied change; the document `verification/<planId>.json` holds them all. */
interface Look {
  readonly at: string;
  readonly during: "verify" | "watch";
  readonly holds: readonly { readonly id: string; readonly ok: boolean; readonly why: string }[];
}

/** How often a change that is gone is made again before a person is called. */
const MAXIMUM_REAPPLIED = 3;

/** Re-reads every changed setting after propagation. A change that is gone is a person's business at once. */
export const verifyContainment = async (input: VerifyInput, ports: Ports): Promise<VerifyOutput> => {
  const { plan, look } = await lookAt(input, "verify", ports);
  const ok = look.holds.every((hold) => hold.ok);
  await setStatus(plan, ok, ports);
  if (plan.purpose === "release" || plan.mode === "dry-run" || look.holds.length === 0) return { next: "done", waitUntil: ports.clock.now() };
  return { next: "watch", waitUntil: nextLook(ports) };
};

/**
 * Looks again until the watch is over: is every change still there? A change that was taken away is applied again,
 * a bounded number of times, under the same approval.
 */
export const watchContainment = async (input: VerifyInput, ports: Ports): Promise<VerifyOutput> => {
  const { plan, look, looks } = await lookAt(input, "watch", ports);
  const gone = look.holds.filter((hold) => !hold.ok).map(({ id }) => id);
  if (gone.length > 0) return reapply(plan, gone, looks, ports);
  const until = hoursFrom(looks[0]!.at, ports.settings.watchMinutes / 60);
  if (ports.clock.now() < until) return { next: "watch", waitUntil: nextLook(ports) };
  await ports.cases.append(plan.caseId, { type: "watch.finished", actor: "watchContainment", data: { planId: plan.planId, looks: looks.length } });
  return { next: "done", waitUntil: ports.clock.now() };
};

const nextLook = ({ clock, settings }: Ports): string => secondsFrom(clock.now(), settings.waits.watch);

const lookAt = async ({ caseId, planId }: VerifyInput, during: Look["during"], ports: Ports): Promise<{ plan: Plan; look: Look; looks: readonly Look[] }> => {
  const plan = await readDocument<Plan>(ports.cases, caseId, `plans/${planId}.json`);
  const held = await Promise.all(plan.actions.map((planned) => holds(plan, planned, ports)));
  const look: Look = { at: ports.clock.now(), during, holds: held.filter((hold) => hold !== null) };
  const looks = [...((await findDocument<readonly Look[]>(ports.cases, caseId, `verification/${planId}.json`)) ?? []), look];
  await writeDocument(ports.cases, caseId, `verification/${planId}.json`, looks);
  await ports.cases.append(caseId, { type: `containment.${during === "verify" ? "verified" : "watched"}`, actor: "verifyContainment", data: { planId, holds: look.holds } });
  return { plan, look, looks };
};

/** Null for an action that made no change. */
const holds = async (plan: Plan, planned: PlannedAction, ports: Ports): Promise<Look["holds"][number] | null> => {
  const record = await findDocument<ActionRecord>(ports.cases, plan.caseId, `actions/${plan.planId}/${planned.id}.json`);
  if (record === null || (record.status !== "applied" && record.status !== "failed")) return null;
  const action = actionOf(planned.kind);
  const stamp = stampOf({ ...plan, exemptArns: exemptArnsOf(ports.settings.exemptArns, plan) }, plan.createdAt);
  try {
    const verdict = verdictOf(plan, planned, action, await action.capture(planned.target, stamp, ports.account), stamp);
    return { id: planned.id, ...verdict };
  } catch (error) {
    if (isApiError(error)) return { id: planned.id, ok: false, why: error.message };
    throw error;
  }
};

const reapply = async (plan: Plan, gone: readonly string[], looks: readonly Look[], ports: Ports): Promise<VerifyOutput> => {
  const times = looks.filter(({ during, holds }) => during === "watch" && holds.some(({ ok }) => !ok)).length;
  await tell(ports, plan.caseId, "attention", 9, `${gone.length} containment change(s) were taken away by somebody; ${times <= MAXIMUM_REAPPLIED ? "they are applied again" : "a person must act"}.`);
  await ports.cases.append(plan.caseId, { type: "containment.removed", actor: "watchContainment", data: { planId: plan.planId, gone, times } });
  if (times > MAXIMUM_REAPPLIED) {
    await setStatus(plan, false, ports);
    return { next: "done", waitUntil: ports.clock.now() };
  }
  for (const id of gone) await reopen(plan, id, ports);
  return { next: "apply", waitUntil: ports.clock.now() };
};

/** The record of an undone change goes aside, so that the executor takes the action up again. */
const reopen = async (plan: Plan, id: string, ports: Ports): Promise<void> => {
  const name = `actions/${plan.planId}/${id}.json`;
  const record = await readDocument<ActionRecord>(ports.cases, plan.caseId, name);
  await writeDocument(ports.cases, plan.caseId, name, { ...record, status: "failed", why: "taken away after it had been applied" });
};

const setStatus = async (plan: Plan, ok: boolean, ports: Ports): Promise<void> => {
  const status = ok ? await containmentStatus(plan.caseId, ports) : "attention";
  await ports.cases.update(plan.caseId, (head) => ({ ...head, status, updatedAt: ports.clock.now() }));
  await tell(ports, plan.caseId, status === "attention" ? "attention" : "contained", 5, `Verification of plan ${plan.planId}: ${status}.`);
};
