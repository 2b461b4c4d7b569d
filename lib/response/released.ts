import type { Plan, PlannedAction } from "../core/plan.ts";
import { digestOf } from "../evidence/jcs.ts";
import type { Ports } from "../ports.ts";
import { readPlan } from "./planRecords.ts";

/**
 * Whether people took a change back: a release of it was begun. Such a change is not missing, and making it again would
 * undo what they decided.
 */
export const isReleased = async ({ caseId }: Plan, planned: PlannedAction, ports: Ports): Promise<boolean> => {
  const begun = (await ports.cases.events(caseId)).flatMap(({ type, data }) =>
    type === "action.started" && String(data.planId).startsWith("release-")
      ? [{ planId: String(data.planId), id: data.id }]
      : [],
  );
  for (const { planId, id } of begun) {
    const action = (await readPlan(caseId, planId, ports)).actions.find((one) => one.id === id);
    if (action !== undefined && isOf(planned, action)) return true;
  }
  return false;
};

const isOf = (made: PlannedAction, undone: PlannedAction): boolean =>
  undone.kind === made.kind &&
  undone.restores === made.beforeDigest &&
  digestOf(undone.target) === digestOf(made.target);
