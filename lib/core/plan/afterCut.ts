/**
 * What the logs say after a cut: did a call succeed that a change of ours should have stopped, did the actor find a way
 * around, did somebody touch what we put in place. Pure; rows come from `lib/sql/after-cut.sql` and `cut-changes.sql`.
 */
import type { Breach } from "../../case/plan.ts";
import { type AccessRequest, explicitDeny } from "./iamEvaluate.ts";

/** Calls that differ in nothing but time and key. */
export interface AfterRow {
  readonly eventsource: string;
  readonly eventname: string;
  readonly bucket: string | null;
  readonly principal_type: string | null;
  readonly principal_id: string | null;
  readonly principal_arn: string | null;
  readonly principal_account: string | null;
  readonly access_key_id: string | null;
  readonly issuer_arn: string | null;
  readonly session_created: string | null;
  readonly sourceip: string | null;
  readonly vpcendpointid: string | null;
  readonly invoked_by: string | null;
  readonly calls: number;
  readonly objects: number;
  readonly first_at: string;
  readonly last_at: string;
  readonly example: string;
}

/** One applied change as a promise: from `since` on, what it stops must not succeed. */
export interface Promised {
  /** `a1`, … of the plan. */
  readonly id: string;
  readonly kind: string;
  /** When it was first read back as in force (ISO 8601 UTC); what came before is propagation. */
  readonly since: string;
  /** The policy that was written; null where the change is another setting. */
  readonly document: string | null;
  /** Whom the policy is attached to; all null and a bucket named: everybody who calls that bucket. */
  readonly userArn: string | null;
  readonly roleArn: string | null;
  readonly bucket: string | null;
  /** Keys that were switched off. */
  readonly accessKeyIds: readonly string[];
}

/** Whom the watch is for, beyond what the changes name. */
export interface WatchedActor {
  readonly accessKeyIds: readonly string[];
  readonly principalIds: readonly string[];
  readonly addresses: readonly string[];
}

/** GetCallerIdentity needs no permission and no deny stops it (STS API reference); a login is no permission either. */
const UNSTOPPABLE: ReadonlySet<string> = new Set(["sts:GetCallerIdentity", "signin:ConsoleLogin", "signin:CheckMfa"]);
/** Names in CloudTrail that are not those of the permission (service authorization reference, S3). */
const PERMISSION: Readonly<Record<string, string>> = {
  "s3:HeadObject": "s3:GetObject",
  "s3:CopyObject": "s3:GetObject",
  "s3:UploadPartCopy": "s3:GetObject",
  "s3:SelectObjectContent": "s3:GetObject",
  "s3:ListObjects": "s3:ListBucket",
  "s3:ListObjectsV2": "s3:ListBucket",
  "s3:HeadBucket": "s3:ListBucket",
  "s3:ListObjectVersions": "s3:ListBucketVersions",
};

/** Successes after the cut that should not have been, oldest first. A success of somebody else is none. */
export const successesAfter = (
  rows: readonly AfterRow[],
  promised: readonly Promised[],
  actor: WatchedActor,
): readonly Breach[] => {
  const everyCut = promised.map(({ since }) => since).sort();
  return rows.flatMap((row): readonly Breach[] => {
    if (UNSTOPPABLE.has(callOf(row))) return [];
    const broken = promised.filter((one) => isAfter(row.last_at, one.since) && isStopped(row, one));
    if (broken.length > 0)
      return [
        breachOf(
          "through",
          row,
          broken.map(({ id }) => id),
        ),
      ];
    const isLate = everyCut.length > 0 && isAfter(row.last_at, everyCut.at(-1)!);
    return isLate && isActor(row, actor) ? [breachOf("around", row, [])] : [];
  });
};

/** CloudTrail counts whole seconds: within the second of the look nothing can be said. */
export const isAfter = (eventTime: string, since: string): boolean =>
  Math.floor(Date.parse(eventTime) / 1000) > Math.floor(Date.parse(since) / 1000);

const isStopped = (row: AfterRow, one: Promised): boolean => {
  if (row.access_key_id !== null && one.accessKeyIds.includes(row.access_key_id)) return true;
  if (one.document === null || !isAttached(row, one)) return false;
  return explicitDeny(one.document, accessOf(row, one)).is === "denied";
};

const isAttached = (row: AfterRow, { userArn, roleArn, bucket }: Promised): boolean => {
  if (bucket !== null) return row.bucket === bucket && row.eventsource === "s3.amazonaws.com";
  if (userArn !== null) return row.principal_arn === userArn || row.issuer_arn === userArn;
  return roleArn !== null && (row.issuer_arn === roleArn || row.principal_arn === roleArn);
};

/** The key alone is proof; an identity that others may share counts from an address of the actor. */
const isActor = (row: AfterRow, { accessKeyIds, principalIds, addresses }: WatchedActor): boolean =>
  accessKeyIds.includes(row.access_key_id ?? "") ||
  (principalIds.includes(row.principal_id ?? "") && addresses.includes(row.sourceip ?? ""));

const callOf = ({ eventsource, eventname }: Pick<AfterRow, "eventsource" | "eventname">): string =>
  `${eventsource.replace(/\.amazonaws\.com$/, "")}:${eventname}`;

const accessOf = (row: AfterRow, { bucket }: Promised): AccessRequest => {
  const call = callOf(row);
  const context: readonly (readonly [string, string | null])[] = [
    ["aws:userid", row.principal_id],
    ["aws:PrincipalArn", row.issuer_arn ?? row.principal_arn],
    ["aws:PrincipalAccount", row.principal_account],
    ["aws:SourceIp", row.vpcendpointid === null ? row.sourceip : null],
    ["aws:SourceVpce", row.vpcendpointid],
    ["aws:TokenIssueTime", extended(row.session_created)],
    ["aws:PrincipalIsAWSService", row.principal_type === "AWSService" ? "true" : "false"],
    ["aws:ViaAWSService", row.invoked_by !== null && row.principal_type !== "AWSService" ? "true" : "false"],
  ];
  return {
    action: PERMISSION[call] ?? call,
    resource: row.bucket === null ? "*" : `arn:${partitionOf(row)}:s3:::${bucket ?? row.bucket}/any`,
    context: Object.fromEntries(context.filter((entry): entry is [string, string] => entry[1] !== null)),
  };
};

/** `creationDate` comes as ISO basic or extended (facts: CloudTrail records). */
const extended = (time: string | null): string | null =>
  time?.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/, "$1-$2-$3T$4:$5:$6") ?? null;

const partitionOf = (row: AfterRow): string => (row.issuer_arn ?? row.principal_arn ?? "").split(":")[1] || "aws";

const breachOf = (is: Breach["is"], row: AfterRow, actions: readonly string[]): Breach => ({
  is,
  actions,
  call: callOf(row),
  by: row.principal_arn ?? row.principal_id ?? row.invoked_by ?? "anonymous",
  accessKeyId: row.access_key_id,
  address: row.sourceip,
  bucket: row.bucket,
  calls: Number(row.calls),
  firstAt: row.first_at,
  lastAt: row.last_at,
  eventKey: row.example,
});
