import {
  bucketCall,
  by,
  call,
  denied,
  type Event,
  FOREIGN,
  from,
  HOUR,
  OFFICE_IP,
  OWN,
  objectCall,
  roleSession,
  SERVICE,
  times,
  when,
} from "../events.ts";
import { attempt, fires, lookAlike, quiet, type Scenarios } from "../scenario.ts";

const read = (n: number, seconds: number) => when(seconds, objectCall("GetObject", `records/${n}.csv`));

const bucketsOf = (source: string | undefined, destination: string | undefined): Event => ({
  resources: [
    { type: "AWS::S3::Object", ARN: "arn:aws:s3:::loot/a" },
    { accountId: destination, type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::loot" },
    { type: "AWS::S3::Object", ARN: "arn:aws:s3:::acme-data/a" },
    { accountId: source, type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::acme-data" },
  ],
});
const copy = (over: Event, request: Event = {}) =>
  objectCall("CopyObject", "a", { bucketName: "loot", "x-amz-copy-source": "acme-data/a", ...request }, over);

const rule = (destination: Event, over: Event = {}) => ({
  ID: "r",
  Status: "Enabled",
  Destination: destination,
  ...over,
});
const replication = (Rule: unknown) =>
  bucketCall("PutBucketReplication", { replication: "", ReplicationConfiguration: { Role: "arn", Rule } });
const abroad = { Bucket: "arn:aws:s3:::loot", Account: FOREIGN };
const atHome = { Bucket: "arn:aws:s3:::acme-copy", Account: OWN };

const location = (arn: string, bucket: string) =>
  call(
    "datasync",
    "CreateLocationS3",
    { s3BucketArn: `arn:aws:s3:::${bucket}` },
    { responseElements: { locationArn: arn } },
  );
const LOCATION = `arn:aws:datasync:eu-central-1:${OWN}:location/loc-`;
const TASK = `arn:aws:datasync:eu-central-1:${OWN}:task/task-1`;
const createTask = call(
  "datasync",
  "CreateTask",
  { sourceLocationArn: `${LOCATION}1`, destinationLocationArn: `${LOCATION}2` },
  { responseElements: { taskArn: TASK } },
);
const startTask = call(
  "datasync",
  "StartTaskExecution",
  { taskArn: TASK },
  { responseElements: { taskExecutionArn: `${TASK}/execution/exec-1` } },
);
const locations = [location(`${LOCATION}1`, "acme-data"), location(`${LOCATION}2`, "loot")];

const createJob = call(
  "s3",
  "CreateJob",
  { CreateJobRequest: { Operation: { S3PutObjectCopy: { TargetResource: "arn:aws:s3:::loot" } } } },
  { responseElements: { jobId: "job-7" } },
);
const jobCreated: Event = call("s3", "JobCreated", null, {
  eventType: "AwsServiceEvent",
  userIdentity: { accountId: OWN, invokedBy: "s3.amazonaws.com" },
  sourceIPAddress: "s3.amazonaws.com",
  serviceEventDetails: { jobId: "job-7", jobArn: `arn:aws:s3:eu-central-1:${OWN}:job/job-7`, status: "New" },
});

export const theft: Scenarios = {
  "bulk-download": [
    fires(
      "1,001 reads that straddle a full hour",
      times(1001, (n) => read(n, HOUR - 500 + n)),
      { events: 1001, objects: 1001, bytes_out: 1_001_000, most_in_an_hour: 1001 },
    ),
    lookAlike(
      "1,001 refused reads",
      times(1001, (n) => denied(read(n, n))),
    ),
    quiet(
      "1,000 reads, the number of the seed",
      times(1000, (n) => read(n, n)),
    ),
    quiet(
      "1,001 reads over two hours",
      times(1001, (n) => read(n, n * 8)),
    ),
    quiet(
      "1,001 reads by a service",
      times(1001, (n) => by(SERVICE, read(n, n))),
    ),
  ],
  "download-spike": [
    fires(
      "sixty reads after eight hours of two every ten minutes",
      [
        ...times(96, (n) => read(n, n * 300)),
        ...times(60, (n) => by(roleSession("s", "Other"), read(n, n))),
        ...times(60, (n) => read(n, 96 * 300 + n)),
      ],
      { bins_before: 48, objects: 60 },
    ),
    lookAlike(
      "a bin of sixty among bins of sixty",
      times(60 * 48, (n) => read(n, n * 10)),
    ),
    quiet(
      "sixty reads without any history",
      times(60, (n) => read(n, n)),
    ),
    quiet("forty reads, too few to matter", [read(0, 0), ...times(40, (n) => read(n, 10 * HOUR + n))]),
  ],
  "copy-to-other-account": [
    fires("a copy into another account's bucket", [copy(bucketsOf(OWN, FOREIGN))], {
      source_bucket: "acme-data",
      bucket: "loot",
      other_account: FOREIGN,
      objects: 1,
    }),
    lookAlike("a copy between buckets of ours", [copy(bucketsOf(OWN, OWN))]),
    quiet("a copy whose destination's account is not named", [copy(bucketsOf(OWN, undefined))]),
    attempt("a refused copy", [denied(copy(bucketsOf(OWN, FOREIGN)))]),
  ],
  "foreign-kms-key": [
    fires(
      "a copy under another account's key",
      [copy({}, { "x-amz-server-side-encryption-aws-kms-key-id": `arn:aws:kms:eu-central-1:${FOREIGN}:key/k` })],
      { key_account: FOREIGN },
    ),
    fires(
      "an alias whose account only the record's resources tell",
      [
        copy(
          {
            resources: [
              { accountId: FOREIGN, type: "AWS::KMS::Key", ARN: `arn:aws:kms:eu-central-1:${FOREIGN}:key/k` },
            ],
          },
          { "x-amz-server-side-encryption-aws-kms-key-id": "alias/x" },
        ),
      ],
      { key_account: FOREIGN },
    ),
    fires("default encryption under another account's key, rule in a list", [
      bucketCall("PutBucketEncryption", {
        ServerSideEncryptionConfiguration: {
          Rule: [
            {
              ApplyServerSideEncryptionByDefault: {
                SSEAlgorithm: "aws:kms",
                KMSMasterKeyID: `arn:aws:kms:eu-central-1:${FOREIGN}:key/k`,
              },
            },
          ],
        },
      }),
    ]),
    lookAlike("a copy under our own key", [
      copy({}, { "x-amz-server-side-encryption-aws-kms-key-id": `arn:aws:kms:eu-central-1:${OWN}:key/k` }),
    ]),
    quiet("a copy under the AWS managed key", [copy({}, { "x-amz-server-side-encryption": "aws:kms" })]),
    attempt("a refused copy under a foreign key", [
      denied(copy({}, { "x-amz-server-side-encryption-aws-kms-key-id": `arn:aws:kms:eu-central-1:${FOREIGN}:key/k` })),
    ]),
  ],
  "sse-c-encryption": [
    fires(
      "one object",
      [objectCall("PutObject", "a", { "x-amz-server-side-encryption-customer-algorithm": "AES256" })],
      { severity: "medium" },
    ),
    fires(
      "twenty objects, which weigh more",
      times(20, (n) =>
        objectCall("CopyObject", `k${n}`, { "x-amz-server-side-encryption-customer-algorithm": "AES256" }),
      ),
      { severity: "high", objects: 20, copies: 20 },
    ),
    lookAlike("AES256 by S3's own key", [objectCall("PutObject", "a", { "x-amz-server-side-encryption": "AES256" })]),
    quiet("a copy that only reads an SSE-C source", [
      objectCall("CopyObject", "a", { "x-amz-copy-source-server-side-encryption-customer-algorithm": "AES256" }),
    ]),
    attempt("a bucket that blocks SSE-C", [
      denied(objectCall("PutObject", "a", { "x-amz-server-side-encryption-customer-algorithm": "AES256" })),
    ]),
  ],
  "replication-to-other-account": [
    fires("a single rule to another account", [replication(rule(abroad))], {
      destination_account: FOREIGN,
      severity: "high",
      bucket: "acme-data",
    }),
    fires("the second of two rules", [replication([rule(atHome), rule(abroad, { ID: "second" })])], {
      rule_id: "second",
    }),
    fires(
      "a destination without an account, which may be anywhere",
      [replication(rule({ Bucket: "arn:aws:s3:::loot" }))],
      { severity: "medium" },
    ),
    fires("the permission's name as event name", [
      { ...replication(rule(abroad)), eventName: "PutReplicationConfiguration" },
    ]),
    lookAlike("replication to an account of ours", [replication([rule(atHome), rule(atHome)])]),
    quiet("a foreign rule that is disabled", [replication(rule(abroad, { Status: "Disabled" }))]),
    quiet("an empty list of rules", [replication([])]),
    attempt("a refused replication", [denied(replication(rule(abroad)))]),
  ],
  "datasync-exfiltration": [
    fires("a task made and started, its places resolved", [...locations, createTask, when(60, startTask)], {
      source: "S3 arn:aws:s3:::acme-data",
      destination: "S3 arn:aws:s3:::loot",
      starts: 1,
      severity: "high",
      bucket: "acme-data",
    }),
    fires("a task that was there before and is started", [startTask], { starts: 1, severity: "high" }),
    fires("a task made and not seen to start", [...locations, createTask], { starts: 0, severity: "medium" }),
    lookAlike("locations without a task", locations),
    quiet("a look at tasks", [
      call("datasync", "ListTasks", null),
      call("datasync", "DescribeTask", { taskArn: TASK }),
    ]),
    attempt("a task refused", [denied({ ...createTask, responseElements: null })]),
  ],
  "batch-job": [
    fires("a copy job asked for and made: one row, the person's", [createJob, when(60, jobCreated)], {
      events: 2,
      operation: "S3PutObjectCopy",
      target: "arn:aws:s3:::loot",
      severity: "high",
      principal: `arn:aws:iam::${OWN}:user/maintenance`,
    }),
    fires("the service's event alone", [jobCreated], { severity: "medium" }),
    lookAlike("CreateJob of another service", [
      call("transcribe", "CreateJob", {}),
      call("databrew", "CreateRecipeJob", {}),
    ]),
    quiet("a look at jobs", [call("s3", "ListJobs", {}), call("s3", "DescribeJob", { jobId: "job-7" })]),
    attempt("a job refused", [denied({ ...createJob, responseElements: null })]),
  ],
  "credential-files-read": [
    fires(
      "keys and state",
      ["home/.aws/credentials", ".env", "deploy/id_rsa", "infra/prod.tfstate", "tls/server.pem"].map((key) =>
        objectCall("GetObject", key),
      ),
      { objects: 5 },
    ),
    fires("a server-side copy of a key file to a harmless name", [
      objectCall("CopyObject", "holiday.jpg", { "x-amz-copy-source": "acme-data/home/id_ed25519" }),
    ]),
    lookAlike(
      "names that only resemble them",
      ["docs/keyboard.png", "environment.md", "report.keynote", "credentials-policy.pdf", "id_rsa.pub.html"].map(
        (key) => objectCall("GetObject", key),
      ),
    ),
    quiet("the key file written, not read", [objectCall("PutObject", "id_rsa")]),
    quiet("the key file refused", [denied(objectCall("GetObject", "id_rsa"))]),
  ],
  "restore-flood": [
    fires(
      "eleven restores within an hour",
      times(11, (n) => when(n * 200, objectCall("RestoreObject", `archive/${n}`, { restore: "" }))),
      { most_in_an_hour: 11, objects: 11 },
    ),
    lookAlike(
      "eleven restores over two days",
      times(11, (n) => when(n * 4 * HOUR, objectCall("RestoreObject", `archive/${n}`))),
    ),
    quiet(
      "ten restores",
      times(10, (n) => objectCall("RestoreObject", `archive/${n}`)),
    ),
    quiet(
      "eleven refused restores",
      times(11, (n) => denied(objectCall("RestoreObject", `archive/${n}`))),
    ),
  ],
  "exfil-then-deletion": [
    fires(
      "ten objects read and then deleted",
      [
        ...times(10, (n) => read(n, n)),
        ...times(10, (n) => when(HOUR + n, objectCall("DeleteObject", `records/${n}.csv`))),
      ],
      { objects_taken: 10, deletions: 10, bucket: "acme-data" },
    ),
    fires(
      "ten objects copied away by one session of a role and deleted by another",
      [
        ...times(10, (n) =>
          by(
            roleSession("one"),
            objectCall("CopyObject", `${n}`, { bucketName: "loot", "x-amz-copy-source": `acme-data/${n}` }),
          ),
        ),
        ...times(10, (n) => when(60, by(roleSession("two"), objectCall("DeleteObject", `${n}`)))),
      ],
      { bucket: "acme-data" },
    ),
    lookAlike("deletions before the reads", [
      ...times(10, (n) => when(n, objectCall("DeleteObject", `old/${n}`))),
      ...times(10, (n) => read(n, HOUR + n)),
    ]),
    quiet("reads by one and deletions by another", [
      ...times(10, (n) => read(n, n)),
      ...times(10, (n) =>
        when(HOUR + n, by(roleSession("cleaner", "Cleaner"), objectCall("DeleteObject", `records/${n}.csv`))),
      ),
    ]),
    quiet("refused deletions", [
      ...times(10, (n) => read(n, n)),
      ...times(10, (n) => when(HOUR + n, denied(objectCall("DeleteObject", `records/${n}.csv`)))),
    ]),
  ],
};

const snapshot = (createVolumePermission: Event) =>
  call("ec2", "ModifySnapshotAttribute", {
    snapshotId: "snap-1",
    attributeType: "CREATE_VOLUME_PERMISSION",
    createVolumePermission,
  });
const image = (launchPermission: Event) =>
  call("ec2", "ModifyImageAttribute", { imageId: "ami-1", attributeType: "launchPermission", launchPermission });
const database = (request: Event) =>
  call("rds", "ModifyDBSnapshotAttribute", { dBSnapshotIdentifier: "orders", attributeName: "restore", ...request });

export const otherStores: Scenarios = {
  "ec2-snapshot-shared": [
    fires("a snapshot shared with another account", [snapshot({ add: { items: [{ userId: FOREIGN }] } })], {
      other_account: FOREIGN,
      snapshot: "snap-1",
      severity: "high",
    }),
    fires("a lone entry instead of a list", [snapshot({ add: { items: { userId: FOREIGN } } })]),
    fires("a snapshot shared with everybody", [snapshot({ add: { items: [{ group: "all" }] } })], {
      severity: "critical",
    }),
    fires("one foreign account among ours", [snapshot({ add: { items: [{ userId: OWN }, { userId: FOREIGN }] } })], {
      other_account: FOREIGN,
    }),
    lookAlike("a share taken back", [snapshot({ remove: { items: [{ userId: FOREIGN }] } })]),
    quiet("a share with an account of ours", [snapshot({ add: { items: [{ userId: OWN }] } })]),
    attempt("a refused share", [denied(snapshot({ add: { items: [{ userId: FOREIGN }] } }))]),
  ],
  "ami-shared": [
    fires("an image shared with another account", [image({ add: { items: [{ userId: FOREIGN }] } })], {
      other_account: FOREIGN,
      image: "ami-1",
    }),
    fires("an image shared with everybody", [image({ add: { items: [{ group: "all" }] } })], { severity: "critical" }),
    lookAlike("a share taken back", [image({ remove: { items: [{ userId: FOREIGN }] } })]),
    quiet("a new description", [
      call("ec2", "ModifyImageAttribute", { imageId: "ami-1", description: { value: FOREIGN } }),
    ]),
    attempt("a refused share", [denied(image({ add: { items: [{ userId: FOREIGN }] } }))]),
  ],
  "rds-snapshot-shared": [
    fires("a database snapshot shared with another account", [database({ valuesToAdd: [FOREIGN] })], {
      other_account: FOREIGN,
      snapshot: "orders",
    }),
    fires(
      "a cluster snapshot shared with everybody",
      [
        call("rds", "ModifyDBClusterSnapshotAttribute", {
          dBClusterSnapshotIdentifier: "c",
          attributeName: "restore",
          valuesToAdd: ["all"],
        }),
      ],
      { severity: "critical", snapshot: "c" },
    ),
    lookAlike("a share taken back", [database({ valuesToRemove: [FOREIGN] })]),
    quiet("a share with an account of ours", [database({ valuesToAdd: [OWN] })]),
    attempt("a refused share", [denied(database({ valuesToAdd: [FOREIGN] }))]),
  ],
  "ec2-export": [
    fires(
      "an instance exported to a bucket",
      [call("ec2", "CreateInstanceExportTask", { instanceId: "i-1", exportToS3: { s3Bucket: "loot" } })],
      { target_bucket: "loot", severity: "high" },
    ),
    fires("a plain snapshot, which weighs least", [call("ec2", "CreateSnapshot", { volumeId: "vol-1" })], {
      severity: "low",
    }),
    lookAlike("a snapshot by the backup service", [
      call(
        "ec2",
        "CreateSnapshot",
        { volumeId: "vol-1" },
        { userIdentity: { ...roleSession("AWSBackup"), invokedBy: "backup.amazonaws.com" } },
      ),
    ]),
    quiet("a look at export tasks", [call("ec2", "DescribeExportTasks", {})]),
    attempt("an export refused", [denied(call("ec2", "CreateInstanceExportTask", { instanceId: "i-1" }))]),
  ],
  "snapshot-burst": [
    fires(
      "made, shared and deleted within four minutes",
      ["CreateSnapshot", "ModifySnapshotAttribute", "DeleteSnapshot"].map((name, n) =>
        when(n * 120, call("ec2", name, { snapshotId: "snap-1" })),
      ),
      { kinds: 3 },
    ),
    lookAlike(
      "made and looked at, as every backup does",
      ["CreateSnapshot", "DescribeSnapshotAttribute"].map((name, n) =>
        when(n * 10, call("ec2", name, { snapshotId: "snap-1" })),
      ),
    ),
    quiet(
      "made and deleted a day later",
      ["CreateSnapshot", "DeleteSnapshot"].map((name, n) => when(n * 24 * HOUR, call("ec2", name, {}))),
    ),
  ],
  "database-export": [
    fires(
      "a snapshot export",
      [
        call("rds", "StartExportTask", {
          s3BucketName: "loot",
          sourceArn: "arn:aws:rds:eu-central-1:111122223333:snapshot:orders",
        }),
      ],
      { target_bucket: "loot" },
    ),
    fires(
      "a table export that names the bucket's account",
      [
        call("dynamodb", "ExportTableToPointInTime", {
          s3Bucket: "loot",
          s3BucketOwner: FOREIGN,
          tableArn: "arn:aws:dynamodb:eu-central-1:111122223333:table/t",
        }),
      ],
      { target_account: FOREIGN },
    ),
    lookAlike("an export of another service", [call("logs", "StartExportTask", {})]),
    quiet("a look at exports", [call("rds", "DescribeExportTasks", {})]),
    attempt("an export refused", [denied(call("rds", "StartExportTask", { s3BucketName: "loot" }))]),
  ],
};

const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";
const grant = (URI: string | null, Permission = "READ") => ({
  Grantee: URI === null ? { ID: "a".repeat(64) } : { URI, "xsi:type": "Group" },
  Permission,
});
const acl = (Grant: unknown) =>
  bucketCall("PutBucketAcl", { acl: "", AccessControlPolicy: { AccessControlList: { Grant }, Owner: { ID: "x" } } });
const policy = (Statement: unknown) =>
  bucketCall("PutBucketPolicy", { policy: "", bucketPolicy: { Version: "2012-10-17", Statement } });
const allow = (Principal: unknown, over: Event = {}) => ({
  Effect: "Allow",
  Principal,
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::acme-data/*",
  ...over,
});
const block = (flags: Event, name = "PutBucketPublicAccessBlock") =>
  bucketCall(name, {
    publicAccessBlock: "",
    PublicAccessBlockConfiguration: { xmlns: "http://s3.amazonaws.com/doc/2006-03-01/", ...flags },
  });
const CLOSED = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const cli = (event: Event): Event => ({ ...event, userAgent: "[aws-cli/2.17.32 md/command#s3api.put-bucket-acl]" });

export const exposure: Scenarios = {
  "bucket-acl-public": [
    fires("a grant to all users in a list", [acl([grant(null, "FULL_CONTROL"), grant(ALL_USERS)])], {
      variant: "grant",
      severity: "high",
    }),
    fires("a lone grant", [acl(grant("http://acs.amazonaws.com/groups/global/AuthenticatedUsers", "WRITE_ACP"))]),
    fires("a canned ACL", [bucketCall("PutBucketAcl", { acl: "", "x-amz-acl": "public-read" })], {
      variant: "canned public-read",
    }),
    fires("a canned ACL inside a list", [bucketCall("PutBucketAcl", { "x-amz-acl": ["authenticated-read"] })]),
    fires("a grant header with quotes", [bucketCall("PutBucketAcl", { "x-amz-grant-read": `uri="${ALL_USERS}"` })], {
      variant: "grant header",
    }),
    fires("a grant header in the older place", [
      bucketCall("PutBucketAcl", { accessControlList: { "x-amz-grant-full-control": `uri=${ALL_USERS}` } }),
    ]),
    fires("one object opened, which weighs less", [objectCall("PutObjectAcl", "a", { "x-amz-acl": "public-read" })], {
      severity: "medium",
    }),
    lookAlike("a grant to the log delivery group", [
      acl([grant("http://acs.amazonaws.com/groups/s3/LogDelivery", "WRITE")]),
    ]),
    quiet("a private canned ACL", [bucketCall("PutBucketAcl", { "x-amz-acl": "private" })]),
    quiet("an object named like the group", [objectCall("PutObject", `"x-amz-acl":"public-read" ${ALL_USERS}`)]),
    attempt("an ACL that was refused", [denied(acl([grant(ALL_USERS)]))]),
  ],
  "bucket-policy-public": [
    fires("everybody, as a lone statement", [policy(allow("*"))]),
    fires("everybody, as AWS in a list", [
      policy([allow({ Service: "cloudtrail.amazonaws.com" }), allow({ AWS: [`arn:aws:iam::${OWN}:root`, "*"] })]),
    ]),
    fires("everybody but somebody", [
      policy([{ ...allow("*"), Principal: undefined, NotPrincipal: { AWS: `arn:aws:iam::${OWN}:root` } }]),
    ]),
    fires("a condition that restricts nothing", [
      policy([allow("*", { Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } } })]),
    ]),
    fires("a negated condition", [
      policy([allow("*", { Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-1" } } })]),
    ]),
    lookAlike("a denial for everybody", [
      policy([{ ...allow("*"), Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }]),
    ]),
    quiet("everybody of the organisation", [
      policy([allow("*", { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abc" } } })]),
    ]),
    quiet("one account", [policy([allow({ AWS: `arn:aws:iam::${FOREIGN}:root` })])]),
    attempt("a policy that was refused", [denied(policy(allow("*")))]),
  ],
  "bucket-policy-foreign": [
    fires("another account", [policy([allow({ AWS: `arn:aws:iam::${FOREIGN}:root` })])], { other_account: FOREIGN }),
    fires(
      "a foreign account beside our own, in one list",
      [policy(allow({ AWS: [`arn:aws:iam::${OWN}:root`, FOREIGN] }))],
      { other_account: FOREIGN },
    ),
    fires("everybody of a foreign account", [
      policy([allow("*", { Condition: { StringEquals: { "aws:PrincipalAccount": FOREIGN } } })]),
    ]),
    fires("a canonical user id", [policy([allow({ CanonicalUser: "ab".repeat(32) })])], {
      other_account: "ab".repeat(32),
    }),
    fires(
      "an account that is not listed but whose logs are at hand, which weighs less",
      [policy([allow({ AWS: FOREIGN })]), { ...bucketCall("ListBuckets"), recipientAccountId: FOREIGN }],
      { severity: "medium" },
    ),
    lookAlike("a denial that names a foreign account", [policy([{ ...allow({ AWS: FOREIGN }), Effect: "Deny" }])]),
    quiet("our own account and a service", [
      policy([allow({ AWS: `arn:aws:iam::${OWN}:role/${FOREIGN}` }), allow({ Service: "cloudtrail.amazonaws.com" })]),
    ]),
    attempt("a policy that was refused", [denied(policy([allow({ AWS: FOREIGN })]))]),
  ],
  "public-access-block-weakened": [
    fires("the block deleted", [bucketCall("DeleteBucketPublicAccessBlock", { publicAccessBlock: "" })], {
      scope: "bucket",
    }),
    fires("one of four switches off", [block({ ...CLOSED, RestrictPublicBuckets: false })]),
    fires("a switch left out", [block({ BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true })]),
    fires("the account's block", [block({ ...CLOSED, BlockPublicPolicy: false }, "PutAccountPublicAccessBlock")], {
      scope: "account",
    }),
    lookAlike("all four switches on", [block(CLOSED)]),
    quiet("a look at the block", [bucketCall("GetBucketPublicAccessBlock")]),
    attempt("a deletion refused", [denied(bucketCall("DeleteBucketPublicAccessBlock"))]),
  ],
  "open-bucket-via-cli": [
    fires("x-amz-grant-read from the command line", [
      cli(bucketCall("PutBucketAcl", { "x-amz-grant-read": `uri=${ALL_USERS}` })),
    ]),
    fires("a public policy from the command line", [cli(policy(allow("*")))]),
    fires("the block removed from the command line", [cli(bucketCall("DeleteBucketPublicAccessBlock"))]),
    lookAlike("a private ACL from the command line, which the published rule reports", [
      cli(bucketCall("PutBucketAcl", { "x-amz-acl": "private" })),
    ]),
    quiet("a public ACL from an SDK", [bucketCall("PutBucketAcl", { "x-amz-acl": "public-read" })]),
    attempt("a refusal at the command line", [cli(denied(bucketCall("PutBucketAcl", { "x-amz-acl": "public-read" })))]),
  ],
};
void from;
void OFFICE_IP;
