import { sum } from "../../base/lists.ts";
import type { TakenObject } from "../../case/objects.ts";
import type { PrincipalRef } from "../../case/principal.ts";
import type { AccessLogSummary } from "../../case/sideLogs.ts";
import type { ActorRow, Fingerprints } from "../theft/discovery.ts";
import type { ReadRow } from "../theft/theft.ts";
import type { DataEvents } from "./coverage.ts";

/** A row of `lib/sql/access-log-reads.sql`. */
export interface AccessLogRow {
  readonly bucket: string;
  readonly object_key: string;
  readonly version_id: string | null;
  readonly operation: string;
  /** ARN of a user or role session, a canonical user id, `svc:…`, or null for nobody. */
  readonly requester: string | null;
  readonly remote_ip: string | null;
  readonly auth_type: string | null;
  readonly has_expiry: boolean;
  readonly in_cloudtrail: boolean;
  readonly destination_bucket: string | null;
  readonly calls: number;
  /** Answers with status 206: a part of the object. */
  readonly ranged: number;
  readonly bytes_sent: number | null;
  readonly largest_answer: number | null;
  readonly smallest_answer: number | null;
  readonly object_size: number | null;
  readonly first_at: string;
  readonly last_at: string;
  readonly request_ids: string;
}

const EVENTS: Readonly<Record<string, string>> = {
  "REST.COPY.OBJECT_GET": "CopyObject",
  "REST.COPY.PART_GET": "UploadPartCopy",
  "REST.SELECT.OBJECT": "SelectObjectContent",
  "REST.GET.OBJECT_TORRENT": "GetObjectTorrent",
};

/** Principal ids by the ARN that access logs name people with: from the logs, and from what the finding says of the suspects. */
export const idsByArn = (
  actors: readonly ActorRow[],
  suspects: readonly PrincipalRef[],
): ((arn: string) => string | null) => {
  const seen = new Map(
    actors.flatMap(({ principal_arn: arn, principal_id: id }) =>
      arn === null || id === null ? [] : [[arn, id] as const],
    ),
  );
  return (arn) => seen.get(arn) ?? suspects.find((suspect) => isArnOf(arn, suspect))?.principalId ?? null;
};

/** A finding names no ARN as a rule: a user by name and account, a session by role, session name and account. */
const isArnOf = (arn: string, { type, accountId, userName, roleSession, arn: own }: PrincipalRef): boolean => {
  if (own !== null) return own === arn;
  const [, account, kind, rest] = /^arn:[^:]+:(?:iam|sts)::(\d{12}):(user|assumed-role)\/(.+)$/s.exec(arn) ?? [];
  if (account === undefined || account !== accountId || userName === null) return false;
  return kind === "user"
    ? type === "IAMUser" && rest!.slice(rest!.lastIndexOf("/") + 1) === userName
    : type === "AssumedRole" && roleSession !== null && rest === `${userName}/${roleSession}`;
};

/**
 * The access log's reads in the words of `reads.sql`. The log names people and no keys, so that a read counts as
 * somebody's when it is their name: a session's name is as good as its key, a user's stands for all of theirs.
 */
export const toReadRow = (row: AccessLogRow, idOf: (arn: string) => string | null): ReadRow => ({
  bucket: row.bucket,
  object_key: row.object_key,
  version_id: row.version_id,
  eventname: EVENTS[row.operation] ?? "GetObject",
  copy_source: null,
  destination_bucket: row.destination_bucket,
  destination_account: null,
  auth_method: row.auth_type,
  has_expiry: row.has_expiry,
  ...callerOf(row.requester, idOf),
  access_key_id: null,
  sourceip: row.remote_ip,
  calls: row.calls,
  bytes_out: row.bytes_sent,
  largest_answer: row.largest_answer,
  smallest_answer: row.smallest_answer,
  first_at: row.first_at,
  last_at: row.last_at,
  source: "access-log",
});

type Who = Pick<ReadRow, "principal_type" | "principal_id" | "principal_arn" | "principal_account">;

const callerOf = (requester: string | null, idOf: (arn: string) => string | null): Who => {
  if (requester === null)
    return { principal_type: "Unknown", principal_id: null, principal_arn: null, principal_account: "anonymous" };
  const arn = requester.startsWith("arn:") ? requester : null;
  return {
    principal_type: arn === null ? "AWSAccount" : arn.includes(":assumed-role/") ? "AssumedRole" : "IAMUser",
    principal_id: arn === null ? requester : idOf(arn),
    principal_arn: arn,
    principal_account: arn?.split(":")[4] ?? null,
  };
};

/** Whether a read is one that `reads.sql` would ask CloudTrail for: by a mark of the actor, or from one of the actor's addresses. */
export const isInQuestion = (
  { principal_id, sourceip }: Pick<ReadRow, "principal_id" | "sourceip">,
  { shared, own, addresses }: Fingerprints,
): boolean =>
  (principal_id !== null && (shared.has(principal_id) || own.has(principal_id))) ||
  (sourceip !== null && addresses.has(sourceip));

/** Sizes of objects at the time they were read, keyed `bucket\nkey`: what was sent then, not what lies there now. */
export const sizesIn = (rows: readonly AccessLogRow[]): ReadonlyMap<string, number> => {
  const sizes = new Map<string, number>();
  for (const { bucket, object_key, object_size } of rows) {
    const place = `${bucket}\n${object_key}`;
    if (object_size !== null) sizes.set(place, Math.max(object_size, sizes.get(place) ?? 0));
  }
  return sizes;
};

/** The ledger with what the access log says beside it; entries of which it says nothing stay as they are. */
export const corroborated = (ledger: readonly TakenObject[], rows: readonly AccessLogRow[]): readonly TakenObject[] => {
  const byPlace = Map.groupBy(rows, ({ bucket, object_key }) => `${bucket}\n${object_key}`);
  return ledger.map((entry) => {
    const mine = (byPlace.get(`${entry.bucket}\n${entry.key}`) ?? []).filter((row) => isOf(row, entry));
    if (mine.length === 0) return entry;
    const sent = mine.flatMap(({ bytes_sent }) => bytes_sent ?? []);
    return {
      ...entry,
      accessLog: {
        requests: sum(mine.map(({ calls }) => calls)),
        inCloudTrail: sum(mine.filter(({ in_cloudtrail }) => in_cloudtrail).map(({ calls }) => calls)),
        partial: sum(mine.map(({ ranged }) => ranged)),
        bytesSent: sent.length === 0 ? null : sum(sent),
      },
    };
  });
};

/** The same people from the same addresses, in the time in which the entry's calls were made. */
const isOf = (row: AccessLogRow, { addresses, principals, versionId, firstAt, lastAt }: TakenObject): boolean =>
  row.version_id === versionId &&
  (row.remote_ip === null || addresses.includes(row.remote_ip)) &&
  (row.requester === null || !row.requester.startsWith("arn:") || principals.includes(row.requester)) &&
  row.last_at >= firstAt &&
  row.first_at <= lastAt;

export const summaryOf = (
  ledger: readonly TakenObject[],
  state: AccessLogSummary["state"],
  notes: readonly string[],
): AccessLogSummary => {
  const stolen = ledger.filter(({ certainty }) => certainty !== "upper-bound");
  const seen = stolen.flatMap(({ accessLog }) => accessLog ?? []);
  const only = stolen.filter(isAccessLogOnly);
  const both = sum(seen.map(({ inCloudTrail }) => inCloudTrail));
  return {
    schema: "cordon/access-log/v1",
    state,
    objects: {
      stolen: stolen.length,
      corroborated: seen.filter(({ inCloudTrail }) => inCloudTrail > 0).length,
      accessLogOnly: only.length,
      cloudTrailOnly: stolen.filter(({ accessLog }) => accessLog === undefined).length,
    },
    requests: {
      both,
      accessLogOnly: sum(seen.map(({ requests }) => requests)) - both,
      partial: sum(seen.map(({ partial }) => partial)),
    },
    bytes: {
      cloudTrail: sum(stolen.filter((one) => !isAccessLogOnly(one)).map(({ bytesOut }) => bytesOut ?? 0)),
      accessLog: sum(seen.map(({ bytesSent }) => bytesSent ?? 0)),
    },
    notes,
  };
};

export const isAccessLogOnly = ({ recordedBy }: TakenObject): boolean =>
  recordedBy !== undefined && !recordedBy.includes("cloudtrail");

/** Buckets whose reads CloudTrail did not record, or not wholly, and of which the access log has some: a sentence each. */
export const insteadOf = (
  buckets: readonly { readonly name: string; readonly dataEvents: DataEvents }[],
  ledger: readonly TakenObject[],
): readonly string[] =>
  buckets
    .filter(({ dataEvents }) => dataEvents !== "covered")
    .flatMap(({ name }) => {
      const own = ledger.filter((entry) => entry.bucket === name && entry.recordedBy?.includes("access-log") === true);
      return own.length === 0
        ? []
        : [
            `${name}: reads of ${own.length} objects stand on the server access log where CloudTrail has none of them; S3 delivers it as best it can, so that they are a lower bound.`,
          ];
    });
