import { counted } from "../base/figures.ts";
import type { CaseDossier } from "./dossier.ts";

/** Something with a date that somebody has to keep, or may have to. */
export interface Deadline {
  readonly at: string;
  readonly what: string;
  /** Who is asked for it. */
  readonly whose: string;
  /** Over when this revision was sealed. */
  readonly passed: boolean;
}

/** Every date on record, soonest first: questions that wait, reviews, and the candidate notification clocks (one per regime). */
export const deadlinesOf = (dossier: CaseDossier): readonly Deadline[] =>
  [...plans(dossier), ...reviews(dossier), ...clocks(dossier)]
    .map((one) => ({ ...one, passed: one.at < dossier.sealedAt }))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1));

type Dated = Omit<Deadline, "passed">;

const plans = ({ plans: all }: CaseDossier): readonly Dated[] =>
  all.flatMap(({ plan, verdict, records }) => {
    const waiting = verdict.actions.filter(
      ({ id, state }) => state === "waiting" && !records.some((record) => record.id === id),
    );
    if (verdict.state === "closed" || waiting.length === 0) return [];
    return [
      {
        at: plan.expiresAt,
        what: `Approve or deny ${counted(waiting.length, "action")} of plan ${plan.planId}; if nobody decides by then, nothing changes`,
        whose: "approvers",
      },
    ];
  });

const reviews = ({ view }: CaseDossier): readonly Dated[] =>
  view.reviews.map(({ dueAt, humanId, planId }) => ({
    at: dueAt,
    what: `Review that ${humanId} alone approved plan ${planId}`,
    whose: "the other approvers",
  }));

/** Of a regime's clocks the first; which of them bind is not ours to say. */
const clocks = ({ clocks: rows }: CaseDossier): readonly Dated[] => {
  const dated = rows
    .flatMap(({ regime, dueAt }) => (dueAt === null ? [] : [{ regime, dueAt }]))
    .toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
  return [...Map.groupBy(dated, ({ regime }) => regime)].map(([regime, [first]]) => ({
    at: first!.dueAt,
    what: `${regime}, if it applies`,
    whose: "counsel",
  }));
};
