import { BEGUN, find, keep } from "../../case/documents.ts";
import type { ActionRecord, Begun, Plan, PlannedAction, State } from "../../case/plan.ts";
import type { Ports, ReadPorts } from "../../ports/ports.ts";

/**
 * Writes down what was found before the first call of a change; what an earlier attempt found stands. The way back starts
 * from it whatever becomes of the process, and however often the change is made again.
 */
export const keepBegun = (plan: Plan, planned: PlannedAction, before: State, ports: Ports): Promise<Begun> =>
  keep(ports.cases, plan.caseId, BEGUN.at(plan.planId, planned.id), {
    planId: plan.planId,
    id: planned.id,
    at: ports.clock.now(),
    before,
  });

export const findBegun = (
  { caseId, planId }: Plan,
  { id }: PlannedAction,
  { cases }: Pick<ReadPorts, "cases">,
): Promise<Begun | null> => find(cases, caseId, BEGUN.at(planId, id));

/** What can be said of a change that was begun and whose end nobody wrote down. */
export const lostRecord = ({ planId }: Plan, planned: PlannedAction, { at, before }: Begun): ActionRecord => ({
  planId,
  id: planned.id,
  kind: planned.kind,
  target: planned.target.label,
  status: "failed",
  why: "begun, and its end is not on record",
  calls: [],
  before,
  after: null,
  afterDigest: null,
  verdict: null,
  at,
  stampedAt: at,
  wasBegun: true,
});
