import type { ActionCard } from "../core/plan/action.ts";
import { isSame } from "../core/plan/policyDocument.ts";
import type { Action } from "./parts/action.ts";
import { bucketTargets } from "./parts/bucketPolicy.ts";
import { captureSetting, PUBLIC_ACCESS_BLOCK, putSetting, restoreSetting } from "./parts/bucketSetting.ts";
import { refuseSpared } from "./parts/exempt.ts";

const card: ActionCard = {
  id: "block-public-access",
  title: "Block all public access to the bucket",
  side: "bucket",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "s3:GetBucketPublicAccessBlock", resource: "bucket", for: "read" },
    { action: "s3:PutBucketPublicAccessBlock", resource: "bucket", for: "write" },
  ],
  atExecution: "all four settings are switched on, whatever they are then",
  limits: [
    "Proposed when somebody read without signing: there the actor is everybody. A site or download that is public on purpose goes dark.",
    "While the bucket policy is public, all other accounts that it lets in are shut out as well, also those named in it; services of AWS are not.",
    "Blocks nobody who signs with credentials of this account.",
  ],
  sources: [
    "S3 user guide, Blocking public access to your Amazon S3 storage",
    "S3 API reference, PutPublicAccessBlock",
  ],
};

export const ALL_BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

export const blockPublicAccess: Action = {
  card,
  targets: (scene) =>
    scene.suspects.some(({ type }) => type === "Anonymous") ? bucketTargets(scene, scene.buckets) : [],
  capture: (target, stamp, account) => captureSetting(PUBLIC_ACCESS_BLOCK, target.bucket!, stamp, account),
  apply: (target, before, stamp) => putSetting(PUBLIC_ACCESS_BLOCK, target, ALL_BLOCKED, before.setting, stamp),

  verify: (_target, _before, now) =>
    isSame(now.setting, ALL_BLOCKED)
      ? { ok: true, why: "all four settings block public access" }
      : { ok: false, why: `the settings are ${JSON.stringify(now.setting)}` },

  rollback: (target, before, stamp) => restoreSetting(PUBLIC_ACCESS_BLOCK, target, before, stamp),
  withdraw: (target, before, now, stamp) =>
    isSame(now.setting, ALL_BLOCKED) && !isSame(before.setting, ALL_BLOCKED)
      ? restoreSetting(PUBLIC_ACCESS_BLOCK, target, before, stamp)
      : [],
  refuse: (target, _before, stamp) => refuseSpared(target, [], stamp),
};
