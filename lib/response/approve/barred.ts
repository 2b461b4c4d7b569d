import { ACTION, DECISION, find, namesOf } from "../../case/documents.ts";
import { type CaseEvent, ofType } from "../../case/events.ts";
import type { Plan } from "../../case/plan.ts";
import type { SignedDecision } from "../../core/plan/decision.ts";
import type { ActionVerdict, Closed, GateVerdict } from "../../core/plan/gate.ts";
import type { Ports } from "../../ports/ports.ts";
import { FINISHED } from "../contain/progress.ts";

/** Why a decision is not taken. */
export interface Why {
  readonly code: string;
  readonly why: string;
}

const FINAL: readonly (Closed | null)[] = [
  "RECORDS",
  "ENDED",
  "STOPPED",
  "SUPERSEDED",
  "POLICY_CHANGED",
  "NOT_CARRIED_OUT",
];

/** What speaks against a decision that is in itself in order: the plan is over, or is being carried out. */
export const barredNow = async (
  opened: SignedDecision,
  plan: Plan,
  before: GateVerdict,
  { cases }: Ports,
): Promise<Why | null> => {
  if (before.closed !== null && FINAL.includes(before.closed)) return { code: before.closed, why: before.why };
  if (opened.decision.kind === "withdraw" && !(await hasDecided(opened, plan, cases)))
    return { code: "NOTHING_TO_WITHDRAW", why: "this person has not decided about the plan" };
  const begun = hasBegun(plan, await cases.events(plan.caseId));
  if (opened.decision.kind === "stop") return nothingToStop(plan, begun, before, cases);
  return begun && !isStillOpen(opened, before.actions)
    ? { code: "EXECUTING", why: "what this is about is being carried out already; release the changes instead" }
    : null;
};

/** A stop that stops nothing would be read as one that did: of what is made nothing is taken back by it. */
const nothingToStop = async (
  plan: Plan,
  begun: boolean,
  { state, actions }: GateVerdict,
  cases: Ports["cases"],
): Promise<Why | null> => {
  const why = (text: string): Why => ({ code: "NOTHING_TO_STOP", why: text });
  if (!begun)
    return state === "open" ? null : why("nothing of this plan is approved or being carried out; deny it instead");
  const due = actions.filter((action) => action.state !== "denied");
  const records = await Promise.all(due.map(({ id }) => find(cases, plan.caseId, ACTION.at(plan.planId, id))));
  return records.every((record) => record !== null && FINISHED.includes(record.status))
    ? why(
        "everything that was approved is carried out already, and a stop takes nothing back; release the changes instead",
      )
    : null;
};

const hasDecided = async (
  { decision }: SignedDecision,
  { caseId, planId }: Plan,
  cases: Ports["cases"],
): Promise<boolean> => (await namesOf(cases, caseId, DECISION.at(planId, "*", decision.approver.humanId))).length > 0;

export const hasBegun = ({ planId }: Plan, events: readonly CaseEvent[]): boolean =>
  ofType(events, "execution.started", planId).length > 0;

/**
 * Once a plan is being carried out, only actions that wait for more signatures can still be spoken about; to deny what is
 * approved comes too late.
 */
const isStillOpen = ({ decision }: SignedDecision, actions: readonly ActionVerdict[]): boolean => {
  const ids = (state: ActionVerdict["state"]): readonly string[] =>
    actions.filter((action) => action.state === state).map(({ id }) => id);
  const [waiting, approved] = [ids("waiting"), ids("approved")];
  if (decision.kind === "withdraw") return waiting.length > 0;
  const named = Object.entries(decision.choices);
  const tooLate = named.some(([id, choice]) => choice === "deny" && approved.includes(id));
  return !tooLate && named.some(([id]) => waiting.includes(id));
};
