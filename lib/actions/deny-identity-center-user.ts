import { sha256Hex } from "../base/jcs.ts";
import type { State, Target, Verdict } from "../case/plan.ts";
import type { ActionCard, Scene, Stamp } from "../core/plan/action.ts";
import { type AccessRequest, explicitDeny } from "../core/plan/iamEvaluate.ts";
import { mergeStatements, takenBack } from "../core/plan/mergePolicy.ts";
import { decodedDocument, type Statement } from "../core/plan/policyDocument.ts";
import type { Account } from "../ports/account.ts";
import type { Action } from "./parts/action.ts";
import { read, readOrNull, request } from "./parts/calls.ts";
import { refuseSpared } from "./parts/exempt.ts";
import { idOfUser, inCenter, isUnderWay, permissionSetOf } from "./parts/identityCenter.ts";
import { permissionSetTargets } from "./parts/permissionSets.ts";

const card: ActionCard = {
  id: "deny-identity-center-user",
  title: "Deny everything to the Identity Center user in this permission set",
  side: "identity",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "iam:GetRolePolicy", resource: "role/*", for: "read" },
    { action: "sso:ListPermissionSetsProvisionedToAccount", resource: "identity-center", for: "read" },
    { action: "sso:DescribePermissionSet", resource: "identity-center", for: "read" },
    { action: "sso:GetInlinePolicyForPermissionSet", resource: "identity-center", for: "read" },
    { action: "sso:ListPermissionSetProvisioningStatus", resource: "identity-center", for: "read" },
    { action: "sso:DescribePermissionSetProvisioningStatus", resource: "identity-center", for: "read" },
    { action: "identitystore:GetUserId", resource: "identity-center", for: "read" },
    { action: "sso:PutInlinePolicyToPermissionSet", resource: "identity-center", for: "write" },
    { action: "sso:DeleteInlinePolicyFromPermissionSet", resource: "identity-center", for: "write" },
    { action: "sso:ProvisionPermissionSet", resource: "identity-center", for: "write" },
  ],
  atExecution:
    "the inline policy of the permission set that is found then stays as it is; our statements are put beside it, and the set is provisioned to this account",
  limits: [
    "Only where the settings name the Identity Center (`identityCenter`) and Cordon's member roles are in its management account or delegated administrator; elsewhere it stays an instruction (quarantine-identity-center).",
    "It closes this permission set in this account. Other permission sets and accounts of the user, and their session of the portal, stay open: quarantine-identity-center, by a person, closes them.",
    "A delegated administrator cannot change a permission set that is provisioned to the management account: the call is refused, and the instruction is the way.",
    "Edits of the permission set that nobody provisioned would go in with ours: it is refused as long as there are any. Such edits made after the cut go in with its release.",
    "The deny names the user by the id that stays (identitystore:UserId) and by the name of their sessions; where nobody of that name is found, by the latter alone.",
    "Sessions of other roles that were assumed from this one are not touched.",
  ],
  sources: [
    "IAM Identity Center user guide, Use a Deny policy to revoke active user permissions",
    "IAM Identity Center API reference, PutInlinePolicyToPermissionSet, ProvisionPermissionSet",
    "Service authorization reference, IAM Identity Center and Identity Store",
  ],
};

/** Characters of the inline policy of a permission set (API reference, PermissionSetPolicyDocument). */
const SET_LIMIT = 32_768;

/** Under which Identity Center puts the inline policy of a permission set on the role in the account. */
const ON_ROLE = "AwsSSOInlinePolicy";

/** Two users of one permission set have statements of their own, in whichever order they are cut and released. */
const sidsOf = ({ session }: Target, { sid }: Stamp): { readonly id: string; readonly name: string } => {
  const whose = sha256Hex(session!).slice(0, 8);
  return { id: `${sid}User${whose}`, name: `${sid}Session${whose}` };
};

const textIn = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

const ours = (target: Target, { userId }: State, stamp: Stamp): readonly Statement[] => {
  const sids = sidsOf(target, stamp);
  const deny = { Effect: "Deny", Action: "*", Resource: "*" } as const;
  const byId = { StringEquals: { "identitystore:UserId": String(userId) } };
  return [
    ...(textIn(userId) === null ? [] : [{ Sid: sids.id, ...deny, Condition: byId }]),
    { Sid: sids.name, ...deny, Condition: { StringLike: { "aws:userid": `*:${target.session}` } } },
  ];
};

const merged = (target: Target, before: State, stamp: Stamp): string =>
  mergeStatements(textIn(before.inlinePolicy), ours(target, before, stamp));

const isDenied = (policy: unknown, { session }: Target, { userId }: State): boolean => {
  const text = textIn(policy);
  const asks: readonly AccessRequest["context"][] = [
    { "aws:userid": `AROA0000000000000000:${session}` },
    ...(textIn(userId) === null ? [] : [{ "identitystore:UserId": String(userId) }]),
  ];
  return (
    text !== null &&
    asks.every(
      (context) =>
        explicitDeny(text, { action: "s3:GetObject", resource: "arn:aws:s3:::any/key", context }).is === "denied",
    )
  );
};

const isOurs =
  (target: Target, stamp: Stamp) =>
  ({ Sid }: Statement): boolean => {
    const { id, name } = sidsOf(target, stamp);
    return Sid === id || Sid === name;
  };

const targets = (scene: Scene): readonly Target[] => {
  const { identityCenter } = scene;
  if (identityCenter === undefined) return [];
  const { accountId, region, instanceArn, identityStoreId } = identityCenter;
  return permissionSetTargets(scene).map((target) => ({
    ...target,
    label: `${target.label} in permission set ${target.permissionSet}`,
    centerAccount: accountId,
    centerRegion: region,
    instanceArn,
    identityStoreId,
  }));
};

const capture = async (target: Target, stamp: Stamp, account: Account): Promise<State> => {
  const { arn: PermissionSetArn, isStale } = await permissionSetOf(target, stamp, account);
  const policyName = { RoleName: target.roleName, PolicyName: ON_ROLE };
  const onRole = await readOrNull(account, request(stamp, "iam", "GetRolePolicy", policyName), "NoSuchEntity");
  const provisioned = onRole === null ? null : decodedDocument(onRole.PolicyDocument);
  const userId = await idOfUser(target, stamp, account);
  if (PermissionSetArn === null) return { permissionSetArn: null, userId, inlinePolicy: null, provisioned };
  const { instanceArn: InstanceArn } = target;
  const asked = inCenter(target, stamp, "GetInlinePolicyForPermissionSet", { InstanceArn, PermissionSetArn });
  const inlinePolicy = textIn((await read(account, asked)).InlinePolicy);
  const isRunning = await isUnderWay(target, PermissionSetArn, stamp, account);
  return {
    ...{ permissionSetArn: PermissionSetArn, userId, inlinePolicy, provisioned },
    ...(isStale ? { isStale } : {}),
    ...(isRunning ? { underWay: true } : {}),
  };
};

const put = (target: Target, { permissionSetArn }: State, policy: string | null, stamp: Stamp) => {
  const set = { InstanceArn: target.instanceArn, PermissionSetArn: permissionSetArn };
  return policy === null
    ? inCenter(target, stamp, "DeleteInlinePolicyFromPermissionSet", set)
    : inCenter(target, stamp, "PutInlinePolicyToPermissionSet", { ...set, InlinePolicy: policy });
};

const provision = (target: Target, { permissionSetArn }: State, stamp: Stamp) =>
  inCenter(target, stamp, "ProvisionPermissionSet", {
    InstanceArn: target.instanceArn,
    PermissionSetArn: permissionSetArn,
    TargetType: "AWS_ACCOUNT",
    TargetId: stamp.accountId,
  });

const verdict = (target: Target, now: State): Verdict => {
  if (!isDenied(now.inlinePolicy, target, now)) return { ok: false, why: "the permission set does not deny the user" };
  if (!isDenied(now.provisioned, target, now))
    return { ok: false, why: `the permission set denies the user, its role ${target.roleName} does not yet` };
  const byWhom = textIn(now.userId) === null ? "; by the name of their sessions alone, no user has it" : "";
  return { ok: true, why: `the permission set and its role deny the user${byWhom}` };
};

export const denyIdentityCenterUser: Action = {
  card,
  targets,
  capture,

  apply: (target, before, stamp) => {
    const policy = merged(target, before, stamp);
    const isThere = policy === before.inlinePolicy;
    if (isThere && (before.underWay === true || isDenied(before.provisioned, target, before))) return [];
    return [...(isThere ? [] : [put(target, before, policy, stamp)]), provision(target, before, stamp)];
  },

  verify: (target, _before, now) => verdict(target, now),

  rollback: (target, before, stamp) => [
    put(target, before, textIn(before.inlinePolicy), stamp),
    provision(target, before, stamp),
  ],

  withdraw: (target, before, now, stamp) => {
    const [set, onRole] = [textIn(now.inlinePolicy), textIn(now.provisioned)];
    const rest = set === null ? null : takenBack(set, textIn(before.inlinePolicy), isOurs(target, stamp));
    const left = onRole === null ? null : takenBack(onRole, textIn(before.provisioned), isOurs(target, stamp));
    if (rest === set && left === onRole) return [];
    return [...(rest === set ? [] : [put(target, now, rest, stamp)]), provision(target, now, stamp)];
  },

  refuse: (target, before, stamp) => {
    const spared = refuseSpared(target, [target.arn ?? ""], stamp);
    if (spared !== null) return spared;
    if (before.permissionSetArn === null)
      return `${target.label}: Identity Center provisions no permission set of this name to the account; follow quarantine-identity-center`;
    const policy = merged(target, before, stamp);
    if (before.isStale === true && policy !== before.inlinePolicy)
      return `${target.label}: it was edited and never provisioned to this account, and the edits would go in with the deny; have them looked at and provisioned or taken back, or follow quarantine-identity-center`;
    return policy.length > SET_LIMIT
      ? `${target.label}: its inline policy would have ${policy.length} characters, ${SET_LIMIT} are allowed; follow quarantine-identity-center`
      : null;
  },
};
