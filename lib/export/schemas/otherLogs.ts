/** What logs beside CloudTrail say. */
import { z } from "zod";
import { Count, Instant, Text, Texts } from "./parts.ts";

const State = z.enum(["used", "not given", "failed"]);

export const AccessLog = z.looseObject({
  schema: z.literal("cordon/access-log/v1"),
  state: State,
  objects: z
    .strictObject({ stolen: Count, corroborated: Count, accessLogOnly: Count, cloudTrailOnly: Count })
    .describe("certainly and likely stolen objects, by the logs that have them"),
  requests: z.strictObject({ both: Count, accessLogOnly: Count, partial: Count }),
  bytes: z.strictObject({ cloudTrail: Count, accessLog: Count }),
  notes: Texts,
});

const Kind = z.enum(["to-thief", "by-instance", "from-s3", "large"]);

export const Transfer = z.strictObject({
  kind: Kind,
  source: z.string(),
  target: z.string(),
  interfaceIds: Texts,
  instanceIds: Texts,
  flows: Count,
  bytes: Count.describe("of the interface that saw most: two interfaces see one packet"),
  firstAt: Instant,
  lastAt: Instant,
});

export const FlowLogs = z.looseObject({
  schema: z.literal("cordon/flow-logs/v1"),
  state: State,
  transfers: z.array(Transfer).describe("the first 100"),
  transfersTotal: Count,
  bytes: z.record(Kind, Count),
  stolenBytes: Count.describe("by the S3 API, certain and likely, to hold them against; flows are added to no total"),
  notes: Texts,
});

/** A sign-in at the identity provider, joined to the start of a role chain. */
export const SignIn = z.looseObject({
  provider: z.literal("okta"),
  eventId: z.string(),
  eventType: z.string(),
  at: Instant,
  secondsBefore: Count.describe("before the role was assumed"),
  actor: z.strictObject({ id: Text, name: Text, display: Text }),
  match: z.enum(["name", "name and address", "name without domain", "name without domain, and address"]),
  clientIp: Text,
  sameAddress: z.boolean().nullable().describe("as the call that assumed the role; null: a log names none"),
  thiefAddress: z.boolean(),
  mfa: z.enum(["used", "refused", "not seen"]),
  factors: Texts,
  failedBefore: Count,
  application: Text,
  why: z.string(),
});
