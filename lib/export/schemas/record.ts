/** Worked out from the case at sealing: custody, clocks, controls, notices, rules. Closed objects: no member may be added without a new version. */
import * as z from "zod";
import { Count, Instant, type Known, Sha256, Text, Texts } from "../../case/schema.ts";

export const CustodyLine = z.strictObject({
  itemId: z.string(),
  file: Text.describe("path below data/; null: stays where it is and is only named"),
  source: z.strictObject({
    service: z.string(),
    api: z.string(),
    region: z.string(),
    account: z.string(),
    arn: Text,
    query: z.strictObject({ sha256: Sha256, parameters: Texts, resultDigest: Sha256 }).nullable(),
  }),
  acquiredAt: Instant,
  requestIds: Texts,
  collector: z.strictObject({
    principal: z.string().describe("the step that asked; whose process that was says environment.json"),
    sessionIssuer: Text.exactOptional().describe("by 0.1.0, always null"),
    sourceIp: Text.exactOptional().describe("by 0.1.0, always null"),
  }),
  tool: z.strictObject({ name: z.string(), version: z.string(), digest: z.string() }),
  clock: z.strictObject({ offsetMs: z.number().nullable(), source: z.string() }),
  bytes: Count.nullable().describe(
    "size of what `sha256` is of: the file in this bundle, or the log file as it lies packed with its owner",
  ),
  sha256: Sha256.nullable(),
  nativeIntegrity: z.strictObject({ cloudtrailDigest: Text, s3ChecksumSHA256: Text, versionId: Text, etag: Text }),
  redactions: Texts,
  transfers: z.array(z.strictObject({ at: Instant, from: z.string(), to: z.string(), sha256: Sha256 })),
});
export type CustodyLine = Known<typeof CustodyLine>;

const ClockFact = z.strictObject({ at: Instant.nullable(), setBy: Text });
export const Clocks = z.strictObject({
  schema: z.literal("cordon/clocks/v1"),
  note: z.string(),
  facts: z.strictObject({
    firstEventAt: ClockFact,
    detectedAt: ClockFact,
    alertedAt: ClockFact,
    firstHumanAt: ClockFact,
    confirmedAt: ClockFact,
    classifiedAt: ClockFact,
    materialityDeterminedAt: ClockFact,
  }),
  candidates: z.array(
    z.strictObject({
      id: z.string(),
      regime: z.string(),
      startsAt: Instant.nullable(),
      dueAt: z.string().nullable(),
      basis: z.string(),
      citation: z.string(),
      reviewedOn: z.string(),
    }),
  ),
});
export type Clocks = Known<typeof Clocks>;

export const Controls = z.strictObject({
  reviewedOn: z.string(),
  note: z.string(),
  controls: z.array(
    z.strictObject({
      framework: z.string(),
      control: z.string(),
      title: z.string(),
      asks: z.string(),
      note: z.string().optional(),
      present: Texts.describe("files of this bundle that answer it"),
      absent: Texts,
    }),
  ),
});

export const NoticeLine = z.strictObject({
  at: Instant,
  kind: z.string(),
  text: z.string(),
  channel: z.string(),
  delivered: z.boolean(),
  reason: Text,
  seq: z.int().min(1),
});
export type NoticeLine = Known<typeof NoticeLine>;

export const RuleLine = z.strictObject({
  id: z.string(),
  title: z.string(),
  severity: z.enum(["low", "medium", "high", "critical"]),
  technique: z.string(),
  tactic: z.string(),
  fires: z.enum(["success", "attempt"]),
  origins: z.array(z.strictObject({ from: z.string(), name: z.string(), date: z.string().optional() })),
  blindSpots: Texts,
  falsePositives: Texts,
  version: Sha256.describe("SHA-256 of `sql`"),
  sql: z.string(),
  product: z.string(),
});
export type RuleLine = Known<typeof RuleLine>;

export const Artifacts = z.strictObject({
  schema: z.literal("cordon/artifacts/v1"),
  artifacts: z.array(z.strictObject({ name: z.string(), required: z.boolean(), files: Texts })),
});
