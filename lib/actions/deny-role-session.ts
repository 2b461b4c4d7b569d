import type { Target } from "../case/plan.ts";
import type { ActionCard, Stamp } from "../core/plan/action.ts";
import { policyOf } from "../core/plan/policyDocument.ts";
import type { Action } from "./parts/action.ts";
import { listed, sessionIds } from "./parts/actor.ts";
import { refuseSpared } from "./parts/exempt.ts";
import {
  captureInline,
  fitsInline,
  isDenied,
  putInline,
  ROLE,
  refuseFull,
  refuseUnmodifiable,
  restoreInline,
  withdrawInline,
} from "./parts/inlineDeny.ts";
import { roleTargets } from "./parts/suspects.ts";

const card: ActionCard = {
  id: "deny-role-session",
  title: "Deny everything to this session of the role",
  side: "identity",
  reversibility: "reversible",
  offer: "optional",
  permissions: [
    { action: "iam:GetRole", resource: "role/*", for: "read" },
    { action: "iam:ListRolePolicies", resource: "role/*", for: "read" },
    { action: "iam:GetRolePolicy", resource: "role/*", for: "read" },
    { action: "iam:PutRolePolicy", resource: "role/*", for: "write" },
    { action: "iam:DeleteRolePolicy", resource: "role/*", for: "write" },
  ],
  atExecution: "the policies of the role that are found then are left as they are; ours is put beside them",
  limits: [
    "Whoever may assume the role chooses the session name: under another name the actor goes on. For roles that others depend on it is the first step, not the last.",
    "On an instance, in a function or a task the session name is that of the workload: honest work under it stops as well.",
    "Sessions of other roles that were assumed from this one are not touched.",
  ],
  sources: [
    "IAM user guide, IAM policy elements: variables and tags (aws:userid)",
    "IAM user guide, Disabling permissions for temporary security credentials",
  ],
};

const nameOf = (stamp: Stamp): string => `${stamp.sid}-deny-session`;

const document = (target: Target, stamp: Stamp): string =>
  policyOf([
    {
      Sid: `${stamp.sid}DenySession`,
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: { StringEquals: { "aws:userid": listed(target.userIds) } },
    },
  ]);

export const denyRoleSession: Action = {
  card,

  targets: (scene) =>
    roleTargets(scene)
      .map((target) => ({ ...target, userIds: sessionIds(scene, target.roleName!) }))
      .filter(({ userIds }) => userIds !== "")
      .map((target) => ({ ...target, label: `session ${target.userIds} of ${target.label}` })),

  capture: (target, stamp, account) => captureInline(ROLE, target.roleName!, nameOf(stamp), stamp, account),
  apply: (target, before, stamp) =>
    putInline(ROLE, target.roleName!, nameOf(stamp), document(target, stamp), before, stamp),

  verify: (target, _before, now) => {
    const open = listed(target.userIds).find(
      (id) =>
        !isDenied(now.document, {
          action: "s3:GetObject",
          resource: "arn:aws:s3:::any/key",
          context: { "aws:userid": id },
        }),
    );
    return open === undefined
      ? { ok: true, why: "the role's policy denies the session" }
      : { ok: false, why: `${open} is not denied` };
  },

  rollback: (target, before, stamp) => restoreInline(ROLE, target.roleName!, nameOf(stamp), before, stamp),
  withdraw: (target, before, now, stamp) => withdrawInline(ROLE, target.roleName!, nameOf(stamp), before, now, stamp),

  refuse: (target, before, stamp) =>
    refuseSpared(target, [target.arn ?? "", String(before.holderArn ?? "")], stamp) ??
    refuseUnmodifiable(target, before) ??
    (fitsInline(ROLE, document(target, stamp), before) ? null : refuseFull(target, before)),
};
