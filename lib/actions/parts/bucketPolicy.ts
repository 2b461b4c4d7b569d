/** The policy of a bucket: reading it, writing it whole, putting back the text that was there. */

import type { ApiRequest } from "../../case/apiRequest.ts";
import type { State, Target } from "../../case/plan.ts";
import type { Scene, Stamp } from "../../core/plan/action.ts";
import { explicitDeny } from "../../core/plan/iamEvaluate.ts";
import { takenBack, withoutDead } from "../../core/plan/mergePolicy.ts";
import { readPolicy, type Statement, statementsOf, toList } from "../../core/plan/policyDocument.ts";
import type { Account } from "../../ports/ports.ts";
import { readOrNull, request } from "./calls.ts";
import { withProtection } from "./exempt.ts";

/** Bytes of a bucket policy (S3 user guide: 20 KB). Whether S3 counts white space is not documented: we do. */
export const BUCKET_POLICY_LIMIT = 20_480;

/** General-purpose bucket names, the older ones of us-east-1 included (S3 user guide, bucket naming rules). */
const BUCKET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;

/** The policy text byte for byte, or null where the bucket has none. */
export interface BucketPolicyState extends State {
  readonly policy: string | null;
  /** Present where S3 refuses any change of it that keeps it public. */
  readonly frozen?: true;
}

export const captureBucketPolicy = async (
  bucket: string,
  stamp: Stamp,
  account: Account,
): Promise<BucketPolicyState> => {
  const output = await readOrNull(
    account,
    request(stamp, "s3", "GetBucketPolicy", { Bucket: bucket }),
    "NoSuchBucketPolicy",
  );
  const policy = output === null ? null : String(output.Policy);
  return {
    policy,
    ...(isPublic(policy) && (await blocksPublicPolicies(bucket, stamp, account)) ? { frozen: true } : {}),
  };
};

/** Narrower than S3's own test, which also weighs conditions: a grant to everybody without any (S3 user guide, "The meaning of public"). */
const isPublic = (policy: string | null): boolean => {
  try {
    return (
      policy !== null &&
      statementsOf(readPolicy(policy)).some(
        ({ Effect, Principal, Condition }) =>
          Effect === "Allow" &&
          Condition === undefined &&
          (Principal === "*" || (Principal !== undefined && toList(Principal.AWS).includes("*"))),
      )
    );
  } catch {
    return false;
  }
};

/** BlockPublicPolicy refuses every policy that is still public, also one with a deny more than the one that is there. */
const blocksPublicPolicies = async (bucket: string, stamp: Stamp, account: Account): Promise<boolean> => {
  const asked = request(stamp, "s3", "GetPublicAccessBlock", { Bucket: bucket });
  const output = await readOrNull(account, asked, "NoSuchPublicAccessBlockConfiguration", "NotKnown");
  const settings = output?.PublicAccessBlockConfiguration as Readonly<Record<string, unknown>> | undefined;
  return settings?.BlockPublicPolicy === true;
};

/** Found before anybody is asked: S3 would refuse the call with AccessDenied. */
export const refuseFrozen = (target: Target, before: State): string | null =>
  before.frozen === true
    ? `${target.label}: its policy lets everybody in, and Block Public Access (BlockPublicPolicy) refuses every policy that still does. Take the public grant out first (remove-foreign-grant, undo-bucket-policy, or the owner), or set RestrictPublicBuckets (block-public-access), and deny the identities themselves`
    : null;

export const putBucketPolicy = (
  bucket: string,
  policy: string | null,
  before: State,
  stamp: Stamp,
): readonly ApiRequest[] => {
  if (policy === before.policy) return [];
  return [
    policy === null
      ? request(stamp, "s3", "DeleteBucketPolicy", { Bucket: bucket })
      : request(stamp, "s3", "PutBucketPolicy", { Bucket: bucket, Policy: policy }),
  ];
};

export const restoreBucketPolicy = (bucket: string, before: State, stamp: Stamp): readonly ApiRequest[] =>
  putBucketPolicy(bucket, before.policy === null ? null : withoutDead(String(before.policy)), {}, stamp);

/** Takes our statements out of the policy that is there. */
export const withdrawFromBucket = (
  bucket: string,
  isOurs: (statement: Statement) => boolean,
  before: State,
  now: State,
  stamp: Stamp,
): readonly ApiRequest[] =>
  typeof now.policy === "string"
    ? putBucketPolicy(bucket, takenBack(now.policy, before.policy as string | null, isOurs), now, stamp)
    : [];

/** A policy that cannot be read cannot be merged with. */
export const refuseUnreadable = (target: Target, before: State): string | null => {
  try {
    if (before.policy !== null) readPolicy(String(before.policy));
    return null;
  } catch {
    return `${target.label}: the policy that is there is no JSON policy document`;
  }
};

/** Why a policy must not be put: too long, or it would keep ourselves from taking it back. */
export const refuseBucketPolicy = (target: Target, policy: string | null, stamp: Stamp): string | null => {
  if (policy === null) return null;
  const bytes = Buffer.byteLength(policy);
  if (bytes > BUCKET_POLICY_LIMIT)
    return `${target.label}: the policy would have ${bytes} bytes, ${BUCKET_POLICY_LIMIT} are allowed. ${largestOf(policy)} Shorten it and ask anew; until then deny the identities themselves (deny-user, deny-role-session, deny-role), or the bucket's KMS key`;
  const locked = stamp.exemptArns.find((arn) => isLockedOut(policy, target.bucket!, arn, stamp));
  return locked === undefined
    ? null
    : `${target.label}: the policy would deny ${locked}, which must be able to take it back`;
};

const largestOf = (policy: string): string => {
  const [largest] = statementsOf(readPolicy(policy))
    .map((statement, at) => ({
      name: statement.Sid ?? `number ${at + 1}`,
      bytes: Buffer.byteLength(JSON.stringify(statement)),
    }))
    .sort((a, b) => b.bytes - a.bytes);
  return largest === undefined ? "" : `Its largest statement is ${largest.name} with ${largest.bytes} bytes.`;
};

export const bucketArns = (bucket: string, partition: string): readonly string[] => [
  `arn:${partition}:s3:::${bucket}`,
  `arn:${partition}:s3:::${bucket}/*`,
];

export const isBucketName = (name: string): boolean => BUCKET_NAME.test(name);

/** One target per bucket of the case; a name that no bucket can have is from a hostile log and is left out. */
export const bucketTargets = (
  scene: Scene,
  buckets: readonly string[],
): readonly (Target & { readonly bucket: string })[] =>
  [...new Set(buckets)].filter(isBucketName).map((bucket) => ({
    ...withProtection({ label: `bucket ${bucket}` }, scene, [bucket], "buckets"),
    bucket,
  }));

const isLockedOut = (policy: string, bucket: string, arn: string, stamp: Stamp): boolean => {
  const context = { "aws:PrincipalArn": arn, "aws:PrincipalAccount": stamp.accountId };
  const resource = `arn:${stamp.partition}:s3:::${bucket}`;
  return ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"].some(
    (action) => explicitDeny(policy, { action, resource, context }).is === "denied",
  );
};
