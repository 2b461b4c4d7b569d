import type { State, Target } from "../case/plan.ts";
import type { ActionCard } from "../core/plan/action.ts";
import { isSame, readPolicy, type Statement, statementsOf } from "../core/plan/policyDocument.ts";
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
import { isForeignGrant, statementsIn, withoutForeignGrants } from "./parts/foreign.ts";

const card: ActionCard = {
  id: "remove-foreign-grant",
  title: "Take out of the bucket policy what the thief granted to outsiders",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "s3:GetBucketPolicy", resource: "bucket", for: "read" },
    { action: "s3:PutBucketPolicy", resource: "bucket", for: "write" },
    { action: "s3:DeleteBucketPolicy", resource: "bucket", for: "write" },
  ],
  limits: [
    "Takes out statements that the thief's own call contained, that allow something to everybody or to another account, and that are there unchanged. A grant to outsiders that stood there before and was put again by the thief goes too: look at the statements.",
    "What the thief's call removed from the policy does not come back; undo-bucket-policy does that where the former policy was recorded.",
  ],
  sources: [
    "CloudTrail record of PutBucketPolicy (requestParameters.bucketPolicy)",
    "S3 API reference, PutBucketPolicy",
  ],
};

const thiefs = (target: Target): readonly Statement[] => JSON.parse(target.statements!) as readonly Statement[];

const wanted = (target: Target, before: State, accountId: string): string | null =>
  before.policy === null ? null : withoutForeignGrants(String(before.policy), thiefs(target), accountId);

export const removeForeignGrant: Action = {
  card,

  targets: (scene) => {
    const changes = changesOf(scene, "PutBucketPolicy").filter(({ prior }) => prior === undefined);
    return bucketTargets(
      scene,
      changes.map(({ bucket }) => bucket ?? ""),
    ).flatMap((target) => {
      const own = changes.filter(({ bucket }) => bucket === target.bucket);
      const grants = own
        .flatMap(({ request }) => statementsIn(request.bucketPolicy))
        .filter((each) => isForeignGrant(each, scene.accountId));
      return grants.length === 0 ? [] : [{ ...target, ...eventsOf(own), statements: JSON.stringify(grants) }];
    });
  },

  capture: (target, stamp, account) => captureBucketPolicy(target.bucket!, stamp, account),
  apply: (target, before, stamp) =>
    putBucketPolicy(target.bucket!, wanted(target, before, stamp.accountId), before, stamp),

  verify: (target, _before, now) => {
    const present = now.policy === null ? [] : statementsOf(readPolicy(String(now.policy)));
    const left = thiefs(target).filter((theirs) => present.some((statement) => isSame(statement, theirs)));
    return left.length === 0
      ? { ok: true, why: "none of the thief's grants is there" }
      : { ok: false, why: `${left.length} of the thief's grants are there` };
  },

  rollback: (target, before, stamp) => restoreBucketPolicy(target.bucket!, before, stamp),

  refuse: (target, before, stamp) =>
    refuseSpared(target, [], stamp) ??
    refuseUnreadable(target, before) ??
    refuseBucketPolicy(target, wanted(target, before, stamp.accountId), stamp),
};
