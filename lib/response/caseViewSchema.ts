import { z } from "zod";
import { CASE_STATUSES } from "../case/case.ts";
import { BucketCoverage, IntegrityCoverage } from "./coverageSchema.ts";

const Instant = z.iso.datetime();
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Count = z.int().min(0);

const Amount = z
  .strictObject({ objects: Count, calls: Count, bytes: Count.nullable() })
  .nullable()
  .describe("null when it cannot be known; `bytes` null when the objects are known and their size is not");

const PlanView = z.strictObject({
  planId: z.string(),
  digest: Sha256.describe("SHA-256 over the plan's canonical JSON (RFC 8785); what is approved"),
  fingerprint: z.string().describe("the first 80 bits of `digest`, for people to compare"),
  mode: z.enum(["dry-run", "enforce"]),
  expiresAt: Instant,
  status: z.enum(["proposed", "approved", "denied", "expired", "executing", "executed", "superseded", "empty"]),
  closed: z
    .string()
    .nullable()
    .describe("why no decision can count any more though nothing was carried out; null: it was, or one can"),
  actions: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      target: z.string(),
      reversibility: z.string(),
      status: z.string(),
    }),
  ),
});

/** `cordon show CASE --json`. Members are only ever added; the JSON Schema under docs/schemas is made from this. */
export const CaseViewSchema = z.strictObject({
  caseId: z.string(),
  status: z.enum(CASE_STATUSES),
  openedAt: Instant,
  closedAt: Instant.nullable(),
  finding: z.strictObject({ id: z.string(), type: z.string(), severity: z.number(), sample: z.boolean() }),
  principal: z
    .strictObject({
      type: z.string().describe("CloudTrail userIdentity.type, or Anonymous"),
      arn: z.string().nullable(),
      principalId: z.string().nullable(),
      accessKeyIds: z.array(z.string()),
      roleSession: z.string().nullable(),
      issuerArn: z.string().nullable(),
    })
    .nullable(),
  theft: z.strictObject({
    certain: Amount,
    likely: Amount,
    upperBound: Amount,
    notKnown: z.array(z.string()).describe("what cannot be known and why, a sentence each"),
    firstAt: Instant.nullable(),
    lastAt: Instant.nullable(),
    buckets: z.array(z.string()),
    addresses: z.array(z.string()),
  }),
  coverage: z.strictObject({
    watermark: Instant.nullable().describe("latest event in the files read; what is later is not known"),
    filesRead: Count,
    filesSetAside: Count,
    setAside: z.array(z.strictObject({ file: z.string(), reason: z.string() })),
    buckets: z.array(BucketCoverage),
    holes: z.array(z.string()),
    integrity: IntegrityCoverage.optional().describe("log files against CloudTrail's digests"),
    otherLogs: z
      .array(
        z.strictObject({
          log: z.enum(["s3-access-log", "vpc-flow-log", "okta-system-log"]),
          state: z.enum(["used", "not given", "failed"]),
          files: Count,
          entries: Count,
          says: z.string(),
        }),
      )
      .optional()
      .describe("logs beside CloudTrail: given and used, or not"),
  }),
  plan: PlanView.nullable().describe("the containment plan; every plan of the case is in `plans`"),
  plans: z.array(PlanView),
  notKnown: z.array(z.string()).describe("steps that failed"),
  reviews: z
    .array(
      z.strictObject({
        planId: z.string(),
        humanId: z.string(),
        actions: z.array(z.string()),
        dueAt: Instant,
        overdue: z.boolean(),
      }),
    )
    .describe("reviews that are due because one person broke the glass, until they are given"),
  quarantine: z
    .strictObject({ planId: z.string(), actions: z.array(z.string()), dueAt: Instant, overdue: z.boolean() })
    .nullable()
    .describe("by when somebody must say whether what is cut off stays cut off; null when nothing is in force"),
  evidence: z.array(z.strictObject({ revision: z.int().min(1), path: z.string(), digest: Sha256 })),
});
