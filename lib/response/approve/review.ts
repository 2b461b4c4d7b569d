import type { Signer } from "../../base/signer.ts";
import { REVIEW } from "../../case/documents.ts";
import { ofType } from "../../case/events.ts";
import { Likelihood } from "../../case/opinion.ts";
import { type Review, ReviewSchema } from "../../core/plan/review.ts";
import { makeStatement, PREDICATE_TYPES, type Statement } from "../../evidence/statement.ts";
import type { Ports } from "../../ports/ports.ts";
import { oneAtATime } from "../oneAtATime.ts";
import { tell } from "../tell.ts";
import type { Submission } from "./decisions.ts";
import { type Reviewable, reviewsDue, verdictOf } from "./reviewsDue.ts";
import {
  keepWord,
  type OpenedWord,
  openWord,
  refuseWord,
  signWord,
  speakerFault,
  type WordReceipt,
  type WordRefusal,
} from "./signedWord.ts";

/** What a reviewer says about what they looked at. */
export interface ReviewAnswer extends Pick<Review, "verdict" | "reason" | "channel" | "assurance"> {
  readonly humanId: string;
  readonly reviewedAt: string;
}

/** What a reviewer signs: over the digest of what is reviewed. */
export const reviewStatement = (
  caseId: string,
  { about, planId, humanId, dueAt, subject }: Reviewable,
  { humanId: reviewer, ...answer }: ReviewAnswer,
): Statement<Review> =>
  makeStatement(
    PREDICATE_TYPES.review,
    { name: about, sha256: subject },
    { ...answer, about, caseId, planId, humanId, dueAt, approver: { humanId: reviewer } },
  );

export const signReview = (
  caseId: string,
  due: Reviewable,
  answer: ReviewAnswer,
  signer: Signer,
): Promise<Submission> => signWord({ caseId, planId: due.planId }, reviewStatement(caseId, due, answer), signer);

/**
 * Records a signed review: of a broken glass by another human than the one who broke it, of a quarantine or a verdict by any
 * who may decide. On the ledger and in the audit trail; the same again is the same; every refusal is a line of the audit trail.
 */
export const submitReview = (submission: Submission, ports: Ports): Promise<WordReceipt> =>
  oneAtATime(ports.cases, `review ${submission.caseId}`, () => submit(submission, ports));

type Opened = OpenedWord<Review>;

const REVIEWS = { name: "review", type: PREDICATE_TYPES.review, schema: ReviewSchema } as const;

const submit = async (submission: Submission, ports: Ports): Promise<WordReceipt> => {
  const { caseId } = submission;
  const opened = openWord(submission, REVIEWS, ports);
  const refuse = (refused: WordRefusal): Promise<WordReceipt> => refuseWord(submission, refused, "review", ports);
  if ("code" in opened) return refuse(opened);
  if (opened.said.planId !== submission.planId)
    return refuse({ code: "UNREADABLE", why: "not a signed review: it is about another plan" });
  const events = await ports.cases.events(caseId);
  const given = [
    ...ofType(events, "break-glass.reviewed"),
    ...ofType(events, "quarantine.reviewed"),
    ...ofType(events, "verdict.overruled"),
  ];
  if (given.some(({ data }) => data.envelope === opened.digest)) return { recorded: true, repeated: true };
  if (!(await isReviewable(caseId, opened, ports))) return refuse({ code: "NOT_DUE", why: NOT_DUE[opened.said.about] });
  const fault = await reviewerFault(opened, ports);
  if (fault !== null) return refuse(fault);
  await record(submission, opened, ports);
  return { recorded: true, repeated: false };
};

const NOT_DUE: Readonly<Record<Review["about"], string>> = {
  "break-glass": "no such review is due: it was given, or there was none",
  quarantine: "no such review is due: it was given, or there was none",
  verdict: "the verdict is another one now, or there is none: look at the case again",
};

const isReviewable = async (caseId: string, opened: Opened, ports: Ports): Promise<boolean> => {
  const verdict = await verdictOf(caseId, ports);
  const all = [...(await reviewsDue(caseId, ports)), ...(verdict === null ? [] : [verdict])];
  return all.some((one) => isAbout(one, opened));
};

const isAbout = (due: Reviewable, { said, subject }: Opened): boolean =>
  due.about === said.about &&
  due.planId === said.planId &&
  due.humanId === said.humanId &&
  due.dueAt === said.dueAt &&
  due.subject === subject;

/** Four eyes: whoever acted alone is not the one who says that it was right. */
const reviewerFault = async (opened: Opened, ports: Ports): Promise<WordRefusal | null> => {
  const { planId, humanId, approver } = opened.said;
  if (approver.humanId !== humanId) return speakerFault(opened, planId, ports);
  const why = `${humanId} broke the glass; somebody else reviews it`;
  return (await speakerFault(opened, null, ports)) ?? { code: "INELIGIBLE", why, claimedBy: approver.humanId };
};

/** The last line of the record is the one by which the review is closed. */
const record = async (submission: Submission, opened: Opened, ports: Ports): Promise<void> => {
  const { caseId, planId } = submission;
  const { said: review, subject, keyFingerprint, digest } = opened;
  const { about, humanId, verdict, reason, approver, channel, assurance } = review;
  await keepWord(submission, REVIEW.at(planId, digest.slice(0, 16)), digest, ports);
  const isBad = verdict === "not-justified";
  await tell(ports, caseId, isBad ? "attention" : "decided", isBad ? 9 : 3, told(review));
  const actor = `human:${approver.humanId}`;
  const data = { planId, reason, subject, envelope: digest, keyFingerprint, channel, assurance };
  await ports.cases.append(
    caseId,
    about === "verdict"
      ? {
          type: "verdict.overruled",
          actor,
          data: { ...data, humanId: approver.humanId, verdict: Likelihood.parse(verdict) },
        }
      : { type: `${about}.reviewed`, actor, data: { ...data, humanId, verdict } },
  );
};

/** Who it was stands in the case: a notice names nobody. */
const told = ({ about, planId, verdict }: Review): string => {
  if (about === "quarantine") return `The changes of ${planId} stay in force: an approver looked at them.`;
  return about === "verdict"
    ? `An approver put another verdict in place of the computed one: ${verdict}.`
    : `The breaking of the glass for ${planId} was reviewed: ${verdict}.`;
};
