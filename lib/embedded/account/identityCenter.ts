/**
 * Identity Center as its recorded answers, in `services.json` below `sso-admin` and `identitystore`. A permission set that
 * is provisioned is written to its role in the account, under the name that Identity Center gives it; at once, where AWS takes a while.
 */
import { ApiError } from "../../base/errors.ts";
import { assertDocument } from "./iamPolicies.ts";
import { answer, nameOf } from "./serviceReads.ts";
import { type AccountView, type Doc, type Input, listOf, type Operation, type Operations, textOf } from "./world.ts";

const INLINE = "AwsSSOInlinePolicy";

const setOf = (world: AccountView, input: Input, operation: string): Doc =>
  answer("sso-admin", "DescribePermissionSet", world, input, operation).PermissionSet as Doc;

const inlineOf = (world: AccountView, input: Input, operation: string): string =>
  String(answer("sso-admin", "GetInlinePolicyForPermissionSet", world, input, operation).InlinePolicy ?? "");

const roleOf = (world: AccountView, input: Input, operation: string): string => {
  const { Name } = setOf(world, input, operation);
  const [role] = world.names(`role/AWSReservedSSO_${String(Name)}_`);
  if (role !== undefined) return role;
  throw new ApiError(
    operation,
    "NotKnown",
    `no snapshot that was given holds the role of permission set ${String(Name)}`,
  );
};

const onRole = (world: AccountView, role: string): string =>
  String(
    listOf(world.find(role) as Doc, "RolePolicyList").find(({ PolicyName }) => PolicyName === INLINE)?.PolicyDocument ??
      "",
  );

/** Either those that are provisioned as they are now, or those with edits that were not. */
const provisioned: Operation = (world, input, operation) => {
  const { PermissionSets } = answer("sso-admin", operation, world, input, operation);
  const wanted = textOf(input, "ProvisioningStatus", operation) === "LATEST_PERMISSION_SET_PROVISIONED";
  const isLatest = (PermissionSetArn: string): boolean => {
    const asked = { PermissionSetArn };
    return inlineOf(world, asked, operation) === onRole(world, roleOf(world, asked, operation));
  };
  return { PermissionSets: (PermissionSets as readonly string[]).filter((arn) => isLatest(arn) === wanted) };
};

const writing =
  (policyIn: (input: Input, operation: string) => string): Operation =>
  (world, input, operation) => {
    const InlinePolicy = policyIn(input, operation);
    inlineOf(world, input, operation);
    world.write(nameOf("sso-admin", "GetInlinePolicyForPermissionSet", input), { InlinePolicy });
    return {};
  };

const provision: Operation = (world, input, operation) => {
  const name = roleOf(world, input, operation);
  const role = world.find(name) as Doc;
  const policy = inlineOf(world, input, operation);
  const others = listOf(role, "RolePolicyList").filter(({ PolicyName }) => PolicyName !== INLINE);
  const RolePolicyList = policy === "" ? others : [...others, { PolicyName: INLINE, PolicyDocument: policy }];
  world.write(name, { ...role, RolePolicyList });
  return { PermissionSetProvisioningStatus: { Status: "IN_PROGRESS" } };
};

export const centerReads: Operations = {
  ListPermissionSetsProvisionedToAccount: provisioned,
  DescribePermissionSet: (world, input, operation) => ({ PermissionSet: setOf(world, input, operation) }),
  GetInlinePolicyForPermissionSet: (world, input, operation) => ({ InlinePolicy: inlineOf(world, input, operation) }),
  ListPermissionSetProvisioningStatus: () => ({ PermissionSetsProvisioningStatus: [] }),
};

export const centerWrites: Operations = {
  PutInlinePolicyToPermissionSet: writing((input, operation) => {
    const policy = textOf(input, "InlinePolicy", operation);
    assertDocument(policy, "identity", operation);
    return policy;
  }),
  DeleteInlinePolicyFromPermissionSet: writing(() => ""),
  ProvisionPermissionSet: provision,
};

/** Of the recorded list of users (`aws identitystore list-users`). */
export const storeReads: Operations = {
  GetUserId: (world, input, operation) => {
    const { UniqueAttribute } = input.AlternateIdentifier as { readonly UniqueAttribute: Input };
    const [path, value] = [UniqueAttribute.AttributePath, textOf(UniqueAttribute, "AttributeValue", operation)];
    const namesOf = (user: Doc): readonly unknown[] =>
      path === "userName" ? [user.UserName] : listOf(user, "Emails").map(({ Value }) => Value);
    const { Users } = answer("identitystore", "ListUsers", world, input, operation) as {
      readonly Users: readonly Doc[];
    };
    const user = Users.find((one) => namesOf(one).includes(value));
    if (user === undefined) throw new ApiError(operation, "ResourceNotFoundException", `no user has ${value}`);
    return { IdentityStoreId: textOf(input, "IdentityStoreId", operation), UserId: user.UserId };
  },
};
