import type { Target } from "../case/plan.ts";
import type { ActionCard, Scene } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import { read, request } from "./parts/calls.ts";
import { changesOf, eventsOf, memberOf } from "./parts/changes.ts";
import { KEY } from "./parts/kmsKey.ts";

const card: ActionCard = {
  id: "restore-kms-key",
  title: "Keep the key that the actor disabled or scheduled for deletion",
  side: "undo",
  reversibility: "externally-reversible",
  offer: "default",
  permissions: [
    { action: "kms:DescribeKey", resource: "key/*", for: "read" },
    { action: "kms:CancelKeyDeletion", resource: "key/*", for: "write" },
    { action: "kms:EnableKey", resource: "key/*", for: "write" },
    { action: "kms:DisableKey", resource: "key/*", for: "write" },
  ],
  atExecution: "a deletion that is pending then is cancelled, and a key that is disabled then is enabled",
  limits: [
    "Without its key everything encrypted under it is lost for good when the waiting period ends (7 to 30 days).",
    "Taken back, the key is disabled and never scheduled for deletion again: that is for its owner to do.",
    "A key whose material was imported and deleted (PendingImport) needs its owner.",
  ],
  sources: ["KMS API reference, CancelKeyDeletion and EnableKey", "KMS developer guide, Key states of AWS KMS keys"],
};

const targets = (scene: Scene): readonly Target[] =>
  [
    ...Map.groupBy(
      changesOf(scene, "ScheduleKeyDeletion", "DisableKey"),
      ({ request: input }) => memberOf(input, "keyId") ?? "",
    ),
  ]
    .filter(([keyId]) => KEY.test(keyId))
    .map(([keyId, changes]) => ({ label: `key ${keyId.split("/").at(-1)}`, keyId, ...eventsOf(changes) }));

const call = (target: Target, operation: string, stamp: Parameters<Action["apply"]>[2]) =>
  request(stamp, "kms", operation, { KeyId: target.keyId });

export const restoreKmsKey: Action = {
  card,
  targets,

  capture: async (target, stamp, account) => {
    const { KeyMetadata } = await read(account, call(target, "DescribeKey", stamp));
    return { state: String((KeyMetadata as Readonly<Record<string, unknown>>).KeyState ?? "Enabled") };
  },

  apply: (target, before, stamp) => [
    ...(before.state === "PendingDeletion" ? [call(target, "CancelKeyDeletion", stamp)] : []),
    ...(before.state === "PendingDeletion" || before.state === "Disabled" ? [call(target, "EnableKey", stamp)] : []),
  ],

  verify: (_target, _before, now) =>
    now.state === "Enabled" ? { ok: true, why: "the key is enabled" } : { ok: false, why: `the key is ${now.state}` },

  rollback: (target, before, stamp) => (before.state === "Enabled" ? [] : [call(target, "DisableKey", stamp)]),
  refuse: (target, before) =>
    ["Enabled", "Disabled", "PendingDeletion"].includes(String(before.state))
      ? null
      : `${target.label}: it is ${before.state}, and only its owner can bring it back`,
};
