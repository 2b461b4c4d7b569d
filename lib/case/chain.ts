/** Where the credentials came from, back to the human or workload at the start, and what else was opened with them. */
import * as z from "zod";
import { Count, type Known, LogTime, Text, Texts } from "./schema.ts";

/** Something one can act with: an access key, or a session of which the logs show no key. */
export const Credential = z.looseObject({
  type: Text,
  principalId: Text,
  arn: Text,
  accountId: Text,
  userName: Text,
  accessKeyId: Text,
  issuerArn: Text,
});
export type Credential = Known<typeof Credential>;

/** One step from a credential to the next. */
const hop = {
  eventId: z.string(),
  at: LogTime,
  how: z.string(),
  from: Credential.nullable().describe("null where a service or an identity provider opened the session"),
  to: Credential,
  address: Text,
  userAgent: Text,
  link: z
    .enum(["key", "session"])
    .describe(
      "what joins them: the key the answer holds (certain); the session's principal id (certain as to role and name)",
    ),
  candidates: Count.describe("calls that opened a session of that name; more than 1: the hop is one of them"),
  byThief: z.boolean().describe("the caller carried the suspect's marks, or called from one of the actor's addresses"),
  usedByThief: z
    .boolean()
    .exactOptional()
    .describe("whoever opened it, it was used with the actor's marks; absent in cases of 0.1.0"),
  expiresAt: LogTime.nullable()
    .exactOptional()
    .describe("when it ends by itself; null: it does not, or the record does not tell; absent in cases of 0.1.0"),
} as const;
export const Hop = z.looseObject(hop);
export type Hop = Known<typeof Hop>;

/** The human's sign-in at the identity provider behind the start of a role chain. */
export const SignIn = z.looseObject({
  provider: z.string().describe("`okta`, `entra`"),
  eventId: z.string(),
  eventType: z.string(),
  at: LogTime,
  secondsBefore: Count.describe("before the session in AWS was opened; 0 where the provider's clock is ahead"),
  actor: z.looseObject({ id: Text, name: Text, display: Text }),
  match: z.enum(["name", "name and address", "name without domain", "name without domain, and address"]),
  clientIp: Text,
  sameAddress: z.boolean().nullable().describe("as the call that opened the session; null: one of the logs names none"),
  thiefAddress: z.boolean(),
  mfa: z
    .enum(["used", "refused", "not seen"])
    .describe("a second factor in the same session of the provider: proven, only refused, or not in the log"),
  factors: Texts,
  failedBefore: Count.describe("refused attempts by this user in the hours before"),
  application: Text,
  why: z.string(),
});
export type SignIn = Known<typeof SignIn>;

export const START_KINDS = [
  "user-key",
  "user-console",
  "root",
  "saml",
  "web-identity",
  "identity-center",
  "instance",
  "function",
  "task",
  "service",
  "other-account",
  "anonymous",
  "unknown",
] as const;

/** Who or what stands at the start of a chain. */
export const Start = z.looseObject({
  kind: z.enum(START_KINDS),
  name: Text,
  provider: Text.describe("SAML or OIDC provider, service, or the address of a console sign-in"),
  sourceIdentity: Text.describe(
    "set by the identity provider or the first caller, and kept through every later hop (`sts:SourceIdentity`)",
  ),
  onBehalfOf: Text.describe("Identity Center user id"),
  basis: z
    .enum(["record", "name", "none"])
    .describe("record: by a call in the logs; name: only by how a session is named or what its agent claims"),
  why: z.string(),
  signIn: SignIn.nullable()
    .exactOptional()
    .describe("absent: no log of an identity provider; null: it has none that fits"),
});
export type Start = Known<typeof Start>;

/** One suspect's credential with the way to it, most upstream hop first. */
export const Chain = z.looseObject({
  suspect: Credential,
  hops: z.array(Hop),
  start: Start,
  ended: z.enum(["start", "cycle", "limit"]).describe("why the way back ends where it does"),
});
export type Chain = Known<typeof Chain>;

/** Where cutting stops every later hop, and why there. */
export const Cut = z.looseObject({
  credential: Credential,
  holder: z
    .enum(["thief-only", "stolen"])
    .describe("thief-only: nobody else ever had it; stolen: its owner has it too and is cut off with the actor"),
  stops: Texts.describe("suspects' credentials that come from it, itself included"),
  revokeToo: Texts.describe(
    "made from it already, and alive until each expires or is revoked: a cut upstream does not end them",
  ),
  reason: z.string(),
});
export type Cut = Known<typeof Cut>;

export const RoleChain = z.looseObject({
  schema: z.literal("cordon/role-chain/v1"),
  chains: z.array(Chain),
  sessions: z
    .array(z.looseObject({ ...hop, depth: Count }))
    .describe(
      "every credential that was made, directly or through others, with one on a chain; `depth` 1 is the first step",
    ),
  cut: Cut.nullable(),
  asOf: LogTime.nullable()
    .exactOptional()
    .describe(
      "latest event in the logs read: what had expired by then is dead; null: not known; absent in cases of 0.1.0",
    ),
  notKnown: Texts,
});
export type RoleChain = Known<typeof RoleChain>;
