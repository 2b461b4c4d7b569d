/**
 * What the logs say after a cut: did a call succeed that a change of ours should have stopped, did the actor find a way
 * around, did somebody touch what we put in place. Pure; rows come from `lib/sql/after-cut.sql` and `cut-changes.sql`.
 */

import type { Breach } from "../../case/plan.ts";
import { stableIdOf } from "../principal/principal.ts";
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
  /** Of the case: whoever reads one of these from an address of the actor is taken for the actor. */
  readonly buckets: readonly string[];
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

/** The session name of a workload is its owner's too: only the actor's address tells them apart. */
const WORKLOAD = /:(?:i-[0-9a-f]{8,17}|[0-9a-f]{32})$/;

/**
 * The key alone is proof, and so is a session whose name the actor chose. Another session of the same role, and whoever
 * comes to a bucket of the case, count from an address of the actor: a new name opens no blind spot.
 */
const isActor = (row: AfterRow, { accessKeyIds, principalIds, addresses, buckets }: WatchedActor): boolean => {
  const id = row.principal_id ?? "";
  if (accessKeyIds.includes(row.access_key_id ?? "")) return true;
  if (id.includes(":") && principalIds.includes(id) && !WORKLOAD.test(id)) return true;
  if (!addresses.includes(row.sourceip ?? "")) return false;
  const isSameIdentity = id !== "" && principalIds.some((known) => stableIdOf(known) === stableIdOf(id));
  return isSameIdentity || (row.bucket !== null && buckets.includes(row.bucket));
};

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
    ["aws:PrincipalType", principalTypeOf(row)],
    ["aws:PrincipalIsAWSService", row.principal_type === "AWSService" ? "true" : "false"],
    ["aws:ViaAWSService", row.invoked_by !== null && row.principal_type !== "AWSService" ? "true" : "false"],
  ];
  return {
    action: PERMISSION[call] ?? call,
    resource: row.bucket === null ? "*" : `arn:${partitionOf(row)}:s3:::${bucket ?? row.bucket}/any`,
    context: Object.fromEntries(context.filter((entry): entry is [string, string] => entry[1] !== null)),
  };
};

/** IAM user guide, policy variables, "Principal key values"; CloudTrail writes who did not sign as account `anonymous`. */
const principalTypeOf = ({
  principal_type,
  principal_id,
  principal_account,
  access_key_id,
}: AfterRow): string | null => {
  if (principal_account === "anonymous" || principal_type === "Anonymous") return "Anonymous";
  if (principal_type === "AWSAccount" && principal_id === null && access_key_id === null) return "Anonymous";
  return { Root: "Account", IAMUser: "User" }[principal_type ?? ""] ?? principal_type;
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
