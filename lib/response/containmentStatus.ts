import type { CaseEvent, CaseStatus } from "../core/case.ts";
import type { Plan } from "../core/plan.ts";
import type { Ports } from "../ports.ts";
import type { ActionRecord } from "./applyContainment.ts";
import { readDocument } from "./documents.ts";

const BAD: readonly ActionRecord["status"][] = ["failed", "drifted", "skipped"];

/**
 * How the case stands by its own records, whichever plan was the last to move: a change that failed calls for a person;
 * changes in force contain; changes taken back release; else the answer to the containment plan says why nothing is.
 */
export const containmentStatus = async (caseId: string, ports: Ports): Promise<CaseStatus> => {
  const records = await allRecords(caseId, ports);
  if (records.some(({ record }) => BAD.includes(record.status))) return "attention";
  const changed = records.filter(({ plan, record }) => plan.purpose !== "release" && record.status === "applied");
  const undone = records.filter(({ plan, record }) => plan.purpose === "release" && record.status === "applied");
  if (changed.length > 0) return undone.length >= changed.length ? "released" : "contained";
  return answerTo(await ports.cases.events(caseId));
};

const allRecords = async (
  caseId: string,
  { cases }: Ports,
): Promise<readonly { plan: Plan; record: ActionRecord }[]> => {
  const names = await cases.names(caseId, "actions/");
  return Promise.all(
    names.map(async (name) => {
      const record = await readDocument<ActionRecord>(cases, caseId, name);
      return { record, plan: await readDocument<Plan>(cases, caseId, `plans/${record.planId}.json`) };
    }),
  );
};

const answerTo = (events: readonly CaseEvent[]): CaseStatus => {
  const ofContainment = events.filter(
    ({ data }) => typeof data.planId === "string" && data.planId.startsWith("contain-"),
  );
  const types = ofContainment.map(({ type }) => type);
  if (types.includes("plan.denied")) return "denied";
  if (types.includes("plan.expired")) return "expired";
  const isStuck = ofContainment.some(({ type, data }) => type === "plan.closed" && data.code !== "SUPERSEDED");
  return isStuck ? "attention" : "not-contained";
};
