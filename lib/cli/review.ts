import { CordonError } from "../base/errors.ts";
import { MINIMUM_REVIEW } from "../core/plan/review.ts";
import { systemClock } from "../embedded/clock.ts";
import { signReview } from "../response/approve/review.ts";
import { type DueReview, reviewsDue } from "../response/approve/reviewsDue.ts";
import type { Typed, Verb } from "./command.ts";
import { endOf } from "./ending.ts";
import { caseIdFrom, ignoreBoundaries } from "./named.ts";
import type { Place } from "./place.ts";
import { withPlace } from "./places.ts";
import { reasonFrom, reasonOption, SIGNING_OPTIONS } from "./signing.ts";

export const review: Verb = {
  usage: "CASE (--justified | --not-justified | --keep) --reason TEXT",
  options: {
    justified: { type: "boolean", help: "whoever broke the glass was right to act alone" },
    "not-justified": { type: "boolean", help: "they were not; everybody is told" },
    keep: { type: "boolean", help: "what is cut off stays cut off until the next review" },
    reason: reasonOption(MINIMUM_REVIEW),
    plan: { type: "string", value: "PLAN", help: "which plan, where several reviews are due" },
    ...SIGNING_OPTIONS,
  },
  examples: [
    'cordon review case-20260223-0123456789 --justified --reason "Ada reached nobody and the bucket was being emptied."',
    'cordon review case-20260223-0123456789 --keep --reason "The owner has not rotated her keys yet."',
  ],
  run: (typed, io) =>
    withPlace(typed, io, ignoreBoundaries, async (place) => {
      const caseId = await caseIdFrom(typed, place.ports);
      const verdict = verdictFrom(typed);
      const due = await dueFrom(caseId, verdict, typed, place);
      const { humanId, signer, assurance } = await place.approver(typed);
      const answer = {
        verdict,
        reason: reasonFrom(typed, MINIMUM_REVIEW),
        humanId,
        assurance,
        reviewedAt: systemClock.now(),
      } as const;
      const taken = await place.submit(await signReview(caseId, due, { ...answer, channel: "cli" }, signer));
      if (taken.recorded) io.note(taken.repeated ? "This review was recorded before." : "Review recorded.");
      return endOf(caseId, taken, place, io);
    }),
};

const ANSWERS = ["justified", "not-justified", "keep"] as const;
type Answer = (typeof ANSWERS)[number];

const verdictFrom = ({ values }: Typed): Answer => {
  const [verdict, ...rest] = ANSWERS.filter((name) => values[name] === true);
  if (verdict === undefined || rest.length > 0)
    throw new CordonError("USAGE", "expected one of --justified, --not-justified, --keep");
  return verdict;
};

const dueFrom = async (
  caseId: string,
  verdict: Answer,
  { values: { plan } }: Typed,
  place: Place,
): Promise<DueReview> => {
  const about = verdict === "keep" ? "quarantine" : "break-glass";
  const due = (await reviewsDue(caseId, place.portsOf(caseId))).filter(
    (one) => one.about === about && (plan === undefined || one.planId === plan),
  );
  if (due.length === 1) return due[0]!;
  throw new CordonError(
    "USAGE",
    due.length === 0
      ? `${caseId} has no such review due`
      : `expected --plan with one of ${due.map(({ planId }) => planId).join(", ")}`,
  );
};
