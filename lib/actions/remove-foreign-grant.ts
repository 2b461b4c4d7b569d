import type { State, Target } from "../case/plan.ts";
import type { ActionCard } from "../core/plan/action.ts";
import { statementsIn } from "../core/plan/foreign.ts";
import type { Action } from "./parts/action.ts";
import {
  bucketTargets,
  captureBucketPolicy,
  putBucketPolicy,
  refuseBucketPolicy,
  refuseUnreadable,
  restoreBucketPolicy,
} from "./parts/bucketPolicy.ts";
import { changesOf, eventsOf } from "./parts/changes.ts";
import { refuseSpared } from "./parts/exempt.ts";
import { grantTargets, isStillIn, withoutGrants } from "./parts/grants.ts";

const card: ActionCard = {
  id: "remove-foreign-grant",
  title: "Take out of the bucket policy what the actor granted to outsiders",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "s3:GetBucketPolicy", resource: "bucket", for: "read" },
    { action: "s3:GetBucketPublicAccessBlock", resource: "bucket", for: "read" },
    { action: "s3:PutBucketPolicy", resource: "bucket", for: "write" },
    { action: "s3:DeleteBucketPolicy", resource: "bucket", for: "write" },
  ],
  atExecution: "the outsiders are taken out of the policy that is found then; everything else in it stays",
  limits: [
    "Takes the outsiders that the actor's own call named out of every statement of the policy as it is now; principals of the account and services beside them stay. An outsider who stood there before and was put again by the actor goes too: look at the statements.",
    "A statement for everybody goes as a whole, if it says the same as the actor's. One that is limited to an organisation, a network or an endpoint is offered apart: whose that is cannot be told from it.",
    "What the actor's call removed from the policy does not come back; undo-bucket-policy does that where the former policy was recorded.",
  ],
  sources: [
    "CloudTrail record of PutBucketPolicy (requestParameters.bucketPolicy)",
    "S3 API reference, PutBucketPolicy",
  ],
};

const wanted = (target: Target, before: State, accountId: string): string | null =>
  before.policy === null ? null : withoutGrants(before.policy, target, accountId);

export const removeForeignGrant: Action = {
  card,

  targets: (scene) => {
    const changes = changesOf(scene, "PutBucketPolicy").filter(({ prior }) => prior === undefined);
    return bucketTargets(
      scene,
      changes.map(({ bucket }) => bucket ?? ""),
    ).flatMap((target) => {
      const own = changes.filter(({ bucket }) => bucket === target.bucket);
      const statements = own.flatMap(({ request }) => statementsIn(request.bucketPolicy));
      return grantTargets({ ...target, ...eventsOf(own) }, statements, scene.accountId);
    });
  },

  capture: (target, stamp, account) => captureBucketPolicy(target.bucket!, stamp, account),
  apply: (target, before, stamp) =>
    putBucketPolicy(target.bucket!, wanted(target, before, stamp.accountId), before, stamp),

  verify: (target, _before, now, stamp) =>
    isStillIn(now.policy, target, stamp.accountId)
      ? { ok: false, why: "outsiders whom the actor let in are still let in" }
      : { ok: true, why: "nobody whom the actor let in from outside is let in" },

  rollback: (target, before, stamp) => restoreBucketPolicy(target.bucket!, before, stamp),

  refuse: (target, before, stamp) =>
    refuseSpared(target, [], stamp) ??
    refuseUnreadable(target, before) ??
    refuseBucketPolicy(target, wanted(target, before, stamp.accountId), stamp),
};
