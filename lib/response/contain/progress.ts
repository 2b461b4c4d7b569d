import { ACTION, find } from "../../case/documents.ts";
import { ofType } from "../../case/events.ts";
import type { ActionRecord, Plan } from "../../case/plan.ts";
import type { GateVerdict } from "../../core/plan/gate.ts";
import type { Ports } from "../../ports/ports.ts";

/** What an executor does not take up again. */
export const FINISHED: readonly ActionRecord["status"][] = [
  "applied",
  "would-have-applied",
  "instructed",
  "not-approved",
];

/** What comes next for a plan that people decide about: something to carry out, an answer to wait for, or neither. */
export interface NextStep {
  readonly next: "apply" | "ask" | "stop";
  /** Whether anything of the plan was carried out before. */
  readonly begun: boolean;
}

/** An approved action is carried out once; it comes up again only when its record says that it must. */
export const stepAfter = async (plan: Plan, verdict: GateVerdict, ports: Ports): Promise<NextStep> => {
  const { caseId, planId } = plan;
  const records = await Promise.all(plan.actions.map(({ id }) => findRecord(plan, id, ports)));
  const events = await ports.cases.events(caseId);
  const begun = ofType(events, "execution.started", planId).length > 0;
  const isNew = verdict.actions.some(
    ({ id, state }) => state === "approved" && records[plan.actions.findIndex((action) => action.id === id)] === null,
  );
  if (verdict.state === "open" && isNew) return { next: "apply", begun };
  const waits = verdict.state !== "closed" && verdict.actions.some(({ state }) => state === "waiting");
  return { next: waits ? "ask" : "stop", begun };
};

export const findRecord = (plan: Plan, id: string, { cases }: Ports): Promise<ActionRecord | null> =>
  find(cases, plan.caseId, ACTION.at(plan.planId, id));
