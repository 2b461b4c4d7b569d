import * as z from "zod";
import { LIKELIHOODS } from "../../case/opinion.ts";
import { DecisionSchema, HUMAN_ID } from "./decision.ts";

/** The least a reviewer says: somebody reads it who was not there. */
export const MINIMUM_REVIEW = 20;

/** What can be said about what. */
const ANSWERS = {
  "break-glass": ["justified", "not-justified"],
  quarantine: ["keep"],
  verdict: LIKELIHOODS,
} as const satisfies Readonly<Record<string, readonly string[]>>;

export const isAnswerTo = (about: keyof typeof ANSWERS, verdict: string): boolean =>
  (ANSWERS[about] as readonly string[]).includes(verdict);

/**
 * What a reviewer signs, the predicate of an in-toto statement. About `break-glass` its subject is the decision of the one
 * person who acted alone; about `quarantine` it is the plan whose changes are in force, and `keep` sets the next date;
 * about `verdict` it is `likelihood.json`, in whose place a person puts a verdict of their own.
 */
export const ReviewSchema = z
  .strictObject({
    about: z.enum(["break-glass", "quarantine", "verdict"]),
    caseId: z.string().min(1).max(80),
    planId: z.string().min(1).max(80),
    /** Whose decision is reviewed; null for a quarantine and a verdict. */
    humanId: z.string().regex(HUMAN_ID).nullable(),
    /** ISO 8601 UTC: which date this answers; null for a verdict, which nobody had to review. */
    dueAt: z.iso.datetime().nullable(),
    verdict: z.enum(["justified", "not-justified", "keep", ...LIKELIHOODS]),
    reason: DecisionSchema.shape.reason.min(MINIMUM_REVIEW),
    approver: z.strictObject({ humanId: z.string().regex(HUMAN_ID) }),
    channel: DecisionSchema.shape.channel,
    assurance: DecisionSchema.shape.assurance,
    reviewedAt: z.iso.datetime(),
  })
  .refine(({ about, verdict }) => isAnswerTo(about, verdict), {
    path: ["verdict"],
    message:
      "expected justified or not-justified of a person's decision, keep of a quarantine, a likelihood of a verdict",
  })
  .refine(
    ({ about, humanId, dueAt }) =>
      (humanId !== null) === (about === "break-glass") && (dueAt === null) === (about === "verdict"),
    {
      path: ["humanId"],
      message: "expected a person where their decision is reviewed, and a date unless it is about a verdict",
    },
  );
export type Review = z.infer<typeof ReviewSchema>;
