import { z } from "zod";
import { DecisionSchema, HUMAN_ID } from "./decision.ts";

/** The least a reviewer says: somebody reads it who was not there. */
export const MINIMUM_REVIEW = 20;

/**
 * What a reviewer signs, the predicate of an in-toto statement. About `break-glass` its subject is the decision of the one
 * person who acted alone; about `quarantine` it is the plan whose changes are in force, and `keep` sets the next date.
 */
export const ReviewSchema = z
  .strictObject({
    about: z.enum(["break-glass", "quarantine"]),
    caseId: z.string().min(1).max(80),
    planId: z.string().min(1).max(80),
    /** Whose decision is reviewed; null for a quarantine. */
    humanId: z.string().regex(HUMAN_ID).nullable(),
    /** ISO 8601 UTC: which date this answers. */
    dueAt: z.iso.datetime(),
    verdict: z.enum(["justified", "not-justified", "keep"]),
    reason: DecisionSchema.shape.reason.min(MINIMUM_REVIEW),
    approver: z.strictObject({ humanId: z.string().regex(HUMAN_ID) }),
    channel: DecisionSchema.shape.channel,
    assurance: DecisionSchema.shape.assurance,
    reviewedAt: z.iso.datetime(),
  })
  .refine(
    ({ about, verdict, humanId }) =>
      about === "quarantine" ? verdict === "keep" && humanId === null : verdict !== "keep" && humanId !== null,
    { path: ["verdict"], message: "expected justified or not-justified of a person's decision, keep of a quarantine" },
  );
export type Review = z.infer<typeof ReviewSchema>;
