import type { Target } from "../case/plan.ts";
import type { ActionCard, Scene } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import { readOrNull, request } from "./parts/calls.ts";
import {
  applyDenyAll,
  captureDenyAll,
  type DenyAll,
  restoreDenyAll,
  verifyDenyAll,
  withdrawDenyAll,
} from "./parts/denyAll.ts";
import { refuseSpared } from "./parts/exempt.ts";
import { ROLE, refuseUnmodifiable } from "./parts/inlineDeny.ts";
import { isReassumable } from "./parts/reassumable.ts";
import { roleTargets } from "./parts/suspects.ts";

const card: ActionCard = {
  id: "deny-role",
  title: "Deny everything to the role",
  side: "identity",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "iam:GetRole", resource: "role/*", for: "read" },
    { action: "iam:ListRolePolicies", resource: "role/*", for: "read" },
    { action: "iam:GetRolePolicy", resource: "role/*", for: "read" },
    { action: "iam:PutRolePolicy", resource: "role/*", for: "write" },
    { action: "iam:DeleteRolePolicy", resource: "role/*", for: "write" },
    { action: "iam:PutRolePermissionsBoundary", resource: "role/*", for: "write" },
    { action: "iam:DeleteRolePermissionsBoundary", resource: "role/*", for: "write" },
  ],
  atExecution:
    "the deny goes into an inline policy, or into the permissions boundary where inline policies leave no room then; every policy that is found stays",
  limits: [
    "Everything that uses the role stops, under whatever session name: it is proposed where the actor can come back under another one (a federated login, a pod, a certificate, another account), and offered elsewhere.",
    "When the inline policies of the role are full (10,240 characters) the permissions boundary is set to AWSDenyAll instead; a boundary that was there is put back on release.",
    "Sessions of other roles that were assumed from this one are not touched: every hop of the chain needs its own action.",
    "A bucket policy that names a session of the role itself outweighs no deny: explicit denies hold.",
  ],
  sources: [
    "IAM user guide, Disabling permissions for temporary security credentials",
    "IAM user guide, IAM and STS quotas",
    "AWS managed policy reference, AWSDenyAll",
  ],
};

const HOW: DenyAll = {
  holder: ROLE,
  find: async ({ roleName }, stamp, account) => {
    const output = await readOrNull(account, request(stamp, "iam", "GetRole", { RoleName: roleName }), "NoSuchEntity");
    return (output?.Role as Readonly<Record<string, unknown>> | undefined) ?? null;
  },
  nameOf: ({ roleName }) => roleName!,
};

/** Offered only, where every session that the actor can have is named by the service that made it. */
const targets = (scene: Scene): readonly Target[] =>
  roleTargets(scene).map((target) => {
    const isOpen = scene.suspects.some(
      (suspect) =>
        isReassumable(scene, suspect) &&
        [suspect.userName, suspect.issuerArn?.split("/").at(-1)].includes(target.roleName),
    );
    return isOpen ? target : { ...target, offer: "optional" };
  });

export const denyRole: Action = {
  card,
  targets,
  capture: (target, stamp, account) => captureDenyAll(HOW, target, stamp, account),
  apply: (target, before, stamp) => applyDenyAll(HOW, target, before, stamp),
  verify: (_target, _before, now, stamp) => verifyDenyAll(HOW, now, stamp),
  rollback: (target, before, stamp) => restoreDenyAll(HOW, target, before, stamp),
  withdraw: (target, before, now, stamp) => withdrawDenyAll(HOW, target, before, now, stamp),

  refuse: (target, before, stamp) =>
    before.isGone === true
      ? `${target.label}: there is no role of this name`
      : (refuseSpared(target, [target.arn ?? "", String(before.holderArn ?? "")], stamp) ??
        refuseUnmodifiable(target, before)),
};
