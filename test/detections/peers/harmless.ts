/** Calls that look like what the peers' rules fire on and are not: the same names, with the effect the other way round. */
import {
  bucketCall,
  by,
  call,
  type Event,
  from,
  OFFICE_IP,
  OWN,
  objectCall,
  roleSession,
  SERVICE,
  times,
  when,
} from "../events.ts";

const allow = (principal: unknown, over: Event = {}): string =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Principal: principal, Action: "*", Resource: "*", ...over }] });
const ours = { AWS: `arn:aws:iam::${OWN}:root` };
const DENY = JSON.stringify({ Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }] });
const only = { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } };
const removed = { items: [{ userId: "999988887777" }] };

export const HARMLESS: readonly (readonly [what: string, events: readonly Event[]])[] = [
  ["a bucket policy for our own account", [bucketCall("PutBucketPolicy", { bucketPolicy: JSON.parse(allow(ours)) })]],
  [
    "a bucket policy for our organisation",
    [bucketCall("PutBucketPolicy", { bucketPolicy: JSON.parse(allow("*", only)) })],
  ],
  [
    "a bucket policy that demands TLS",
    [
      bucketCall("PutBucketPolicy", {
        bucketPolicy: {
          Statement: [
            {
              Effect: "Deny",
              Principal: "*",
              Action: "s3:*",
              Resource: "*",
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
          ],
        },
      }),
    ],
  ],
  ["a private ACL", [bucketCall("PutBucketAcl", { "x-amz-acl": "private" })]],
  [
    "public access blocked",
    [
      bucketCall("PutBucketPublicAccessBlock", {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          IgnorePublicAcls: true,
          BlockPublicPolicy: true,
          RestrictPublicBuckets: true,
        },
      }),
    ],
  ],
  ["versioning on", [bucketCall("PutBucketVersioning", { VersioningConfiguration: { Status: "Enabled" } })]],
  [
    "access logging on",
    [bucketCall("PutBucketLogging", { BucketLoggingStatus: { LoggingEnabled: { TargetBucket: "logs" } } })],
  ],
  [
    "data events on",
    [
      call("cloudtrail", "PutEventSelectors", {
        trailName: "t",
        eventSelectors: [
          {
            readWriteType: "All",
            includeManagementEvents: true,
            dataResources: [{ type: "AWS::S3::Object", values: ["arn:aws:s3"] }],
          },
        ],
      }),
    ],
  ],
  ["a trail given a log group", [call("cloudtrail", "UpdateTrail", { name: "t", cloudWatchLogsLogGroupArn: "arn:x" })]],
  ["a trail started", [call("cloudtrail", "StartLogging", { name: "t" })]],
  ["GuardDuty switched on", [call("guardduty", "UpdateDetector", { enable: true })]],
  ["findings filtered without archiving", [call("guardduty", "CreateFilter", { action: "NOOP" })]],
  [
    "replication within the house",
    [
      bucketCall("PutBucketReplication", {
        ReplicationConfiguration: {
          Rule: { Status: "Enabled", Destination: { Bucket: "arn:aws:s3:::copy", Account: OWN } },
        },
      }),
    ],
  ],
  [
    "inventory within the house",
    [
      bucketCall("PutBucketInventoryConfiguration", {
        InventoryConfiguration: {
          Destination: { S3BucketDestination: { AccountId: OWN, Bucket: "arn:aws:s3:::lists" } },
        },
      }),
    ],
  ],
  [
    "a snapshot's sharing ended",
    [call("ec2", "ModifySnapshotAttribute", { snapshotId: "s", createVolumePermission: { remove: removed } })],
  ],
  [
    "an image's sharing ended",
    [call("ec2", "ModifyImageAttribute", { imageId: "i", launchPermission: { remove: removed } })],
  ],
  [
    "a database snapshot's sharing ended",
    [call("rds", "ModifyDBSnapshotAttribute", { attributeName: "restore", valuesToRemove: ["999988887777"] })],
  ],
  ["a user who may nothing", [call("iam", "PutUserPolicy", { userName: "x", policyDocument: DENY })]],
  [
    "AWSDenyAll attached",
    [call("iam", "AttachUserPolicy", { userName: "x", policyArn: "arn:aws:iam::aws:policy/AWSDenyAll" })],
  ],
  ["a key set inactive", [call("iam", "UpdateAccessKey", { accessKeyId: "AKIA", status: "Inactive" })]],
  [
    "a role for a service",
    [
      call("iam", "CreateRole", {
        roleName: "r",
        assumeRolePolicyDocument: allow({ Service: "lambda.amazonaws.com" }),
      }),
    ],
  ],
  [
    "a narrow policy written",
    [
      call("iam", "CreatePolicy", {
        policyName: "p",
        policyDocument: JSON.stringify({
          Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::acme/*" }],
        }),
      }),
    ],
  ],
  ["a key policy for ourselves", [call("kms", "PutKeyPolicy", { policy: allow(ours) })]],
  ["a grant for a role of ours", [call("kms", "CreateGrant", { granteePrincipal: `arn:aws:iam::${OWN}:role/x` })]],
  ["a deletion of a key cancelled", [call("kms", "CancelKeyDeletion", { keyId: "k" })]],
  ["a key enabled", [call("kms", "EnableKey", { keyId: "k" })]],
  ["one secret read", [call("secretsmanager", "GetSecretValue", { secretId: "s" })]],
  ["one parameter read", [call("ssm", "GetParameter", { name: "/p", withDecryption: true })]],
  [
    "parameters without secrets",
    times(30, (n) => when(n, call("ssm", "GetParameter", { name: `/p/${n}`, withDecryption: false }))),
  ],
  [
    "one picture of a machine",
    [call("ec2", "DescribeInstanceAttribute", { attribute: "userData", instanceId: "i-1" })],
  ],
  [
    "a function's memory changed",
    [call("lambda", "UpdateFunctionConfiguration20150331v2", { functionName: "f", memorySize: 512 })],
  ],
  [
    "S3 may call a function",
    [call("lambda", "AddPermission20150331v2", { functionName: "f", principal: "s3.amazonaws.com" })],
  ],
  ["a rule enabled", [call("events", "EnableRule", { name: "r" })]],
  ["a target of ours", [call("events", "PutTargets", { targets: [{ arn: `arn:aws:sqs:eu-central-1:${OWN}:q` }] })]],
  ["logs kept a year", [call("logs", "PutRetentionPolicy", { logGroupName: "CloudTrail", retentionInDays: 365 })]],
  [
    "deletion protection on",
    [call("rds", "ModifyDBInstance", { dBInstanceIdentifier: "d", deletionProtection: true })],
  ],
  ["a private database", [call("rds", "CreateDBInstance", { publiclyAccessible: false })]],
  [
    "a sign-in with a second factor",
    [
      call("signin", "ConsoleLogin", null, {
        responseElements: { ConsoleLogin: "Success" },
        additionalEventData: { MFAUsed: "Yes" },
      }),
    ],
  ],
  [
    "one sign-in that failed",
    [
      call("signin", "ConsoleLogin", null, {
        responseElements: { ConsoleLogin: "Failure" },
        errorMessage: "Failed authentication",
      }),
    ],
  ],
  [
    "Identity Center opening the console",
    [
      by(
        roleSession("ana", "AWSReservedSSO_Admin"),
        call("signin", "GetSigninToken", null, { userAgent: "Jakarta Commons-HttpClient/3.1" }),
      ),
    ],
  ],
  ["hundred reads", times(100, (n) => when(n, objectCall("GetObject", `k${n}`)))],
  ["an upload", [objectCall("PutObject", "report.pdf")]],
  ["an object deleted", [objectCall("DeleteObject", "k")]],
  ["a copy within the bucket", [objectCall("CopyObject", "b", { "x-amz-copy-source": "acme-data/a" })]],
  [
    "an ETL job that moves its staging files",
    [
      ...times(30, (n) => when(n, from("10.0.1.5", by(roleSession("etl"), objectCall("GetObject", `staging/${n}`))))),
      ...times(30, (n) =>
        when(60 + n, from("10.0.1.5", by(roleSession("etl"), objectCall("DeleteObject", `staging/${n}`)))),
      ),
    ],
  ],
  [
    "a lifecycle rule of a tool",
    [
      bucketCall(
        "PutBucketLifecycle",
        {
          LifecycleConfiguration: {
            Rule: { Status: "Enabled", Expiration: { Days: 365 }, Filter: { Prefix: "tmp/" } },
          },
        },
        { userAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.7" },
      ),
    ],
  ],
  [
    "CloudFront reading",
    times(200, (n) =>
      when(
        n,
        by(
          { type: "AWSService", invokedBy: "cloudfront.amazonaws.com" },
          from("cloudfront.amazonaws.com", objectCall("GetObject", `k${n}`)),
        ),
      ),
    ),
  ],
  [
    "an instance at its own address",
    [by({ ...roleSession("i-0abc1234567890abc", "web") }, call("ssm", "UpdateInstanceInformation", null))],
  ],
  ["a backup plan at work", [by(SERVICE, call("backup", "StartBackupJob", {}))]],
  ["a recovery point that ran out", [by(SERVICE, call("backup", "DeleteRecoveryPoint", {}))]],
  ["an access point in a VPC listed", [bucketCall("ListAccessPoints")]],
  ["a query with the workgroup's results", [call("athena", "StartQueryExecution", { queryString: "SELECT 1" })]],
  [
    "a queue subscribed",
    [call("sns", "Subscribe", { protocol: "sqs", endpoint: `arn:aws:sqs:eu-central-1:${OWN}:q` })],
  ],
  [
    "a distribution with a server behind",
    [
      call("cloudfront", "CreateDistribution2020_05_31", {
        distributionConfig: { origins: { items: [{ domainName: "www.example.com" }] } },
      }),
    ],
  ],
  ["a hold set", [objectCall("PutObjectLegalHold", "k", { LegalHold: { Status: "ON" } })]],
  [
    "ownership enforced",
    [
      bucketCall("PutBucketOwnershipControls", {
        OwnershipControls: { Rule: { ObjectOwnership: "BucketOwnerEnforced" } },
      }),
    ],
  ],
  ["findings given a note", [call("securityhub", "BatchUpdateFindings", { note: { text: "seen" } })]],
  ["one question", [from(OFFICE_IP, call("sts", "GetCallerIdentity", null))]],
  ["a scan of a small table", [call("dynamodb", "Scan", { tableName: "t" })]],
  ["a policy attached to the organisation", [call("organizations", "AttachPolicy", { policyId: "p" })]],
];
