/**
 * The other services that containment reads and changes. Their snapshot is `services.json`: recorded answers of read
 * calls as `{<service>: {<Operation>: {<key>: output}}}`, where the key is the input members named in `READS`, joined by
 * `/` (`""` where there are none), and `null` stands for a thing that is known not to exist.
 */
import { ApiError } from "../../base/errors.ts";
import type { Json } from "./store.ts";
import {
  type AccountView,
  type Doc,
  existing,
  type Input,
  listOf,
  type Operation,
  type Operations,
  type Output,
  textOf,
} from "./world.ts";

interface Read {
  readonly by: readonly string[];
  /** Error code for a thing that does not exist. */
  readonly absent: string;
}

const read = (by: readonly string[], absent: string): Read => ({ by, absent });

const READS: Readonly<Record<string, Readonly<Record<string, Read>>>> = {
  cloudtrail: {
    DescribeTrails: read([], "TrailNotFoundException"),
    GetTrail: read(["Name"], "TrailNotFoundException"),
    GetTrailStatus: read(["Name"], "TrailNotFoundException"),
    GetEventSelectors: read(["TrailName"], "TrailNotFoundException"),
  },
  guardduty: {
    GetDetector: read(["DetectorId"], "BadRequestException"),
    GetFilter: read(["DetectorId", "FilterName"], "BadRequestException"),
    GetIPSet: read(["DetectorId", "IpSetId"], "BadRequestException"),
  },
  kms: {
    DescribeKey: read(["KeyId"], "NotFoundException"),
    GetKeyPolicy: read(["KeyId"], "NotFoundException"),
    ListGrants: read(["KeyId"], "NotFoundException"),
  },
  lambda: {
    GetFunctionConfiguration: read(["FunctionName"], "ResourceNotFoundException"),
    GetFunctionConcurrency: read(["FunctionName"], "ResourceNotFoundException"),
  },
  ecs: { ListClusters: read([], "ClientException"), DescribeTasks: read(["cluster"], "ClusterNotFoundException") },
  ec2: {
    DescribeVpcEndpoints: read([], "InvalidVpcEndpointId.NotFound"),
    DescribeIamInstanceProfileAssociations: read([], "InvalidAssociationID.NotFound"),
    DescribeSnapshotAttribute: read(["SnapshotId"], "InvalidSnapshot.NotFound"),
    DescribeImageAttribute: read(["ImageId"], "InvalidAMIID.NotFound"),
  },
  rds: {
    DescribeDBSnapshotAttributes: read(["DBSnapshotIdentifier"], "DBSnapshotNotFound"),
    DescribeDBClusterSnapshotAttributes: read(["DBClusterSnapshotIdentifier"], "DBClusterSnapshotNotFoundFault"),
  },
  "sso-admin": {
    ListPermissionSetsProvisionedToAccount: read(["AccountId"], "ResourceNotFoundException"),
    DescribePermissionSet: read(["PermissionSetArn"], "ResourceNotFoundException"),
    GetInlinePolicyForPermissionSet: read(["PermissionSetArn"], "ResourceNotFoundException"),
  },
  identitystore: { ListUsers: read(["IdentityStoreId"], "ResourceNotFoundException") },
  datasync: { DescribeTaskExecution: read(["TaskExecutionArn"], "InvalidRequestException") },
  s3control: {
    GetPublicAccessBlock: read(["AccountId"], "NoSuchPublicAccessBlockConfiguration"),
    GetAccessPointPolicy: read(["Name"], "NoSuchAccessPointPolicy"),
    DescribeJob: read(["JobId"], "NoSuchJob"),
    GetAccessGrant: read(["AccessGrantId"], "AccessGrantNotExistsError"),
  },
};

/** Where an answer is kept. */
export const nameOf = (service: string, operation: string, input: Input): string =>
  [
    "service",
    service,
    operation,
    ...READS[service]![operation]!.by.map((member) => textOf(input, member, operation)),
  ].join("/");

export const answer = (service: string, getter: string, world: AccountView, input: Input, operation: string): Doc =>
  existing(world, nameOf(service, getter, input), operation, READS[service]![getter]!.absent);

/** Filters of EC2 that our calls use; others are refused rather than ignored. */
const FILTERS: Readonly<Record<string, { readonly list: string; readonly member: string }>> = {
  "service-name": { list: "VpcEndpoints", member: "ServiceName" },
  "instance-id": { list: "IamInstanceProfileAssociations", member: "InstanceId" },
};

const filtered = (output: Doc, input: Input, operation: string): Output => {
  const asked = (input.Filters ?? []) as readonly { readonly Name: string; readonly Values: readonly string[] }[];
  let rest = output;
  for (const { Name, Values } of asked) {
    const filter = FILTERS[Name];
    if (filter === undefined) throw new ApiError(operation, "InvalidParameterValue", `The filter '${Name}' is invalid`);
    rest = {
      ...rest,
      [filter.list]: listOf(rest, filter.list).filter((entry) => Values.includes(String(entry[filter.member]))),
    };
  }
  return rest;
};

/** Of all tasks of a cluster those that were asked for, by ARN or id. */
const tasksAsked = (output: Doc, input: Input): Output => {
  const asked = (input.tasks ?? []) as readonly string[];
  const isAsked = (task: Doc): boolean =>
    asked.some((name) => name === task.taskArn || String(task.taskArn).endsWith(`/${name}`));
  return { tasks: listOf(output, "tasks").filter(isAsked), failures: [] };
};

export const serviceReads = (service: string): Operations =>
  Object.fromEntries(
    Object.keys(READS[service] ?? {}).map((getter): [string, Operation] => [
      getter,
      (world, input, operation) => {
        const output = answer(service, getter, world, input, operation);
        if (getter === "DescribeTasks") return tasksAsked(output, input);
        return service === "ec2" ? filtered(output, input, operation) : output;
      },
    ]),
  );

/** `services.json` as settings by name. */
export const serviceSettings = (
  recorded: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Json>>>>>>,
): readonly (readonly [string, Json])[] =>
  Object.entries(recorded).flatMap(([service, operations]) =>
    Object.entries(operations).flatMap(([operation, byKey]) =>
      Object.entries(byKey).map(
        ([key, output]) => [["service", service, operation, ...(key === "" ? [] : [key])].join("/"), output] as const,
      ),
    ),
  );
