/** Recorded answers of other services, in the shapes of their API references: the account as the actor left it. */
import { ACCOUNT, FOREIGN } from "./names.ts";

export const DETECTOR = "12abc34d567e8fa901bc2d34e56789f0";
export const KEY_ARN = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const EXECUTION = `arn:aws:datasync:us-east-1:${ACCOUNT}:task/task-08de6e6697796f026/execution/exec-04ce9d516d69bd52f`;
export const INSTANCE = "i-0317f6c6b66ae9c40";
export const TASK = "0123456789abcdef0123456789abcdef";

export const DYING_KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/2234abcd-12ab-34cd-56ef-1234567890ab`;
export const DISABLED_KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/3234abcd-12ab-34cd-56ef-1234567890ab`;
export const GRANT = "b".repeat(64);
export const SNAPSHOT = "snap-0b0e4a1c2d3e4f567";
export const IMAGE = "ami-0b0e4a1c2d3e4f567";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/fn`;
const CLUSTER = `arn:aws:ecs:us-east-1:${ACCOUNT}:cluster/main`;
const EVERYTHING =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}';

export const FOREIGN_GRANT = {
  Sid: "Out",
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` },
  Action: "s3:GetObject",
  Resource: `arn:aws:s3:us-east-1:${ACCOUNT}:accesspoint/side/object/*`,
};

/** The answer of `aws rds describe-db-snapshot-attributes` (RDS API reference, its example). */
const sharedWith = (kind: string, name: string, ...AttributeValues: readonly string[]) => ({
  [`${kind}AttributesResult`]: {
    [`${kind}Identifier`]: name,
    [`${kind}Attributes`]: [{ AttributeName: "restore", AttributeValues: AttributeValues.toSorted() }],
  },
});

export const CENTER = {
  accountId: "444444444444",
  region: "eu-central-1",
  instanceArn: "arn:aws:sso:::instance/ssoins-0123456789abcdef",
  identityStoreId: "d-0123456789",
};
const SET = "arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef";
const OTHER_SET = "arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-fedcba9876543210";
export const JANE = "74a8f448-a0b1-70c2-8d3e-4f5a6b7c8d9e";

export const SERVICES = {
  "sso-admin": {
    ListPermissionSetsProvisionedToAccount: { [ACCOUNT]: { PermissionSets: [OTHER_SET, SET] } },
    DescribePermissionSet: {
      [SET]: { PermissionSet: { Name: "Data-Reader", PermissionSetArn: SET } },
      [OTHER_SET]: { PermissionSet: { Name: "Admin", PermissionSetArn: OTHER_SET } },
    },
    GetInlinePolicyForPermissionSet: { [SET]: { InlinePolicy: "" }, [OTHER_SET]: { InlinePolicy: "" } },
  },
  identitystore: {
    ListUsers: {
      [CENTER.identityStoreId]: {
        Users: [{ UserName: "jane", UserId: JANE, Emails: [{ Value: "jane@example.com", Primary: true }] }],
      },
    },
  },
  cloudtrail: {
    GetTrail: {
      main: { Trail: { Name: "main", S3BucketName: "trail-logs", IsMultiRegionTrail: false, HomeRegion: "us-east-1" } },
      gone: null,
    },
    GetTrailStatus: { main: { IsLogging: false } },
    GetEventSelectors: {
      main: {
        TrailARN: `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/main`,
        EventSelectors: [{ ReadWriteType: "WriteOnly", IncludeManagementEvents: false, DataResources: [] }],
      },
    },
  },
  guardduty: {
    GetDetector: { [DETECTOR]: { Status: "DISABLED" } },
    GetFilter: { [`${DETECTOR}/hide`]: { Name: "hide", Action: "ARCHIVE" } },
    GetIPSet: { [`${DETECTOR}/list-1`]: { Name: "friends", Status: "ACTIVE" } },
  },
  kms: {
    DescribeKey: {
      [KEY_ARN]: { KeyMetadata: { Arn: KEY_ARN, KeyManager: "CUSTOMER" } },
      [DYING_KEY]: { KeyMetadata: { Arn: DYING_KEY, KeyState: "PendingDeletion", Enabled: false } },
      [DISABLED_KEY]: { KeyMetadata: { Arn: DISABLED_KEY, KeyState: "Disabled", Enabled: false } },
    },
    ListGrants: {
      [KEY_ARN]: {
        Grants: [
          { GrantId: GRANT, KeyId: KEY_ARN, GranteePrincipal: `arn:aws:iam::${FOREIGN}:root`, Operations: ["Decrypt"] },
          { GrantId: "a".repeat(64), KeyId: KEY_ARN, GranteePrincipal: ROLE, Operations: ["Decrypt"] },
        ],
      },
    },
    GetKeyPolicy: {
      [KEY_ARN]: {
        Policy: `{"Version" : "2012-10-17", "Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::${ACCOUNT}:root"},"Action":"kms:*","Resource":"*"}]}`,
      },
    },
  },
  lambda: {
    GetFunctionConfiguration: { export: { Role: ROLE } },
    GetFunctionConcurrency: { export: { ReservedConcurrentExecutions: 7 } },
  },
  ecs: {
    ListClusters: { "": { clusterArns: [CLUSTER] } },
    DescribeTasks: {
      [CLUSTER]: {
        tasks: [{ taskArn: `arn:aws:ecs:us-east-1:${ACCOUNT}:task/main/${TASK}`, desiredStatus: "RUNNING" }],
      },
    },
  },
  ec2: {
    DescribeVpcEndpoints: {
      "": {
        VpcEndpoints: [
          {
            VpcEndpointId: "vpce-0a1b2c3d4e5f60718",
            ServiceName: "com.amazonaws.us-east-1.s3",
            State: "available",
            PolicyDocument: EVERYTHING,
          },
          {
            VpcEndpointId: "vpce-0fffffffffffffff0",
            ServiceName: "com.amazonaws.us-east-1.ec2",
            State: "available",
            PolicyDocument: EVERYTHING,
          },
        ],
      },
    },
    DescribeSnapshotAttribute: {
      [SNAPSHOT]: { SnapshotId: SNAPSHOT, CreateVolumePermissions: [{ Group: "all" }, { UserId: FOREIGN }] },
    },
    DescribeImageAttribute: { [IMAGE]: { ImageId: IMAGE, LaunchPermissions: [{ UserId: FOREIGN }] } },
    DescribeIamInstanceProfileAssociations: {
      "": {
        IamInstanceProfileAssociations: [
          {
            AssociationId: "iip-assoc-0db249b1f25fa24b8",
            InstanceId: INSTANCE,
            IamInstanceProfile: { Arn: `arn:aws:iam::${ACCOUNT}:instance-profile/app` },
            State: "associated",
          },
          {
            AssociationId: "iip-assoc-0db249b1f25fa24b9",
            InstanceId: "i-0aaaaaaaaaaaaaaaa",
            IamInstanceProfile: { Arn: `arn:aws:iam::${ACCOUNT}:instance-profile/app` },
            State: "associated",
          },
        ],
      },
    },
  },
  rds: {
    DescribeDBSnapshotAttributes: { nightly: sharedWith("DBSnapshot", "nightly", "all", FOREIGN) },
    DescribeDBClusterSnapshotAttributes: { "ledger-copy": sharedWith("DBClusterSnapshot", "ledger-copy", FOREIGN) },
  },
  datasync: { DescribeTaskExecution: { [EXECUTION]: { TaskExecutionArn: EXECUTION, Status: "TRANSFERRING" } } },
  s3control: {
    GetPublicAccessBlock: { [ACCOUNT]: null },
    GetAccessPointPolicy: {
      side: {
        Policy: JSON.stringify(
          {
            Version: "2012-10-17",
            Statement: [FOREIGN_GRANT, { ...FOREIGN_GRANT, Sid: "In", Principal: { AWS: ACCOUNT } }],
          },
          null,
          2,
        ),
      },
    },
    DescribeJob: {
      "00e123a4-c0d8-41f4-a0eb-b46f9ba5b07c": {
        Job: { JobId: "00e123a4-c0d8-41f4-a0eb-b46f9ba5b07c", Status: "Active" },
      },
    },
    GetAccessGrant: {
      "1f2e3d4c-aaaa": {
        AccessGrantId: "1f2e3d4c-aaaa",
        AccessGrantsLocationId: "default",
        Grantee: { GranteeType: "IAM", GranteeIdentifier: `arn:aws:iam::${FOREIGN}:user/eve` },
        Permission: "READ",
      },
    },
  },
};
