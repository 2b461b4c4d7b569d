/** What was taken, object by object, and what is known of its content. */
import * as z from "zod";
import { Count, type Known, LogTime, Text, Texts } from "./schema.ts";

/** Strongest first. */
export const CERTAINTIES = ["certain", "likely", "upper-bound"] as const;
export type Certainty = (typeof CERTAINTIES)[number];

export const THEFT_PATHS = [
  "download",
  "ranged-download",
  "presigned",
  "anonymous",
  "server-side-copy",
  "select",
  "batch",
  "datasync",
  "replication",
] as const;
/** The way on which an object left. */
export type TheftPath = (typeof THEFT_PATHS)[number];

/** What the server access log says of one stolen object, beside what CloudTrail says. */
export const Corroboration = z.looseObject({
  requests: Count,
  inCloudTrail: Count.describe("of them those that CloudTrail has too, by request id"),
  partial: Count,
  bytesSent: Count.nullable(),
});
export type Corroboration = Known<typeof Corroboration>;

export const Destination = z.looseObject({ bucket: z.string(), key: z.string(), accountId: Text });

/** One object as the inventory holds it: a line of `objects.jsonl`. */
export const TakenObject = z.looseObject({
  bucket: z.string(),
  key: z.string(),
  versionId: Text,
  path: z.enum(THEFT_PATHS),
  certainty: z.enum(CERTAINTIES),
  calls: Count,
  bytesOut: Count.nullable().describe(
    "as the log says was sent; null where none is recorded, and for a copy, which sends nothing",
  ),
  size: Count.nullable().describe("stored size in bytes where an inventory or HeadObject told it; null: not known"),
  whole: z.boolean().nullable().describe("every byte left (true), only a part did (false); null: the log cannot tell"),
  firstAt: LogTime,
  lastAt: LogTime,
  principals: Texts,
  accessKeyIds: Texts,
  addresses: Texts,
  restoredFirst: z.boolean(),
  destination: Destination.nullable().describe(
    "of a copy: where it lies now, and in whose account, as far as the record names it",
  ),
  eventIds: Texts.exactOptional().describe("the first events of it, a few at most; the query's text gives all"),
  recordedBy: z
    .array(z.enum(["cloudtrail", "access-log"]))
    .exactOptional()
    .describe("the logs that have calls of it; absent: CloudTrail; access-log alone: no CloudTrail event has it"),
  accessLog: Corroboration.exactOptional().describe("what the server access log says of the same reads"),
  openedBy: z.string().exactOptional().describe("event by which the actor had opened the bucket to those who read"),
});
export type TakenObject = Known<typeof TakenObject>;

/** The stolen objects as `quantify` leaves them for others. */
export const StolenList = z.looseObject({
  revision: Count,
  items: z.array(z.looseObject({ bucket: z.string(), key: z.string(), bytes: Count.nullable() })),
  bytes: Count.describe("known sizes added up; objects of unknown size are not in it"),
});
export type StolenList = Known<typeof StolenList>;

/** In Macie's category names: category → total count. */
export const Categories = z.record(z.string(), Count);
export const SENSITIVITIES = ["Low", "Medium", "High"] as const;

export const ClassifiedObject = z.looseObject({
  bucket: z.string(),
  key: z.string(),
  severity: z.enum(SENSITIVITIES),
  categories: Categories,
  source: z.string(),
});
export type ClassifiedObject = Known<typeof ClassifiedObject>;

export const Classification = z.looseObject({
  jobId: Text,
  state: z.enum(["running", "paused", "unavailable", "done"]),
  reason: z.string(),
  complete: z.boolean().exactOptional(),
  findings: z.array(ClassifiedObject).exactOptional(),
});
export type Classification = Known<typeof Classification>;
