/**
 * Whether a change keeps a call from succeeding: its own condition, run over what the logs say of the call. Asked before a
 * change is approved (who else is hurt) and after it was made (did something come through). Pure.
 */
import { roleArnOf, stableIdOf } from "../principal/principal.ts";
import { type AccessRequest, type DenyAnswer, denierOf } from "./iamEvaluate.ts";

/** A call as the logs tell it, as far as conditions speak of it. */
export interface LoggedCall {
  readonly eventsource: string;
  readonly eventname: string;
  readonly bucket: string | null;
  /** For a copy: the bucket that is read. */
  readonly source_bucket: string | null;
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
}

/** What a change cuts off. Of several members that are set each stops calls for itself. */
export interface Cut {
  /** The policy that was written, in force where `on` says; null where the change is another setting. */
  readonly document: string | null;
  readonly on: Attachment | null;
  /** Keys that were switched off. */
  readonly accessKeyIds: readonly string[];
  /** Names of sessions whose workload loses its credentials, of the role `on`. */
  readonly sessionNames: readonly string[];
  /** ARN of a user who cannot sign in to the console any more. */
  readonly signIn: string | null;
}

/** Whom a policy binds: one identity, everybody on a bucket or a key, what comes through an endpoint, or an account. */
export type Attachment =
  | { readonly to: "user" | "role"; readonly arn: string; readonly id: string | null }
  | { readonly to: "bucket" | "key"; readonly bucket: string }
  | { readonly to: "trust"; readonly roleArn: string }
  | { readonly to: "endpoint"; readonly endpointId: string }
  | { readonly to: "account" };

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

/** `unknown`: the condition cannot be told from what the logs hold. */
export const stopperOf = (cut: Cut): ((call: LoggedCall) => DenyAnswer["is"]) => {
  const denier = cut.document === null ? null : denierOf(cut.document);
  return (call) => {
    if (isSwitchedOff(call, cut)) return "denied";
    if (denier === null || cut.on === null || !isBound(call, cut.on)) return "not-denied";
    return denier(accessOf(call, cut.on)).is;
  };
};

/** Names change; the unique id of a user or a role does not. */
const isOf = ({ principal_id }: LoggedCall, id: string | null): boolean =>
  id !== null && principal_id !== null && stableIdOf(principal_id) === id;

const isSwitchedOff = (call: LoggedCall, { accessKeyIds, sessionNames, signIn, on }: Cut): boolean =>
  (call.access_key_id !== null && accessKeyIds.includes(call.access_key_id)) ||
  (sessionNames.includes(call.principal_id?.split(":")[1] ?? "") && on !== null && isBound(call, on)) ||
  (signIn !== null && call.eventsource === "signin.amazonaws.com" && call.principal_arn === signIn);

const isBound = (call: LoggedCall, on: Attachment): boolean => {
  switch (on.to) {
    case "user":
    case "role":
      return call.issuer_arn === on.arn || call.principal_arn === on.arn || isOf(call, on.id);
    case "trust":
      return call.eventsource === "sts.amazonaws.com" || call.issuer_arn === on.roleArn;
    case "bucket":
    case "key":
      return call.eventsource === "s3.amazonaws.com" && [call.bucket, call.source_bucket].includes(on.bucket);
    case "endpoint":
      return call.eventsource === "s3.amazonaws.com" && call.vpcendpointid === on.endpointId;
    case "account":
      return true;
  }
};

export const callOf = ({ eventsource, eventname }: Pick<LoggedCall, "eventsource" | "eventname">): string =>
  `${eventsource.replace(/\.amazonaws\.com$/, "")}:${eventname}`;

const accessOf = (row: LoggedCall, on: Attachment): AccessRequest => {
  const call = callOf(row);
  const bucket = on.to === "bucket" ? on.bucket : row.bucket;
  const context: readonly (readonly [string, string | null])[] = [
    ["aws:userid", row.principal_id],
    ["aws:PrincipalArn", principalArnOf(row)],
    ["aws:PrincipalAccount", row.principal_account],
    ["aws:SourceIp", row.vpcendpointid === null ? row.sourceip : null],
    ["aws:SourceVpce", row.vpcendpointid],
    ["aws:TokenIssueTime", extended(row.session_created)],
    ["aws:PrincipalType", principalTypeOf(row)],
    ["aws:PrincipalIsAWSService", row.principal_type === "AWSService" ? "true" : "false"],
    ["aws:ViaAWSService", row.invoked_by !== null && row.principal_type !== "AWSService" ? "true" : "false"],
  ];
  return {
    action: on.to === "key" ? "kms:Decrypt" : (PERMISSION[call] ?? call),
    resource: bucket === null || on.to === "key" ? "*" : `arn:${partitionOf(row)}:s3:::${bucket}/any`,
    context: Object.fromEntries(context.filter((entry): entry is [string, string] => entry[1] !== null)),
  };
};

/** Of a session of a role it is the role's (its path is not in the session's ARN); a federated user has one of its own. */
const principalArnOf = ({ principal_type, principal_arn, issuer_arn }: LoggedCall): string | null => {
  if (principal_type === "FederatedUser") return principal_arn ?? issuer_arn;
  return issuer_arn ?? (principal_arn === null ? null : roleArnOf(principal_arn));
};

/** IAM user guide, policy variables, "Principal key values"; CloudTrail writes who did not sign as account `anonymous`. */
const principalTypeOf = ({
  principal_type,
  principal_id,
  principal_account,
  access_key_id,
}: LoggedCall): string | null => {
  if (principal_account === "anonymous" || principal_type === "Anonymous") return "Anonymous";
  if (principal_type === "AWSAccount" && principal_id === null && access_key_id === null) return "Anonymous";
  return { Root: "Account", IAMUser: "User" }[principal_type ?? ""] ?? principal_type;
};

/** `creationDate` comes as ISO basic or extended (facts: CloudTrail records). */
const extended = (time: string | null): string | null =>
  time?.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/, "$1-$2-$3T$4:$5:$6") ?? null;

const partitionOf = (row: LoggedCall): string => (row.issuer_arn ?? row.principal_arn ?? "").split(":")[1] || "aws";
