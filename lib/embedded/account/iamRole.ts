import { ApiError } from "../../base/errors.ts";
import {
  assertDocument,
  attach,
  attachments,
  changeable,
  detach,
  inlinePolicies,
  type Owner,
  readInline,
  removeInline,
  urlEncoded,
  writeInline,
} from "./iamPolicies.ts";
import { type Doc, existing, listOf, type Operations, textOf } from "./world.ts";

/** Characters of a trust policy, white space not counted (IAM quotas: 2,048, can be raised to 8,192). */
const TRUST_LIMIT = 2048;

const ROLE: Owner = { kind: "role", nameMember: "RoleName", listMember: "RolePolicyList", limit: 10_240 };
const GROUP: Owner = { kind: "group", nameMember: "GroupName", listMember: "GroupPolicyList", limit: 5120 };

export const roleReads: Operations = {
  GetRole: (world, input, operation) => ({
    Role: asRole(existing(world, `role/${textOf(input, "RoleName", operation)}`, operation, "NoSuchEntity")),
  }),
  ListRoles: (world) => ({
    Roles: world.names("role/").map((name) => asRole(world.find(name) as Doc)),
    IsTruncated: false,
  }),
  ListRolePolicies: (world, input, operation) => inlinePolicies(ROLE, world, input, operation),
  GetRolePolicy: (world, input, operation) => readInline(ROLE, world, input, operation),
  ListAttachedRolePolicies: (world, input, operation) => attachments(ROLE, world, input, operation),
  ListInstanceProfilesForRole: (world, input, operation) => {
    const role = existing(world, `role/${textOf(input, "RoleName", operation)}`, operation, "NoSuchEntity");
    return { InstanceProfiles: listOf(role, "InstanceProfileList"), IsTruncated: false };
  },
  ListGroupPolicies: (world, input, operation) => inlinePolicies(GROUP, world, input, operation),
  GetGroupPolicy: (world, input, operation) => readInline(GROUP, world, input, operation),
  ListAttachedGroupPolicies: (world, input, operation) => attachments(GROUP, world, input, operation),
};

export const roleWrites: Operations = {
  PutRolePolicy: (world, input, operation) => writeInline(ROLE, world, input, operation),
  DeleteRolePolicy: (world, input, operation) => removeInline(ROLE, world, input, operation),
  AttachRolePolicy: (world, input, operation) => attach(ROLE, world, input, operation),
  DetachRolePolicy: (world, input, operation) => detach(ROLE, world, input, operation),
  PutGroupPolicy: (world, input, operation) => writeInline(GROUP, world, input, operation),
  DeleteGroupPolicy: (world, input, operation) => removeInline(GROUP, world, input, operation),
  AttachGroupPolicy: (world, input, operation) => attach(GROUP, world, input, operation),
  DetachGroupPolicy: (world, input, operation) => detach(GROUP, world, input, operation),
  PutRolePermissionsBoundary: (world, input, operation) => {
    const role = changeable(ROLE, world, input, operation);
    const PermissionsBoundaryArn = textOf(input, "PermissionsBoundary", operation);
    const PermissionsBoundary = { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn };
    world.write(`role/${textOf(input, "RoleName", operation)}`, { ...role, PermissionsBoundary });
    return {};
  },
  DeleteRolePermissionsBoundary: (world, input, operation) => {
    const { PermissionsBoundary: boundary, ...rest } = changeable(ROLE, world, input, operation);
    if (boundary === undefined) throw new ApiError(operation, "NoSuchEntity", "the role has no permissions boundary");
    world.write(`role/${textOf(input, "RoleName", operation)}`, rest);
    return {};
  },
  UpdateAssumeRolePolicy: (world, input, operation) => {
    const role = changeable(ROLE, world, input, operation);
    const document = textOf(input, "PolicyDocument", operation);
    assertDocument(document, "trust", operation);
    if (JSON.stringify(JSON.parse(document)).length > TRUST_LIMIT) {
      throw new ApiError(operation, "LimitExceeded", `Cannot exceed quota for ACLSizePerRole: ${TRUST_LIMIT}`);
    }
    world.write(`role/${textOf(input, "RoleName", operation)}`, { ...role, AssumeRolePolicyDocument: document });
    return {};
  },
};

const asRole = (role: Doc): Doc => {
  const { RolePolicyList: _p, AttachedManagedPolicies: _a, InstanceProfileList: _i, ...shown } = role;
  return { ...shown, AssumeRolePolicyDocument: urlEncoded(String(role.AssumeRolePolicyDocument)) };
};
