/** Every setting of the account that an action can change, read through the API, for comparison byte for byte. */
import { isApiError } from "../../lib/base/errors.ts";
import type { ServiceName } from "../../lib/case/apiRequest.ts";
import type { EmbeddedAccount } from "../../lib/embedded/account.ts";
import { ACCOUNT } from "./names.ts";
import { SERVICES, TASK } from "./services.ts";
import { api } from "./world.ts";

const BUCKET_READS = [
  "GetBucketPolicy",
  "GetPublicAccessBlock",
  "GetBucketReplication",
  "GetBucketLifecycleConfiguration",
  "GetBucketVersioning",
  "GetBucketLogging",
  "GetBucketAcl",
];

type Ask = (
  service: ServiceName,
  operation: string,
  input: Record<string, unknown>,
) => Promise<Record<string, unknown>>;

export const dump = async (account: EmbeddedAccount): Promise<Record<string, unknown>> => {
  const ask: Ask = async (service, operation, input) => {
    try {
      return { ...(await account.call(api(service, operation, input))).output };
    } catch (error) {
      if (isApiError(error)) return { error: error.awsCode };
      throw error;
    }
  };
  const settings: Record<string, unknown> = {};
  for (const name of await names(ask, "ListUsers", "Users", "UserName"))
    settings[`user ${name}`] = await dumpUser(ask, name);
  for (const name of await names(ask, "ListRoles", "Roles", "RoleName"))
    settings[`role ${name}`] = await dumpRole(ask, name);
  settings["group developers"] = await dumpGroup(ask, "developers");
  for (const name of ["team-read", "team-boundary"]) settings[`policy ${name}`] = await dumpPolicy(ask, name);
  for (const Bucket of ["plain", "shared"]) {
    for (const operation of BUCKET_READS) settings[`${Bucket} ${operation}`] = await ask("s3", operation, { Bucket });
  }
  for (const [service, operations] of Object.entries(SERVICES)) {
    for (const [operation, byKey] of Object.entries(operations)) {
      for (const key of Object.keys(byKey))
        settings[`${service} ${operation} ${key}`] = await ask(
          service as ServiceName,
          operation,
          inputOf(operation, key),
        );
    }
  }
  return settings;
};

/** The input that asks for a recorded answer. */
const inputOf = (operation: string, key: string): Record<string, unknown> => {
  const members: Record<string, readonly string[]> = {
    GetTrail: ["Name"],
    GetTrailStatus: ["Name"],
    GetEventSelectors: ["TrailName"],
    GetDetector: ["DetectorId"],
    GetFilter: ["DetectorId", "FilterName"],
    GetIPSet: ["DetectorId", "IpSetId"],
    DescribeKey: ["KeyId"],
    GetKeyPolicy: ["KeyId"],
    ListGrants: ["KeyId"],
    DescribeSnapshotAttribute: ["SnapshotId"],
    DescribeDBSnapshotAttributes: ["DBSnapshotIdentifier"],
    DescribeDBClusterSnapshotAttributes: ["DBClusterSnapshotIdentifier"],
    DescribeImageAttribute: ["ImageId"],
    GetPublicAccessBlock: ["AccountId"],
    GetFunctionConfiguration: ["FunctionName"],
    GetFunctionConcurrency: ["FunctionName"],
    DescribeTasks: ["cluster"],
    DescribeTaskExecution: ["TaskExecutionArn"],
    GetAccessPointPolicy: ["Name"],
    DescribeJob: ["JobId"],
    GetAccessGrant: ["AccessGrantId"],
    DescribePermissionSet: ["PermissionSetArn"],
    GetInlinePolicyForPermissionSet: ["PermissionSetArn"],
  };
  const names = members[operation] ?? [];
  const values = names.length === 1 ? [key] : key.split("/");
  return { ...Object.fromEntries(names.map((name, at) => [name, values[at]])), tasks: [TASK] };
};

const names = async (ask: Ask, operation: string, member: string, name: string): Promise<readonly string[]> => {
  const entries = (await ask("iam", operation, {}))[member] as readonly Record<string, string>[];
  return entries.map((entry) => entry[name]!);
};

const dumpUser = async (ask: Ask, UserName: string) => ({
  ...(await ask("iam", "GetUser", { UserName })),
  keys: await ask("iam", "ListAccessKeys", { UserName }),
  login: await ask("iam", "GetLoginProfile", { UserName }),
  attached: await ask("iam", "ListAttachedUserPolicies", { UserName }),
  groups: await ask("iam", "ListGroupsForUser", { UserName }),
  inline: await inline(ask, "User", { UserName }),
});

const dumpRole = async (ask: Ask, RoleName: string) => ({
  ...(await ask("iam", "GetRole", { RoleName })),
  attached: await ask("iam", "ListAttachedRolePolicies", { RoleName }),
  inline: await inline(ask, "Role", { RoleName }),
});

const dumpGroup = async (ask: Ask, GroupName: string) => ({
  attached: await ask("iam", "ListAttachedGroupPolicies", { GroupName }),
  inline: await inline(ask, "Group", { GroupName }),
});

const dumpPolicy = async (ask: Ask, name: string) => {
  const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/${name}`;
  const { Versions } = (await ask("iam", "ListPolicyVersions", { PolicyArn })) as {
    Versions: readonly Record<string, string>[];
  };
  const versions = Versions.map(({ VersionId }) => ask("iam", "GetPolicyVersion", { PolicyArn, VersionId }));
  return { ...(await ask("iam", "GetPolicy", { PolicyArn })), versions: await Promise.all(versions) };
};

const inline = async (ask: Ask, kind: "User" | "Role" | "Group", holder: Record<string, unknown>) => {
  const { PolicyNames } = (await ask("iam", `List${kind}Policies`, holder)) as { PolicyNames: readonly string[] };
  return Promise.all(PolicyNames.map((PolicyName) => ask("iam", `Get${kind}Policy`, { ...holder, PolicyName })));
};
