import type { ActionCard } from "../core/plan/action.ts";
import { isSame } from "../core/plan/policyDocument.ts";
import { ALL_BLOCKED } from "./block-public-access.ts";
import type { Action } from "./parts/action.ts";
import { readOrNull, request } from "./parts/calls.ts";
import { changesOf, eventsOf } from "./parts/changes.ts";

const card: ActionCard = {
  id: "undo-account-public-access",
  title: "Block public access again in the whole account, where the actor allowed it",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "s3:GetAccountPublicAccessBlock", resource: "*", for: "read" },
    { action: "s3:PutAccountPublicAccessBlock", resource: "*", for: "write" },
  ],
  atExecution: "all four settings of the account are switched on, whatever they are then",
  limits: [
    "All four blocks are switched on for every bucket of the account: a bucket that is public on purpose goes dark.",
    "Where an organisation manages Block Public Access, the account's own setting has no effect, and S3 refuses to change it.",
  ],
  sources: [
    "S3 control API reference, PutPublicAccessBlock",
    "CloudTrail user guide, S3 account-level events (PutAccountPublicAccessBlock)",
  ],
};

const EVENTS = ["PutAccountPublicAccessBlock", "DeleteAccountPublicAccessBlock"] as const;

export const undoAccountPublicAccess: Action = {
  card,
  targets: (scene) => {
    const changes = changesOf(scene, ...EVENTS);
    return changes.length === 0 ? [] : [{ label: `account ${scene.accountId}`, ...eventsOf(changes) }];
  },

  capture: async (_target, stamp, account) => {
    const asked = request(stamp, "s3control", "GetPublicAccessBlock", { AccountId: stamp.accountId });
    const output = await readOrNull(account, asked, "NoSuchPublicAccessBlockConfiguration");
    return { setting: (output?.PublicAccessBlockConfiguration as Record<string, unknown> | undefined) ?? null };
  },

  apply: (_target, before, stamp) =>
    isSame(before.setting, ALL_BLOCKED)
      ? []
      : [
          request(stamp, "s3control", "PutPublicAccessBlock", {
            AccountId: stamp.accountId,
            PublicAccessBlockConfiguration: ALL_BLOCKED,
          }),
        ],

  verify: (_target, _before, now) =>
    isSame(now.setting, ALL_BLOCKED)
      ? { ok: true, why: "all four settings of the account block public access" }
      : { ok: false, why: `the settings are ${JSON.stringify(now.setting)}` },

  rollback: (_target, before, stamp) => [
    before.setting === null
      ? request(stamp, "s3control", "DeletePublicAccessBlock", { AccountId: stamp.accountId })
      : request(stamp, "s3control", "PutPublicAccessBlock", {
          AccountId: stamp.accountId,
          PublicAccessBlockConfiguration: before.setting,
        }),
  ],
  withdraw: (target, before, now, stamp) =>
    isSame(now.setting, ALL_BLOCKED) && !isSame(before.setting, ALL_BLOCKED)
      ? undoAccountPublicAccess.rollback(target, before, stamp)
      : [],
  refuse: () => null,
};
