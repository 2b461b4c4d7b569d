/** What GuardDuty says, checked. */
import * as z from "zod";
import { PrincipalRef } from "./principal.ts";
import { Instant, type Known, Text } from "./schema.ts";

export const FindingBucket = z.looseObject({
  name: z.string(),
  arn: z.string(),
  accountId: Text,
  public: z.boolean().nullable(),
});
export type FindingBucket = Known<typeof FindingBucket>;

export const FindingAddress = z.looseObject({ ip: z.string(), country: Text, asn: Text, organisation: Text });
export type FindingAddress = Known<typeof FindingAddress>;

export const FindingSignal = z.looseObject({
  uid: z.string(),
  type: z.string().describe("`FINDING`, `CLOUD_TRAIL`, `S3_DATA_EVENTS`, …"),
  name: z.string(),
  severity: z.number().nullable(),
  count: z.number(),
  firstSeen: Text,
  lastSeen: Text,
});
export type FindingSignal = Known<typeof FindingSignal>;

/** All times are ISO 8601 UTC with milliseconds; what the finding does not say is null. */
export const Finding = z.looseObject({
  id: z.string(),
  arn: Text,
  type: z
    .string()
    .describe("for example `Exfiltration:S3/AnomalousBehavior`; retired and unknown types are kept as they are"),
  severity: z.number().min(0).max(10).describe("from 7 high, from 9 critical"),
  accountId: z.string().describe("that the resources lie in, which need not be the account of the envelope"),
  region: z.string(),
  partition: z.string(),
  createdAt: Instant,
  updatedAt: Instant,
  count: z.number(),
  archived: z.boolean(),
  sample: z
    .boolean()
    .describe("GuardDuty made this up on request: nothing in it exists, and nothing may be contained on its word"),
  title: z.string(),
  description: z.string(),
  detectorId: Text,
  principals: z.array(PrincipalRef),
  buckets: z.array(FindingBucket),
  addresses: z.array(FindingAddress),
  window: z
    .looseObject({ firstSeen: Instant, lastSeen: Instant })
    .describe("what GuardDuty saw, first to last; the theft may have begun earlier and may still go on"),
  signals: z.array(FindingSignal).describe("parts of an attack sequence; empty for a plain finding"),
  alsoTypes: z
    .array(z.string())
    .exactOptional()
    .describe("of an attack sequence: the other sequences that it is part of"),
  sensitiveData: z
    .array(z.string())
    .exactOptional()
    .describe(
      "indicator `SENSITIVE_DATA`: GuardDuty knew of sensitive data in it, with its words; absent where it says nothing",
    ),
  remoteAccount: z
    .looseObject({ accountId: z.string(), affiliated: z.boolean().nullable() })
    .nullable()
    .describe("the caller's account, present only when the call came from outside `accountId`"),
  api: Text.describe("the API with the highest risk; one of possibly many"),
  unusual: z
    .record(z.string(), z.string())
    .describe("`additionalInfo.unusualBehavior`: GuardDuty's key to its comma-joined text; empty values are left out"),
});
export type Finding = Known<typeof Finding>;

/** A finding as it was delivered; secret members replaced. */
export const ReceivedFinding = z.unknown().describe("the finding as it was delivered; secret members replaced");

/** A run through a case by its number, as an execution took it. */
export const Run = z.looseObject({ execution: z.string(), at: Instant });
