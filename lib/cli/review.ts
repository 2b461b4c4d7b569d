import { CordonError } from "../base/errors.ts";
import { MINIMUM_REVIEW } from "../core/plan/review.ts";
import { systemClock } from "../embedded/clock.ts";
import { signReview } from "../response/approve/review.ts";
import { type DueReview, reviewsDue } from "../response/approve/reviewsDue.ts";
import { caseView } from "../response/caseView.ts";
import { EXIT, type OptionSpecs, type Typed, type Verb } from "./command.ts";
import type { Place } from "./place.ts";
import { withPlace } from "./places.ts";
import { caseIdFrom, ignoreBoundaries } from "./session.ts";
import { viewText } from "./show.ts";

export const REASON_OPTION: OptionSpecs[string] = {
  type: "string",
  value: "TEXT",
  help: `why, at least ${MINIMUM_REVIEW} characters; part of the signed record`,
};
export const SIGNING_OPTIONS: OptionSpecs = {
  as: { type: "string", value: "HUMAN", help: "your id in the approval policy (default: your user name)" },
  key: { type: "string", value: "FILE", help: "your own key file, PEM (default: the one in the data directory)" },
};

export const review: Verb = {
  usage: "CASE (--justified | --not-justified | --keep) --reason TEXT",
  options: {
    justified: { type: "boolean", help: "whoever broke the glass was right to act alone" },
    "not-justified": { type: "boolean", help: "they were not; everybody is told" },
    keep: { type: "boolean", help: "what is cut off stays cut off until the next review" },
    reason: REASON_OPTION,
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
      const answer = { verdict, reason: reasonFrom(typed), humanId, assurance, reviewedAt: systemClock.now() } as const;
      const taken = await place.submit(await signReview(caseId, due, { ...answer, channel: "cli" }, signer));
      const view = await caseView(caseId, place.portsOf(caseId));
      if (taken.recorded) io.note(taken.repeated ? "This review was recorded before." : "Review recorded.");
      else io.warn(`Refused (${taken.code}): ${taken.why}`);
      io.print(viewText(view));
      io.result(taken.recorded ? view : { refused: taken });
      return taken.recorded ? EXIT.ok : EXIT.failed;
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

export const reasonFrom = ({ values: { reason } }: Typed): string => {
  if (typeof reason === "string" && reason.trim().length >= MINIMUM_REVIEW) return reason;
  throw new CordonError("USAGE", `expected --reason TEXT, at least ${MINIMUM_REVIEW} characters`);
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
