/** Who acts, and what the account says of them. */
import * as z from "zod";
import { type Known, Text, Texts } from "./schema.ts";

/**
 * CloudTrail's `userIdentity.type` values, plus `Anonymous` for what CloudTrail writes as account `anonymous` or principal
 * `ANONYMOUS_PRINCIPAL`. Source: CloudTrail user guide, userIdentity element.
 */
export const PRINCIPAL_TYPES = [
  "Root",
  "IAMUser",
  "AssumedRole",
  "Role",
  "FederatedUser",
  "Directory",
  "AWSAccount",
  "AWSService",
  "IdentityCenterUser",
  "SAMLUser",
  "WebIdentityUser",
  "Anonymous",
  "Unknown",
] as const;
export type PrincipalType = (typeof PRINCIPAL_TYPES)[number];

/** A principal as one source names it; what the source does not say is null, never guessed. */
export const PrincipalRef = z.looseObject({
  type: z.enum(PRINCIPAL_TYPES),
  accountId: Text,
  principalId: Text.describe("`AIDA…`, `AROA…:session`, an account id for root"),
  arn: Text,
  userName: Text.describe("for `AssumedRole` GuardDuty puts the role name here"),
  accessKeyId: Text,
  roleSession: Text.describe("role session name, the part of an `AROA…` principal id behind the colon"),
  issuerArn: Text.describe("ARN of the role or user that issued the session"),
});
export type PrincipalRef = Known<typeof PrincipalRef>;

/** A key of a principal, as far as known. */
export const KnownKey = z.looseObject({
  accessKeyId: z.string(),
  status: z.enum(["Active", "Inactive", "Expired", "Unknown"]),
  userName: Text,
  createdAt: Text,
});
export type KnownKey = Known<typeof KnownKey>;

/** What could not be read of an account, and why. */
export const NotKnown = z.looseObject({ what: z.string(), reason: z.string() });
export type NotKnown = Known<typeof NotKnown>;

/** What IAM holds about a user or a role. Null: not known, or (`trust`, `consoleLogin`) nothing a thing of this kind has. */
const identityFacts = {
  arn: Text,
  path: Text,
  stableId: Text,
  createdAt: Text,
  consoleLogin: z.boolean().nullable(),
  mfaDevices: Texts.nullable(),
  groups: Texts.nullable(),
  attachedPolicies: Texts.nullable(),
  inlinePolicies: z
    .array(z.looseObject({ name: z.string(), document: Text }))
    .nullable()
    .describe("names and texts"),
  permissionsBoundary: Text,
  trust: z
    .looseObject({ document: z.string(), allows: Texts })
    .nullable()
    .describe("who may assume the role: the document, and the principals it allows, for reading"),
  instanceProfiles: Texts.nullable(),
} as const;

/** A member that is null is not known, and `notKnown` says why; an empty list means that there are none. */
export const ScopedPrincipal = z.looseObject({
  principal: PrincipalRef,
  entity: z
    .enum(["user", "role", "none"])
    .describe("what was looked at: an IAM user, a role (for a session), or nothing that IAM holds"),
  ...identityFacts,
  keys: z.array(KnownKey),
  notKnown: z.array(NotKnown),
  doubt: z
    .string()
    .exactOptional()
    .describe("why a snapshot of the account that was given is not believed; absent: it is, or none was given"),
});
export type ScopedPrincipal = Known<typeof ScopedPrincipal>;
export type IdentityFacts = Pick<ScopedPrincipal, keyof typeof identityFacts>;

/** A successful configuration change by a suspect, from the case table. */
export const ActorChange = z.looseObject({
  eventId: z.string(),
  eventTime: z.string().meta({ format: "date-time" }),
  eventName: z.string(),
  eventSource: z.string(),
  bucket: Text,
  request: z.record(z.string(), z.unknown()),
  response: z.record(z.string(), z.unknown()),
  prior: z
    .record(z.string(), z.unknown())
    .exactOptional()
    .describe("the setting as it was before, in the shape of the API output that reads it; absent where nobody knows"),
  priorFrom: z
    .looseObject({
      eventId: z.string(),
      eventTime: z.string(),
      by: z.string().exactOptional().describe("who left it so; absent before 0.2"),
      address: Text.exactOptional(),
    })
    .exactOptional()
    .describe("the event that `prior` was taken from, where it was one"),
});
export type ActorChange = Known<typeof ActorChange>;

/** What the investigation found about identities, as far as it got. */
export const Discovered = z.looseObject({
  suspects: z.array(PrincipalRef),
  keys: z.array(KnownKey),
  buckets: Texts,
  addresses: Texts.describe("that credentials of the actor were used from and the finding does not name"),
  changes: z.array(ActorChange),
});
export type Discovered = Known<typeof Discovered>;
export const NOTHING_DISCOVERED: Discovered = { suspects: [], keys: [], buckets: [], addresses: [], changes: [] };
