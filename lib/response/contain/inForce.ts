import { digestOf } from "../../base/jcs.ts";
import { ACTION, find, PLAN, readAll } from "../../case/documents.ts";
import type { ActionRecord, Plan, PlannedAction } from "../../case/plan.ts";
import type { Ports } from "../../ports/ports.ts";

/** A planned change that our own records say was made. */
export interface Applied {
  readonly plan: Plan;
  readonly planned: PlannedAction;
  readonly record: ActionRecord;
}

/** Every change and every release of the case that was carried out, in the order of the carrying out. */
export const appliedChanges = async (caseId: string, { cases }: Pick<Ports, "cases">): Promise<readonly Applied[]> => {
  const plans = await readAll(cases, caseId, PLAN);
  const found = await Promise.all(
    plans
      .toSorted((a, b) => byTime(a.createdAt, b.createdAt))
      .flatMap((plan) =>
        plan.actions.map(async (planned) => ({
          plan,
          planned,
          record: await find(cases, caseId, ACTION.at(plan.planId, planned.id)),
        })),
      ),
  );
  return found
    .filter((one): one is Applied => one.record?.status === "applied")
    .toSorted((a, b) => byTime(a.record.at, b.record.at));
};

const byTime = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** Whether a release action is the one that takes back a change: same kind and target, planned after it. */
export const takesBack = (
  undone: Pick<Applied, "plan" | "planned">,
  made: Pick<Applied, "plan" | "planned">,
): boolean =>
  undone.plan.purpose === "release" &&
  undone.planned.kind === made.planned.kind &&
  undone.plan.createdAt >= made.plan.createdAt &&
  digestOf(undone.planned.target) === digestOf(made.planned.target);
