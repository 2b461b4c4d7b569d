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

export const unknownActions = (plan: Plan, ids: readonly string[]): readonly string[] =>
  ids.filter((id) => !plan.actions.some((action) => action.id === id));

export const isWanted = ({ id, recommended }: PlannedAction, wanted: Wanted): boolean =>
  wanted === "all" ? recommended : wanted.includes(id);

export const openChoices = ({ plan, open }: Question, wanted: Wanted): Chosen["choices"] =>
  Object.fromEntries(Object.entries(choicesFor(plan, wanted)).filter(([id]) => open.includes(id)));
