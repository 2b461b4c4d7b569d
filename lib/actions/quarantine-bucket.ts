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
import { refuseSpared } from "./parts/exempt.ts";

const card: ActionCard = {
  id: "quarantine-bucket",
  title: "Close the bucket to everybody but a named list",
  side: "bucket",
  reversibility: "reversible",
  offer: "optional",
  permissions: [
    { action: "s3:GetBucketPolicy", resource: "bucket", for: "read" },
    { action: "s3:GetBucketPublicAccessBlock", resource: "bucket", for: "read" },
    { action: "s3:PutBucketPolicy", resource: "bucket", for: "write" },
    { action: "s3:DeleteBucketPolicy", resource: "bucket", for: "write" },
  ],
  atExecution: "the deny is merged into the bucket policy that is found then; statements of others stay",
  limits: [
    "Everything that uses the bucket stops, whoever it is: applications, people, and services of AWS that write to it. Only the ARNs of the settings (`exemptArns`, our own roles) get in.",
    "The lever of last resort, for a bucket that goes on losing data under names that nobody knows.",
    "Root of the account can always change the bucket policy, and so take this back.",
    "A transfer that is under way goes on to its end.",
  ],
  sources: [
    "Systems Manager automation runbook reference, AWSSupport-ContainS3Resource",
    "S3 API reference, PutBucketPolicy",
  ],
};

const sidOf = (stamp: Stamp): string => `${stamp.sid}Quarantine`;

const statement = (target: Target, stamp: Stamp): Statement => ({
  Sid: sidOf(stamp),
  Effect: "Deny",
  Principal: { AWS: "*" },
  Action: "s3:*",
  Resource: bucketArns(target.bucket!, stamp.partition),
  Condition: { ArnNotLike: { "aws:PrincipalArn": stamp.exemptArns } },
});

const wanted = (target: Target, before: State, stamp: Stamp): string =>
  mergeStatements(before.policy as string | null, [statement(target, stamp)]);

export const quarantineBucket: Action = {
  card,
  targets: (scene) => bucketTargets(scene, scene.buckets),
  capture: (target, stamp, account) => captureBucketPolicy(target.bucket!, stamp, account),
  apply: (target, before, stamp) => putBucketPolicy(target.bucket!, wanted(target, before, stamp), before, stamp),

  verify: (target, _before, now, stamp) => {
    const resource = `arn:${stamp.partition}:s3:::${target.bucket}/key`;
    const anybody = { "aws:PrincipalArn": `arn:${stamp.partition}:iam::${stamp.accountId}:user/anybody` };
    const isOpen = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"].some(
      (action) => explicitDeny(String(now.policy ?? "{}"), { action, resource, context: anybody }).is !== "denied",
    );
    return isOpen
      ? { ok: false, why: "the bucket is not closed to everybody else" }
      : { ok: true, why: "only the named list gets in" };
  },

  rollback: (target, before, stamp) => restoreBucketPolicy(target.bucket!, before, stamp),
  withdraw: (target, before, now, stamp) =>
    withdrawFromBucket(target.bucket!, ({ Sid }) => Sid === sidOf(stamp), before, now, stamp),

  refuse: (target, before, stamp) =>
    refuseSpared(target, [], stamp) ??
    refuseUnreadable(target, before) ??
    refuseFrozen(target, before) ??
    (stamp.exemptArns.length === 0
      ? `${target.label}: nobody is on the list (exemptArns of the settings), so that nobody could take it back`
      : refuseBucketPolicy(target, wanted(target, before, stamp), stamp)),
};
