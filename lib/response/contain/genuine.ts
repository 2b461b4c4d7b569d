import type { Action } from "../../actions/parts/action.ts";
import { digestOf } from "../../base/jcs.ts";
import type { Plan, PlannedAction } from "../../case/plan.ts";
import type { Ports } from "../../ports/ports.ts";
import { appliedChanges, madeOf } from "./inForce.ts";
import { wayBackFrom } from "./stacked.ts";
import { stampAt } from "./stamp.ts";

/**
 * Whether the calls of a planned action are the ones that its kind gives: computed anew from the state it names, or, for
 * a release, the way back from a change that this case made. A plan that somebody else wrote, with calls of its own under
 * a harmless name, is not carried out even when people approved it.
 */
export const isGenuine = async (plan: Plan, planned: PlannedAction, action: Action, ports: Ports): Promise<boolean> => {
  if (planned.reversibility !== action.card.reversibility) return false;
  if (digestOf(planned.before) !== planned.beforeDigest) return false;
  if (
    planned.atExecution !== undefined &&
    plan.purpose !== "release" &&
    planned.atExecution !== action.card.atExecution
  )
    return false;
  if (plan.purpose === "release") return isWayBack(plan, planned, action, ports);
  const stamp = stampAt(plan, plan.createdAt, ports);
  return digestOf(action.apply(planned.target, planned.before, stamp)) === digestOf(planned.requests);
};

/** What was left by now of the change that it takes back must give the same calls as the plan holds. */
const isWayBack = async (plan: Plan, planned: PlannedAction, action: Action, ports: Ports): Promise<boolean> => {
  const history = await appliedChanges(plan.caseId, ports);
  const made = madeOf({ plan, planned }, history);
  if (made === undefined) return false;
  const { record } = made;
  const calls =
    action.withdraw === undefined
      ? action.rollback(
          planned.target,
          record.before,
          stampAt(made.plan, record.stampedAt ?? made.plan.createdAt, ports),
        )
      : await wayBackFrom(made, history, planned.before, ports);
  return digestOf(calls) === digestOf(planned.requests);
};
