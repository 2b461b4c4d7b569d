import type { ActionCard } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import {
  applyDenyAll,
  captureDenyAll,
  type DenyAll,
  restoreDenyAll,
  verifyDenyAll,
  withdrawDenyAll,
} from "./parts/denyAll.ts";
import { refuseSpared } from "./parts/exempt.ts";
import { USER } from "./parts/inlineDeny.ts";
import { userTargets } from "./parts/suspects.ts";
import { findUser, nameFound, refuseGone } from "./parts/user.ts";

const card: ActionCard = {
  id: "deny-user",
  title: "Deny everything to the user",
  side: "identity",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "iam:GetUser", resource: "user/*", for: "read" },
    { action: "iam:GetAccessKeyLastUsed", resource: "*", for: "read" },
    { action: "iam:ListUserPolicies", resource: "user/*", for: "read" },
    { action: "iam:GetUserPolicy", resource: "user/*", for: "read" },
    { action: "iam:PutUserPolicy", resource: "user/*", for: "write" },
    { action: "iam:DeleteUserPolicy", resource: "user/*", for: "write" },
    { action: "iam:PutUserPermissionsBoundary", resource: "user/*", for: "write" },
    { action: "iam:DeleteUserPermissionsBoundary", resource: "user/*", for: "write" },
  ],
  atExecution:
    "the deny goes into an inline policy, or into the permissions boundary where inline policies leave no room then; every policy that is found stays",
  limits: [
    "Takes effect after IAM has spread the change, usually seconds, sometimes minutes.",
    "Stops keys, console and sessions made with GetSessionToken or GetFederationToken; not sessions of roles that the user has assumed.",
    "When the inline policies of the user are full (2,048 characters) the permissions boundary is set to AWSDenyAll instead; a boundary that was there is put back on release.",
    "A user who was renamed or moved to another path since is found by id, and by the keys of the finding; a stranger who got the name since is left alone.",
    "Everything that runs as this user stops.",
  ],
  sources: [
    "IAM user guide, Disabling permissions for temporary security credentials",
    "IAM user guide, IAM and STS quotas",
    "AWS managed policy reference, AWSDenyAll",
  ],
};

const HOW: DenyAll = { holder: USER, find: findUser, nameOf: nameFound };

export const denyUser: Action = {
  card,
  targets: userTargets,
  capture: (target, stamp, account) => captureDenyAll(HOW, target, stamp, account),
  apply: (target, before, stamp) => applyDenyAll(HOW, target, before, stamp),
  verify: (_target, _before, now, stamp) => verifyDenyAll(HOW, now, stamp),
  rollback: (target, before, stamp) => restoreDenyAll(HOW, target, before, stamp),
  withdraw: (target, before, now, stamp) => withdrawDenyAll(HOW, target, before, now, stamp),

  refuse: (target, before, stamp) =>
    refuseGone(target, before) ?? refuseSpared(target, [target.arn ?? "", String(before.holderArn ?? "")], stamp),
};
