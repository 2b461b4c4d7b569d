import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Stamp } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import { listed } from "./parts/actor.ts";
import { IAM_PAGES, readList, request } from "./parts/calls.ts";
import { refuseSpared } from "./parts/exempt.ts";
import { keysInHand, userTargets } from "./parts/suspects.ts";
import { findUser, nameFound, refuseGone } from "./parts/user.ts";

interface Key {
  readonly AccessKeyId: string;
  readonly Status: string;
}

const card: ActionCard = {
  id: "deactivate-access-keys",
  title: "Deactivate all access keys of the user",
  side: "identity",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "iam:GetUser", resource: "user/*", for: "read" },
    { action: "iam:GetAccessKeyLastUsed", resource: "*", for: "read" },
    { action: "iam:ListAccessKeys", resource: "user/*", for: "read" },
    { action: "iam:UpdateAccessKey", resource: "user/*", for: "write" },
  ],
  atExecution: "every key that the user has then is deactivated: those below, and any that was made since",
  limits: [
    "Sessions already made from the keys (GetSessionToken, GetFederationToken) live on for up to 36 hours: only the deny on the user stops them. Run deny-user first.",
    "Roles that the user has assumed keep their sessions: revoke those separately.",
    "A key that was in the actor's hands stays off when the change is taken back: its owner is given a new one.",
    "Everything else that uses the keys stops as well.",
  ],
  sources: [
    "IAM API reference, UpdateAccessKey",
    "IAM user guide, Disabling permissions for temporary security credentials",
  ],
};

const keysOf = (state: State): readonly Key[] => state.keys as readonly Key[];

/** A key that was off before, was made since, or was in the actor's hands stays off. */
const comesBack = (id: string, target: Target, before: State): boolean =>
  !listed(target.actorKeys).includes(id) &&
  keysOf(before).some(({ AccessKeyId, Status }) => AccessKeyId === id && Status === "Active");

const setStatus = (target: Target, state: State, key: Key, status: string, stamp: Stamp) =>
  request(stamp, "iam", "UpdateAccessKey", {
    UserName: nameFound(target, state),
    AccessKeyId: key.AccessKeyId,
    Status: status,
  });

export const deactivateAccessKeys: Action = {
  card,
  targets: (scene) => userTargets(scene).map((target) => ({ ...target, actorKeys: keysInHand(scene).join(" ") })),

  capture: async (target, stamp, account) => {
    const user = await findUser(target, stamp, account);
    if (user === null) return { isGone: true, keys: [] };
    const listing = request(stamp, "iam", "ListAccessKeys", { UserName: user.UserName });
    const keys = (await readList(account, listing, "AccessKeyMetadata", IAM_PAGES)) as readonly Key[];
    const renamed = user.UserName === target.userName ? {} : { userName: user.UserName };
    return { keys: keys.map(({ AccessKeyId, Status }) => ({ AccessKeyId, Status })), ...renamed };
  },

  apply: (target, before, stamp) =>
    keysOf(before)
      .filter((key) => key.Status === "Active")
      .map((key) => setStatus(target, before, key, "Inactive", stamp)),

  verify: (_target, before, now) => {
    const live = keysOf(now).filter((key) => key.Status === "Active");
    const known = new Set(keysOf(before).map((key) => key.AccessKeyId));
    const added = live.filter((key) => !known.has(key.AccessKeyId)).map((key) => key.AccessKeyId);
    if (live.length === 0) return { ok: true, why: `no active key among ${keysOf(now).length}` };
    const news = added.length === 0 ? "" : `; new since the plan: ${added.join(", ")}`;
    return { ok: false, why: `still active: ${live.map((key) => key.AccessKeyId).join(", ")}${news}` };
  },

  rollback: (target, before, stamp) =>
    keysOf(before)
      .filter(({ AccessKeyId }) => comesBack(AccessKeyId, target, before))
      .map((key) => setStatus(target, before, key, "Active", stamp)),

  withdraw: (target, before, now, stamp) =>
    keysOf(now)
      .filter(({ AccessKeyId, Status }) => Status !== "Active" && comesBack(AccessKeyId, target, before))
      .map((key) => setStatus(target, now, key, "Active", stamp)),

  refuse: (target, before, stamp) => refuseGone(target, before) ?? refuseSpared(target, [target.arn ?? ""], stamp),
};
