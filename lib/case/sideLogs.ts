/** What logs beside CloudTrail say. */
import * as z from "zod";
import { Count, type Known, LogTime, Texts } from "./schema.ts";

const State = z.enum(["used", "not given", "failed"]);

/** What the S3 server access log says of the stolen objects. */
export const AccessLogSummary = z.looseObject({
  schema: z.literal("cordon/access-log/v1"),
  state: State,
  objects: z
    .looseObject({
      stolen: Count,
      corroborated: Count.describe("at least one request of the object is in both logs"),
      accessLogOnly: Count.describe("CloudTrail has no read of it: it stands on the access log alone"),
      cloudTrailOnly: Count.describe("the access log has none; it is delivered best effort, so that proves nothing"),
    })
    .describe("certainly and likely stolen objects, by the logs that have them"),
  requests: z.looseObject({ both: Count, accessLogOnly: Count, partial: Count }),
  bytes: z.looseObject({ cloudTrail: Count, accessLog: Count }),
  notes: Texts,
});
export type AccessLogSummary = Known<typeof AccessLogSummary>;

/**
 * Why a transfer is shown: it went to an address of the actor; an instance whose credentials were stolen sent it; that
 * instance received it from S3, as the flow log names the service; or it is large and went to the internet.
 */
export const TRANSFER_KINDS = ["to-thief", "by-instance", "from-s3", "large"] as const;
export type TransferKind = (typeof TRANSFER_KINDS)[number];

/** One source and one target, added up. */
export const Transfer = z.looseObject({
  kind: z.enum(TRANSFER_KINDS),
  source: z.string(),
  target: z.string(),
  interfaceIds: Texts,
  instanceIds: Texts,
  flows: Count,
  bytes: Count.describe("of the interface that saw most: two interfaces see one packet"),
  firstAt: LogTime,
  lastAt: LogTime,
});
export type Transfer = Known<typeof Transfer>;

/** What the network saw, beside what was stolen by the S3 API. It is added to no total. */
export const FlowSummary = z.looseObject({
  schema: z.literal("cordon/flow-logs/v1"),
  state: State,
  transfers: z.array(Transfer).describe("the first 100, largest first; `transfersTotal` counts all"),
  transfersTotal: Count,
  bytes: z.record(z.enum(TRANSFER_KINDS), Count),
  stolenBytes: Count.describe("by the S3 API, certain and likely, to hold them against"),
  notes: Texts,
});
export type FlowSummary = Known<typeof FlowSummary>;
