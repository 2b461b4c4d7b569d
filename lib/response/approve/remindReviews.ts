import { minute } from "../../base/figures.ts";
import type { Ports } from "../../ports/ports.ts";
import { tell } from "../tell.ts";
import { hoursFrom } from "../time.ts";
import { type DueReview, reviewsDue } from "./reviewsDue.ts";

/** Once a day until it is given. */
const REPEAT_HOURS = 24;

/**
 * Calls for every review of a deployment that is overdue, once a day each. Returns how many calls were made. A case that
 * cannot be read keeps no other case's reminder back; its error is thrown when all were looked at.
 */
export const remindReviews = async (ports: Ports): Promise<number> => {
  const faults: unknown[] = [];
  let told = 0;
  for (const { caseId } of await ports.cases.list()) {
    try {
      told += await remindCase(caseId, ports);
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
  return told;
};

const remindCase = async (caseId: string, ports: Ports): Promise<number> => {
  let told = 0;
  for (const due of await reviewsDue(caseId, ports)) if (due.overdue && (await remind(caseId, due, ports))) told += 1;
  return told;
};

const remind = async (caseId: string, { about, planId, dueAt }: DueReview, ports: Ports): Promise<boolean> => {
  const last = (await ports.cases.events(caseId)).findLast(
    ({ type, data }) => type === "review.overdue" && data.planId === planId && data.about === about,
  );
  if (last !== undefined && ports.clock.now() < hoursFrom(last.at, REPEAT_HOURS)) return false;
  await tell(ports, caseId, "reminder", about === "break-glass" ? 8 : 5, TEXT[about](planId, dueAt, caseId));
  await ports.cases.append(caseId, { type: "review.overdue", actor: "remindReviews", data: { about, planId, dueAt } });
  return true;
};

const TEXT: Readonly<Record<DueReview["about"], (planId: string, dueAt: string, caseId: string) => string>> = {
  "break-glass": (planId, dueAt, caseId) =>
    `One person alone approved ${planId}; the review was due by ${minute(dueAt)}. Another approver gives it: cordon review ${caseId} --plan ${planId} --justified, or --not-justified`,
  quarantine: (planId, dueAt, caseId) =>
    `The changes of ${planId} are in force, and nobody looked at them again by ${minute(dueAt)}. Keep them: cordon review ${caseId} --keep. Undo them: cordon rollback ${caseId}`,
};
