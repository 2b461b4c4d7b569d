import * as z from "zod";
import { CASE_STATUSES } from "./case.ts";
import { CaseState } from "./caseState.ts";
import { Instant, type Known, Sha256, Text, Texts } from "./schema.ts";
import { CoverageView, TheftView } from "./theft.ts";

export const PlanView = z.looseObject({
  planId: z.string(),
  digest: Sha256.describe("SHA-256 over the plan's canonical JSON (RFC 8785); what is approved"),
  fingerprint: z.string().describe("the first 80 bits of `digest`, for people to compare"),
  mode: z.enum(["dry-run", "enforce"]),
  expiresAt: Instant,
  status: z.enum(["proposed", "approved", "denied", "expired", "executing", "executed", "superseded", "empty"]),
  closed: Text.describe("why no decision can count any more though nothing was carried out; null: it was, or one can"),
  actions: z.array(
    z.looseObject({
      id: z.string(),
      kind: z.string(),
      target: z.string(),
      reversibility: z.string(),
      status: z.string(),
    }),
  ),
});
export type PlanView = Known<typeof PlanView>;

const due = { planId: z.string(), actions: Texts, dueAt: Instant, overdue: z.boolean() };

/** A review that somebody owes, because one person acted alone. */
export const GlassReview = z.looseObject({ ...due, humanId: z.string() });
export type GlassReview = Known<typeof GlassReview>;

/**
 * The machine's view of a case: `cordon show CASE --json`. Kept stable, members are only ever added; the JSON Schema under
 * docs/schemas is made from this.
 */
export const CaseView = z.looseObject({
  caseId: z.string(),
  status: z.enum(CASE_STATUSES).describe("the machine's own note; `state` is what people read"),
  state: CaseState,
  openedAt: Instant,
  closedAt: Instant.nullable(),
  finding: z.looseObject({
    id: z.string(),
    type: z.string(),
    severity: z.number(),
    sample: z.boolean(),
    sensitiveData: Texts.exactOptional().describe(
      "GuardDuty knew of sensitive data in what was touched, before anything was classified; absent where it says nothing",
    ),
  }),
  principal: z
    .looseObject({
      type: z.string().describe("CloudTrail userIdentity.type, or Anonymous"),
      arn: Text,
      principalId: Text,
      accessKeyIds: Texts,
      roleSession: Text,
      issuerArn: Text,
    })
    .nullable(),
  theft: TheftView,
  coverage: CoverageView,
  warnings: Texts.exactOptional().describe(
    "what must not be overlooked, as a plan that stops nobody; absent before 0.2",
  ),
  plan: PlanView.nullable().describe("the containment plan; every plan of the case is in `plans`"),
  plans: z.array(PlanView),
  notKnown: Texts.describe("steps that failed"),
  reviews: z
    .array(GlassReview)
    .describe("reviews that are due because one person broke the glass, until they are given"),
  quarantine: z
    .looseObject(due)
    .nullable()
    .describe("by when somebody must say whether what is cut off stays cut off; null when nothing is in force"),
  evidence: z.array(z.looseObject({ revision: z.int().min(1), path: z.string(), digest: Sha256 })),
});
export type CaseView = Known<typeof CaseView>;
