import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Stamp } from "../core/plan/action.ts";
import { explicitDeny } from "../core/plan/iamEvaluate.ts";
import { mergeStatements } from "../core/plan/mergePolicy.ts";
import type { Statement } from "../core/plan/policyDocument.ts";
import type { Action } from "./parts/action.ts";
import {
  bucketArns,
  bucketTargets,
  captureBucketPolicy,
  putBucketPolicy,
  refuseBucketPolicy,
  refuseFrozen,
  refuseUnreadable,
  restoreBucketPolicy,
  withdrawFromBucket,
} from "./parts/bucketPolicy.ts";
import { readEndpoints } from "./parts/endpoints.ts";
import { refuseSpared } from "./parts/exempt.ts";

/** Data only: who manages the bucket must be able to take the deny back from anywhere. */
const DATA_ACTIONS = ["s3:GetObject*", "s3:PutObject*", "s3:DeleteObject*", "s3:ListBucket*", "s3:RestoreObject"];

const card: ActionCard = {
  id: "require-vpc-endpoint",
  title: "Allow the bucket's data only through this account's VPC endpoints",
  side: "bucket",
  reversibility: "reversible",
  offer: "optional",
  permissions: [
    { action: "s3:GetBucketPolicy", resource: "bucket", for: "read" },
    { action: "s3:GetBucketPublicAccessBlock", resource: "bucket", for: "read" },
    { action: "ec2:DescribeVpcEndpoints", resource: "*", for: "read" },
    { action: "s3:PutBucketPolicy", resource: "bucket", for: "write" },
    { action: "s3:DeleteBucketPolicy", resource: "bucket", for: "write" },
  ],
  atExecution:
    "the statement is merged into the bucket policy that is found then, for the endpoints of the account that are found then",
  limits: [
    "Lock-out: the console, laptops, build systems, other regions and other accounts lose the data of this bucket at once; so does every honest user of the actor's network.",
    "Lock-out: functions outside the VPC and Athena queries of ordinary users lose it too. Services of AWS that act by themselves, or on behalf of a caller (ViaAWSService), are spared, and so are the exempt roles.",
    "Does not stop an actor who works inside the VPC. Denying the actor by name does less harm and is the default.",
    "Refused where the account has no S3 endpoint in the region: nobody could read then.",
    "Reading, changing and deleting the policy itself is not denied, so that it can be taken back from anywhere.",
  ],
  sources: ["S3 user guide, Controlling access from VPC endpoints with bucket policies"],
};

const statement = (target: Target, before: State, stamp: Stamp): Statement => ({
  Sid: `${stamp.sid}Endpoint`,
  Effect: "Deny",
  Principal: { AWS: "*" },
  Action: DATA_ACTIONS,
  Resource: bucketArns(target.bucket!, stamp.partition),
  Condition: {
    StringNotEquals: { "aws:SourceVpce": (before.endpoints as readonly { id: string }[]).map(({ id }) => id) },
    BoolIfExists: { "aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false" },
    ...(stamp.exemptArns.length === 0 ? {} : { ArnNotLike: { "aws:PrincipalArn": stamp.exemptArns } }),
  },
});

const wanted = (target: Target, before: State, stamp: Stamp): string =>
  mergeStatements(before.policy as string | null, [statement(target, before, stamp)]);

export const requireVpcEndpoint: Action = {
  card,
  targets: (scene) => bucketTargets(scene, scene.buckets),

  capture: async (target, stamp, account) => ({
    ...(await captureBucketPolicy(target.bucket!, stamp, account)),
    endpoints: (await readEndpoints(stamp, account)).map(({ id }) => ({ id })),
  }),

  apply: (target, before, stamp) => putBucketPolicy(target.bucket!, wanted(target, before, stamp), before, stamp),

  verify: (target, _before, now, stamp) => {
    const resource = `arn:${stamp.partition}:s3:::${target.bucket}/key`;
    const outside = {
      action: "s3:GetObject",
      resource,
      context: { "aws:PrincipalArn": `arn:${stamp.partition}:iam::${stamp.accountId}:user/anybody` },
    };
    return typeof now.policy === "string" && explicitDeny(now.policy, outside).is === "denied"
      ? { ok: true, why: "a read that comes through no endpoint is denied" }
      : { ok: false, why: "a read that comes through no endpoint is not denied" };
  },

  rollback: (target, before, stamp) => restoreBucketPolicy(target.bucket!, before, stamp),
  withdraw: (target, before, now, stamp) =>
    withdrawFromBucket(target.bucket!, ({ Sid }) => Sid === `${stamp.sid}Endpoint`, before, now, stamp),

  refuse: (target, before, stamp) => {
    const first = refuseSpared(target, [], stamp) ?? refuseUnreadable(target, before) ?? refuseFrozen(target, before);
    if (first !== null) return first;
    if ((before.endpoints as readonly unknown[]).length === 0)
      return `${target.label}: the account has no S3 endpoint in ${stamp.region}; nobody could read`;
    return refuseBucketPolicy(target, wanted(target, before, stamp), stamp);
  },
};
