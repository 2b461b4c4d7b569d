import { CordonError, TransientError } from "../../base/errors.ts";
import { counted } from "../../base/figures.ts";
import { ACTION, write } from "../../case/documents.ts";
import { aboutPlan, ofType } from "../../case/events.ts";
import type { ActionRecord, Plan, PlannedAction } from "../../case/plan.ts";
import type { GateVerdict } from "../../core/plan/gate.ts";
import { planDigestOf } from "../../core/plan/renderPlan.ts";
import type { Ports } from "../../ports/ports.ts";
import { oneAtATime } from "../oneAtATime.ts";
import { secondsFrom } from "../time.ts";
import { changeSetting, type Outcome } from "./changeSetting.ts";
import { ledgerFault } from "./onLedger.ts";
import { judge, readPlan } from "./planRecords.ts";
import { FINISHED, findRecord } from "./progress.ts";
import { storedDecisions } from "./storedDecisions.ts";

export interface ApplyOutput {
  readonly waitUntil: string;
  readonly applied: number;
  readonly failed: number;
}

/**
 * Carries out what was approved and nothing else. The gate is asked again before every change, from stored bytes; the
 * nonce is claimed before the first call; an action that was finished before a crash is not repeated; one failing
 * action does not stop the others unless they require it. Throws GATE_CLOSED when nothing may be done, AUDIT_UNAVAILABLE
 * when it cannot be written down, TransientError when a call should be tried again.
 */
export const applyContainment = (input: { caseId: string; planId: string }, ports: Ports): Promise<ApplyOutput> =>
  oneAtATime(ports.cases, `apply ${input.caseId}/${input.planId}`, () => carryOutPlan(input, ports));

const carryOutPlan = async (
  { caseId, planId }: { caseId: string; planId: string },
  ports: Ports,
): Promise<ApplyOutput> => {
  const plan = await readPlan(caseId, planId, ports);
  await admit(plan, ports);
  const records: ActionRecord[] = [];
  const transient: unknown[] = [];
  for (const action of plan.actions) {
    const record = await carryOut(plan, action, records, transient, ports);
    if (record !== null) records.push(record);
  }
  await conclude(plan, records, ports);
  if (transient.length > 0)
    throw new TransientError("STATE_UNKNOWN", `${planId}: ${counted(transient.length, "call")} must be tried again`, {
      cause: transient[0],
    });
  return {
    waitUntil: secondsFrom(ports.clock.now(), ports.settings.waits.propagation),
    applied: records.filter(({ status }) => status === "applied").length,
    failed: records.filter(({ status }) => status === "failed" || status === "drifted").length,
  };
};

/** The way in: the gate must be open, the nonce ours, and both written down before anything is called. */
const admit = async (plan: Plan, ports: Ports): Promise<void> => {
  const { caseId, planId } = plan;
  const digest = planDigestOf(plan);
  const verdict = await ask(plan, ports);
  if (verdict.state !== "open") throw await turnedAway(plan, verdict.why, ports);
  const fault = await ledgerFault(plan, ports);
  if (fault !== null) throw await turnedAway(plan, fault, ports);
  if (!(await ports.decisions.claim(plan.nonce, `${caseId}/${planId}/${digest}`)))
    throw await turnedAway(plan, "its nonce was used by another plan", ports);
  const events = await ports.cases.events(caseId);
  if (ofType(events, "execution.started", planId).length > 0) return;
  await ports.ledger.append({ type: "execution", caseId, digest, at: ports.clock.now() });
  await ports.cases.append(caseId, {
    type: "execution.started",
    actor: "applyContainment",
    data: { planId, planDigest: digest, mode: plan.mode },
  });
  await ports.cases.update(caseId, (head) => ({ ...head, status: "containing", updatedAt: ports.clock.now() }));
};

const turnedAway = async ({ caseId, planId }: Plan, why: string, ports: Ports): Promise<CordonError> => {
  await ports.cases.append(caseId, { type: "execution.refused", actor: "applyContainment", data: { planId, why } });
  return new CordonError("GATE_CLOSED", `${planId}: ${why}`);
};

/** The gate over what is stored now. */
const ask = async (plan: Plan, ports: Ports): Promise<GateVerdict> =>
  judge(plan, await storedDecisions(plan.caseId, plan.planId, ports), ports);

/** What counts as done for an action that needs another one first. */
const DONE: readonly ActionRecord["status"][] = ["applied", "would-have-applied"];

/** Null for an action that still waits for signatures: it may be carried out later. */
const carryOut = async (
  plan: Plan,
  planned: PlannedAction,
  earlier: readonly ActionRecord[],
  transient: unknown[],
  ports: Ports,
): Promise<ActionRecord | null> => {
  const known = await findRecord(plan, planned.id, ports);
  if (known !== null && FINISHED.includes(known.status)) return announced(plan, known, ports);
  const attempted = await attempt(plan, planned, earlier, transient, ports);
  if (attempted === null) return null;
  const record = withEarlierCalls(attempted, known);
  await write(ports.cases, plan.caseId, ACTION.at(plan.planId, planned.id), record);
  return announce(plan, record, ports);
};

/** A change that was made, taken away and could not be made again was called all the same: its release must know. */
const withEarlierCalls = (record: ActionRecord, known: ActionRecord | null): ActionRecord =>
  known === null || known.calls.length === 0 || record.status === "applied" || record.calls.length > 0
    ? record
    : { ...record, calls: known.calls, before: known.before, wasBegun: true };

/** A record without its line in the audit trail is one of a process that died between the two. */
const announced = async (plan: Plan, record: ActionRecord, ports: Ports): Promise<ActionRecord> => {
  const events = await ports.cases.events(plan.caseId);
  const last = aboutPlan(events, plan.planId).findLast(({ data }) => "id" in data && data.id === record.id);
  return last?.type === `action.${record.status}` ? record : announce(plan, record, ports);
};

const announce = async (plan: Plan, record: ActionRecord, ports: Ports): Promise<ActionRecord> => {
  const { planId, id, kind, target, why } = record;
  await ports.cases.append(plan.caseId, {
    type: `action.${record.status}`,
    actor: "applyContainment",
    data: { planId, id, kind, target, why },
  });
  return record;
};

const attempt = async (
  plan: Plan,
  planned: PlannedAction,
  earlier: readonly ActionRecord[],
  transient: unknown[],
  ports: Ports,
): Promise<ActionRecord | null> => {
  const outcome = outcomeOf(plan, planned, ports);
  const verdict = await ask(plan, ports);
  const own = verdict.actions.find(({ id }) => id === planned.id);
  if (own === undefined || own.state === "denied") return outcome("not-approved", own?.why ?? "unknown action");
  if (verdict.state === "closed") return outcome("skipped", verdict.why);
  if (own.state === "waiting" || verdict.state === "waiting") return null;
  const missing = planned.requires.find(
    (id) => !earlier.some((record) => record.id === id && DONE.includes(record.status)),
  );
  if (missing !== undefined) return outcome("skipped", `${missing} did not succeed`);
  if (planned.reversibility === "instruction")
    return outcome("instructed", "a person must do this; the plan holds the exact text");
  const stillOpen = async (): Promise<boolean> => {
    const now = await ask(plan, ports);
    return now.state === "open" && now.actions.some(({ id, state }) => id === planned.id && state === "approved");
  };
  try {
    return await changeSetting(
      { plan, planned, earlier, outcome, stillOpen, onTransient: (error) => transient.push(error) },
      ports,
    );
  } catch (error) {
    if (error instanceof CordonError && error.code === "AUDIT_UNAVAILABLE") throw error;
    if (error instanceof TransientError) transient.push(error);
    return outcome("failed", String((error as Error).message));
  }
};

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

const conclude = async (plan: Plan, records: readonly ActionRecord[], ports: Ports): Promise<void> => {
  const count = (status: ActionRecord["status"]): number => records.filter((record) => record.status === status).length;
  await ports.cases.append(plan.caseId, {
    type: "execution.finished",
    actor: "applyContainment",
    data: {
      planId: plan.planId,
      applied: count("applied"),
      failed: count("failed"),
      drifted: count("drifted"),
      wouldHave: count("would-have-applied"),
      instructed: count("instructed"),
      notApproved: count("not-approved"),
      skipped: count("skipped"),
      waiting: plan.actions.length - records.length,
    },
  });
};
