import { sum } from "../../base/lists.ts";
import { DETECTIONS, DISCOVERED, FINDING, find, PRINCIPALS, read } from "../../case/documents.ts";
import type { Finding } from "../../case/finding.ts";
import { type KnownKey, NOTHING_DISCOVERED, type PrincipalRef, type ScopedPrincipal } from "../../case/principal.ts";
import type { DetectionResult } from "../../case/queries.ts";
import type { Scene, SuspectRole } from "../../core/plan/action.ts";
import type { ReadPorts } from "../../ports/ports.ts";

/** Everything about a case that containment chooses from: the finding, the dossiers, and what the logs showed so far. */
export const sceneOf = async (
  caseId: string,
  { cases, settings }: Pick<ReadPorts, "cases" | "settings">,
): Promise<Scene> => {
  const finding = await read(cases, caseId, FINDING);
  const dossiers = (await find(cases, caseId, PRINCIPALS)) ?? [];
  const found = (await find(cases, caseId, DISCOVERED)) ?? NOTHING_DISCOVERED;
  const named = finding.principals.map((principal) =>
    complete(
      principal,
      dossiers.find((dossier) => dossier.principal.principalId === principal.principalId),
    ),
  );
  const suspects = distinct(
    [...named, ...found.suspects],
    ({ principalId, arn, accessKeyId }) => `${principalId}|${arn}|${accessKeyId}`,
  );
  return {
    caseId,
    accountId: finding.accountId,
    region: finding.region,
    partition: finding.partition,
    suspects,
    keys: distinct(
      [...dossiers.flatMap(keysOf), ...found.keys, ...suspects.flatMap(keyOf)],
      ({ accessKeyId }) => accessKeyId,
    ),
    roles: distinct(
      suspects.flatMap((suspect) => roleOf(suspect, finding.partition)).map((role) => withTrust(role, dossiers)),
      ({ arn, session }) => `${arn}|${session}`,
    ),
    buckets: distinct([...finding.buckets.map(({ name }) => name), ...found.buckets], (name) => name),
    addresses: distinct([...finding.addresses.map(({ ip }) => ip), ...found.addresses], (ip) => ip),
    changes: found.changes,
    deletions: deletionsIn((await find(cases, caseId, DETECTIONS)) ?? []),
    ...(settings.identityCenter === undefined ? {} : { identityCenter: settings.identityCenter }),
    exemptArns: exemptArnsOf(settings, finding),
    protected: settings.protected,
  };
};

/** Where suspects deleted, from when: of the detection those rows that are theirs. */
const deletionsIn = (results: readonly DetectionResult[]): NonNullable<Scene["deletions"]> => {
  const { rows = [], ofSuspects = 0 } = results.find(({ id }) => id === "objects-deleted") ?? {};
  const byBucket = Map.groupBy(rows.slice(0, ofSuspects), ({ bucket }) => String(bucket ?? ""));
  return [...byBucket]
    .filter(([bucket]) => bucket !== "")
    .map(([bucket, own]) => ({
      bucket,
      since: own.map(({ first_at }) => String(first_at)).sort()[0]!,
      calls: sum(own.map(({ events }) => Number(events) || 0)),
    }));
};

/** GuardDuty names no ARN; the account does: of a user their own, of a session that of its role. */
const complete = (principal: PrincipalRef, dossier: ScopedPrincipal | undefined): PrincipalRef => {
  if (dossier === undefined || dossier.arn === null) return principal;
  if (dossier.entity === "user") return { ...principal, arn: principal.arn ?? dossier.arn };
  return { ...principal, issuerArn: principal.issuerArn ?? dossier.arn };
};

/** The configured exemptions, our own roles in the account acted in, and the service roles that must go on working while we contain (facts, Macie and trails). */
export const exemptArnsOf = (
  {
    exemptArns,
    ownRoles = [],
  }: { readonly exemptArns: readonly string[]; readonly ownRoles?: readonly string[] | undefined },
  { accountId, partition }: Pick<Finding, "accountId" | "partition">,
): readonly string[] => [
  ...exemptArns,
  ...ownRoles.map((name) => `arn:${partition}:iam::${accountId}:role/${name}`),
  `arn:${partition}:iam::${accountId}:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie`,
  `arn:${partition}:iam::${accountId}:role/aws-service-role/cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrail`,
];

const distinct = <T>(values: readonly T[], key: (value: T) => string): readonly T[] =>
  [...new Map(values.toReversed().map((value) => [key(value), value])).values()].toReversed();

const withTrust = (role: SuspectRole, dossiers: readonly ScopedPrincipal[]): SuspectRole => {
  const known = dossiers.find(({ entity, arn }) => entity === "role" && arn?.split("/").at(-1) === role.roleName);
  return known?.trust == null ? role : { ...role, trustedBy: known.trust.allows };
};

const keysOf = (dossier: ScopedPrincipal): readonly KnownKey[] => dossier.keys;

const keyOf = ({ accessKeyId, type, userName }: PrincipalRef): readonly KnownKey[] =>
  accessKeyId === null
    ? []
    : [{ accessKeyId, status: "Unknown", userName: type === "IAMUser" ? userName : null, createdAt: null }];

/** For `AssumedRole` GuardDuty gives the role's name; the path is not known until IAM is asked. */
export const roleOf = (
  { type, userName, accountId, issuerArn, roleSession, arn }: PrincipalRef,
  partition: string,
): Scene["roles"] => {
  if (!isRole({ type })) return [];
  const roleName = roleNameOf({ userName, arn, issuerArn });
  if (roleName === null) return [];
  return [
    {
      roleName,
      arn: issuerArn ?? `arn:${arn?.split(":")[1] ?? partition}:iam::${accountId ?? "unknown"}:role/${roleName}`,
      session: roleSession,
    },
  ];
};

export const roleNameOf = ({ userName, arn, issuerArn }: Pick<PrincipalRef, "userName" | "arn" | "issuerArn">) =>
  userName ?? /assumed-role\/([^/]+)\//.exec(arn ?? "")?.[1] ?? issuerArn?.split("/").at(-1) ?? null;

export const isRole = ({ type }: Pick<PrincipalRef, "type">): boolean => type === "AssumedRole" || type === "Role";
