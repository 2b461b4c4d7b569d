import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Stamp } from "../core/plan/action.ts";
import { explicitDeny } from "../core/plan/iamEvaluate.ts";
import { mergeStatements, removeStatements } from "../core/plan/mergePolicy.ts";
import type { Action } from "./parts/action.ts";
import {
  accessOf,
  actorNames,
  deniable,
  denyStatements,
  fewestNames,
  isNamed,
  isOurDeny,
  listed,
  smallestDenies,
} from "./parts/actor.ts";
import {
  BUCKET_POLICY_LIMIT,
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
  id: "deny-actor-on-bucket",
  title: "Deny the actor in the bucket policy",
  side: "bucket",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "s3:GetBucketPolicy", resource: "bucket", for: "read" },
    { action: "s3:GetBucketPublicAccessBlock", resource: "bucket", for: "read" },
    { action: "s3:PutBucketPolicy", resource: "bucket", for: "write" },
    { action: "s3:DeleteBucketPolicy", resource: "bucket", for: "write" },
  ],
  atExecution:
    "the deny is merged into the bucket policy that is found then; statements of others stay, whoever edited them meanwhile",
  limits: [
    "Users, root and federated users are denied by their ARN and by their stable id: renaming them opens nothing.",
    "A session of an instance, a function or a task is denied by its user id (role id and session name): other sessions of the role stay. A role that can be assumed again under any name is denied whole, and so is one of which no id is known: whoever else uses it on this bucket is shut out.",
    "A foreign account is denied as a whole only when nothing narrower of the actor is known; where nobody signed, everybody who does not sign is denied.",
    "A transfer that is under way goes on to its end.",
    "Where the bucket policy has too little room, users of whom the id is known are denied by it alone; where that does not fit either, the plan says what must go first.",
    "Statements of others stay as they are, but principals that were deleted since: S3 takes no policy that names one.",
  ],
  sources: [
    "S3 API reference, PutBucketPolicy",
    "IAM user guide, AWS global condition context keys (aws:PrincipalArn, aws:userid, aws:PrincipalAccount, aws:SourceIp)",
  ],
};

const wanted = (target: Target, before: State, stamp: Stamp): string => {
  const others = before.policy === null ? null : removeStatements(String(before.policy), isOurDeny(stamp));
  const use = { Action: "s3:*", Resource: bucketArns(target.bucket!, stamp.partition) };
  const full = denyStatements(target, use, stamp);
  // Which form is taken depends only on the statements of others, so that it stays the same after the change.
  const fits = Buffer.byteLength(mergeStatements(others, full)) <= BUCKET_POLICY_LIMIT;
  return mergeStatements(before.policy as string | null, fits ? full : smallestDenies(target, use, stamp));
};

export const denyActorOnBucket: Action = {
  card,

  targets: (scene) => {
    const suspects = deniable(scene);
    const names = actorNames(scene, suspects);
    const arns = suspects.flatMap((suspect) => [suspect.arn, suspect.issuerArn]).filter((arn) => arn !== null);
    const actor = { ...names, actorArns: [...new Set(arns)].join(" ") };
    return isNamed(names) ? bucketTargets(scene, scene.buckets).map((target) => ({ ...target, ...actor })) : [];
  },

  capture: (target, stamp, account) => captureBucketPolicy(target.bucket!, stamp, account),
  apply: (target, before, stamp) => putBucketPolicy(target.bucket!, wanted(target, before, stamp), before, stamp),

  verify: (target, _before, now, stamp) => {
    const policy = now.policy;
    if (typeof policy !== "string") return { ok: false, why: "the bucket has no policy" };
    const asked = accessOf(fewestNames(target), "s3:GetObject", `arn:${stamp.partition}:s3:::${target.bucket}/key`);
    const open = asked.find((each) => explicitDeny(policy, each).is !== "denied");
    return open === undefined
      ? { ok: true, why: `the policy denies s3:GetObject to every name of the actor` }
      : { ok: false, why: `the policy does not deny ${JSON.stringify(open.context)}` };
  },

  rollback: (target, before, stamp) => restoreBucketPolicy(target.bucket!, before, stamp),
  withdraw: (target, before, now, stamp) => withdrawFromBucket(target.bucket!, isOurDeny(stamp), before, now, stamp),

  refuse: (target, before, stamp) =>
    refuseSpared(target, listed(target.actorArns), stamp) ??
    refuseUnreadable(target, before) ??
    refuseFrozen(target, before) ??
    refuseBucketPolicy(target, wanted(target, before, stamp), stamp),
};
