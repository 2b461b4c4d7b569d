import type { RawFinding } from "./findingSchema.ts";

/** What a drill asks GuardDuty for a sample of. */
export const DRILL_TYPE = "Exfiltration:S3/AnomalousBehavior";

const PLACEHOLDER = /^GeneratedFinding/;
/** Not a legal bucket name (capital letters), so nobody can own it. */
const SAMPLE_BUCKETS = /^(bucketName|GeneratedFinding.*)$/;

/**
 * Whether GuardDuty made this finding up (`CreateSampleFindings`), wherever it says so: `[SAMPLE]` before the title,
 * `sample` in `additionalInfo`, as a member or inside its JSON text, or placeholder names.
 * A user name alone never counts while a real key or principal id stands beside it: an actor who may name a user
 * or a session `GeneratedFinding…` must not switch containment off. Source: GuardDuty user guide, sample findings.
 */
export const isSample = (raw: RawFinding): boolean =>
  (raw.title ?? "").trimStart().startsWith("[SAMPLE]") ||
  additionalInfoOf(raw).some((info) => info.get("sample") === true || info.get("sample") === "true") ||
  hasPlaceholderKey(raw) ||
  hasPlaceholderBucket(raw) ||
  PLACEHOLDER.test(raw.service?.action?.awsApiCallAction?.api ?? "");

/**
 * `additionalInfo` as it stands and as its `value` text says, in this order: events carry both, `GetFindings` only the
 * text. Keys are camelCase. Text that is no JSON says nothing.
 */
export const additionalInfoOf = (raw: RawFinding): readonly ReadonlyMap<string, unknown>[] => {
  const info = membersOf(raw.service?.additionalInfo);
  const text = info.get("value");
  return [info, membersOf(typeof text === "string" ? parsed(text) : text)];
};

const hasPlaceholderKey = (raw: RawFinding): boolean => {
  const key = raw.resource?.accessKeyDetails;
  const users = (raw.service?.detection?.sequence?.actors ?? []).map(({ user }) => user);
  const ids = [key?.accessKeyId, key?.principalId, ...users.flatMap((user) => [user?.credentialUid, user?.uid])].filter(
    (id): id is string => Boolean(id),
  );
  return ids.length > 0 ? ids.some((id) => PLACEHOLDER.test(id)) : PLACEHOLDER.test(key?.userName ?? "");
};

const hasPlaceholderBucket = (raw: RawFinding): boolean => {
  const plain = (raw.resource?.s3BucketDetails ?? []).map(({ name }) => name);
  const inSequence = (raw.service?.detection?.sequence?.resources ?? [])
    .filter(({ resourceType }) => resourceType === "S3_BUCKET")
    .map(({ name }) => name ?? "");
  return [...plain, ...inSequence].some((name) => SAMPLE_BUCKETS.test(name));
};

const membersOf = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map(
    typeof value === "object" && value !== null
      ? Object.entries(value).map(([name, member]) => [
          name.slice(0, 1).toLowerCase() + name.slice(1),
          member as unknown,
        ])
      : [],
  );

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};
