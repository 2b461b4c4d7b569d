import { counted } from "../base/figures.ts";
import { type ActionOutcome, dueOf, OUTCOME_WORDS, outcomesIn } from "../core/plan/outcome.ts";
import type { CaseDossier } from "./dossier.ts";

export type { ActionOutcome } from "../core/plan/outcome.ts";

/** Every action of every plan of the case, in the order of the plans. */
export const outcomesOf = (dossier: CaseDossier): readonly ActionOutcome[] => outcomesIn(dossier.plans);

/** What the report may say about containment as a whole. */
export type Containment = "contained" | "partly" | "not-contained" | "waiting" | "dry-run" | "released" | "none";

const CHANGED: readonly ActionOutcome["state"][] = ["verified", "unverified", "gone"];

/**
 * From the outcomes, not from the status alone: contained means that the status says so, that every recommended change
 * of every plan was made, and that each was in place at the last look. Offers that nobody took up do not spoil it.
 */
export const containmentOf = (dossier: CaseDossier, outcomes: readonly ActionOutcome[]): Containment => {
  const ours = outcomes.filter(({ purpose }) => purpose !== "release");
  const states = new Set(ours.map(({ state }) => state));
  if (dossier.plans.length === 0) return "none";
  if (dossier.head.status === "released" || states.has("undone")) return "released";
  if (CHANGED.some((state) => states.has(state))) {
    const whole = dueOf(outcomes).every(({ done }) => done);
    return whole && ["contained", "closed"].includes(dossier.head.status) ? "contained" : "partly";
  }
  if (states.has("would-have")) return "dry-run";
  return states.has("waiting") || states.has("approved") ? "waiting" : "not-contained";
};

/** The same in a sentence with its numbers. */
export const containmentSentence = (containment: Containment, outcomes: readonly ActionOutcome[]): string => {
  const due = dueOf(outcomes);
  const done = due.filter((outcome) => outcome.done).length;
  switch (containment) {
    case "contained":
      return `Contained: all ${counted(due.length, "change")} of the plans were made and were in place at the last look.`;
    case "partly":
      return `Not fully contained: ${done} of ${counted(due.length, "change")} are made and verified${openOnes(due)}.`;
    case "dry-run":
      return `Not contained, dry run: nothing was changed. ${counted(due.filter(({ state }) => state === "would-have").length, "change")} would have been made.`;
    case "waiting":
      return `Not contained yet: ${counted(due.length, "change")} planned, none made.`;
    case "not-contained":
      return "Not contained: no change was made.";
    case "released":
      return "Containment was taken back: changes made for this case were undone by a release.";
    case "none":
      return "Not contained: no containment plan was made.";
  }
};

const OPEN: readonly ActionOutcome["state"][] = [
  "waiting",
  "approved",
  "unverified",
  "gone",
  "failed",
  "drifted",
  "skipped",
  "refused",
  "instructed",
];

const openOnes = (due: readonly ActionOutcome[]): string => {
  const parts = OPEN.flatMap((state) => {
    const number = due.filter((outcome) => outcome.state === state).length;
    return number === 0 ? [] : [`${number} ${OUTCOME_WORDS[state]}`];
  });
  return parts.length === 0 ? "" : `; ${parts.join(", ")}`;
};
