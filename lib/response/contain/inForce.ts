import { digestOf } from "../../base/jcs.ts";
import { ACTION, find, PLAN, readAll } from "../../case/documents.ts";
import type { ActionRecord, Plan, PlannedAction } from "../../case/plan.ts";
import type { ReadPorts } from "../../ports/ports.ts";

import { findBegun, lostRecord } from "./begun.ts";

/** A planned change that our own records say was made. */
export interface Applied {
  readonly plan: Plan;
  readonly planned: PlannedAction;
  readonly record: ActionRecord;
}

/**
 * Every change and every release of the case that was carried out, in the order of the carrying out: whatever was called
 * counts, also where its record says that it failed, because a late read may have said so.
 */
export const appliedChanges = async (
  caseId: string,
  { cases }: Pick<ReadPorts, "cases">,
): Promise<readonly Applied[]> => {
  const plans = await readAll(cases, caseId, PLAN);
  const found = await Promise.all(
    plans
      .toSorted((a, b) => byTime(a.createdAt, b.createdAt))
      .flatMap((plan) =>
        plan.actions.map(async (planned) => ({
          plan,
          planned,
          record: await recordOf(plan, planned, cases),
        })),
      ),
  );
  return found
    .filter((one): one is Applied => one.record !== null && isMade(one.plan, one.record))
    .toSorted((a, b) => byTime(a.record.at, b.record.at));
};

/** Every change of the case that was made by our own records, taken back since or not, in the order it was made. */
export const appliedActions = async (caseId: string, ports: Pick<ReadPorts, "cases">): Promise<readonly Applied[]> =>
  (await appliedChanges(caseId, ports)).filter(({ plan }) => plan.purpose !== "release");

/** A change that was begun and of which a crash left no record may have been called. */
const recordOf = async (
  plan: Plan,
  planned: PlannedAction,
  cases: ReadPorts["cases"],
): Promise<ActionRecord | null> => {
  const { caseId, planId } = plan;
  const known = await find(cases, caseId, ACTION.at(planId, planned.id));
  const begun = known === null ? await findBegun(plan, planned, { cases }) : null;
  return begun === null ? known : lostRecord(plan, planned, begun);
};

/** A release that failed has not taken its change back: it can be asked for again. */
const isMade = ({ purpose }: Plan, { status, calls, wasBegun }: ActionRecord): boolean =>
  status === "applied" || (purpose !== "release" && (calls.length > 0 || wasBegun === true));

const byTime = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** Whether a release action is the one that takes back a change: same kind and place, planned after it. */
export const takesBack = (
  undone: Pick<Applied, "plan" | "planned">,
  made: Pick<Applied, "plan" | "planned">,
): boolean =>
  undone.plan.purpose === "release" &&
  undone.planned.kind === made.planned.kind &&
  undone.plan.createdAt >= made.plan.createdAt &&
  undone.planned.target.label === made.planned.target.label;

/** The change that a release takes back: the newest of that very target. */
export const madeOf = (undone: Pick<Applied, "plan" | "planned">, history: readonly Applied[]): Applied | undefined =>
  history.findLast(
    (made) =>
      made.plan.purpose !== "release" &&
      takesBack(undone, made) &&
      digestOf(made.planned.target) === digestOf(undone.planned.target),
  );

/** Changes that no release has taken back since. */
export const inForce = (history: readonly Applied[]): readonly Applied[] =>
  history.filter(
    (made, at) => made.plan.purpose !== "release" && !history.slice(at + 1).some((undone) => takesBack(undone, made)),
  );
