import type { IdentityFacts } from "../../case/principal.ts";
import { decodedDocument as decoded, readPolicy, statementsOf, toList } from "../../core/plan/policyDocument.ts";
import type { Asking } from "./scopeAsk.ts";

export const NO_FACTS: IdentityFacts = {
  arn: null,
  path: null,
  stableId: null,
  createdAt: null,
  consoleLogin: null,
  mfaDevices: null,
  groups: null,
  attachedPolicies: null,
  inlinePolicies: null,
  permissionsBoundary: null,
  trust: null,
  instanceProfiles: null,
};

type Doc = Readonly<Record<string, unknown>>;

export const userFacts = async (name: string, asking: Asking): Promise<IdentityFacts> => {
  const input = { UserName: name };
  const user = (await asking.ask("user", "GetUser", input))?.User as Doc | undefined;
  const groups = await asking.list("groups", "ListGroupsForUser", input, "Groups");
  const devices = await asking.list("MFA devices", "ListMFADevices", input, "MFADevices");
  return {
    ...NO_FACTS,
    ...entityFacts(user, "UserId"),
    consoleLogin: user === undefined ? null : await hasLogin(input, asking),
    mfaDevices: devices?.map((device) => String(device.SerialNumber)) ?? null,
    groups: groups?.map((group) => String(group.GroupName)) ?? null,
    ...(await policies("User", input, asking)),
  };
};

export const roleFacts = async (name: string, asking: Asking): Promise<IdentityFacts> => {
  const input = { RoleName: name };
  const role = (await asking.ask("role", "GetRole", input))?.Role as Doc | undefined;
  const profiles = await asking.list("instance profiles", "ListInstanceProfilesForRole", input, "InstanceProfiles");
  return {
    ...NO_FACTS,
    ...entityFacts(role, "RoleId"),
    trust: role === undefined ? null : trustOf(decoded(role.AssumeRolePolicyDocument), asking),
    instanceProfiles: profiles?.map((profile) => String(profile.InstanceProfileName)) ?? null,
    ...(await policies("Role", input, asking)),
  };
};

const entityFacts = (entity: Doc | undefined, idMember: string): Partial<IdentityFacts> => {
  if (entity === undefined) return {};
  const boundary = (entity.PermissionsBoundary as Doc | undefined)?.PermissionsBoundaryArn;
  return {
    arn: textOrNull(entity.Arn),
    path: textOrNull(entity.Path),
    stableId: textOrNull(entity[idMember]),
    createdAt: entity.CreateDate instanceof Date ? entity.CreateDate.toISOString() : textOrNull(entity.CreateDate),
    permissionsBoundary: textOrNull(boundary),
  };
};

/** A user without a password has no login profile; any other error leaves it unknown. */
const hasLogin = async (input: Doc, asking: Asking): Promise<boolean | null> => {
  const missed = asking.missed().notKnown.length;
  const output = await asking.ask("console password", "GetLoginProfile", input, "NoSuchEntity");
  return output !== null ? true : asking.missed().notKnown.length > missed ? null : false;
};

const policies = async (
  kind: "User" | "Role",
  input: Doc,
  asking: Asking,
): Promise<Pick<IdentityFacts, "attachedPolicies" | "inlinePolicies">> => {
  const attached = await asking.list("attached policies", `ListAttached${kind}Policies`, input, "AttachedPolicies");
  const listed = await asking.list("inline policies", `List${kind}Policies`, input, "PolicyNames");
  const names = listed as readonly unknown[] | null;
  const read = async (name: string) => {
    const output = await asking.ask(`inline policy ${name}`, `Get${kind}Policy`, { ...input, PolicyName: name });
    return { name, document: output === null ? null : decoded(output.PolicyDocument) };
  };
  return {
    attachedPolicies: attached?.map((policy) => String(policy.PolicyArn)) ?? null,
    inlinePolicies: names === null ? null : await Promise.all(names.map((name) => read(String(name)))),
  };
};

const trustOf = (document: string, asking: Asking): IdentityFacts["trust"] => {
  try {
    return { document, allows: allowedIn(document) };
  } catch {
    asking.miss("trust policy", "the document cannot be read");
    return null;
  }
};

const allowedIn = (document: string): readonly string[] => {
  const allowed = statementsOf(readPolicy(document)).filter((statement) => statement.Effect === "Allow");
  const names = allowed.flatMap(({ Principal: principal = {} }) =>
    principal === "*" ? ["*"] : Object.values(principal).flatMap((value) => toList(value)),
  );
  return [...new Set(names)];
};

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);
