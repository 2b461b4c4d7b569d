import type { Target } from "../case/plan.ts";
import type { ActionCard } from "../core/plan/action.ts";
import { isSame } from "../core/plan/policyDocument.ts";
import { ALL_BLOCKED } from "./block-public-access.ts";
import type { Action } from "./parts/action.ts";
import {
  captureSetting,
  PUBLIC_ACCESS_BLOCK,
  priorSetting,
  putSetting,
  restoreSetting,
} from "./parts/bucketSetting.ts";
import { changedBuckets } from "./parts/changes.ts";
import { refuseSpared } from "./parts/exempt.ts";

const card: ActionCard = {
  id: "undo-public-access-block",
  title: "Block public access again where the actor allowed it",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "s3:GetBucketPublicAccessBlock", resource: "bucket", for: "read" },
    { action: "s3:PutBucketPublicAccessBlock", resource: "bucket", for: "write" },
  ],
  limits: [
    "Without a recorded former setting all four blocks are switched on; a bucket that was public on purpose goes dark.",
    "While the bucket policy is public, other accounts named in it are shut out as well.",
  ],
  sources: ["S3 API reference, PutPublicAccessBlock"],
};

const wanted = (target: Target) => priorSetting(PUBLIC_ACCESS_BLOCK, target) ?? ALL_BLOCKED;

export const undoPublicAccessBlock: Action = {
  card,
  targets: (scene) =>
    changedBuckets(
      scene,
      "PutBucketPublicAccessBlock",
      "DeleteBucketPublicAccessBlock",
      "PutPublicAccessBlock",
      "DeletePublicAccessBlock",
    ),
  capture: (target, stamp, account) => captureSetting(PUBLIC_ACCESS_BLOCK, target.bucket!, stamp, account),
  apply: (target, before, stamp) => putSetting(PUBLIC_ACCESS_BLOCK, target, wanted(target), before.setting, stamp),

  verify: (target, _before, now) =>
    isSame(now.setting, wanted(target))
      ? { ok: true, why: "public access is blocked as before" }
      : { ok: false, why: `the settings are ${JSON.stringify(now.setting)}` },

  rollback: (target, before, stamp) => restoreSetting(PUBLIC_ACCESS_BLOCK, target, before, stamp),
  refuse: (target, _before, stamp) => refuseSpared(target, [], stamp),
};
