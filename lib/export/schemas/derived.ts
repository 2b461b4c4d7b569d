/** Files worked out from the case at sealing: closed objects, no member may be added without a new version. */
import { z } from "zod";
import { Amount, Count, Instant, Principal, Sha256, Text, Texts } from "./parts.ts";

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
  collector: z.strictObject({ principal: z.string(), sessionIssuer: Text, sourceIp: Text }),
  tool: z.strictObject({ name: z.string(), version: z.string(), digest: z.string() }),
  clock: z.strictObject({ offsetMs: z.number().nullable(), source: z.string() }),
  bytes: Count.nullable(),
  sha256: Sha256.nullable(),
  nativeIntegrity: z.strictObject({ cloudtrailDigest: Text, s3ChecksumSHA256: Text, versionId: Text, etag: Text }),
  redactions: Texts,
  transfers: z.array(z.strictObject({ at: Instant, from: z.string(), to: z.string(), sha256: Sha256 })),
});

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

export const Artifacts = z.strictObject({
  schema: z.literal("cordon/artifacts/v1"),
  artifacts: z.array(z.strictObject({ name: z.string(), required: z.boolean(), files: Texts })),
});

export const AccessLine = z.strictObject({
  at: Instant,
  until: Instant,
  kind: z.enum(["authentication", "authorization", "data-access", "configuration", "detection", "response"]),
  what: z.string(),
  actor: Text,
  accessKeyId: Text,
  address: Text,
  bucket: Text,
  key: Text,
  outcome: z.enum(["success", "refused"]),
  calls: Count,
  bytes: Count.nullable(),
  certainty: Text,
  eventIds: Texts,
  source: z.string(),
});

const Activity = {
  principal: Text,
  type: Text,
  accessKeyId: Text,
  address: Text,
  userAgent: Text,
  calls: Count,
  failed: Count,
  firstAt: Instant,
  lastAt: Instant,
} as const;

export const Attribution = z.strictObject({
  schema: z.literal("cordon/actor-attribution/v1"),
  note: z.string(),
  suspects: z.array(Principal),
  credentials: z.array(
    z.strictObject({
      accessKeyId: z.string(),
      madeBy: Text,
      madeAt: Instant.nullable(),
      eventId: Text,
      holder: z.enum(["stolen", "thief-only"]),
    }),
  ),
  activity: z.array(z.strictObject(Activity)),
  notAttributed: z.array(z.strictObject({ ...Activity, why: z.string() })),
  intent: z.strictObject({
    determined: z.literal(false),
    signs: z.array(z.strictObject({ detection: z.string(), tactic: z.string(), rows: Count })),
  }),
  notKnown: Texts,
});

const Undetermined = z.strictObject({ determined: z.literal(false), note: z.string() });
export const Impact = z.strictObject({
  schema: z.literal("cordon/impact-assessment/v1"),
  exfiltration: z.enum(["confirmed", "not-confirmed", "not-known"]),
  taken: z.strictObject({ certain: Amount, likely: Amount, upperBound: Amount }),
  buckets: Texts,
  sensitivity: z.strictObject({
    state: z.string(),
    reason: z.string(),
    highest: Text,
    categories: z.array(z.strictObject({ name: z.string(), count: Count, objects: Count })).nullable(),
  }),
  contained: z.boolean(),
  status: z.string(),
  changesByThief: Count,
  changesUndone: Count,
  notification: Undetermined,
  business: Undetermined,
  notKnown: Texts,
});

export const Network = z.strictObject({
  schema: z.literal("cordon/network-traffic-analysis/v1"),
  flowLogs: z.literal("not given"),
  note: z.string(),
  addresses: z.array(
    z.strictObject({
      address: z.string(),
      country: Text,
      asn: Text,
      organisation: Text,
      namedByFinding: z.boolean(),
      calls: Count,
      failed: Count,
      objects: Count,
      bytes: Count.nullable(),
      userAgents: Texts,
      firstAt: Instant.nullable(),
      lastAt: Instant.nullable(),
    }),
  ),
  destinations: z.array(z.strictObject({ bucket: z.string(), accountId: Text, objects: Count })),
});

const Prefix = z.strictObject({
  bucket: z.string(),
  prefix: z.string(),
  objects: Count,
  calls: Count,
  bytes: Count.nullable(),
});
export const Volume = z.strictObject({
  schema: z.literal("cordon/data-volume-report/v1"),
  note: z.string(),
  totals: z.strictObject({ certain: Amount, likely: Amount, upperBound: Amount }),
  byBucket: z.array(Prefix),
  byPrefix: z.array(Prefix),
  byHour: z.array(z.strictObject({ hour: Instant, calls: Count, objects: Count, bytes: Count.nullable() })),
  byPath: z.array(z.strictObject({ path: z.string(), objects: Count, bytes: Count.nullable() })),
  bytesUnknown: Count,
});

const Grants = z.array(z.strictObject({ policy: z.string(), sid: Text, bucket: z.string(), conditional: z.boolean() }));
export const Permissions = z.strictObject({
  schema: z.literal("cordon/permission-analysis/v1"),
  note: z.string(),
  action: z.literal("s3:GetObject"),
  principals: z.array(
    z.strictObject({
      arn: Text,
      entity: z.enum(["user", "role", "none"]),
      attachedPolicies: Texts.nullable(),
      permissionsBoundary: Text,
      trustedBy: Texts.nullable(),
      grants: Grants,
      notKnown: Texts,
    }),
  ),
  bucketPolicies: z.array(z.strictObject({ bucket: z.string(), document: Text, grants: Grants, source: z.string() })),
  allowedBy: z.enum(["identity-policy", "bucket-policy", "both", "not-known"]),
});

const Habit = z.strictObject({
  principal: Text,
  accessKeyId: Text,
  address: Text,
  userAgent: Text,
  calls: Count,
  firstAt: Instant,
  lastAt: Instant,
});
export const Baseline = z.strictObject({
  schema: z.literal("cordon/previous-activity-baseline/v1"),
  state: z.enum(["partial", "not run"]),
  reason: z.string(),
  from: Instant.nullable(),
  until: Instant.nullable(),
  before: z.array(Habit),
  during: z.array(Habit),
  newAddresses: Texts,
  newUserAgents: Texts,
});

export const OcsfEvent = z.looseObject({
  category_uid: z.int(),
  class_uid: z.int(),
  activity_id: z.int(),
  type_uid: z.int(),
  severity_id: z.int(),
  time: z.int(),
  metadata: z.looseObject({
    version: z.string(),
    uid: z.string(),
    product: z.looseObject({ name: z.string(), vendor_name: z.string() }),
  }),
});

const STIX_ID = /^[a-z0-9-]+--[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const StixBundle = z.strictObject({
  type: z.literal("bundle"),
  id: z.string().regex(STIX_ID),
  objects: z.array(z.looseObject({ type: z.string(), id: z.string().regex(STIX_ID), spec_version: z.literal("2.1") })),
});

export const CaseUco = z.strictObject({
  "@context": z.record(z.string(), z.string()),
  "@graph": z.array(z.looseObject({ "@id": z.string(), "@type": z.string() })),
});
