import type { Target } from "../case/plan.ts";
import type { ActionCard, Stamp } from "../core/plan/action.ts";
import { policyOf } from "../core/plan/policyDocument.ts";
import type { Action } from "./parts/action.ts";
import { listed, sessionIds } from "./parts/actor.ts";
import { refuseSpared } from "./parts/exempt.ts";
import { refuseUnmodifiable } from "./parts/inlineDeny.ts";
import {
  captureOwn,
  isDeniedByOwn,
  OWN_POLICY_LIMIT,
  OWN_POLICY_PERMISSIONS,
  type OwnPolicy,
  putOwn,
  refuseNoRoom,
  restoreOwn,
  withdrawOwn,
} from "./parts/ownPolicy.ts";
import { WORKLOAD } from "./parts/reassumable.ts";
import { roleTargets } from "./parts/suspects.ts";

const card: ActionCard = {
  id: "deny-role-session",
  title: "Deny everything to this session of the role",
  side: "identity",
  reversibility: "reversible",
  offer: "optional",
  permissions: OWN_POLICY_PERMISSIONS,
  atExecution: "the policies of the role that are found then are left as they are; ours is put beside them",
  limits: [
    "Whoever may assume the role chooses the session name: under another name the actor goes on. For roles that others depend on it is the first step, not the last.",
    "On an instance, in a function or a task the session name is that of the workload: honest work under it stops as well. There it is proposed beside revoking: whoever took the credentials of an instance or a task can take the next ones, and only this denies those.",
    "Sessions of other roles that were assumed from this one are not touched.",
    OWN_POLICY_LIMIT,
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

const isOfWorkloads = (userIds: string): boolean =>
  listed(userIds).every((userId) => WORKLOAD.test(userId.slice(userId.indexOf(":") + 1)));

const ownOf = (target: Target, stamp: Stamp): OwnPolicy => ({
  roleName: target.roleName!,
  policyName: nameOf(stamp),
  document: document(target, stamp),
});

export const denyRoleSession: Action = {
  card,

  targets: (scene) =>
    roleTargets(scene)
      .map((target) => ({ ...target, userIds: sessionIds(scene, target.roleName!) }))
      .filter(({ userIds }) => userIds !== "")
      .map((target) => ({
        ...target,
        label: `session ${target.userIds} of ${target.label}`,
        ...(isOfWorkloads(target.userIds) ? { offer: "default" } : {}),
      })),

  capture: (target, stamp, account) => captureOwn(ownOf(target, stamp), stamp, account),
  apply: (target, before, stamp) => putOwn(ownOf(target, stamp), before, stamp),

  verify: (target, _before, now) => {
    const open = listed(target.userIds).find(
      (id) =>
        !isDeniedByOwn(now, {
          action: "s3:GetObject",
          resource: "arn:aws:s3:::any/key",
          context: { "aws:userid": id },
        }),
    );
    return open === undefined
      ? { ok: true, why: "the role's policy denies the session" }
      : { ok: false, why: `${open} is not denied` };
  },

  rollback: (target, before, stamp) => restoreOwn(ownOf(target, stamp), before, stamp),
  withdraw: (target, before, now, stamp) => withdrawOwn(ownOf(target, stamp), before, now, stamp),

  refuse: (target, before, stamp) =>
    refuseSpared(target, [target.arn ?? "", String(before.holderArn ?? "")], stamp) ??
    refuseUnmodifiable(target, before) ??
    refuseNoRoom(target, ownOf(target, stamp), before),
};
