import { ApiError } from "../../base/errors.ts";
import {
  attach,
  attachments,
  detach,
  inlinePolicies,
  type Owner,
  readInline,
  removeInline,
  writeInline,
} from "./iamPolicies.ts";
import { type AccountView, type Doc, existing, type Input, known, listOf, type Operations, textOf } from "./world.ts";

const KEY_STATUSES: readonly string[] = ["Active", "Inactive"];

const USER: Owner = { kind: "user", nameMember: "UserName", listMember: "UserPolicyList", limit: 2048 };

export const userReads: Operations = {
  GetUser: (world, input, operation) => ({ User: asUser(userOf(world, input, operation)) }),
  ListUsers: (world) => ({
    Users: world.names("user/").map((name) => asUser(world.find(name) as Doc)),
    IsTruncated: false,
  }),
  ListAccessKeys: (world, input, operation) => ({
    AccessKeyMetadata: keysOf(world, input, operation),
    IsTruncated: false,
  }),
  GetAccessKeyLastUsed: (world, input, operation) =>
    keyLastUsed(world, textOf(input, "AccessKeyId", operation), operation),
  ListUserPolicies: (world, input, operation) => inlinePolicies(USER, world, input, operation),
  GetUserPolicy: (world, input, operation) => readInline(USER, world, input, operation),
  ListAttachedUserPolicies: (world, input, operation) => attachments(USER, world, input, operation),
  GetLoginProfile: (world, input, operation) => ({ LoginProfile: loginOf(world, input, operation) }),
  ListGroupsForUser: (world, input, operation) => ({
    Groups: ((userOf(world, input, operation).GroupList ?? []) as readonly string[]).map((name) =>
      groupOf(world, name),
    ),
    IsTruncated: false,
  }),
  ListMFADevices: (world, input, operation) => ({ MFADevices: mfaOf(world, input, operation), IsTruncated: false }),
};

export const userWrites: Operations = {
  UpdateAccessKey: (world, input, operation) => {
    const status = textOf(input, "Status", operation);
    if (!KEY_STATUSES.includes(status))
      throw new ApiError(operation, "ValidationError", `Status: expected Active or Inactive, got ${status}`);
    return changeKeys(world, input, operation, (key) => ({ ...key, Status: status }));
  },
  DeleteAccessKey: (world, input, operation) => changeKeys(world, input, operation, () => null),
  PutUserPolicy: (world, input, operation) => writeInline(USER, world, input, operation),
  DeleteUserPolicy: (world, input, operation) => removeInline(USER, world, input, operation),
  AttachUserPolicy: (world, input, operation) => attach(USER, world, input, operation),
  DetachUserPolicy: (world, input, operation) => detach(USER, world, input, operation),
  PutUserPermissionsBoundary: (world, input, operation) => {
    const arn = textOf(input, "PermissionsBoundary", operation);
    return writeUser(world, input, operation, {
      PermissionsBoundary: { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: arn },
    });
  },
  DeleteUserPermissionsBoundary: (world, input, operation) => {
    const { PermissionsBoundary: boundary, ...rest } = userOf(world, input, operation);
    if (boundary === undefined) throw new ApiError(operation, "NoSuchEntity", "the user has no permissions boundary");
    world.write(`user/${textOf(input, "UserName", operation)}`, rest);
    return {};
  },
  /** A new name or path: id, keys, password and policies stay with the user (IAM API reference, UpdateUser). */
  UpdateUser: (world, input, operation) => {
    const [user, name] = [userOf(world, input, operation), textOf(input, "UserName", operation)];
    const { NewUserName = name, NewPath = user.Path ?? "/" } = input as Readonly<Record<string, string | undefined>>;
    const Arn = `${String(user.Arn).split(":user/")[0]}:user${NewPath}${NewUserName}`;
    if (NewUserName !== name)
      for (const kind of ["user", "keys", "login", "mfa"]) move(world, kind, name, String(NewUserName));
    world.write(`user/${NewUserName}`, { ...user, UserName: NewUserName, Path: NewPath, Arn });
    return {};
  },
  AddUserToGroup: (world, input, operation) => {
    const name = textOf(input, "GroupName", operation);
    existing(world, `group/${name}`, operation, "NoSuchEntity");
    const groups = (userOf(world, input, operation).GroupList ?? []) as readonly string[];
    return writeUser(world, input, operation, { GroupList: [...new Set([...groups, name])] });
  },
  RemoveUserFromGroup: (world, input, operation) => {
    const name = textOf(input, "GroupName", operation);
    const groups = (userOf(world, input, operation).GroupList ?? []) as readonly string[];
    if (!groups.includes(name)) throw new ApiError(operation, "NoSuchEntity", `${name} does not hold the user`);
    return writeUser(world, input, operation, { GroupList: groups.filter((group) => group !== name) });
  },
  DeleteLoginProfile: (world, input, operation) => {
    loginOf(world, input, operation);
    world.write(`login/${textOf(input, "UserName", operation)}`, null);
    return {};
  },
  UpdateLoginProfile: (world, input, operation) => {
    const profile = loginOf(world, input, operation);
    const reset = input.PasswordResetRequired;
    const changed = typeof reset === "boolean" ? { ...profile, PasswordResetRequired: reset } : profile;
    world.write(`login/${textOf(input, "UserName", operation)}`, changed);
    return {};
  },
  DeleteUser: (world, input, operation) => deleteUser(world, input, operation),
};

const userOf = (world: AccountView, input: Input, operation: string): Doc =>
  existing(world, `user/${textOf(input, "UserName", operation)}`, operation, "NoSuchEntity");

const asUser = (user: Doc): Doc => {
  const { UserPolicyList: _p, GroupList: _g, AttachedManagedPolicies: _a, ...shown } = user;
  return shown;
};

const writeUser = (world: AccountView, input: Input, operation: string, change: Doc): Doc => {
  world.write(`user/${textOf(input, "UserName", operation)}`, { ...userOf(world, input, operation), ...change });
  return {};
};

const move = (world: AccountView, kind: string, from: string, to: string): void => {
  const value = world.find(`${kind}/${from}`);
  if (value === undefined || value === null) return;
  const owned = kind === "keys" ? (value as readonly Doc[]).map((key) => ({ ...key, UserName: to })) : value;
  world.write(`${kind}/${to}`, owned);
  world.write(`${kind}/${from}`, null);
};

const groupOf = (world: AccountView, name: string): Doc => {
  const {
    GroupPolicyList: _p,
    AttachedManagedPolicies: _a,
    ...shown
  } = (world.find(`group/${name}`) ?? { GroupName: name }) as Doc;
  return shown;
};

const keysOf = (world: AccountView, input: Input, operation: string): readonly Doc[] => {
  userOf(world, input, operation);
  return known(world, `keys/${textOf(input, "UserName", operation)}`, operation) as unknown as readonly Doc[];
};

/** `change` gives the key as it will be, or null to delete it. */
const changeKeys = (world: AccountView, input: Input, operation: string, change: (key: Doc) => Doc | null): Doc => {
  const id = textOf(input, "AccessKeyId", operation);
  const keys = keysOf(world, input, operation);
  if (!keys.some((key) => key.AccessKeyId === id)) {
    throw new ApiError(operation, "NoSuchEntity", `The Access Key with id ${id} cannot be found.`);
  }
  const kept = keys.flatMap((key) => (key.AccessKeyId === id ? (change(key) ?? []) : key));
  world.write(`keys/${textOf(input, "UserName", operation)}`, kept);
  return {};
};

/** When a key was last used is in no snapshot; whose it is may be. `N/A` is what IAM says where it has no record. */
const keyLastUsed = (world: AccountView, id: string, operation: string): Doc => {
  for (const name of world.names("keys/")) {
    const keys = (world.find(name) ?? []) as unknown as readonly Doc[];
    const owner = keys.find((key) => key.AccessKeyId === id)?.UserName;
    if (owner !== undefined) return { UserName: owner, AccessKeyLastUsed: { ServiceName: "N/A", Region: "N/A" } };
  }
  throw new ApiError(operation, "NotKnown", `no snapshot names the owner of key ${id}`);
};

const loginOf = (world: AccountView, input: Input, operation: string): Doc => {
  userOf(world, input, operation);
  return existing(world, `login/${textOf(input, "UserName", operation)}`, operation, "NoSuchEntity");
};

/** A credential report says whether there is a device, not which: then the list is not known. */
const mfaOf = (world: AccountView, input: Input, operation: string): readonly Doc[] => {
  userOf(world, input, operation);
  const devices = known(world, `mfa/${textOf(input, "UserName", operation)}`, operation);
  if (devices !== null) return devices as unknown as readonly Doc[];
  throw new ApiError(operation, "NotKnown", "the credential report says that MFA is active, not with which device");
};

/** IAM deletes only a user that is bare (API reference, DeleteUser). */
const deleteUser = (world: AccountView, input: Input, operation: string): Doc => {
  const user = userOf(world, input, operation);
  const name = textOf(input, "UserName", operation);
  const attached = [
    ...listOf(user, "UserPolicyList"),
    ...listOf(user, "AttachedManagedPolicies"),
    ...((user.GroupList ?? []) as readonly string[]),
  ];
  const keys = (world.find(`keys/${name}`) ?? []) as readonly unknown[];
  const login = world.find(`login/${name}`) ?? null;
  if (attached.length + keys.length > 0 || login !== null) {
    throw new ApiError(
      operation,
      "DeleteConflict",
      "Cannot delete entity, must remove its policies, groups, keys and password first.",
    );
  }
  world.write(`user/${name}`, null);
  return {};
};
