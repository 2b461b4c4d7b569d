import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Stamp } from "../core/plan/action.ts";
import { policyOf } from "../core/plan/policyDocument.ts";
import type { Action } from "./parts/action.ts";
import { read, request } from "./parts/calls.ts";
import { refuseSpared } from "./parts/exempt.ts";
import {
  captureInline,
  fitsInline,
  isDenied,
  putInline,
  restoreInline,
  USER,
  withdrawInline,
} from "./parts/inlineDeny.ts";
import { userTargets } from "./parts/suspects.ts";

const card: ActionCard = {
  id: "deny-user",
  title: "Deny everything to the user",
  side: "identity",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "iam:GetUser", resource: "user/*", for: "read" },
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
    "Everything that runs as this user stops.",
  ],
  sources: [
    "IAM user guide, Disabling permissions for temporary security credentials",
    "IAM user guide, IAM and STS quotas",
    "AWS managed policy reference, AWSDenyAll",
  ],
};

const nameOf = (stamp: Stamp): string => `${stamp.sid}-deny-all`;
const document = (stamp: Stamp): string =>
  policyOf([{ Sid: `${stamp.sid}DenyAll`, Effect: "Deny", Action: "*", Resource: "*" }]);
const denyAllArn = (stamp: Stamp): string => `arn:${stamp.partition}:iam::aws:policy/AWSDenyAll`;

const boundary = (target: Target, arn: unknown, stamp: Stamp) =>
  arn === null
    ? request(stamp, "iam", "DeleteUserPermissionsBoundary", { UserName: target.userName })
    : request(stamp, "iam", "PutUserPermissionsBoundary", { UserName: target.userName, PermissionsBoundary: arn });

/** Which way is taken depends only on the policies of others, so that it stays the same after the change. */
const isInline = (before: State, stamp: Stamp): boolean => fitsInline(USER, document(stamp), before);

export const denyUser: Action = {
  card,
  targets: userTargets,

  capture: async (target, stamp, account) => {
    const name = target.userName!;
    const inline = await captureInline(USER, name, nameOf(stamp), stamp, account);
    const user = (await read(account, request(stamp, "iam", "GetUser", { UserName: name }))).User as Record<
      string,
      unknown
    >;
    const bound = user.PermissionsBoundary as { readonly PermissionsBoundaryArn?: string } | undefined;
    return { ...inline, boundary: bound?.PermissionsBoundaryArn ?? null };
  },

  apply: (target, before, stamp) => {
    if (isInline(before, stamp))
      return putInline(USER, target.userName!, nameOf(stamp), document(stamp), before, stamp);
    return before.boundary === denyAllArn(stamp) ? [] : [boundary(target, denyAllArn(stamp), stamp)];
  },

  verify: (_target, _before, now, stamp) => {
    const asked = { action: "s3:GetObject", resource: "arn:aws:s3:::any/key", context: {} };
    if (isDenied(now.document, asked)) return { ok: true, why: `inline policy ${nameOf(stamp)} denies everything` };
    if (now.boundary === denyAllArn(stamp)) return { ok: true, why: "the permissions boundary is AWSDenyAll" };
    return { ok: false, why: "neither an inline policy of this case nor the boundary denies the user" };
  },

  rollback: (target, before, stamp) =>
    isInline(before, stamp)
      ? restoreInline(USER, target.userName!, nameOf(stamp), before, stamp)
      : [boundary(target, before.boundary, stamp)],

  withdraw: (target, before, now, stamp) => [
    ...withdrawInline(USER, target.userName!, nameOf(stamp), before, now, stamp),
    ...(now.boundary === denyAllArn(stamp) && before.boundary !== now.boundary
      ? [boundary(target, before.boundary, stamp)]
      : []),
  ],

  refuse: (target, before, stamp) => refuseSpared(target, [target.arn ?? "", String(before.holderArn ?? "")], stamp),
};
