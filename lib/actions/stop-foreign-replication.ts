import type { State, Target } from "../case/plan.ts";
import type { ActorChange } from "../case/principal.ts";
import type { ActionCard } from "../core/plan/action.ts";
import { isSame } from "../core/plan/policyDocument.ts";
import type { Action } from "./parts/action.ts";
import { captureSetting, priorSetting, putSetting, REPLICATION, restoreSetting } from "./parts/bucketSetting.ts";
import { changedBuckets, changesOf, rulesIn } from "./parts/changes.ts";
import { refuseSpared } from "./parts/exempt.ts";

type Doc = Readonly<Record<string, unknown>>;

const card: ActionCard = {
  id: "stop-foreign-replication",
  title: "Stop the replication that the actor set up",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "s3:GetReplicationConfiguration", resource: "bucket", for: "read" },
    { action: "s3:PutReplicationConfiguration", resource: "bucket", for: "write" },
  ],
  atExecution: "the rules are taken out of the configuration that is found then",
  limits: [
    "What has been copied stays where it is; objects that S3 has already queued may still follow.",
    "Without a recorded former configuration every rule is taken out whose destination the actor's call names, and every rule to another account; rules that the call replaced do not come back.",
    "Copies made by hand, by DataSync or by batch jobs have their own actions.",
  ],
  sources: [
    "S3 API reference, PutBucketReplication",
    "CloudTrail record of PutBucketReplication (requestParameters.ReplicationConfiguration)",
  ],
};

const destinationsIn = ({ request }: ActorChange): readonly string[] =>
  rulesIn(request.ReplicationConfiguration)
    .map(({ Destination }) => (Destination as Doc | undefined)?.Bucket)
    .filter((bucket) => typeof bucket === "string");

const wanted = (target: Target, before: State): Doc | null => {
  const prior = priorSetting(REPLICATION, target);
  if (prior !== undefined) return Object.keys(prior).length === 0 ? null : prior;
  const now = before.setting as (Doc & { readonly Rules?: readonly Doc[] }) | null;
  const named = JSON.parse(target.destinations!) as readonly string[];
  const kept = (now?.Rules ?? []).filter(({ Destination }) => {
    const { Bucket, Account } = (Destination ?? {}) as { readonly Bucket?: unknown; readonly Account?: unknown };
    return !named.includes(String(Bucket)) && (Account === undefined || Account === target.accountId);
  });
  return now === null || kept.length === 0 ? null : { ...now, Rules: kept };
};

export const stopForeignReplication: Action = {
  card,

  targets: (scene) =>
    changedBuckets(scene, "PutBucketReplication").map((target) => {
      const own = changesOf(scene, "PutBucketReplication").filter(({ bucket }) => bucket === target.bucket);
      const destinations = JSON.stringify([...new Set(own.flatMap(destinationsIn))]);
      return { ...target, accountId: scene.accountId, destinations };
    }),

  capture: (target, stamp, account) => captureSetting(REPLICATION, target.bucket!, stamp, account),
  apply: (target, before, stamp) => putSetting(REPLICATION, target, wanted(target, before), before.setting, stamp),

  verify: (target, _before, now) =>
    isSame(wanted(target, now), now.setting)
      ? { ok: true, why: "no rule of the actor's is there" }
      : { ok: false, why: "a rule of the actor's is there" },

  rollback: (target, before, stamp) => restoreSetting(REPLICATION, target, before, stamp),
  refuse: (target, _before, stamp) => refuseSpared(target, [], stamp),
};
