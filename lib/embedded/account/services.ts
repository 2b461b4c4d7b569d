/**
 * The other services that containment reads and changes. Their snapshot is `services.json`: recorded answers of read
 * calls as `{<service>: {<Operation>: {<key>: output}}}`, where the key is the input members named in `READS`, joined by
 * `/` (`""` where there are none), and `null` stands for a thing that is known not to exist.
 */
import { ApiError } from "../../core/errors.ts";
import { assertDocument } from "./iamPolicies.ts";
import type { Json } from "./store.ts";
import {
  type Doc,
  existing,
  type Input,
  known,
  listOf,
  type Operation,
  type Operations,
  type Output,
  textOf,
  toJson,
  type World,
} from "./world.ts";

interface Read {
  readonly by: readonly string[];
  /** Error code for a thing that does not exist. */
  readonly absent: string;
}

const read = (by: readonly string[], absent: string): Read => ({ by, absent });

const READS: Readonly<Record<string, Readonly<Record<string, Read>>>> = {
  cloudtrail: {
    GetTrail: read(["Name"], "TrailNotFoundException"),
    GetTrailStatus: read(["Name"], "TrailNotFoundException"),
    GetEventSelectors: read(["TrailName"], "TrailNotFoundException"),
  },
  guardduty: {
    GetDetector: read(["DetectorId"], "BadRequestException"),
    GetFilter: read(["DetectorId", "FilterName"], "BadRequestException"),
    GetIPSet: read(["DetectorId", "IpSetId"], "BadRequestException"),
  },
  kms: { DescribeKey: read(["KeyId"], "NotFoundException"), GetKeyPolicy: read(["KeyId"], "NotFoundException") },
  lambda: {
    GetFunctionConfiguration: read(["FunctionName"], "ResourceNotFoundException"),
    GetFunctionConcurrency: read(["FunctionName"], "ResourceNotFoundException"),
  },
  ecs: { ListClusters: read([], "ClientException"), DescribeTasks: read(["cluster"], "ClusterNotFoundException") },
  ec2: {
    DescribeVpcEndpoints: read([], "InvalidVpcEndpointId.NotFound"),
    DescribeIamInstanceProfileAssociations: read([], "InvalidAssociationID.NotFound"),
  },
  datasync: { DescribeTaskExecution: read(["TaskExecutionArn"], "InvalidRequestException") },
  s3control: {
    GetAccessPointPolicy: read(["Name"], "NoSuchAccessPointPolicy"),
    DescribeJob: read(["JobId"], "NoSuchJob"),
    GetAccessGrant: read(["AccessGrantId"], "AccessGrantNotExistsError"),
  },
};

/** Where an answer is kept. */
const nameOf = (service: string, operation: string, input: Input): string =>
  [
    "service",
    service,
    operation,
    ...READS[service]![operation]!.by.map((member) => textOf(input, member, operation)),
  ].join("/");

const answer = (service: string, getter: string, world: World, input: Input, operation: string): Doc =>
  existing(world, nameOf(service, getter, input), operation, READS[service]![getter]!.absent);

/** Filters of EC2 that our calls use; others are refused rather than ignored. */
const FILTERS: Readonly<Record<string, { readonly list: string; readonly member: string }>> = {
  "service-name": { list: "VpcEndpoints", member: "ServiceName" },
  "instance-id": { list: "IamInstanceProfileAssociations", member: "InstanceId" },
};

const filtered = (output: Doc, input: Input, operation: string): Output => {
  const asked = (input.Filters ?? []) as readonly { readonly Name: string; readonly Values: readonly string[] }[];
  return asked.reduce<Doc>((rest, { Name, Values }) => {
    const filter = FILTERS[Name];
    if (filter === undefined) throw new ApiError(operation, "InvalidParameterValue", `The filter '${Name}' is invalid`);
    return {
      ...rest,
      [filter.list]: listOf(rest, filter.list).filter((entry) => Values.includes(String(entry[filter.member]))),
    };
  }, output);
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

/** A change of what one read answers. */
const changing =
  (service: string, getter: string, change: (now: Doc, input: Input, operation: string) => Doc | null): Operation =>
  (world, input, operation) => {
    const now = answer(service, getter, world, input, operation);
    const next = change(now, input, operation);
    world.write(nameOf(service, getter, input), next === null ? null : toJson(next));
    return {};
  };

const trailStatus = (IsLogging: boolean): Operation =>
  changing("cloudtrail", "GetTrailStatus", (now) => ({ ...now, IsLogging }));

const CLOUDTRAIL: Operations = {
  StartLogging: trailStatus(true),
  StopLogging: trailStatus(false),
  PutEventSelectors: changing("cloudtrail", "GetEventSelectors", ({ TrailARN = null }, input) => ({
    TrailARN,
    ...(toJson({ EventSelectors: input.EventSelectors, AdvancedEventSelectors: input.AdvancedEventSelectors }) as Doc),
  })),
  UpdateTrail: changing("cloudtrail", "GetTrail", ({ Trail }, { Name: _, ...settings }) => ({
    Trail: { ...(Trail as Doc), ...(toJson(settings) as Doc) },
  })),
};

const GUARDDUTY: Operations = {
  UpdateDetector: changing("guardduty", "GetDetector", (now, { Enable }) => ({
    ...now,
    Status: Enable === true ? "ENABLED" : "DISABLED",
  })),
  UpdateFilter: changing("guardduty", "GetFilter", (now, input, operation) => ({
    ...now,
    Action: textOf(input, "Action", operation),
  })),
  UpdateIPSet: changing("guardduty", "GetIPSet", (now, { Activate }) => ({
    ...now,
    Status: Activate === true ? "ACTIVE" : "INACTIVE",
  })),
};

const KMS: Operations = {
  PutKeyPolicy: changing("kms", "GetKeyPolicy", (now, input, operation) => {
    assertDocument(textOf(input, "Policy", operation), "resource", operation);
    return { ...now, Policy: textOf(input, "Policy", operation) };
  }),
};

const LAMBDA: Operations = {
  PutFunctionConcurrency: changing(
    "lambda",
    "GetFunctionConcurrency",
    (_now, input) => toJson({ ReservedConcurrentExecutions: input.ReservedConcurrentExecutions }) as Doc,
  ),
  DeleteFunctionConcurrency: changing("lambda", "GetFunctionConcurrency", () => ({})),
};

const ECS: Operations = {
  StopTask: changing("ecs", "DescribeTasks", (now, input, operation) => {
    const task = textOf(input, "task", operation);
    return {
      ...now,
      tasks: listOf(now, "tasks").map((each) => (each.taskArn === task ? { ...each, desiredStatus: "STOPPED" } : each)),
    };
  }),
};

const ASSOCIATIONS = "IamInstanceProfileAssociations";

const EC2: Operations = {
  DisassociateIamInstanceProfile: changing("ec2", "DescribeIamInstanceProfileAssociations", (now, input, operation) => {
    const id = textOf(input, "AssociationId", operation);
    const kept = listOf(now, ASSOCIATIONS).filter(({ AssociationId }) => AssociationId !== id);
    if (kept.length === listOf(now, ASSOCIATIONS).length)
      throw new ApiError(operation, "InvalidAssociationID.NotFound", id);
    return { ...now, [ASSOCIATIONS]: kept, made: ((now.made ?? 0) as number) + 1 };
  }),
  AssociateIamInstanceProfile: changing("ec2", "DescribeIamInstanceProfileAssociations", (now, input, operation) => {
    const InstanceId = textOf(input, "InstanceId", operation);
    if (listOf(now, ASSOCIATIONS).some((each) => each.InstanceId === InstanceId))
      throw new ApiError(operation, "IncorrectState", `${InstanceId} has a profile`);
    const AssociationId = `iip-assoc-${String(now.made ?? 0).padStart(17, "0")}`;
    const added = {
      AssociationId,
      InstanceId,
      IamInstanceProfile: toJson(input.IamInstanceProfile),
      State: "associated",
    };
    return { ...now, [ASSOCIATIONS]: [...listOf(now, ASSOCIATIONS), added] };
  }),
  ModifyVpcEndpoint: changing("ec2", "DescribeVpcEndpoints", (now, input, operation) => {
    const [id, PolicyDocument] = [
      textOf(input, "VpcEndpointId", operation),
      textOf(input, "PolicyDocument", operation),
    ];
    assertDocument(PolicyDocument, "resource", operation);
    return {
      ...now,
      VpcEndpoints: listOf(now, "VpcEndpoints").map((each) =>
        each.VpcEndpointId === id ? { ...each, PolicyDocument } : each,
      ),
    };
  }),
};

const DATASYNC: Operations = {
  CancelTaskExecution: changing("datasync", "DescribeTaskExecution", (now) => ({ ...now, Status: "CANCELLING" })),
};

const S3CONTROL: Operations = {
  PutAccessPointPolicy: (world, input, operation) => {
    const Policy = textOf(input, "Policy", operation);
    assertDocument(Policy, "resource", operation);
    known(world, nameOf("s3control", "GetAccessPointPolicy", input), operation);
    world.write(nameOf("s3control", "GetAccessPointPolicy", input), { Policy });
    return {};
  },
  DeleteAccessPointPolicy: changing("s3control", "GetAccessPointPolicy", () => null),
  UpdateJobStatus: changing("s3control", "DescribeJob", ({ Job }, input, operation) => ({
    Job: { ...(Job as Doc), Status: textOf(input, "RequestedJobStatus", operation) },
  })),
  DeleteAccessGrant: changing("s3control", "GetAccessGrant", () => null),
};

const WRITES: Readonly<Record<string, Operations>> = {
  cloudtrail: CLOUDTRAIL,
  guardduty: GUARDDUTY,
  kms: KMS,
  lambda: LAMBDA,
  ecs: ECS,
  ec2: EC2,
  datasync: DATASYNC,
  s3control: S3CONTROL,
};

export const serviceWrites = (service: string): Operations => WRITES[service] ?? {};

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
