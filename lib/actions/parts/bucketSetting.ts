/** One setting of a bucket, read as S3 answers and put back as S3 takes it. */

import type { ApiRequest } from "../../case/apiRequest.ts";
import type { State, Target } from "../../case/plan.ts";
import type { Stamp } from "../../core/plan/action.ts";
import { isSame } from "../../core/plan/policyDocument.ts";
import type { Account } from "../../ports/ports.ts";
import { read, readOrNull, request } from "./calls.ts";

export interface BucketSetting {
  readonly getter: string;
  /** Error code of a bucket without the setting; null where S3 answers with an empty output. */
  readonly absent: string | null;
  readonly putter: string;
  /** Input member of the putter, and whether the getter wraps its answer in it too. */
  readonly member: string;
  readonly wrapped: boolean;
  readonly remover: string | null;
}

export const LIFECYCLE: BucketSetting = {
  getter: "GetBucketLifecycleConfiguration",
  absent: "NoSuchLifecycleConfiguration",
  putter: "PutBucketLifecycleConfiguration",
  member: "LifecycleConfiguration",
  wrapped: false,
  remover: "DeleteBucketLifecycle",
};
export const LOGGING: BucketSetting = {
  getter: "GetBucketLogging",
  absent: null,
  putter: "PutBucketLogging",
  member: "BucketLoggingStatus",
  wrapped: false,
  remover: null,
};
export const VERSIONING: BucketSetting = {
  getter: "GetBucketVersioning",
  absent: null,
  putter: "PutBucketVersioning",
  member: "VersioningConfiguration",
  wrapped: false,
  remover: null,
};
export const REPLICATION: BucketSetting = {
  getter: "GetBucketReplication",
  absent: "ReplicationConfigurationNotFoundError",
  putter: "PutBucketReplication",
  member: "ReplicationConfiguration",
  wrapped: true,
  remover: "DeleteBucketReplication",
};
export const PUBLIC_ACCESS_BLOCK: BucketSetting = {
  getter: "GetPublicAccessBlock",
  absent: "NoSuchPublicAccessBlockConfiguration",
  putter: "PutPublicAccessBlock",
  member: "PublicAccessBlockConfiguration",
  wrapped: true,
  remover: "DeletePublicAccessBlock",
};

type Doc = Readonly<Record<string, unknown>>;

/** The setting in the form of the putter's member; null where the bucket has none. */
export interface SettingState extends State {
  readonly setting: Doc | null;
}

export const captureSetting = async (
  kind: BucketSetting,
  bucket: string,
  stamp: Stamp,
  account: Account,
): Promise<SettingState> => {
  const asked = request(stamp, "s3", kind.getter, { Bucket: bucket });
  const output = kind.absent === null ? await read(account, asked) : await readOrNull(account, asked, kind.absent);
  return { setting: output === null ? null : asSetting(kind, output) };
};

/** An API output of the getter, also a recorded one, in the form of the putter's member. */
export const asSetting = (kind: BucketSetting, output: Doc): Doc => {
  const { $metadata: _, ...plain } = JSON.parse(JSON.stringify(output)) as Doc;
  return kind.wrapped ? ((plain[kind.member] ?? {}) as Doc) : plain;
};

/** Nothing when it is so already. What the lifecycle reader adds beside the rules travels beside them, as S3 wants it. */
export const putSetting = (
  kind: BucketSetting,
  target: Target,
  wanted: Doc | null,
  now: unknown,
  stamp: Stamp,
): readonly ApiRequest[] => {
  if (isSame(wanted, now)) return [];
  const bucket = { Bucket: target.bucket };
  if (wanted === null && kind.remover !== null) return [request(stamp, "s3", kind.remover, bucket)];
  const { TransitionDefaultMinimumObjectSize: minimum, ...value } = wanted ?? {};
  const beside = minimum === undefined ? {} : { TransitionDefaultMinimumObjectSize: minimum };
  return [request(stamp, "s3", kind.putter, { ...bucket, [kind.member]: value, ...beside })];
};

export const restoreSetting = (
  kind: BucketSetting,
  target: Target,
  before: State,
  stamp: Stamp,
): readonly ApiRequest[] => putSetting(kind, target, before.setting as Doc | null, undefined, stamp);

/** The recorded state before the actor's change, or undefined where nobody recorded it. */
export const priorSetting = (kind: BucketSetting, target: Target): Doc | undefined =>
  target.prior === undefined ? undefined : asSetting(kind, JSON.parse(target.prior) as Doc);
