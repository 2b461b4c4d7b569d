/**
 * Who acts. The types are CloudTrail's `userIdentity.type` values, plus `Anonymous` for what CloudTrail writes as
 * account `anonymous` or principal `ANONYMOUS_PRINCIPAL`.
 * Source: CloudTrail user guide, userIdentity element.
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
export interface PrincipalRef {
  readonly type: PrincipalType;
  readonly accountId: string | null;
  /** `AIDA…`, `AROA…:session`, an account id for root. */
  readonly principalId: string | null;
  readonly arn: string | null;
  /** For `AssumedRole` GuardDuty puts the role name here. */
  readonly userName: string | null;
  readonly accessKeyId: string | null;
  /** Role session name, the part of an `AROA…` principal id behind the colon. */
  readonly roleSession: string | null;
  /** ARN of the role or user that issued the session. */
  readonly issuerArn: string | null;
}

/** The role session name inside an `AROA…:name` principal id, or null where there is none. */
export const roleSessionOf = (principalId: string | null): string | null => {
  if (principalId === null) return null;
  const colon = principalId.indexOf(":");
  return colon === -1 ? null : principalId.slice(colon + 1);
};

/** The stable id in front of the colon: `AROA…`, `AIDA…`, or the account id of root. */
export const stableIdOf = (principalId: string): string => principalId.split(":", 1)[0]!;
