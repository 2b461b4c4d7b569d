import type { ClockFacts } from "./clocks.ts";
import type { CaseDossier } from "./dossier.ts";

type Known = Pick<CaseDossier, "finding" | "head" | "view" | "story" | "plans" | "events">;

/**
 * The facts that clocks may run from, as far as the case holds them. An approval by a person stands for "confirmed";
 * whether an incident is classified as major, or material, nobody has told Cordon: both stay null.
 */
export const clockFactsOf = ({ finding, head, view, story, plans, events }: Known): ClockFacts => {
  const decisions = plans.flatMap((part) => part.decisions).filter(({ decision }) => decision.channel !== "demo");
  const approvals = decisions.filter(({ decision }) => Object.values(decision.choices).includes("approve"));
  return {
    firstEventAt: earliest([
      ...story.filter(({ phase }) => phase !== "detection").map(({ at }) => at),
      view.theft.firstAt,
    ]),
    detectedAt: finding.createdAt,
    alertedAt: earliest(events.filter(({ type }) => type === "notice.sent").map(({ at }) => at)) ?? head.openedAt,
    firstHumanAt: earliest(decisions.map(({ receivedAt }) => receivedAt)),
    confirmedAt: earliest(approvals.map(({ receivedAt }) => receivedAt)),
    classifiedAt: null,
    materialityDeterminedAt: null,
  };
};

const earliest = (times: readonly (string | null)[]): string | null =>
  times.filter((at) => at !== null).toSorted()[0] ?? null;
