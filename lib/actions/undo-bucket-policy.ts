import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Stamp } from "../core/plan/action.ts";
import { isForeignGrant, statementsIn } from "../core/plan/foreign.ts";
import { mergeStatements, withoutDead } from "../core/plan/mergePolicy.ts";
import { readPolicy, type Statement, statementsOf } from "../core/plan/policyDocument.ts";
import { isSamePolicy } from "../core/plan/samePolicy.ts";
import type { Action } from "./parts/action.ts";
import {
  captureBucketPolicy,
  putBucketPolicy,
  refuseBucketPolicy,
  refuseUnreadable,
  restoreBucketPolicy,
} from "./parts/bucketPolicy.ts";
import { changedBuckets } from "./parts/changes.ts";
import { refuseSpared } from "./parts/exempt.ts";

const card: ActionCard = {
  id: "undo-bucket-policy",
  title: "Put the bucket policy back as it was before the actor changed it",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "s3:GetBucketPolicy", resource: "bucket", for: "read" },
    { action: "s3:GetBucketPublicAccessBlock", resource: "bucket", for: "read" },
    { action: "s3:PutBucketPolicy", resource: "bucket", for: "write" },
    { action: "s3:DeleteBucketPolicy", resource: "bucket", for: "write" },
  ],
  limits: [
    "Works only where the former policy was recorded, in an earlier event or a snapshot; CloudTrail does not record what a call replaced.",
    "What an owner left counts, and the plan says who that was; what the actor, or anybody from the actor's addresses, left does not. A former policy that lets outsiders in is only offered.",
    "Statements of this case (denies of the actor) stay. Every other edit since the actor's is lost: compare before and after.",
  ],
  sources: ["S3 API reference, PutBucketPolicy"],
};

/** The recorded policy text; null where the bucket had none. */
const priorOf = (target: Target): string | null => {
  const { Policy: policy } = JSON.parse(target.prior!) as { readonly Policy?: unknown };
  return typeof policy === "string" ? policy : null;
};

const isOpenToOutsiders = (target: Target, accountId: string): boolean =>
  statementsIn(priorOf(target) ?? "").some((statement) => isForeignGrant(statement, accountId));

/** What lets outsiders in may be an agreement of old, or was planted by somebody whom nobody suspects. */
const OUTSIDERS = {
  offer: "optional",
  caution: "The policy that would be put back lets outsiders in. Ask the owner of the bucket whether that is meant.",
} as const;

const ours = (policy: unknown, stamp: Stamp): readonly Statement[] =>
  policy === null ? [] : statementsOf(readPolicy(String(policy))).filter(({ Sid }) => Sid?.startsWith(stamp.sid));

const wanted = (target: Target, before: State, stamp: Stamp): string | null => {
  const [prior, keep] = [priorOf(target), ours(before.policy, stamp)];
  const living = prior === null ? null : withoutDead(prior);
  const merged = keep.length === 0 ? living : mergeStatements(living, keep);
  return isSamePolicy(merged, before.policy) ? (before.policy as string | null) : merged;
};

export const undoBucketPolicy: Action = {
  card,
  targets: (scene) =>
    changedBuckets(scene, "PutBucketPolicy", "DeleteBucketPolicy")
      .filter(({ prior }) => prior !== undefined)
      .map((target) => (isOpenToOutsiders(target, scene.accountId) ? { ...target, ...OUTSIDERS } : target)),
  capture: (target, stamp, account) => captureBucketPolicy(target.bucket!, stamp, account),
  apply: (target, before, stamp) => putBucketPolicy(target.bucket!, wanted(target, before, stamp), before, stamp),

  verify: (target, _before, now, stamp) =>
    now.policy === wanted(target, now, stamp)
      ? { ok: true, why: "the policy is the recorded one, with the denies of this case" }
      : { ok: false, why: "the policy is not the recorded one" },

  rollback: (target, before, stamp) => restoreBucketPolicy(target.bucket!, before, stamp),

  refuse: (target, before, stamp) =>
    refuseSpared(target, [], stamp) ??
    refuseUnreadable(target, before) ??
    refuseUnreadable(target, { policy: priorOf(target) }) ??
    refuseBucketPolicy(target, wanted(target, before, stamp), stamp),
};
