/** The calls that containment makes on other services than IAM and S3: each changes what one read answers. */
import { ApiError } from "../../base/errors.ts";
import { assertDocument } from "./iamPolicies.ts";
import { answer, nameOf } from "./serviceReads.ts";
import { type Doc, type Input, known, listOf, type Operation, type Operations, textOf, toJson } from "./world.ts";

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

/** A key goes from one state into another (KMS developer guide, Key states). */
function keyState(from: string, to: string): Operation {
  return changing("kms", "DescribeKey", (now, _input, operation) => {
    const metadata = now.KeyMetadata as Doc;
    const { DeletionDate: _, ...rest } = metadata;
    if ((metadata.KeyState ?? "Enabled") !== from)
      throw new ApiError(operation, "KMSInvalidStateException", `the key is ${metadata.KeyState}`);
    return { ...now, KeyMetadata: { ...rest, KeyState: to, Enabled: to === "Enabled" } };
  });
}

/** Whom a snapshot or an image is shared with: `Add` and `Remove` lists of accounts and groups. */
const sharing = (getter: string, list: string, member: string): Operation =>
  changing("ec2", getter, (now, input) => {
    const { Add = [], Remove = [] } = (input[member] ?? {}) as Readonly<Record<string, readonly Doc[]>>;
    const key = ({ UserId, Group }: Doc): string => `${UserId ?? ""}|${Group ?? ""}`;
    const gone = new Set(Remove.map(key));
    const kept = listOf(now, list).filter((one) => !gone.has(key(one)));
    const added = Add.filter((one) => !kept.some((other) => key(other) === key(one)));
    return { ...now, [list]: toJson([...kept, ...added]) };
  });

const KMS: Operations = {
  PutKeyPolicy: changing("kms", "GetKeyPolicy", (now, input, operation) => {
    assertDocument(textOf(input, "Policy", operation), "resource", operation);
    return { ...now, Policy: textOf(input, "Policy", operation) };
  }),
  CancelKeyDeletion: keyState("PendingDeletion", "Disabled"),
  EnableKey: keyState("Disabled", "Enabled"),
  DisableKey: keyState("Enabled", "Disabled"),
  RevokeGrant: changing("kms", "ListGrants", (now, input, operation) => {
    const id = textOf(input, "GrantId", operation);
    const kept = listOf(now, "Grants").filter(({ GrantId }) => GrantId !== id);
    if (kept.length === listOf(now, "Grants").length) throw new ApiError(operation, "NotFoundException", id);
    return { ...now, Grants: kept };
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
  ModifySnapshotAttribute: sharing("DescribeSnapshotAttribute", "CreateVolumePermissions", "CreateVolumePermission"),
  ModifyImageAttribute: sharing("DescribeImageAttribute", "LaunchPermissions", "LaunchPermission"),
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

/** Accounts that may restore a snapshot of a database; `all` is everybody. */
const restoring = (kind: "DBSnapshot" | "DBClusterSnapshot"): Operation =>
  changing("rds", `Describe${kind}Attributes`, (now, { ValuesToAdd = [], ValuesToRemove = [] }) => {
    const result = now[`${kind}AttributesResult`] as Doc;
    const [added, removed] = [ValuesToAdd, ValuesToRemove] as readonly (readonly string[])[];
    const attributes = listOf(result, `${kind}Attributes`).map((one) => {
      if (one.AttributeName !== "restore") return one;
      const values = [...new Set([...((one.AttributeValues ?? []) as readonly string[]), ...added!])];
      return { ...one, AttributeValues: values.filter((value) => !removed!.includes(value)).sort() };
    });
    return { [`${kind}AttributesResult`]: { ...result, [`${kind}Attributes`]: attributes } };
  });

const RDS: Operations = {
  ModifyDBSnapshotAttribute: restoring("DBSnapshot"),
  ModifyDBClusterSnapshotAttribute: restoring("DBClusterSnapshot"),
};

const DATASYNC: Operations = {
  CancelTaskExecution: changing("datasync", "DescribeTaskExecution", (now) => ({ ...now, Status: "CANCELLING" })),
};

const S3CONTROL: Operations = {
  PutPublicAccessBlock: (world, input, operation) => {
    known(world, nameOf("s3control", "GetPublicAccessBlock", input), operation);
    const PublicAccessBlockConfiguration = toJson(input.PublicAccessBlockConfiguration);
    world.write(nameOf("s3control", "GetPublicAccessBlock", input), { PublicAccessBlockConfiguration });
    return {};
  },
  DeletePublicAccessBlock: (world, input, operation) => {
    known(world, nameOf("s3control", "GetPublicAccessBlock", input), operation);
    world.write(nameOf("s3control", "GetPublicAccessBlock", input), null);
    return {};
  },
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
  rds: RDS,
  datasync: DATASYNC,
  s3control: S3CONTROL,
};

export const serviceWrites = (service: string): Operations => WRITES[service] ?? {};
