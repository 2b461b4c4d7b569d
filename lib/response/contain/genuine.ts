import type { Action } from "../../actions/parts/action.ts";
import { digestOf } from "../../base/jcs.ts";
import type { Plan, PlannedAction } from "../../case/plan.ts";
import type { Stamp } from "../../core/plan/action.ts";
import type { Ports } from "../../ports/ports.ts";
import { appliedChanges, takesBack } from "./inForce.ts";
import { planIdsOf, readPlan } from "./planRecords.ts";
import { inForce, isShared, rebuiltWithout } from "./stacked.ts";

/**
 * Whether the calls of a planned action are the ones that its kind gives: computed anew from the state it names, or, for
 * a release, the way back that the containment plan held. A plan that somebody else wrote, with calls of its own under a
 * harmless name, is not carried out even when people approved it.
 */
export const isGenuine = async (
  plan: Plan,
  planned: PlannedAction,
  action: Action,
  stamp: Stamp,
  ports: Ports,
): Promise<boolean> => {
  if (planned.reversibility !== action.card.reversibility) return false;
  if (digestOf(planned.before) !== planned.beforeDigest) return false;
  if (plan.purpose === "release")
    return isShared(planned)
      ? isRebuilt(plan, planned, ports)
      : isWayBack(planned, await containmentPlans(plan.caseId, ports));
  return digestOf(action.apply(planned.target, planned.before, stamp)) === digestOf(planned.requests);
};

/** Where other changes may lie on the same setting the way back depends on which of them are in force by now. */
const isRebuilt = async (plan: Plan, planned: PlannedAction, ports: Ports): Promise<boolean> => {
  const history = await appliedChanges(plan.caseId, ports);
  const made = inForce(history).find((one) => takesBack({ plan, planned }, one));
  const rebuilt = made === undefined ? null : await rebuiltWithout(made, history, [], ports);
  return (
    rebuilt !== null &&
    rebuilt.restores === planned.restores &&
    digestOf(rebuilt.requests) === digestOf(planned.requests)
  );
};

const isWayBack = (planned: PlannedAction, plans: readonly Plan[]): boolean =>
  plans.some(({ actions }) =>
    actions.some(
      (made) =>
        made.kind === planned.kind &&
        made.beforeDigest === planned.restores &&
        digestOf(made.target) === digestOf(planned.target) &&
        digestOf(made.rollback) === digestOf(planned.requests),
    ),
  );

const containmentPlans = async (caseId: string, ports: Ports): Promise<readonly Plan[]> => {
  const planIds = await planIdsOf(caseId, ports.cases);
  const plans = await Promise.all(planIds.map((planId) => readPlan(caseId, planId, ports)));
  return plans.filter(({ purpose }) => purpose !== "release");
};
