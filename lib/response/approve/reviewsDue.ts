import { digestOf } from "../../base/jcs.ts";
import { find, LIKELIHOOD } from "../../case/documents.ts";
import { type CaseEvent, ofType } from "../../case/events.ts";
import type { Plan } from "../../case/plan.ts";
import { planDigestOf } from "../../core/plan/renderPlan.ts";
import type { Review } from "../../core/plan/review.ts";
import type { ReadPorts } from "../../ports/ports.ts";
import { appliedActions } from "../contain/inForce.ts";
import { plansLike } from "../contain/planRecords.ts";
import { isReleased } from "../contain/released.ts";
import { hoursFrom } from "../time.ts";

/** Something of a case that a person can look at again and sign a word about. */
export interface Reviewable extends Pick<Review, "about" | "planId" | "humanId" | "dueAt"> {
  /** SHA-256 (hex) of what is reviewed: the decision's envelope, the plan, or `likelihood.json` as canonical JSON. */
  readonly subject: string;
}

/** What must be looked at, and by when. */
export interface DueReview extends Reviewable {
  readonly about: "break-glass" | "quarantine";
  readonly actions: readonly string[];
  readonly dueAt: string;
  readonly overdue: boolean;
}

/** A quarantine is forgotten when nobody must say that it stays. */
const REVIEW_DAYS = 7;

/** Every review that is due in a case, broken glass first, each until somebody gave it. */
export const reviewsDue = async (caseId: string, ports: ReadPorts): Promise<readonly DueReview[]> => {
  const events = await ports.cases.events(caseId);
  return [...glassReviews(events, ports.clock.now()), ...(await quarantineReview(caseId, events, ports))];
};

/** The verdict as it was computed last, which a person may put another one in place of; null: none yet, or nothing was planned. */
export const verdictOf = async (caseId: string, { cases }: Pick<ReadPorts, "cases">): Promise<Reviewable | null> => {
  const opinion = await find(cases, caseId, LIKELIHOOD);
  const planId = (await plansLike(caseId, "contain-1", cases)).at(-1);
  if (opinion === null || planId === undefined) return null;
  return { about: "verdict", planId, humanId: null, dueAt: null, subject: digestOf(opinion) };
};

const glassReviews = (events: readonly CaseEvent[], now: string): readonly DueReview[] => {
  const given = ofType(events, "break-glass.reviewed").map(({ data }) => data.subject);
  return ofType(events, "break-glass.used")
    .filter(({ data }) => !given.includes(data.envelope))
    .map(({ data: { planId, humanId, actions, reviewDueAt, envelope } }) => ({
      about: "break-glass" as const,
      planId,
      humanId,
      actions,
      dueAt: reviewDueAt,
      overdue: now >= reviewDueAt,
      subject: envelope,
    }));
};

/** One date for all that is in force in a case: some days after the last change, or after somebody said that it stays. */
const quarantineReview = async (
  caseId: string,
  events: readonly CaseEvent[],
  ports: ReadPorts,
): Promise<readonly DueReview[]> => {
  const inForce = await changesInForce(caseId, ports);
  const newest = inForce.at(-1);
  if (newest === undefined) return [];
  const days = ports.settings.quarantineReviewDays ?? REVIEW_DAYS;
  const reviewed = events.findLast(({ type }) => type === "quarantine.reviewed")?.at ?? "";
  const dueAt = hoursFrom(reviewed >= newest.at ? reviewed : newest.at, 24 * days);
  return [
    {
      about: "quarantine",
      planId: newest.plan.planId,
      humanId: null,
      actions: inForce.map(({ plan, id }) => `${plan.planId}/${id}`),
      dueAt,
      overdue: ports.clock.now() >= dueAt,
      subject: planDigestOf(newest.plan),
    },
  ];
};

interface InForce {
  readonly plan: Plan;
  readonly id: string;
  readonly at: string;
}

/** What the case changed and nobody took back, in the order it was made. What the actor had changed is not to come back. */
const changesInForce = async (caseId: string, ports: ReadPorts): Promise<readonly InForce[]> => {
  const applied = (await appliedActions(caseId, ports)).filter(({ plan }) => plan.purpose === "contain");
  const released = await Promise.all(applied.map(({ plan, planned }) => isReleased(plan, planned, ports)));
  return applied
    .filter((_, index) => !released[index])
    .map(({ plan, planned, record }) => ({ plan, id: planned.id, at: record.at }))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1));
};
