import type { Plan, PlannedAction } from "../case/plan.ts";
import type { Choice, Decision } from "../core/plan/decision.ts";
import { choicesFor } from "../response/approve/sign.ts";
import type { Line } from "./lines.ts";

/** What a person answers, before it is signed. */
export interface Chosen {
  readonly kind: Decision["kind"];
  readonly choices: Readonly<Record<string, Choice>>;
  readonly reason: string;
}

/** A plan and the actions of it that can still be spoken about: all of them, until something is carried out. */
export interface Question {
  readonly plan: Plan;
  readonly open: readonly string[];
  /** What a person at a terminal is shown first, for a width in columns; absent: the plan itself. */
  readonly card?: (width: number) => readonly Line[];
}

export type Wanted = "all" | readonly string[];

/** What was typed as an approval, or why it approves nothing: then nothing of it is signed, least of all a denial. */
export const wantedFrom = (
  { plan, open }: Question,
  text: string,
): { readonly wanted: Wanted } | { readonly fault: string } => {
  const ids = plan.actions.map(({ id }) => id);
  if (text.trim().toLowerCase() === "all")
    return plan.actions.some(({ id, recommended }) => recommended && open.includes(id))
      ? { wanted: "all" }
      : {
          fault: `nothing of ${plan.planId} that waits is recommended, so "all" approves nothing: name what you approve (${open.join(",")}), or deny`,
        };
  const wanted = text.split(/[\s,]+/).filter((id) => id !== "");
  const unknown = wanted.filter((id) => !ids.includes(id));
  if (wanted.length === 0 || unknown.length > 0)
    return { fault: `${plan.planId} has no action ${unknown.join(", ") || `"${text}"`}; it has ${ids.join(", ")}` };
  const over = wanted.filter((id) => !open.includes(id));
  return over.length === 0
    ? { wanted }
    : {
        fault: `${over.join(", ")} of ${plan.planId} ${over.length === 1 ? "is" : "are"} carried out already; what waits is ${open.join(", ")}`,
      };
};

export const isWanted = ({ id, recommended }: PlannedAction, wanted: Wanted): boolean =>
  wanted === "all" ? recommended : wanted.includes(id);

export const openChoices = ({ plan, open }: Question, wanted: Wanted): Chosen["choices"] =>
  Object.fromEntries(Object.entries(choicesFor(plan, wanted)).filter(([id]) => open.includes(id)));
