import { ofType } from "../../case/events.ts";
import type { Plan, PlannedAction } from "../../case/plan.ts";
import type { ReadPorts } from "../../ports/ports.ts";
import { takesBack } from "./inForce.ts";
import { readPlan } from "./planRecords.ts";

/**
 * Whether people took a change back: a release of it was begun. Such a change is not missing, and making it again would
 * undo what they decided.
 */
export const isReleased = async (plan: Plan, planned: PlannedAction, ports: ReadPorts): Promise<boolean> => {
  const { caseId } = plan;
  const begun = ofType(await ports.cases.events(caseId), "action.started")
    .map(({ data }) => data)
    .filter((data) => data.planId.startsWith("release-"));
  for (const { planId, id } of begun) {
    const release = await readPlan(caseId, planId, ports);
    const undone = release.actions.find((one) => one.id === id);
    if (undone !== undefined && takesBack({ plan: release, planned: undone }, { plan, planned })) return true;
  }
  return false;
};
