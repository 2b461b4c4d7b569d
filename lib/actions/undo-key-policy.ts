import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Scene, Stamp } from "../core/plan/action.ts";
import { statementsIn } from "../core/plan/foreign.ts";
import { isSamePolicy } from "../core/plan/samePolicy.ts";
import type { Action } from "./parts/action.ts";
import { read, request } from "./parts/calls.ts";
import { changesOf, eventsOf, memberOf } from "./parts/changes.ts";
import { grantTargets, isStillIn, withoutGrants } from "./parts/grants.ts";
import { KEY } from "./parts/kmsKey.ts";

const card: ActionCard = {
  id: "undo-key-policy",
  title: "Take out of the key's policy whom the actor let in",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "kms:GetKeyPolicy", resource: "key/*", for: "read" },
    { action: "kms:PutKeyPolicy", resource: "key/*", for: "write" },
  ],
  atExecution: "the outsiders are taken out of the key policy that is found then; everything else in it stays",
  limits: [
    "Takes the outsiders that the actor's own call named out of the policy as it is now; principals of the account and services beside them stay.",
    "A policy that would let nobody in afterwards is left: KMS takes none, and its owner writes a new one.",
    "What the actor's call removed from the policy does not come back. Grants on the key are separate: see revoke-kms-grants.",
  ],
  sources: ["CloudTrail record of PutKeyPolicy (requestParameters.policy)", "KMS API reference, PutKeyPolicy"],
};

const wanted = (target: Target, { policy }: State, { accountId }: Stamp): string | null =>
  withoutGrants(policy, target, accountId);

const targets = (scene: Scene): readonly Target[] =>
  [...Map.groupBy(changesOf(scene, "PutKeyPolicy"), ({ request: input }) => memberOf(input, "keyId") ?? "")]
    .filter(([keyId]) => KEY.test(keyId))
    .flatMap(([keyId, changes]) => {
      const statements = changes.flatMap(({ request: input }) => statementsIn(input.policy));
      const label = `policy of key ${keyId.split("/").at(-1)}`;
      return grantTargets({ label, keyId, ...eventsOf(changes) }, statements, scene.accountId);
    });

const put = (target: Target, Policy: unknown, stamp: Stamp) =>
  request(stamp, "kms", "PutKeyPolicy", { KeyId: target.keyId, PolicyName: "default", Policy });

export const undoKeyPolicy: Action = {
  card,
  targets,

  capture: async ({ keyId: KeyId }, stamp, account) => {
    const { Policy } = await read(account, request(stamp, "kms", "GetKeyPolicy", { KeyId, PolicyName: "default" }));
    return { policy: String(Policy) };
  },

  apply: (target, before, stamp) => {
    const policy = wanted(target, before, stamp);
    return policy === null || isSamePolicy(policy, before.policy) ? [] : [put(target, policy, stamp)];
  },

  verify: (target, _before, now, stamp) =>
    isStillIn(now.policy, target, stamp.accountId)
      ? { ok: false, why: "outsiders whom the actor let in may still use the key" }
      : { ok: true, why: "nobody whom the actor let in from outside may use the key" },

  rollback: (target, before, stamp) => [put(target, before.policy, stamp)],
  refuse: (target, before, stamp) =>
    wanted(target, before, stamp) === null
      ? `${target.label}: it lets nobody in but whom the actor let in; its owner writes a new policy (aws kms put-key-policy)`
      : null,
};
