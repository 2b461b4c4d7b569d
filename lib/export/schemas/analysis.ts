/** Worked out from the case at sealing: who did what, with what rights, how much, and how bad it is. Closed objects: no member may be added without a new version. */
import * as z from "zod";
import { Count, Instant, type Known, Text, Texts } from "../../case/schema.ts";
import { Transfer } from "../../case/sideLogs.ts";
import { Amount, Principal } from "./parts.ts";

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
export type AccessLine = Known<typeof AccessLine>;

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
export type Attribution = Known<typeof Attribution>;

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
  changesUndone: Count.describe("actions applied that took back what the actor had changed"),
  notification: Undetermined,
  business: Undetermined,
  notKnown: Texts,
});
export type Impact = Known<typeof Impact>;

export const Network = z.strictObject({
  schema: z.literal("cordon/network-traffic-analysis/v1"),
  flowLogs: z.enum(["used", "not given", "failed"]),
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
  transfers: z.array(Transfer),
  transfersTotal: Count,
  destinations: z.array(z.strictObject({ bucket: z.string(), accountId: Text, objects: Count })),
});
export type Network = Known<typeof Network>;

const Prefix = z.strictObject({
  bucket: z.string(),
  prefix: z.string(),
  objects: Count,
  calls: Count,
  bytes: Count.nullable(),
  kinds: z.record(z.string(), Count).optional().describe("objects whose names hint at a kind of data, by kind"),
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
export type Volume = Known<typeof Volume>;

const Grant = z.strictObject({ policy: z.string(), sid: Text, bucket: z.string(), conditional: z.boolean() });
const BucketGrant = Grant.extend({
  reaches: z.boolean().describe("names a suspect, or everybody; by the others somebody else may read"),
});
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
      grants: z.array(Grant),
      notKnown: Texts,
    }),
  ),
  bucketPolicies: z.array(
    z.strictObject({ bucket: z.string(), document: Text, grants: z.array(BucketGrant), source: z.string() }),
  ),
  allowedBy: z.enum(["identity-policy", "bucket-policy", "both", "not-known"]),
});
export type Permissions = Known<typeof Permissions>;

const Habit = z.strictObject({
  principal: Text,
  accessKeyId: Text,
  address: Text,
  userAgent: Text,
  calls: Count,
  firstAt: Instant,
  lastAt: Instant,
});
const BaselineReach = z.looseObject({
  state: z.enum(["known", "not known"]),
  daysAsked: Count,
  daysCovered: z.number().nullable().describe("days before the first sign for which there are logs; null: not known"),
  reason: Text,
});

const Novelty = z.looseObject({
  before: Count,
  during: Texts,
  fresh: Texts.nullable().describe("null: nothing to compare with"),
});

const VolumePerHour = z.looseObject({
  points: Count,
  mean: z.number().nullable(),
  deviation: z.number().nullable(),
  threshold: z.number().nullable().describe("mean + 3 deviations; null below 15 points"),
  above: z.boolean().nullable(),
});

const Comparison = z.looseObject({
  schema: z.literal("cordon/baseline/v1"),
  from: Instant,
  until: Instant,
  hours: Count,
  activeHours: Count,
  address: Novelty,
  network: Novelty,
  agent: Novelty,
  bucket: Novelty,
  hourOfDay: Novelty,
  callsPerHour: VolumePerHour,
  readsPerHour: VolumePerHour,
  bytesPerHour: VolumePerHour,
  buckets: z.array(z.looseObject({ bucket: z.string(), readsPerHour: VolumePerHour })).optional(),
});

export const Baseline = z.strictObject({
  schema: z.literal("cordon/previous-activity-baseline/v1"),
  state: z
    .enum(["known", "partial", "not run"])
    .describe("known: the baseline scan was run; partial: the case table stands in"),
  reason: z.string(),
  from: Instant.nullable(),
  until: Instant.nullable(),
  before: z.array(Habit),
  during: z.array(Habit),
  newAddresses: Texts,
  newUserAgents: Texts,
  scan: BaselineReach.nullable(),
  comparison: Comparison.nullable().describe("what the likelihood was weighed with"),
});
export type Baseline = Known<typeof Baseline>;
