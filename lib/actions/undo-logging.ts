import type { ActionCard } from "../core/plan/action.ts";
import { isSame } from "../core/plan/policyDocument.ts";
import type { Action } from "./parts/action.ts";
import { captureSetting, LOGGING, priorSetting, putSetting, restoreSetting } from "./parts/bucketSetting.ts";
import { changedBuckets } from "./parts/changes.ts";
import { refuseSpared } from "./parts/exempt.ts";

const card: ActionCard = {
  id: "undo-logging",
  title: "Write server access logs of the bucket as before",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "s3:GetBucketLogging", resource: "bucket", for: "read" },
    { action: "s3:PutBucketLogging", resource: "bucket", for: "write" },
  ],
  limits: [
    "Where the logs went before is known only if somebody recorded it; without that the action is refused and a person must set the target.",
    "What was not logged in the meantime cannot be made up for.",
  ],
  sources: ["S3 API reference, PutBucketLogging"],
};

export const undoLogging: Action = {
  card,
  targets: (scene) => changedBuckets(scene, "PutBucketLogging"),
  capture: (target, stamp, account) => captureSetting(LOGGING, target.bucket!, stamp, account),

  apply: (target, before, stamp) => {
    const prior = priorSetting(LOGGING, target);
    return prior === undefined ? [] : putSetting(LOGGING, target, prior, before.setting, stamp);
  },

  verify: (target, _before, now) =>
    isSame(now.setting, priorSetting(LOGGING, target))
      ? { ok: true, why: "logs are written as recorded" }
      : { ok: false, why: "logs are not written as recorded" },

  rollback: (target, before, stamp) => restoreSetting(LOGGING, target, before, stamp),

  refuse: (target, _before, stamp) =>
    refuseSpared(target, [], stamp) ??
    (target.prior === undefined
      ? `${target.label}: nobody recorded where its logs went before; set the target by hand`
      : null),
};
