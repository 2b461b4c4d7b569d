/** Customer managed policies and their versions. Limits: IAM and STS quotas. */
import { ApiError } from "../../base/errors.ts";
import { countedLength } from "../../core/plan/policyDocument.ts";
import { assertDocument, urlEncoded } from "./iamPolicies.ts";
import { type AccountView, type Doc, existing, type Input, listOf, type Operations, textOf } from "./world.ts";

/** Characters of a managed policy, white space not counted, and versions that it can have. */
const POLICY_LIMIT = 6144;
const VERSION_LIMIT = 5;

export const managedReads: Operations = {
  GetPolicy: (world, input, operation) => {
    const { PolicyVersionList: _, ...shown } = policyOf(world, input, operation);
    return { Policy: shown };
  },
  ListPolicyVersions: (world, input, operation) => ({
    Versions: versionsOf(policyOf(world, input, operation)).map(({ Document: _, ...shown }) => shown),
    IsTruncated: false,
  }),
  GetPolicyVersion: (world, input, operation) => {
    const version = versionOf(world, input, operation);
    return { PolicyVersion: { ...version, Document: urlEncoded(String(version.Document)) } };
  },
};

export const managedWrites: Operations = {
  CreatePolicy: (world, input, operation) => {
    const PolicyName = textOf(input, "PolicyName", operation);
    const Arn = `arn:${partitionOf(world)}:iam::${world.accountId}:policy/${PolicyName}`;
    if ((world.find(`policy/${Arn}`) ?? null) !== null)
      throw new ApiError(operation, "EntityAlreadyExists", `A policy called ${PolicyName} already exists.`);
    const version = { VersionId: "v1", IsDefaultVersion: true, Document: documentIn(input, operation) };
    const policy = { PolicyName, Arn, Path: "/", DefaultVersionId: "v1", PolicyVersionList: [version] };
    world.write(`policy/${Arn}`, policy);
    return { Policy: { PolicyName, Arn } };
  },
  CreatePolicyVersion: (world, input, operation) => {
    const policy = policyOf(world, input, operation);
    const versions = versionsOf(policy);
    if (versions.length >= VERSION_LIMIT)
      throw new ApiError(operation, "LimitExceeded", `A managed policy can have up to ${VERSION_LIMIT} versions.`);
    const VersionId = `v${Math.max(0, ...versions.map((one) => Number(String(one.VersionId).slice(1)))) + 1}`;
    const made = { VersionId, IsDefaultVersion: false, Document: documentIn(input, operation) };
    const more = { ...policy, PolicyVersionList: [...versions, made] };
    save(world, input.SetAsDefault === true ? withDefault(more, VersionId) : more);
    return { PolicyVersion: { VersionId, IsDefaultVersion: input.SetAsDefault === true } };
  },
  SetDefaultPolicyVersion: (world, input, operation) => {
    const { VersionId } = versionOf(world, input, operation);
    save(world, withDefault(policyOf(world, input, operation), String(VersionId)));
    return {};
  },
  DeletePolicyVersion: (world, input, operation) => {
    const version = versionOf(world, input, operation);
    if (version.IsDefaultVersion === true)
      throw new ApiError(operation, "DeleteConflict", "Cannot delete the default version of a policy.");
    const policy = policyOf(world, input, operation);
    const kept = versionsOf(policy).filter(({ VersionId }) => VersionId !== version.VersionId);
    save(world, { ...policy, PolicyVersionList: kept });
    return {};
  },
  DeletePolicy: (world, input, operation) => {
    const { Arn, ...policy } = policyOf(world, input, operation);
    if (versionsOf(policy).length > 1 || isAttached(world, String(Arn)))
      throw new ApiError(operation, "DeleteConflict", "Cannot delete a policy with versions or attached entities.");
    world.write(`policy/${Arn}`, null);
    return {};
  },
};

/** As the snapshot's own identities say. */
const partitionOf = (world: AccountView): string => {
  const [one] = [...world.names("role/"), ...world.names("user/")];
  const { Arn } = one === undefined ? { Arn: undefined } : (world.find(one) as Doc);
  return typeof Arn === "string" ? (Arn.split(":")[1] ?? "aws") : "aws";
};

/** The text that counts of a policy of this account; null where nobody knows it. */
export const defaultDocument = (world: AccountView, arn: string): string | null => {
  const policy = (world.find(`policy/${arn}`) ?? null) as Doc | null;
  const version = policy === null ? undefined : versionsOf(policy).find((one) => one.IsDefaultVersion === true);
  return version === undefined ? null : String(version.Document);
};

const versionsOf = (policy: Doc): readonly Doc[] => listOf(policy, "PolicyVersionList");

const policyOf = (world: AccountView, input: Input, operation: string): Doc =>
  existing(world, `policy/${textOf(input, "PolicyArn", operation)}`, operation, "NoSuchEntity");

const versionOf = (world: AccountView, input: Input, operation: string): Doc => {
  const id = textOf(input, "VersionId", operation);
  const found = versionsOf(policyOf(world, input, operation)).find(({ VersionId }) => VersionId === id);
  if (found !== undefined) return found;
  throw new ApiError(operation, "NoSuchEntity", `Policy version ${id} does not exist.`);
};

const documentIn = (input: Input, operation: string): string => {
  const document = textOf(input, "PolicyDocument", operation);
  assertDocument(document, "identity", operation);
  if (countedLength(document) > POLICY_LIMIT)
    throw new ApiError(operation, "LimitExceeded", `Cannot exceed quota for PolicySize: ${POLICY_LIMIT}`);
  return document;
};

const withDefault = (policy: Doc, id: string): Doc => ({
  ...policy,
  DefaultVersionId: id,
  PolicyVersionList: versionsOf(policy).map((one) => ({ ...one, IsDefaultVersion: one.VersionId === id })),
});

const save = (world: AccountView, policy: Doc): void => world.write(`policy/${policy.Arn}`, policy);

const isAttached = (world: AccountView, arn: string): boolean =>
  ["user/", "role/", "group/"]
    .flatMap((kind) => world.names(kind))
    .some((name) =>
      listOf(world.find(name) as Doc, "AttachedManagedPolicies").some(({ PolicyArn }) => PolicyArn === arn),
    );
