import type { Amount } from "../response/caseView.ts";
import type { CaseDossier } from "./dossier.ts";
import { bytes, counted, minute } from "./figures.ts";
import { type Gap, gapsOf } from "./gaps.ts";
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
  readonly headline: string;
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
    whyNoFigure: dossier.view.theft.notKnown.join(" ") || "no source says",
    headline: headlineOf(dossier),
    contained: containmentSentence(containment, outcomes),
    next: nextStepsOf(dossier, outcomes, containment),
  };
};

/** `12,847 objects, 4.7 GB`; of an amount without bytes `12,847 objects, size not known`. */
export const amountText = ({ objects, bytes: size }: Amount): string =>
  `${counted(objects, "object")}, ${size === null ? "size not known" : bytes(size)}`;

const headlineOf = ({ view: { theft, principal }, finding }: CaseDossier): string => {
  const who =
    principal?.arn ?? principal?.principalId ?? finding.principals[0]?.arn ?? "an actor whose identity is not known";
  const sure = theft.certain ?? null;
  if (sure === null) return `GuardDuty reported ${finding.type} by ${who}. What was taken is not known.`;
  if (sure.objects === 0) return `GuardDuty reported ${finding.type} by ${who}. The logs read show no object taken.`;
  const from = theft.buckets.length === 0 ? "" : ` from ${counted(theft.buckets.length, "bucket")}`;
  const when =
    theft.firstAt === null || theft.lastAt === null
      ? ""
      : ` between ${minute(theft.firstAt)} and ${minute(theft.lastAt)}`;
  return `${who} took at least ${amountText(sure)}${from}${when}.`;
};
