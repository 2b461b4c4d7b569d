import type { CaseStatus } from "../../case/case.ts";
import { ACTION, PLAN, read, readAll } from "../../case/documents.ts";
import { type CaseEvent, isEnd, ofType } from "../../case/events.ts";
import type { ActionRecord, Plan } from "../../case/plan.ts";
import type { Ports } from "../../ports/ports.ts";
import { openDoors } from "./openDoors.ts";

const BAD: readonly ActionRecord["status"][] = ["failed", "drifted", "skipped"];

/**
 * How the case stands by its own records, whichever plan was the last to move: a change that failed calls for a person;
 * changes in force contain, unless the actor left a door open; changes taken back release; else the answer to the containment plan says why nothing is.
 */
export const containmentStatus = async (caseId: string, ports: Ports): Promise<CaseStatus> => {
  const records = await allRecords(caseId, ports);
  const changed = records.filter(({ plan, record }) => plan.purpose !== "release" && record.status === "applied");
  const undone = records.filter(({ plan, record }) => plan.purpose === "release" && record.status === "applied");
  const isBack = changed.length > 0 && undone.length >= changed.length;
  if (records.some(({ record }) => BAD.includes(record.status) && !(isBack && record.status === "skipped")))
    return "attention";
  const events = await ports.cases.events(caseId);
  if (changed.length === 0) return answerTo(events);
  if (isBack) return "released";
  if ((await openDoors(caseId, ports)).length > 0) return "attention";
  return isBreached(events) ? "attention" : "contained";
};

/**
 * The actor went on in spite of the cut, and no other change has been made since. Doing the same once more mends nothing, a
 * change taken back even less.
 */
export const isBreached = (events: readonly CaseEvent[]): boolean => {
  const breach = ofType(events, "containment.breached").findLast(({ data }) => data.isLasting);
  return (
    breach !== undefined &&
    !ofType(events, "execution.finished").some(
      ({ seq, data: { planId, applied } }) =>
        seq > breach.seq && planId !== breach.data.planId && !planId.startsWith("release-") && (applied ?? 0) > 0,
    )
  );
};

const allRecords = async (
  caseId: string,
  { cases }: Ports,
): Promise<readonly { plan: Plan; record: ActionRecord }[]> => {
  const records = await readAll(cases, caseId, ACTION);
  return Promise.all(
    records.map(async (record) => ({ record, plan: await read(cases, caseId, PLAN.at(record.planId)) })),
  );
};

/** The latest answer: a plan that was asked for after a denial may have expired since. */
const answerTo = (events: readonly CaseEvent[]): CaseStatus => {
  const last = events
    .filter(isEnd)
    .findLast(({ data }) => data.planId.startsWith("contain-") && data.code !== "SUPERSEDED")?.type;
  if (last === "plan.denied") return "denied";
  if (last === "plan.expired") return "expired";
  return last === "plan.closed" ? "attention" : "not-contained";
};
