import { clockFactsOf } from "../report/clockFacts.ts";
import { type ClockFacts, candidateClocks } from "../report/clocks.ts";
import type { CaseDossier } from "../report/dossier.ts";
import type { Clocks } from "./schemas/record.ts";

/** A fact that a clock may run from, and who or what set it; both null when it is not on record. */
export interface ClockFact {
  readonly at: string | null;
  readonly setBy: string | null;
}

const NOTE =
  "Candidates computed from facts of this case; not legal advice. No single instant of awareness is stored: counsel decides which fact started which clock.";

/** `clocks.json`: the facts, each with who set it, and the candidate dates that follow from them. */
export const clockFileOf = (dossier: CaseDossier): Clocks => {
  const facts = clockFactsOf(dossier);
  const names = Object.keys(facts) as (keyof ClockFacts)[];
  const withSource = names.map(
    (name) =>
      [name, { at: facts[name], setBy: facts[name] === null ? null : sourceOf(name, facts[name], dossier) }] as const,
  );
  return {
    schema: "cordon/clocks/v1",
    note: NOTE,
    facts: Object.fromEntries(withSource) as Record<keyof ClockFacts, ClockFact>,
    candidates: candidateClocks(facts),
  };
};

const sourceOf = (name: keyof ClockFacts, at: string, { events, plans, finding }: CaseDossier): string => {
  const decider = plans.flatMap(({ decisions }) => decisions).find(({ receivedAt }) => receivedAt === at);
  switch (name) {
    case "firstEventAt":
      return "CloudTrail, the earliest event counted as the actor's";
    case "detectedAt":
      return `GuardDuty, finding ${finding.id}`;
    case "alertedAt":
      return events.find((event) => event.at === at)?.actor ?? "openCase";
    case "firstHumanAt":
    case "confirmedAt":
      return decider === undefined ? "a signed decision" : `human:${decider.decision.approver.humanId}`;
    case "classifiedAt":
    case "materialityDeterminedAt":
      return "a person, outside Cordon";
  }
};
