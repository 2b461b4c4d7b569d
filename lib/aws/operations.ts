import type { ServiceName } from "../case/apiRequest.ts";

/** Every operation that scoping and the actions may ask of an account. A test holds this against what they do ask. */
export const OPERATIONS: Readonly<Record<ServiceName, readonly string[]>> = {
  iam: [
    "GetUser",
    "GetRole",
    "GetLoginProfile",
    "GetAccessKeyLastUsed",
    "GetUserPolicy",
    "GetRolePolicy",
    "ListAccessKeys",
    "ListUserPolicies",
    "ListRolePolicies",
    "ListAttachedUserPolicies",
    "ListAttachedRolePolicies",
    "ListGroupsForUser",
    "ListMFADevices",
    "ListInstanceProfilesForRole",
    "SimulatePrincipalPolicy",
    "UpdateAccessKey",
    "PutUserPolicy",
    "DeleteUserPolicy",
    "PutRolePolicy",
    "DeleteRolePolicy",
    "PutUserPermissionsBoundary",
    "DeleteUserPermissionsBoundary",
    "PutRolePermissionsBoundary",
    "DeleteRolePermissionsBoundary",
    "DeleteLoginProfile",
    "UpdateAssumeRolePolicy",
  ],
  sts: [],
  s3: [
    "HeadObject",
    "GetObjectTagging",
    "ListObjectsV2",
    "GetBucketPolicy",
    "PutBucketPolicy",
    "DeleteBucketPolicy",
    "GetPublicAccessBlock",
    "PutPublicAccessBlock",
    "DeletePublicAccessBlock",
    "GetBucketVersioning",
    "PutBucketVersioning",
    "GetBucketLogging",
    "PutBucketLogging",
    "GetBucketReplication",
    "PutBucketReplication",
    "DeleteBucketReplication",
    "GetBucketLifecycleConfiguration",
    "PutBucketLifecycleConfiguration",
    "DeleteBucketLifecycle",
    "GetBucketEncryption",
  ],
  s3control: [
    "GetAccessPointPolicy",
    "PutAccessPointPolicy",
    "DeleteAccessPointPolicy",
    "GetAccessGrant",
    "CreateAccessGrant",
    "DeleteAccessGrant",
    "DescribeJob",
    "UpdateJobStatus",
  ],
  kms: ["DescribeKey", "GetKeyPolicy", "PutKeyPolicy"],
  ec2: [
    "DescribeVpcEndpoints",
    "ModifyVpcEndpoint",
    "DescribeIamInstanceProfileAssociations",
    "AssociateIamInstanceProfile",
    "DisassociateIamInstanceProfile",
  ],
  lambda: ["GetFunctionConfiguration", "GetFunctionConcurrency", "PutFunctionConcurrency", "DeleteFunctionConcurrency"],
  ecs: ["ListClusters", "DescribeTasks", "StopTask"],
  datasync: ["DescribeTaskExecution", "CancelTaskExecution"],
  cloudtrail: [
    "DescribeTrails",
    "GetTrail",
    "GetTrailStatus",
    "GetEventSelectors",
    "PutEventSelectors",
    "UpdateTrail",
    "StartLogging",
    "StopLogging",
  ],
  guardduty: ["GetDetector", "GetFilter", "GetIPSet", "UpdateDetector", "UpdateFilter", "UpdateIPSet"],
  // Only ever written down as instructions for a person: no right is asked for.
  organizations: [],
  "sso-admin": [],
};

/** Twice is not the same as once: such a call is sent a single time, and what became of it is looked up. */
const ONCE_ONLY: ReadonlySet<string> = new Set(["s3control:CreateAccessGrant", "ec2:AssociateIamInstanceProfile"]);

export const isKnownOperation = (service: ServiceName, operation: string): boolean =>
  OPERATIONS[service]?.includes(operation) ?? false;
export const isOnceOnly = (service: ServiceName, operation: string): boolean =>
  ONCE_ONLY.has(`${service}:${operation}`);
export const isDeletion = (operation: string): boolean => /^(Delete|Disassociate)/.test(operation);
/** Every S3 bucket operation takes ExpectedBucketOwner: a bucket that is no longer theirs is refused, not changed (S3 API). */
export const takesBucketOwner = (service: ServiceName, _operation: string): boolean => service === "s3";
