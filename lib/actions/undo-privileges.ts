import type { ApiRequest } from "../case/apiRequest.ts";
import type { State, Target } from "../case/plan.ts";
import type { ActorChange } from "../case/principal.ts";
import type { ActionCard, Scene, Stamp } from "../core/plan/action.ts";
import { decodedDocument, readPolicy, statementsOf } from "../core/plan/policyDocument.ts";
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
    { action: "iam:ListAttachedGroupPolicies", resource: "group/*", for: "read" },
    { action: "iam:GetGroupPolicy", resource: "group/*", for: "read" },
    { action: "iam:AttachGroupPolicy", resource: "group/*", for: "write" },
    { action: "iam:DetachGroupPolicy", resource: "group/*", for: "write" },
    { action: "iam:PutGroupPolicy", resource: "group/*", for: "write" },
    { action: "iam:DeleteGroupPolicy", resource: "group/*", for: "write" },
    { action: "iam:AddUserToGroup", resource: "group/*", for: "write" },
    { action: "iam:RemoveUserFromGroup", resource: "group/*", for: "write" },
  ],
  limits: [
    "Detaches the managed policy, deletes the inline policy, or takes the user out of the group that the actor's call named, where it is there still.",
    "An inline policy that only denies gives no right, and stays: one of ours that the actor wrote over is such a one once the watch has put it back.",
    "An inline policy that the actor wrote over one of the same name does not come back: CloudTrail does not record what a call replaced.",
    "Rights given by a new version of a managed policy are undone by undo-policy-versions, those given by taking a permissions boundary away by undo-boundary.",
  ],
  sources: ["IAM API reference, AttachUserPolicy, PutUserPolicy, AddUserToGroup", "CloudTrail user guide, IAM events"],
};

/** One right of one holder: how it is seen, taken and given. */
interface Right {
  readonly holder: "User" | "Role" | "Group";
  readonly by: "policyArn" | "policyName" | "groupName";
  readonly taking: string;
  readonly giving: string;
}

const RIGHTS: Readonly<Record<string, Right>> = {
  AttachUserPolicy: { holder: "User", by: "policyArn", taking: "DetachUserPolicy", giving: "AttachUserPolicy" },
  AttachRolePolicy: { holder: "Role", by: "policyArn", taking: "DetachRolePolicy", giving: "AttachRolePolicy" },
  PutUserPolicy: { holder: "User", by: "policyName", taking: "DeleteUserPolicy", giving: "PutUserPolicy" },
  PutRolePolicy: { holder: "Role", by: "policyName", taking: "DeleteRolePolicy", giving: "PutRolePolicy" },
  AttachGroupPolicy: { holder: "Group", by: "policyArn", taking: "DetachGroupPolicy", giving: "AttachGroupPolicy" },
  PutGroupPolicy: { holder: "Group", by: "policyName", taking: "DeleteGroupPolicy", giving: "PutGroupPolicy" },
  AddUserToGroup: { holder: "User", by: "groupName", taking: "RemoveUserFromGroup", giving: "AddUserToGroup" },
};

const memberNames = { User: "userName", Role: "roleName", Group: "groupName" } as const;

const POLICY_ARN = /^arn:aws[a-z-]*:iam::(?:aws|\d{12}):policy\/[\w+=,.@/-]{1,512}$/;
const POLICY_NAME = /^[\w+=,.@-]{1,128}$/;
const isNamed = ({ by }: Right, what: string): boolean => (by === "policyArn" ? POLICY_ARN : POLICY_NAME).test(what);

const targetOf = (change: ActorChange, scene: Scene): readonly Target[] => {
  const right = RIGHTS[change.eventName]!;
  const holder = memberOf(change.request, memberNames[right.holder]);
  const what = memberOf(change.request, right.by);
  if (holder === null || !isIamName(holder) || what === null || !isNamed(right, what)) return [];
  const label = `${what} of ${right.holder.toLowerCase()} ${holder}`;
  const target = { label, [memberNames[right.holder]]: holder, right: change.eventName, what };
  return [withProtection(target, scene, [holder], "principals")];
};

/** What was given twice is taken once, and answers both. */
const targets = (scene: Scene): readonly Target[] => {
  const given = changesOf(scene, ...Object.keys(RIGHTS)).flatMap((change) =>
    targetOf(change, scene).map((target) => ({ change, target })),
  );
  return [...Map.groupBy(given, ({ target }) => target.label).values()].map((same) => ({
    ...same.at(-1)!.target,
    ...eventsOf(same.map(({ change }) => change)),
  }));
};

const rightOf = ({ right }: Target): Right => RIGHTS[right!]!;

const holderOf = ({ userName, roleName, groupName }: Target): string => (userName ?? roleName ?? groupName)!;
const who = (target: Target): ApiRequest["input"] => ({ [`${rightOf(target).holder}Name`]: holderOf(target) });

const inputOf = (target: Target): ApiRequest["input"] => {
  const { by } = rightOf(target);
  const member = { policyArn: "PolicyArn", policyName: "PolicyName", groupName: "GroupName" }[by];
  return { ...who(target), [member]: target.what };
};

/** A policy that only denies gives no right: ours, which the actor wrote over and which stands again, is one. */
const givesRights = (document: string): boolean => {
  try {
    return statementsOf(readPolicy(document)).some(({ Effect }) => Effect !== "Deny");
  } catch {
    return true;
  }
};

/** Whether the holder has the right, and the text of an inline policy. */
const capture: Action["capture"] = async (target, stamp, account) => {
  const { holder, by } = rightOf(target);
  if (by === "policyName") {
    const asked = request(stamp, "iam", `Get${holder}Policy`, inputOf(target));
    const output = await readOrNull(account, asked, "NoSuchEntity");
    const document = output === null ? null : decodedDocument(output.PolicyDocument);
    return { has: document !== null && givesRights(document), document };
  }
  const [operation, member, name] =
    by === "policyArn"
      ? [`ListAttached${holder}Policies`, "AttachedPolicies", "PolicyArn"]
      : ["ListGroupsForUser", "Groups", "GroupName"];
  const list = await readList(account, request(stamp, "iam", operation, who(target)), member, IAM_PAGES);
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

const arnOf = (target: Target, { partition, accountId }: Stamp): string =>
  `arn:${partition}:iam::${accountId}:${rightOf(target).holder.toLowerCase()}/${holderOf(target)}`;
