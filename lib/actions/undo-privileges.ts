import type { ApiRequest } from "../case/apiRequest.ts";
import type { State, Target } from "../case/plan.ts";
import type { ActorChange } from "../case/principal.ts";
import type { ActionCard, Scene, Stamp } from "../core/plan/action.ts";
import { decodedDocument } from "../core/plan/policyDocument.ts";
import type { Action } from "./parts/action.ts";
import { IAM_PAGES, readList, readOrNull, request } from "./parts/calls.ts";
import { changesOf, eventsOf, memberOf } from "./parts/changes.ts";
import { refuseSpared, withProtection } from "./parts/exempt.ts";
import { isIamName } from "./parts/suspects.ts";

const card: ActionCard = {
  id: "undo-privileges",
  title: "Take back the rights that the actor gave",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "iam:ListAttachedUserPolicies", resource: "user/*", for: "read" },
    { action: "iam:ListAttachedRolePolicies", resource: "role/*", for: "read" },
    { action: "iam:GetUserPolicy", resource: "user/*", for: "read" },
    { action: "iam:GetRolePolicy", resource: "role/*", for: "read" },
    { action: "iam:ListGroupsForUser", resource: "user/*", for: "read" },
    { action: "iam:AttachUserPolicy", resource: "user/*", for: "write" },
    { action: "iam:DetachUserPolicy", resource: "user/*", for: "write" },
    { action: "iam:AttachRolePolicy", resource: "role/*", for: "write" },
    { action: "iam:DetachRolePolicy", resource: "role/*", for: "write" },
    { action: "iam:PutUserPolicy", resource: "user/*", for: "write" },
    { action: "iam:DeleteUserPolicy", resource: "user/*", for: "write" },
    { action: "iam:PutRolePolicy", resource: "role/*", for: "write" },
    { action: "iam:DeleteRolePolicy", resource: "role/*", for: "write" },
    { action: "iam:AddUserToGroup", resource: "group/*", for: "write" },
    { action: "iam:RemoveUserFromGroup", resource: "group/*", for: "write" },
  ],
  limits: [
    "Detaches the managed policy, deletes the inline policy, or takes the user out of the group that the actor's call named, where it is there still.",
    "An inline policy that the actor wrote over one of the same name does not come back: CloudTrail does not record what a call replaced.",
    "Rights given by a new version of a managed policy, by a group's policies, or by taking a permissions boundary away, are named in the case as open doors and are for their owner to undo.",
  ],
  sources: ["IAM API reference, AttachUserPolicy, PutUserPolicy, AddUserToGroup", "CloudTrail user guide, IAM events"],
};

/** One right of one holder: how it is seen, taken and given. */
interface Right {
  readonly holder: "User" | "Role";
  readonly by: "policyArn" | "policyName" | "groupName";
  readonly taking: string;
  readonly giving: string;
}

const RIGHTS: Readonly<Record<string, Right>> = {
  AttachUserPolicy: { holder: "User", by: "policyArn", taking: "DetachUserPolicy", giving: "AttachUserPolicy" },
  AttachRolePolicy: { holder: "Role", by: "policyArn", taking: "DetachRolePolicy", giving: "AttachRolePolicy" },
  PutUserPolicy: { holder: "User", by: "policyName", taking: "DeleteUserPolicy", giving: "PutUserPolicy" },
  PutRolePolicy: { holder: "Role", by: "policyName", taking: "DeleteRolePolicy", giving: "PutRolePolicy" },
  AddUserToGroup: { holder: "User", by: "groupName", taking: "RemoveUserFromGroup", giving: "AddUserToGroup" },
};

const POLICY_ARN = /^arn:aws[a-z-]*:iam::(?:aws|\d{12}):policy\/[\w+=,.@/-]{1,512}$/;
const POLICY_NAME = /^[\w+=,.@-]{1,128}$/;
const isNamed = ({ by }: Right, what: string): boolean => (by === "policyArn" ? POLICY_ARN : POLICY_NAME).test(what);

const targetOf = (change: ActorChange, scene: Scene): readonly Target[] => {
  const right = RIGHTS[change.eventName]!;
  const holder = memberOf(change.request, right.holder === "User" ? "userName" : "roleName");
  const what = memberOf(change.request, right.by);
  if (holder === null || !isIamName(holder) || what === null || !isNamed(right, what)) return [];
  const name = right.holder === "User" ? { userName: holder } : { roleName: holder };
  const label = `${what} of ${right.holder.toLowerCase()} ${holder}`;
  const target = { label, ...name, right: change.eventName, what, ...eventsOf([change]) };
  return [withProtection(target, scene, [holder], "principals")];
};

/** The newest call of each right; what was given twice is taken once. */
const targets = (scene: Scene): readonly Target[] => [
  ...new Map(
    changesOf(scene, ...Object.keys(RIGHTS))
      .flatMap((change) => targetOf(change, scene))
      .map((target) => [target.label, target]),
  ).values(),
];

const rightOf = ({ right }: Target): Right => RIGHTS[right!]!;

const inputOf = (target: Target): ApiRequest["input"] => {
  const { holder, by } = rightOf(target);
  const member = { policyArn: "PolicyArn", policyName: "PolicyName", groupName: "GroupName" }[by];
  return { [`${holder}Name`]: target.userName ?? target.roleName, [member]: target.what };
};

/** Whether the holder has the right, and the text of an inline policy. */
const capture: Action["capture"] = async (target, stamp, account) => {
  const { holder, by } = rightOf(target);
  const who = { [`${holder}Name`]: target.userName ?? target.roleName };
  if (by === "policyName") {
    const asked = request(stamp, "iam", `Get${holder}Policy`, { ...who, PolicyName: target.what });
    const output = await readOrNull(account, asked, "NoSuchEntity");
    return { has: output !== null, document: output === null ? null : decodedDocument(output.PolicyDocument) };
  }
  const [operation, member, name] =
    by === "policyArn"
      ? [`ListAttached${holder}Policies`, "AttachedPolicies", "PolicyArn"]
      : ["ListGroupsForUser", "Groups", "GroupName"];
  const list = await readList(account, request(stamp, "iam", operation, who), member, IAM_PAGES);
  const has = (list as readonly Readonly<Record<string, unknown>>[]).some((one) => one[name] === target.what);
  return { has, document: null };
};

const given = (target: Target, before: State, stamp: Stamp): ApiRequest =>
  request(stamp, "iam", rightOf(target).giving, {
    ...inputOf(target),
    ...(before.document === null ? {} : { PolicyDocument: before.document }),
  });

export const undoPrivileges: Action = {
  card,
  targets,
  capture,
  apply: (target, before, stamp) =>
    before.has === true ? [request(stamp, "iam", rightOf(target).taking, inputOf(target))] : [],
  verify: (_target, _before, now) =>
    now.has === true ? { ok: false, why: "the right is there" } : { ok: true, why: "the right is not there" },
  rollback: (target, before, stamp) => (before.has === true ? [given(target, before, stamp)] : []),
  withdraw: (target, before, now, stamp) =>
    before.has === true && now.has !== true ? [given(target, before, stamp)] : [],
  refuse: (target, _before, stamp) => refuseSpared(target, [arnOf(target, stamp)], stamp),
};

const arnOf = ({ userName, roleName }: Target, { partition, accountId }: Stamp): string =>
  `arn:${partition}:iam::${accountId}:${userName === undefined ? `role/${roleName}` : `user/${userName}`}`;
