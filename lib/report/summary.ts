import { bytes, counted } from "../base/figures.ts";
import type { CaseState } from "../case/caseState.ts";
import type { Amount } from "../case/theft.ts";
import { type ActionOutcome, outcomesIn } from "../core/plan/outcome.ts";
import type { CaseDossier } from "./dossier.ts";
import { type Gap, gapsOf } from "./gaps.ts";
import { narrativeOf } from "./narrative.ts";
import { nextStepsOf } from "./nextSteps.ts";
import { type Sensitivity, sensitivityOf } from "./sensitivity.ts";

/** What several sections say, worked out once: text here is plain and may hold hostile parts. */
export interface Summary {
  readonly outcomes: readonly ActionOutcome[];
  readonly state: CaseState;
  readonly sensitivity: Sensitivity;
  readonly gaps: readonly Gap[];
  /** Why a figure of the theft is missing, in one sentence. */
  readonly whyNoFigure: string;
  /** What happened, sentence by sentence. */
  readonly narrative: readonly string[];
  readonly next: readonly string[];
}

export const summaryOf = (dossier: CaseDossier): Summary => {
  const outcomes = outcomesIn(dossier.plans);
  return {
    outcomes,
    state: dossier.view.state,
    sensitivity: sensitivityOf(dossier),
    gaps: gapsOf(dossier),
    whyNoFigure: dossier.view.theft.notKnown[0] ?? "no source says",
    narrative: narrativeOf(dossier),
    next: nextStepsOf(dossier, outcomes),
  };
};

/** `12,847 objects, 4.7 GB`; of an amount without bytes `12,847 objects, size not known`. */
export const amountText = ({ objects, bytes: size }: Amount): string =>
  `${counted(objects, "object")}, ${size === null ? "size not known" : bytes(size)}`;
