import { bytes, counted } from "../base/figures.ts";
import type { Amount } from "../case/theft.ts";
import type { CaseDossier } from "./dossier.ts";
import { type Gap, gapsOf } from "./gaps.ts";
import { narrativeOf } from "./narrative.ts";
import { nextStepsOf } from "./nextSteps.ts";
import { type ActionOutcome, type Containment, containmentOf, containmentSentence, outcomesOf } from "./outcome.ts";
import { type Sensitivity, sensitivityOf } from "./sensitivity.ts";

/** What both renderings say, worked out once: text here is plain and may hold hostile parts. */
export interface Summary {
  readonly outcomes: readonly ActionOutcome[];
  readonly containment: Containment;
  readonly sensitivity: Sensitivity;
  readonly gaps: readonly Gap[];
  /** Why a figure of the theft is missing, in one sentence. */
  readonly whyNoFigure: string;
  /** What happened, sentence by sentence. */
  readonly narrative: readonly string[];
  readonly contained: string;
  readonly next: readonly string[];
}

export const summaryOf = (dossier: CaseDossier): Summary => {
  const outcomes = outcomesOf(dossier);
  const containment = containmentOf(dossier, outcomes);
  return {
    outcomes,
    containment,
    sensitivity: sensitivityOf(dossier),
    gaps: gapsOf(dossier),
    whyNoFigure: dossier.view.theft.notKnown[0] ?? "no source says",
    narrative: narrativeOf(dossier),
    contained: [containmentSentence(containment, outcomes), ...(dossier.view.warnings ?? [])].join(" "),
    next: nextStepsOf(dossier, outcomes, containment),
  };
};

/** `12,847 objects, 4.7 GB`; of an amount without bytes `12,847 objects, size not known`. */
export const amountText = ({ objects, bytes: size }: Amount): string =>
  `${counted(objects, "object")}, ${size === null ? "size not known" : bytes(size)}`;
