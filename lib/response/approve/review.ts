import { sha256Hex } from "../../base/jcs.ts";
import type { Signer } from "../../base/signer.ts";
import { visible } from "../../base/visible.ts";
import { keep, REVIEW } from "../../case/documents.ts";
import { ofType } from "../../case/events.ts";
import { Likelihood } from "../../case/opinion.ts";
import { ineligible } from "../../core/plan/eligibility.ts";
import { proofFault } from "../../core/plan/proof.ts";
import { type Review, ReviewSchema } from "../../core/plan/review.ts";
import { signStatement } from "../../evidence/dsse.ts";
import { makeStatement, PREDICATE_TYPES, type Statement } from "../../evidence/statement.ts";
import type { Ports } from "../../ports/ports.ts";
import { gateInputOf, readPlan } from "../contain/planRecords.ts";
import { openProven } from "../contain/storedDecisions.ts";
import { oneAtATime } from "../oneAtATime.ts";
import { tell } from "../tell.ts";
import { type Submission, submitDecision } from "./decisions.ts";
import { submitMark } from "./mark.ts";
import { noteRefusal } from "./refusals.ts";
import { type Reviewable, reviewsDue, verdictOf } from "./reviewsDue.ts";

/** What a reviewer says about what they looked at. */
export interface ReviewAnswer extends Pick<Review, "verdict" | "reason" | "channel" | "assurance"> {
  readonly humanId: string;
  readonly reviewedAt: string;
}

export type ReviewReceipt =
  | { readonly recorded: true; readonly repeated: boolean }
  | { readonly recorded: false; readonly code: string; readonly why: string };

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

export const signReview = async (
  caseId: string,
  due: Reviewable,
  answer: ReviewAnswer,
  signer: Signer,
): Promise<Submission> => {
  const publicKey = await signer.publicKey();
  const statement = reviewStatement(caseId, due, answer);
  const { envelope } = await signStatement({ statement, sign: signer.sign, publicKey });
  return { caseId, planId: due.planId, envelope, publicKey };
};

/**
 * Records a signed review: of a broken glass by another human than the one who broke it, of a quarantine or a verdict by any
 * who may decide. On the ledger and in the audit trail; the same again is the same; every refusal is a line of the audit trail.
 */
export const submitReview = (submission: Submission, ports: Ports): Promise<ReviewReceipt> =>
  oneAtATime(ports.cases, `review ${submission.caseId}`, () => submit(submission, ports));

const submit = async (submission: Submission, ports: Ports): Promise<ReviewReceipt> => {
  const { caseId, planId } = submission;
  const opened = open(submission, ports);
  if ("code" in opened) return refuse(submission, opened, ports);
  const digest = sha256Hex(submission.envelope);
  const events = await ports.cases.events(caseId);
  const given = [
    ...ofType(events, "break-glass.reviewed"),
    ...ofType(events, "quarantine.reviewed"),
    ...ofType(events, "verdict.overruled"),
  ];
  if (given.some(({ data }) => data.envelope === digest)) return { recorded: true, repeated: true };
  if (!(await isReviewable(caseId, opened, ports)))
    return refuse(submission, { code: "NOT_DUE", why: NOT_DUE[opened.review.about] }, ports);
  const why = await reviewerFault(opened, planId, ports);
  if (why !== null) return refuse(submission, { code: "INELIGIBLE", why, ...claimOf(opened) }, ports);
  await record(submission, opened, digest, ports);
  return { recorded: true, repeated: false };
};

interface Opened {
  readonly review: Review;
  readonly subject: string;
  readonly keyFingerprint: string;
}

const open = (submission: Submission, { settings }: Ports): Opened | Parameters<typeof refuse>[1] => {
  try {
    const { statement, key, asserted } = openProven(submission, settings.webauthn, PREDICATE_TYPES.review);
    const review = ReviewSchema.parse(statement.predicate);
    if ((review.assurance === "webauthn") !== asserted) throw new Error(`it claims ${review.assurance} and is not`);
    if (review.caseId !== submission.caseId || review.planId !== submission.planId)
      throw new Error("it is about another case or plan");
    return { review, subject: statement.subject[0].digest.sha256, keyFingerprint: key.fingerprint };
  } catch (error) {
    return { code: "UNREADABLE", why: visible(`not a signed review: ${(error as Error).message}`).slice(0, 300) };
  }
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

const isAbout = (due: Reviewable, { review, subject }: Opened): boolean =>
  due.about === review.about &&
  due.planId === review.planId &&
  due.humanId === review.humanId &&
  due.dueAt === review.dueAt &&
  due.subject === subject;

const claimOf = ({ review }: Opened) => ({ claimedBy: review.approver.humanId });

/** Four eyes: whoever acted alone is not the one who says that it was right. */
const reviewerFault = async (
  { review, keyFingerprint }: Opened,
  planId: string,
  ports: Ports,
): Promise<string | null> => {
  const { humanId } = review.approver;
  const { settings } = ports;
  const approver = settings.approvers.find((one) => one.humanId === humanId && one.keys.includes(keyFingerprint));
  if (approver === undefined) return "no approver of the policy has this name and key";
  const proof = proofFault(approver, keyFingerprint, review.assurance);
  if (proof !== null) return proof;
  if (humanId === review.humanId) return `${humanId} broke the glass; somebody else reviews it`;
  const plan = await readPlan(review.caseId, planId, ports);
  const input = await gateInputOf(plan, [], ports);
  return ineligible(approver, input, settings, input.detectedAt);
};

/** What became of anything signed that was handed in, in one shape for every door. */
export type Taken =
  | {
      readonly recorded: true;
      readonly repeated: boolean;
      readonly state: string;
      readonly why: string;
      readonly actions: readonly { readonly id: string; readonly state: string; readonly why: string }[];
      readonly note?: string | undefined;
    }
  | { readonly recorded: false; readonly code: string; readonly why: string };

/** Hands in a decision, a review or a mark, whichever the envelope says it is; its signature says it to whoever takes it. */
export const submitSigned = async (submission: Submission, ports: Ports): Promise<Taken> => {
  const type = predicateTypeOf(submission.envelope);
  if (type === PREDICATE_TYPES.mark) {
    const receipt = await submitMark(submission, ports);
    return receipt.recorded ? { ...receipt, state: "marked", why: "the mark is on record", actions: [] } : receipt;
  }
  if (type === PREDICATE_TYPES.review) {
    const receipt = await submitReview(submission, ports);
    return receipt.recorded ? { ...receipt, state: "reviewed", why: "the review is on record", actions: [] } : receipt;
  }
  const receipt = await submitDecision(submission, ports);
  if (!receipt.recorded) return receipt;
  const { state, why, actions } = receipt.verdict;
  const own = actions.map((action) => ({ id: action.id, state: action.state, why: action.why }));
  return { recorded: true, repeated: receipt.repeated, state, why, actions: own, note: receipt.note };
};

/** What the envelope says of itself; whether it may is for whoever takes it. */
const predicateTypeOf = (envelope: Uint8Array): unknown => {
  try {
    const { payload } = JSON.parse(Buffer.from(envelope).toString("utf8")) as { readonly payload: string };
    const statement = JSON.parse(Buffer.from(payload, "base64").toString("utf8")) as {
      readonly predicateType: unknown;
    };
    return statement.predicateType;
  } catch {
    return null;
  }
};

/** First the document, then the ledger, which does not forget, then the line by which the review is closed. */
const record = async (submission: Submission, opened: Opened, digest: string, ports: Ports): Promise<void> => {
  const { caseId, planId } = submission;
  const { review, subject, keyFingerprint } = opened;
  const { about, humanId, verdict, reason, approver, channel, assurance } = review;
  const at = ports.clock.now();
  await keep(ports.cases, caseId, REVIEW.at(planId, digest.slice(0, 16)), {
    envelope: Buffer.from(submission.envelope).toString("base64"),
    publicKey: Buffer.from(submission.publicKey).toString("base64"),
    receivedAt: at,
  });
  await ports.ledger.append({ type: "review", caseId, digest, at });
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
  const isBad = verdict === "not-justified";
  await tell(ports, caseId, isBad ? "attention" : "decided", isBad ? 9 : 3, told(review));
};

const told = ({ about, planId, verdict, approver }: Review): string => {
  if (about === "quarantine") return `The changes of ${planId} stay in force: ${approver.humanId} looked at them.`;
  return about === "verdict"
    ? `${approver.humanId} put another verdict in place of the computed one: ${verdict}.`
    : `The breaking of the glass for ${planId} was reviewed by ${approver.humanId}: ${verdict}.`;
};

const refuse = async (
  { caseId, planId, envelope }: Submission,
  refused: { readonly code: string; readonly why: string; readonly claimedBy?: string },
  ports: Ports,
): Promise<ReviewReceipt> => {
  const content = sha256Hex(envelope);
  await noteRefusal({ ...refused, caseId, planId, actor: "review", source: "unproven", content }, ports);
  return { recorded: false, code: refused.code, why: refused.why };
};
