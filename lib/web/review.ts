import * as z from "zod";
import { canonicalBytes } from "../base/jcs.ts";
import { isAnswerTo, type Review, ReviewSchema } from "../core/plan/review.ts";
import { assertedEnvelope, challengeOf } from "../evidence/webauthn.ts";
import type { Ports } from "../ports/ports.ts";
import { noteRefusal } from "../response/approve/refusals.ts";
import { type ReviewAnswer, reviewStatement, submitReview } from "../response/approve/review.ts";
import { type Reviewable, reviewsDue, verdictOf } from "../response/approve/reviewsDue.ts";
import type { WordReceipt } from "../response/approve/signedWord.ts";
import { type Asserted, type Ceremony, isRecent, provenBy, WHY } from "./ceremony.ts";

/** What the page sends about a review that it showed as due, or about a verdict, with the digest of the one it showed. */
export const ReviewAnswerSchema = z
  .strictObject({
    about: ReviewSchema.shape.about,
    dueAt: ReviewSchema.shape.dueAt,
    verdict: ReviewSchema.shape.verdict,
    reason: ReviewSchema.shape.reason,
    subject: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
  })
  .refine(({ about, subject }) => (subject !== undefined) === (about === "verdict"), {
    path: ["subject"],
    message: "expected the digest of the verdict that the page showed, and of nothing else",
  })
  .refine(({ about, verdict }) => isAnswerTo(about, verdict), {
    path: ["verdict"],
    message: "expected an answer that can be given about this",
  });
export type PageReview = z.output<typeof ReviewAnswerSchema>;

/** Signs with the reviewer's own key file and submits. */
export type GiveReview = (caseId: string, due: Reviewable, answer: ReviewAnswer) => Promise<WordReceipt>;

/** What an answer is about, or null: then it was given meanwhile, or the verdict is another one now. */
export const dueFor = async (
  caseId: string,
  planId: string,
  { about, dueAt, subject }: PageReview,
  ports: Ports,
): Promise<Reviewable | null> => {
  const all = about === "verdict" ? [await verdictOf(caseId, ports)] : await reviewsDue(caseId, ports);
  const due = all.find((one) => one?.about === about && one.planId === planId && one.dueAt === dueAt) ?? null;
  return subject === undefined || subject === due?.subject ? due : null;
};

export const answerOf = (
  { verdict, reason }: PageReview,
  humanId: string,
  assurance: Review["assurance"],
  reviewedAt: string,
): ReviewAnswer => ({ verdict, reason, humanId, channel: "page", assurance, reviewedAt });

const payloadOf = (caseId: string, due: Reviewable, answer: ReviewAnswer): Uint8Array =>
  canonicalBytes(reviewStatement(caseId, due, answer));

/** The statement for a security key to sign. */
export const prepareReview = async (
  caseId: string,
  due: Reviewable,
  given: PageReview,
  humanId: string,
  { party, credentials }: Ceremony,
  { clock }: Ports,
): Promise<Readonly<Record<string, unknown>>> => {
  const payload = payloadOf(caseId, due, answerOf(given, humanId, "webauthn", clock.now()));
  return {
    payload: Buffer.from(payload).toString("base64url"),
    challenge: challengeOf(payload),
    rpId: party.rpId,
    credentialIds: (await credentials.of(humanId)).map(({ credentialId }) => credentialId),
  };
};

/** Takes a review with its assertion: the statement must be the one that this answer leads to, and recent. */
export const takeAssertedReview = async (
  caseId: string,
  due: Reviewable,
  given: PageReview,
  asserted: Asserted,
  humanId: string,
  ceremony: Ceremony,
  ports: Ports,
): Promise<WordReceipt> => {
  const { planId } = due;
  const proven = isOurs(caseId, due, given, asserted, humanId, ports)
    ? await provenBy(asserted, humanId, ceremony)
    : { fault: "STATEMENT" };
  if ("credential" in proven)
    return submitReview(
      {
        caseId,
        planId,
        envelope: assertedEnvelope(asserted.payload, asserted),
        publicKey: proven.credential.publicKey,
      },
      ports,
    );
  const refused = { code: proven.fault, why: WHY[proven.fault] ?? "The security key's answer does not hold." };
  await noteRefusal({ caseId, planId, actor: "page", source: `human:${humanId}`, ...refused }, ports);
  return { recorded: false, ...refused };
};

const TimeIn = z.object({ predicate: z.object({ reviewedAt: ReviewSchema.shape.reviewedAt }) });

const isOurs = (
  caseId: string,
  due: Reviewable,
  given: PageReview,
  { payload }: Asserted,
  humanId: string,
  { clock }: Ports,
): boolean => {
  try {
    const { reviewedAt } = TimeIn.parse(JSON.parse(Buffer.from(payload).toString("utf8"))).predicate;
    const expected = payloadOf(caseId, due, answerOf(given, humanId, "webauthn", reviewedAt));
    return Buffer.from(expected).equals(Buffer.from(payload)) && isRecent(reviewedAt, clock.now());
  } catch {
    return false;
  }
};
