import type { ActionCard } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import { readOrNull, request } from "./parts/calls.ts";
import { refuseSpared } from "./parts/exempt.ts";
import { userTargets } from "./parts/suspects.ts";
import { findUser, nameFound, refuseGone } from "./parts/user.ts";

const card: ActionCard = {
  id: "disable-console-login",
  title: "Take the console password away from the user",
  side: "identity",
  reversibility: "externally-reversible",
  offer: "optional",
  permissions: [
    { action: "iam:GetUser", resource: "user/*", for: "read" },
    { action: "iam:GetAccessKeyLastUsed", resource: "*", for: "read" },
    { action: "iam:GetLoginProfile", resource: "user/*", for: "read" },
    { action: "iam:DeleteLoginProfile", resource: "user/*", for: "write" },
  ],
  atExecution: "the password is taken away if the user has one then",
  limits: [
    "The password cannot be put back: afterwards somebody must give the user a new one.",
    "Does not end sessions of the console that are open, and does not touch keys: the deny on the user does both.",
    "IAM refuses for a while after the profile was made (EntityTemporarilyUnmodifiable).",
  ],
  sources: ["IAM API reference, DeleteLoginProfile"],
};

export const disableConsoleLogin: Action = {
  card,
  targets: userTargets,

  capture: async (target, stamp, account) => {
    const user = await findUser(target, stamp, account);
    if (user === null) return { isGone: true, hasPassword: false };
    const asked = request(stamp, "iam", "GetLoginProfile", { UserName: user.UserName });
    const output = await readOrNull(account, asked, "NoSuchEntity");
    const renamed = user.UserName === target.userName ? {} : { userName: user.UserName };
    return { hasPassword: output !== null, ...renamed };
  },

  apply: (target, before, stamp) =>
    before.hasPassword === true
      ? [request(stamp, "iam", "DeleteLoginProfile", { UserName: nameFound(target, before) })]
      : [],

  verify: (_target, _before, now) =>
    now.hasPassword === true
      ? { ok: false, why: "the user has a password" }
      : { ok: true, why: "the user has no password" },

  rollback: () => [],
  refuse: (target, before, stamp) => refuseGone(target, before) ?? refuseSpared(target, [target.arn ?? ""], stamp),
};
