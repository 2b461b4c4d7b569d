import { canonicalAddress } from "../../base/address.ts";
import type { Finding, FindingAddress, FindingBucket, FindingSignal } from "../../case/finding.ts";
import { PRINCIPAL_TYPES, type PrincipalRef, type PrincipalType } from "../../case/principal.ts";
import { roleSessionOf } from "../principal/principal.ts";
import type { RawFinding } from "./findingSchema.ts";
import { additionalInfoOf } from "./samples.ts";

type Sequence = NonNullable<NonNullable<NonNullable<RawFinding["service"]>["detection"]>["sequence"]>;
type Actor = NonNullable<Sequence["actors"]>[number];
type Resource = NonNullable<Sequence["resources"]>[number];
type Action = NonNullable<NonNullable<RawFinding["service"]>["action"]>;
type RemoteIp = NonNullable<NonNullable<Action["networkConnectionAction"]>["remoteIpDetails"]>;

/** Who acted: the access key of a plain finding, the actors and access keys of an attack sequence, each once. */
export const principalsOf = (raw: RawFinding): readonly PrincipalRef[] => {
  const sequence = sequenceOf(raw);
  return merged([
    ...plainPrincipals(raw),
    ...(sequence?.actors ?? []).flatMap(actorPrincipal),
    ...(sequence?.resources ?? []).flatMap(keyPrincipal),
  ]);
};

/** Buckets concerned, each once. A plain finding's buckets lie in its own account (`accountId`). */
export const bucketsOf = (raw: RawFinding): readonly FindingBucket[] => {
  const plain = (raw.resource?.s3BucketDetails ?? []).map((bucket) => ({
    name: bucket.name,
    arn: bucket.arn || bucketArn(raw, bucket.name),
    accountId: raw.accountId,
    public: isPublic(bucket.publicAccess?.effectivePermission, null),
  }));
  const resources = sequenceOf(raw)?.resources ?? [];
  const listed = resources
    .filter(({ resourceType }) => resourceType === "S3_BUCKET")
    .flatMap((one) => sequenceBucket(raw, one));
  const implied = resources
    .filter(({ resourceType }) => resourceType === "S3_OBJECT")
    .flatMap((one) => objectBucket(raw, one));
  return firstOfEach([...plain, ...listed, ...implied], (bucket) => bucket.name);
};

/** Remote addresses, each once; a caller inside AWS has a domain instead of an address and gives none. */
export const addressesOf = (raw: RawFinding): readonly FindingAddress[] => {
  const action = raw.service?.action;
  const calls = [
    action?.awsApiCallAction,
    action?.networkConnectionAction,
    action?.kubernetesApiCallAction,
    action?.rdsLoginAttemptAction,
  ];
  const plain = calls.flatMap((call) => (call?.remoteIpDetails ? remoteAddresses(call.remoteIpDetails) : []));
  const endpoints = (sequenceOf(raw)?.endpoints ?? []).flatMap(({ ip, location, autonomousSystem }) =>
    ip ? [address(ip, location?.country, autonomousSystem?.number?.toString(), autonomousSystem?.name)] : [],
  );
  return firstOfEach([...plain, ...endpoints], ({ ip }) => ip);
};

/** First and last event that GuardDuty saw; the finding's own times where it does not say. Always in order. */
export const windowOf = (raw: RawFinding): Finding["window"] => {
  const seen = [raw.service?.eventFirstSeen ?? raw.createdAt, raw.service?.eventLastSeen ?? raw.updatedAt].sort();
  return { firstSeen: seen[0]!, lastSeen: seen[1]! };
};

export const signalsOf = (raw: RawFinding): readonly FindingSignal[] =>
  (sequenceOf(raw)?.signals ?? []).map((signal) => ({
    uid: signal.uid ?? "",
    type: signal.type ?? "",
    name: signal.name ?? "",
    severity: signal.severity ?? null,
    count: signal.count ?? 1,
    firstSeen: signal.firstSeenAt ?? null,
    lastSeen: signal.lastSeenAt ?? null,
  }));

/** Members of an attack sequence alone; those of which it says nothing are left out. */
export const sequenceParts = (raw: RawFinding): Pick<Finding, "alsoTypes" | "sensitiveData"> => {
  const sequence = sequenceOf(raw);
  const alsoTypes = sequence?.additionalSequenceTypes ?? [];
  const indicators = [sequence?.sequenceIndicators, ...(sequence?.signals ?? []).map((one) => one.signalIndicators)];
  const sensitive = indicators.flatMap((some) => some ?? []).filter(({ key }) => key === "SENSITIVE_DATA");
  return {
    ...(alsoTypes.length === 0 ? {} : { alsoTypes: [...alsoTypes] }),
    ...(sensitive.length === 0 ? {} : { sensitiveData: [...new Set(sensitive.flatMap(({ values }) => values ?? []))] }),
  };
};

/** What GuardDuty found unusual, in its own words. */
export const unusualOf = (raw: RawFinding): Readonly<Record<string, string>> => {
  const behaviour = additionalInfoOf(raw)
    .map((info) => info.get("unusualBehavior"))
    .find((value) => typeof value === "object" && value !== null);
  const entries = Object.entries(behaviour ?? {}) as [string, unknown][];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== ""),
  );
};

const sequenceOf = (raw: RawFinding): Sequence | null => raw.service?.detection?.sequence ?? null;

const plainPrincipals = (raw: RawFinding): readonly PrincipalRef[] => {
  const key = raw.resource?.accessKeyDetails;
  if (!key) return [];
  const identity = key.userIdentity;
  const type = typeOf(key.userType || identity?.type, key.principalId);
  const remote = raw.service?.action?.awsApiCallAction?.remoteAccountDetails?.accountId;
  const reference = {
    type,
    accountId: identity?.accountId || remote || homeAccount(type, raw.accountId),
    principalId: key.principalId || identity?.principalId || null,
    arn: identity?.arn || null,
    userName: key.userName || null,
    accessKeyId: key.accessKeyId || null,
    issuerArn: identity?.sessionContext?.sessionIssuer?.arn || null,
  };
  const says = reference.principalId ?? reference.arn ?? reference.userName ?? reference.accessKeyId;
  return says === null ? [] : [{ ...reference, roleSession: roleSessionOf(reference.principalId) }];
};

/** Without `remoteAccountDetails` the call came from the finding's own account, which these types then belong to. */
const homeAccount = (type: PrincipalType, accountId: string): string | null =>
  ["Root", "IAMUser", "AssumedRole", "Role", "FederatedUser"].includes(type) ? accountId : null;

/** Actors that are processes have no user and name no principal. */
const actorPrincipal = ({ id, user, session }: Actor): readonly PrincipalRef[] => {
  if (!user) return [];
  const principalId = user.uid || null;
  return [
    {
      type: typeOf(user.type || id?.split(":")[1], principalId),
      accountId: user.account?.uid || null,
      principalId,
      arn: null,
      userName: user.name || null,
      accessKeyId: user.credentialUid || null,
      roleSession: roleSessionOf(principalId),
      issuerArn: session?.issuer || null,
    },
  ];
};

const keyPrincipal = ({ uid, name, accountId, resourceType, data }: Resource): readonly PrincipalRef[] => {
  if (resourceType !== "ACCESS_KEY") return [];
  const principalId = data?.accessKey?.principalId || null;
  return [
    {
      type: typeOf(data?.accessKey?.userType, principalId),
      accountId: accountId || null,
      principalId,
      arn: null,
      userName: data?.accessKey?.userName || null,
      accessKeyId: [uid, name].find((id) => /^(AKIA|ASIA)[A-Z0-9]+$/.test(id ?? "")) ?? null,
      roleSession: roleSessionOf(principalId),
      issuerArn: null,
    },
  ];
};

const typeOf = (type: string | null | undefined, principalId: string | null | undefined): PrincipalType => {
  if (/^anonymous(_principal)?$/i.test(principalId ?? "")) return "Anonymous";
  return PRINCIPAL_TYPES.find((known) => known === type) ?? "Unknown";
};

/** An actor and a key of the same principal are one; two keys of one principal are two. */
const merged = (references: readonly PrincipalRef[]): readonly PrincipalRef[] => {
  const kept: PrincipalRef[] = [];
  for (const reference of references) {
    const at = kept.findIndex((other) => isSame(other, reference));
    if (at === -1) kept.push(reference);
    else kept[at] = union(kept[at]!, reference);
  }
  return kept;
};

const isSame = (a: PrincipalRef, b: PrincipalRef): boolean => {
  const agrees = (x: string | null, y: string | null): boolean => x === null || y === null || x === y;
  const shares =
    (a.principalId !== null && a.principalId === b.principalId) ||
    (a.accessKeyId !== null && a.accessKeyId === b.accessKeyId);
  return shares && agrees(a.principalId, b.principalId) && agrees(a.accessKeyId, b.accessKeyId);
};

const union = (a: PrincipalRef, b: PrincipalRef): PrincipalRef => ({
  type: a.type === "Unknown" ? b.type : a.type,
  accountId: a.accountId ?? b.accountId,
  principalId: a.principalId ?? b.principalId,
  arn: a.arn ?? b.arn,
  userName: a.userName ?? b.userName,
  accessKeyId: a.accessKeyId ?? b.accessKeyId,
  roleSession: a.roleSession ?? b.roleSession,
  issuerArn: a.issuerArn ?? b.issuerArn,
});

const sequenceBucket = (raw: RawFinding, { uid, name, accountId, data }: Resource): readonly FindingBucket[] => {
  const known = name || bucketOfArn(uid);
  if (!known) return [];
  const access = isPublic(data?.s3Bucket?.effectivePermission, data?.s3Bucket?.publicReadAccess);
  return [
    {
      name: known,
      arn: uid?.startsWith("arn:") ? uid : bucketArn(raw, known),
      accountId: accountId || null,
      public: access,
    },
  ];
};

const objectBucket = (raw: RawFinding, { uid, accountId }: Resource): readonly FindingBucket[] => {
  const name = bucketOfArn(uid);
  return name === null ? [] : [{ name, arn: bucketArn(raw, name), accountId: accountId || null, public: null }];
};

const bucketOfArn = (arn: string | null | undefined): string | null =>
  /^arn:[^:]+:s3:::([^/]+)/.exec(arn ?? "")?.[1] ?? null;

/** A bucket ARN is made of partition and name alone (S3 user guide, resource types). */
const bucketArn = (raw: RawFinding, name: string): string => `arn:${raw.partition || "aws"}:s3:::${name}`;

const isPublic = (effective: string | null | undefined, read: string | null | undefined): boolean | null => {
  if (effective === "PUBLIC" || effective === "NOT_PUBLIC") return effective === "PUBLIC";
  return read === "ALLOWED" ? true : read === "BLOCKED" ? false : null;
};

const remoteAddresses = (remote: RemoteIp): readonly FindingAddress[] =>
  [remote.ipAddressV4, remote.ipAddressV6].flatMap((ip) =>
    ip
      ? [
          address(
            ip,
            remote.country?.countryName || remote.country?.countryCode,
            remote.organization?.asn,
            remote.organization?.org || remote.organization?.asnOrg,
          ),
        ]
      : [],
  );

type Maybe = string | null | undefined;
const address = (ip: string, country: Maybe, asn: Maybe, organisation: Maybe): FindingAddress => ({
  ip: canonicalAddress(ip),
  country: country || null,
  asn: asn || null,
  organisation: organisation || null,
});

const firstOfEach = <Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[] =>
  [...Map.groupBy(items, keyOf).values()].map((group) => group[0]!);
