import { actionOf } from "../actions/index.ts";
import type { Action, State, Verdict } from "../core/action.ts";
import { CordonError, isApiError } from "../core/errors.ts";
import type { GateVerdict } from "../core/gate.ts";
import type { Plan, PlannedAction } from "../core/plan.ts";
import { planDigestOf } from "../core/renderPlan.ts";
import { digestOf } from "../evidence/jcs.ts";
import type { ApiRequest, Ports } from "../ports.ts";
import { judge, storedDecisions } from "./decisions.ts";
import { findDocument, readDocument, writeDocument } from "./documents.ts";
import { stampOf } from "./planContainment.ts";
import { exemptArnsOf } from "./scene.ts";
import { secondsFrom } from "./time.ts";

/** What became of one action of a plan; the document `actions/<planId>/<id>.json`. */
export interface ActionRecord {
  readonly planId: string;
  readonly id: string;
  readonly kind: string;
  readonly target: string;
  readonly status: "applied" | "would-have-applied" | "instructed" | "not-approved" | "skipped" | "drifted" | "failed";
  readonly why: string;
  readonly calls: readonly { readonly request: ApiRequest; readonly requestId: string; readonly at: string }[];
  readonly before: State;
  readonly after: State | null;
  readonly afterDigest: string | null;
  readonly verdict: Verdict | null;
  readonly at: string;
}

export interface ApplyOutput {
  readonly waitUntil: string;
  readonly applied: number;
  readonly failed: number;
}

/**
 * Carries out what was approved and nothing else. The gate is asked again before every change, from stored bytes; the
 * nonce is claimed before the first call; an action that was finished before a crash is not repeated; one failing
 * action does not stop the others unless they require it.
 */
export const applyContainment = async ({ caseId, planId }: { caseId: string; planId: string }, ports: Ports): Promise<ApplyOutput> => {
  const plan = await readDocument<Plan>(ports.cases, caseId, `plans/${planId}.json`);
  await admit(plan, ports);
  const records: ActionRecord[] = [];
  for (const action of plan.actions) records.push(await carryOut(plan, action, records, ports));
  await conclude(plan, records, ports);
  return {
    waitUntil: secondsFrom(ports.clock.now(), ports.settings.waits.propagation),
    applied: records.filter(({ status }) => status === "applied").length,
    failed: records.filter(({ status }) => status === "failed" || status === "drifted").length,
  };
};

/** The way in: the gate must be open, the nonce ours, and both written down before anything is called. */
const admit = async (plan: Plan, ports: Ports): Promise<void> => {
  const verdict = await ask(plan, ports);
  if (verdict.state !== "open") throw new CordonError("GATE_CLOSED", `${plan.planId}: ${verdict.why}`);
  const executor = `${plan.caseId}/${plan.planId}/${planDigestOf(plan)}`;
  if (!(await ports.decisions.claim(plan.nonce, executor))) throw new CordonError("GATE_CLOSED", `${plan.planId}: its nonce was used by another plan`);
  const events = await ports.cases.events(plan.caseId);
  if (events.some(({ type, data }) => type === "execution.started" && data.planId === plan.planId)) return;
  await ports.ledger.append({ type: "execution", caseId: plan.caseId, digest: planDigestOf(plan), at: ports.clock.now() });
  await ports.cases.append(plan.caseId, { type: "execution.started", actor: "applyContainment", data: { planId: plan.planId, planDigest: planDigestOf(plan), mode: plan.mode } });
  await ports.cases.update(plan.caseId, (head) => ({ ...head, status: "containing", updatedAt: ports.clock.now() }));
};

const ask = async (plan: Plan, ports: Ports): Promise<GateVerdict> => judge(plan, await storedDecisions(plan.caseId, plan.planId, ports), ports);

const FINISHED: readonly ActionRecord["status"][] = ["applied", "would-have-applied", "instructed", "not-approved"];

const carryOut = async (plan: Plan, planned: PlannedAction, earlier: readonly ActionRecord[], ports: Ports): Promise<ActionRecord> => {
  const name = `actions/${plan.planId}/${planned.id}.json`;
  const known = await findDocument<ActionRecord>(ports.cases, plan.caseId, name);
  if (known !== null && FINISHED.includes(known.status)) return known;
  const record = await attempt(plan, planned, earlier, ports);
  await writeDocument(ports.cases, plan.caseId, name, record);
  await ports.cases.append(plan.caseId, { type: `action.${record.status}`, actor: "applyContainment", data: { planId: plan.planId, id: planned.id, kind: planned.kind, target: planned.target.label, why: record.why } });
  return record;
};

const attempt = async (plan: Plan, planned: PlannedAction, earlier: readonly ActionRecord[], ports: Ports): Promise<ActionRecord> => {
  const verdict = (await ask(plan, ports)).actions.find(({ id }) => id === planned.id);
  const outcome = outcomeOf(plan, planned, ports);
  if (verdict?.state !== "approved") return outcome("not-approved", verdict?.why ?? "unknown action");
  const missing = planned.requires.find((id) => !earlier.some((record) => record.id === id && record.status === "applied"));
  if (missing !== undefined) return outcome("skipped", `${missing} did not succeed`);
  if (planned.reversibility === "instruction") return outcome("instructed", "a person must do this; the plan holds the exact text");
  try {
    return await change(plan, planned, outcome, ports);
  } catch (error) {
    if (error instanceof CordonError && error.code === "AUDIT_UNAVAILABLE") throw error;
    return outcome("failed", isApiError(error) ? error.message : String((error as Error).message));
  }
};

type Outcome = (status: ActionRecord["status"], why: string, rest?: Partial<ActionRecord>) => ActionRecord;

const outcomeOf =
  (plan: Plan, planned: PlannedAction, ports: Ports): Outcome =>
  (status, why, rest = {}) => ({
    planId: plan.planId,
    id: planned.id,
    kind: planned.kind,
    target: planned.target.label,
    status,
    why,
    calls: [],
    before: planned.before,
    after: null,
    afterDigest: null,
    verdict: null,
    at: ports.clock.now(),
    ...rest,
  });

/** Looks, compares with what was approved, changes, looks again. */
const change = async (plan: Plan, planned: PlannedAction, outcome: Outcome, ports: Ports): Promise<ActionRecord> => {
  const action = actionOf(planned.kind);
  const stamp = stampOf({ ...plan, exemptArns: exemptArnsOf(ports.settings.exemptArns, plan) }, plan.createdAt);
  const now = await action.capture(planned.target, stamp, ports.account);
  if (plan.mode === "dry-run") return outcome("would-have-applied", "dry run: the calls of the plan were not made", { after: now });
  const done = await alreadyDone(plan, planned, action, now, ports);
  if (!done && digestOf(now) !== planned.beforeDigest) return outcome("drifted", "the settings are no longer what the plan was computed from", { after: now });
  if (!done) await ports.cases.append(plan.caseId, { type: "action.started", actor: "applyContainment", data: { planId: plan.planId, id: planned.id } });
  const calls = done ? [] : await callAll(planned.requests, ports);
  const after = await action.capture(planned.target, stamp, ports.account);
  const verdict = verdictOf(plan, planned, action, after, stamp);
  return outcome(verdict.ok ? "applied" : "failed", verdict.why, { calls, after, afterDigest: digestOf(after), verdict });
};

/** Whether the settings show what was wanted: for a release that is what they were before containment. */
export const verdictOf = (plan: Plan, planned: PlannedAction, action: Action, now: State, stamp: ReturnType<typeof stampOf>): Verdict => {
  if (plan.purpose !== "release") return action.verify(planned.target, planned.before, now, stamp);
  const restored = planned.restores !== null && digestOf(now) === planned.restores;
  return restored ? { ok: true, why: "restored to what was captured" } : { ok: false, why: "the settings are not what was captured" };
};

/** After a crash between the last call and the record: our change is there already, and we know that we began it. */
const alreadyDone = async (plan: Plan, planned: PlannedAction, action: Action, now: State, ports: Ports): Promise<boolean> => {
  const begun = (await ports.cases.events(plan.caseId)).some(({ type, data }) => type === "action.started" && data.planId === plan.planId && data.id === planned.id);
  const stamp = stampOf({ ...plan, exemptArns: exemptArnsOf(ports.settings.exemptArns, plan) }, plan.createdAt);
  return begun && verdictOf(plan, planned, action, now, stamp).ok;
};

const callAll = async (requests: readonly ApiRequest[], ports: Ports): Promise<ActionRecord["calls"]> => {
  const calls: { request: ApiRequest; requestId: string; at: string }[] = [];
  for (const request of requests) calls.push({ request, requestId: (await ports.account.call(request)).requestId, at: ports.clock.now() });
  return calls;
};

const conclude = async (plan: Plan, records: readonly ActionRecord[], ports: Ports): Promise<void> => {
  const count = (status: ActionRecord["status"]): number => records.filter((record) => record.status === status).length;
  await ports.cases.append(plan.caseId, {
    type: "execution.finished",
    actor: "applyContainment",
    data: { planId: plan.planId, applied: count("applied"), failed: count("failed"), drifted: count("drifted"), wouldHave: count("would-have-applied"), instructed: count("instructed"), notApproved: count("not-approved"), skipped: count("skipped") },
  });
};
