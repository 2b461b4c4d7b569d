import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Scene } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import { IAM_PAGES, readList, request } from "./parts/calls.ts";
import { changesOf, eventsOf, memberOf, userNameOf } from "./parts/changes.ts";
import { refuseSpared, withProtection } from "./parts/exempt.ts";
import { userTargets } from "./parts/suspects.ts";

const card: ActionCard = {
  id: "undo-minted-keys",
  title: "Deactivate the access key that the actor made",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "iam:ListAccessKeys", resource: "user/*", for: "read" },
    { action: "iam:UpdateAccessKey", resource: "user/*", for: "write" },
  ],
  atExecution: "the key is deactivated if it is active then",
  limits: [
    "Deactivates, and does not delete: the key stays as evidence.",
    "Sessions made from the key live on for up to 36 hours; only a deny on its user stops them.",
    "All keys of the suspects themselves are covered by deactivate-access-keys and are not listed again.",
  ],
  sources: [
    "CloudTrail record of CreateAccessKey (responseElements.accessKey.accessKeyId)",
    "IAM API reference, UpdateAccessKey",
  ],
};

const targets = (scene: Scene): readonly Target[] => {
  const covered = new Set(userTargets(scene).map(({ userName }) => userName));
  return changesOf(scene, "CreateAccessKey").flatMap((change) => {
    const [userName, accessKeyId] = [userNameOf(change), memberOf(change.response, "accessKeyId")];
    if (
      userName === null ||
      covered.has(userName) ||
      accessKeyId === null ||
      !/^AKIA[A-Z0-9]{12,124}$/.test(accessKeyId)
    )
      return [];
    const target = { label: `key ${accessKeyId} of user ${userName}`, userName, accessKeyId, ...eventsOf([change]) };
    return [withProtection(target, scene, [userName, accessKeyId], "principals")];
  });
};

const setStatus = (target: Target, Status: unknown, stamp: Parameters<typeof request>[0]) =>
  request(stamp, "iam", "UpdateAccessKey", { UserName: target.userName, AccessKeyId: target.accessKeyId, Status });

const isActive = (state: State): boolean => state.status === "Active";

export const undoMintedKeys: Action = {
  card,
  targets,

  capture: async (target, stamp, account) => {
    const asked = request(stamp, "iam", "ListAccessKeys", { UserName: target.userName });
    const keys = (await readList(account, asked, "AccessKeyMetadata", IAM_PAGES)) as readonly Readonly<
      Record<string, unknown>
    >[];
    return { status: keys.find(({ AccessKeyId }) => AccessKeyId === target.accessKeyId)?.Status ?? null };
  },

  apply: (target, before, stamp) => (isActive(before) ? [setStatus(target, "Inactive", stamp)] : []),
  verify: (_target, _before, now) =>
    isActive(now) ? { ok: false, why: "the key is active" } : { ok: true, why: `the key is ${now.status ?? "gone"}` },
  rollback: (target, before, stamp) => (isActive(before) ? [setStatus(target, "Active", stamp)] : []),
  refuse: (target, _before, stamp) => refuseSpared(target, [], stamp),
};
