/** Inline and attached policies, the same for users, roles and groups. Limits: IAM and STS quotas. */
import { ApiError, CordonError } from "../../base/errors.ts";
import { countedLength, type PolicyKind, parsePolicy } from "../../core/plan/policyDocument.ts";
import { type AccountView, type Doc, existing, type Input, listOf, type Output, textOf } from "./world.ts";

/** Default quota of managed policies per user, role or group; it can be raised in the account. */
const ATTACHED_LIMIT = 10;

export interface Owner {
  readonly kind: "user" | "role" | "group";
  readonly nameMember: "UserName" | "RoleName" | "GroupName";
  readonly listMember: "UserPolicyList" | "RolePolicyList" | "GroupPolicyList";
  /** Characters of all inline policies together, white space not counted. */
  readonly limit: number;
}

export const inlinePolicies = (owner: Owner, world: AccountView, input: Input, operation: string): Output => ({
  PolicyNames: listOf(docOf(owner, world, input, operation), owner.listMember).map((policy) => policy.PolicyName),
  IsTruncated: false,
});

export const readInline = (owner: Owner, world: AccountView, input: Input, operation: string): Output => {
  const policy = policyOf(owner, world, input, operation);
  return {
    [owner.nameMember]: textOf(input, owner.nameMember, operation),
    PolicyName: policy.PolicyName,
    PolicyDocument: urlEncoded(String(policy.PolicyDocument)),
  };
};

export const writeInline = (owner: Owner, world: AccountView, input: Input, operation: string): Output => {
  const doc = changeable(owner, world, input, operation);
  const name = textOf(input, "PolicyName", operation);
  const document = textOf(input, "PolicyDocument", operation);
  assertDocument(document, "identity", operation);
  const others = listOf(doc, owner.listMember).filter((policy) => policy.PolicyName !== name);
  const all = [...others, { PolicyName: name, PolicyDocument: document }];
  const size = all.reduce((sum, policy) => sum + countedLength(String(policy.PolicyDocument)), 0);
  if (size > owner.limit) {
    const whom = `${owner.kind} ${textOf(input, owner.nameMember, operation)}`;
    throw new ApiError(operation, "LimitExceeded", `Maximum policy size of ${owner.limit} bytes exceeded for ${whom}`);
  }
  return save(owner, world, input, operation, { ...doc, [owner.listMember]: all });
};

export const removeInline = (owner: Owner, world: AccountView, input: Input, operation: string): Output => {
  const doc = changeable(owner, world, input, operation);
  const { PolicyName: name } = policyOf(owner, world, input, operation);
  const kept = listOf(doc, owner.listMember).filter((policy) => policy.PolicyName !== name);
  return save(owner, world, input, operation, { ...doc, [owner.listMember]: kept });
};

export const attachments = (owner: Owner, world: AccountView, input: Input, operation: string): Output => ({
  AttachedPolicies: listOf(docOf(owner, world, input, operation), "AttachedManagedPolicies"),
  IsTruncated: false,
});

export const attach = (owner: Owner, world: AccountView, input: Input, operation: string): Output => {
  const doc = changeable(owner, world, input, operation);
  const arn = textOf(input, "PolicyArn", operation);
  const attached = listOf(doc, "AttachedManagedPolicies");
  if (attached.some((policy) => policy.PolicyArn === arn)) return {};
  if (attached.length >= ATTACHED_LIMIT) {
    throw new ApiError(
      operation,
      "LimitExceeded",
      `Cannot exceed quota for PoliciesPer${owner.kind}: ${ATTACHED_LIMIT}`,
    );
  }
  const policy = { PolicyName: arn.slice(arn.lastIndexOf("/") + 1), PolicyArn: arn };
  return save(owner, world, input, operation, { ...doc, AttachedManagedPolicies: [...attached, policy] });
};

export const detach = (owner: Owner, world: AccountView, input: Input, operation: string): Output => {
  const doc = changeable(owner, world, input, operation);
  const arn = textOf(input, "PolicyArn", operation);
  const attached = listOf(doc, "AttachedManagedPolicies");
  const kept = attached.filter((policy) => policy.PolicyArn !== arn);
  if (kept.length === attached.length) throw new ApiError(operation, "NoSuchEntity", `Policy ${arn} was not found.`);
  return save(owner, world, input, operation, { ...doc, AttachedManagedPolicies: kept });
};

/** The owner, if IAM lets anybody change it: not a service-linked role, not a role of Identity Center. */
export const changeable = (owner: Owner, world: AccountView, input: Input, operation: string): Doc => {
  const doc = docOf(owner, world, input, operation);
  if (/^\/aws-(service-role|reserved)\//.test(String(doc.Path ?? "/"))) {
    const name = textOf(input, owner.nameMember, operation);
    throw new ApiError(operation, "UnmodifiableEntity", `Cannot perform the operation on the protected role '${name}'`);
  }
  return doc;
};

export const assertDocument = (document: string, kind: PolicyKind, operation: string): void => {
  try {
    parsePolicy(document, kind);
  } catch (cause) {
    const message = cause instanceof CordonError ? cause.message : String(cause);
    throw new ApiError(operation, "MalformedPolicyDocument", message, cause);
  }
};

/** RFC 3986, as IAM returns documents. */
export const urlEncoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const docOf = (owner: Owner, world: AccountView, input: Input, operation: string): Doc =>
  existing(world, `${owner.kind}/${textOf(input, owner.nameMember, operation)}`, operation, "NoSuchEntity");

const policyOf = (owner: Owner, world: AccountView, input: Input, operation: string): Doc => {
  const name = textOf(input, "PolicyName", operation);
  const policy = listOf(docOf(owner, world, input, operation), owner.listMember).find(
    (each) => each.PolicyName === name,
  );
  if (policy !== undefined) return policy;
  throw new ApiError(operation, "NoSuchEntity", `The ${owner.kind} policy with name ${name} cannot be found.`);
};

const save = (owner: Owner, world: AccountView, input: Input, operation: string, doc: Doc): Output => {
  world.write(`${owner.kind}/${textOf(input, owner.nameMember, operation)}`, doc);
  return {};
};
