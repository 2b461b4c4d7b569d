/**
 * Events of our own making that meet the conditions of the peers' rules: `service:Call` is one call of a suspect, with
 * what its rule looks for in the request; other names are several calls. Nothing here is copied from a rule.
 */
import {
  ANONYMOUS,
  bucketCall,
  by,
  call,
  denied,
  type Event,
  FOREIGN,
  from,
  OFFICE_IP,
  OWN,
  objectCall,
  roleSession,
  STRANGER,
  times,
  USER,
  when,
} from "../events.ts";

const foreign = (action: string): string =>
  JSON.stringify({
    Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` }, Action: action, Resource: "*" }],
  });
const everybody = (action: string) => ({
  Statement: [{ Effect: "Allow", Principal: "*", Action: action, Resource: "*" }],
});
const TRUST = JSON.stringify({
  Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` }, Action: "sts:AssumeRole" }],
});
const RIGHTS = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });
const ADMIN = {
  policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
  userName: "eve",
  roleName: "app",
  groupName: "all",
};
const ROOT = { type: "Root", principalId: OWN, arn: `arn:aws:iam::${OWN}:root`, accountId: OWN };
const shared = { items: [{ userId: FOREIGN }] };

/** What the request of a call holds, where a rule looks into it. */
const REQUESTS: Readonly<Record<string, Event>> = {
  AttachUserPolicy: ADMIN,
  AttachRolePolicy: ADMIN,
  AttachGroupPolicy: ADMIN,
  PutUserPolicy: { userName: "eve", policyDocument: RIGHTS },
  PutRolePolicy: { roleName: "app", policyDocument: RIGHTS },
  PutGroupPolicy: { groupName: "all", policyDocument: RIGHTS },
  CreatePolicyVersion: { policyArn: "p", policyDocument: RIGHTS, setAsDefault: true },
  CreatePolicy: { policyName: "p", policyDocument: RIGHTS },
  UpdateAssumeRolePolicy: { roleName: "app", policyDocument: TRUST },
  CreateRole: { roleName: "app", assumeRolePolicyDocument: TRUST },
  UpdateAccessKey: { userName: "eve", accessKeyId: "AKIA", status: "Active" },
  DeletePolicy: { policyArn: `arn:aws:iam::${OWN}:policy/DenyExport` },
  PutEventSelectors: { trailName: "t", eventSelectors: [{ includeManagementEvents: false }] },
  UpdateTrail: { name: "t", isMultiRegionTrail: false, s3BucketName: "elsewhere" },
  PutBucketPolicy: { bucketPolicy: JSON.parse(foreign("s3:*")) },
  PutBucketAcl: { "x-amz-acl": "public-read" },
  PutObjectAcl: { "x-amz-acl": "public-read" },
  PutBucketVersioning: { VersioningConfiguration: { Status: "Suspended", MfaDelete: "Disabled" } },
  PutBucketLogging: { BucketLoggingStatus: {} },
  PutBucketLifecycle: { LifecycleConfiguration: { Rule: { ID: "x", Status: "Enabled", Expiration: { Days: 1 } } } },
  PutBucketReplication: {
    ReplicationConfiguration: {
      Rule: { ID: "x", Status: "Enabled", Destination: { Bucket: "arn:aws:s3:::evil", Account: FOREIGN } },
    },
  },
  PutBucketPublicAccessBlock: { PublicAccessBlockConfiguration: { BlockPublicAcls: false } },
  PutAccountPublicAccessBlock: { PublicAccessBlockConfiguration: { BlockPublicAcls: false } },
  CreateKey: { policy: foreign("kms:*"), origin: "EXTERNAL" },
  PutKeyPolicy: { keyId: "k", policy: foreign("kms:*") },
  PutResourcePolicy: { resourcePolicy: foreign("*"), policy: foreign("*") },
  SetRepositoryPolicy: { policyText: JSON.stringify(everybody("ecr:*")) },
  SetTopicAttributes: { attributeName: "Policy", attributeValue: JSON.stringify(everybody("sns:*")) },
  SetQueueAttributes: { attributes: { Policy: JSON.stringify(everybody("sqs:*")) } },
  CreateGrant: { keyId: "k", granteePrincipal: `arn:aws:iam::${FOREIGN}:role/x` },
  ModifySnapshotAttribute: { snapshotId: "snap-1", createVolumePermission: { add: shared } },
  ModifyImageAttribute: { imageId: "ami-1", launchPermission: { add: shared } },
  ModifyDBSnapshotAttribute: { dBSnapshotIdentifier: "s", attributeName: "restore", valuesToAdd: [FOREIGN] },
  ModifyDBClusterSnapshotAttribute: {
    dBClusterSnapshotIdentifier: "s",
    attributeName: "restore",
    valuesToAdd: [FOREIGN],
  },
  ModifyInstanceAttribute: { instanceId: "i-1", userData: "<sensitive>" },
  ModifyDBInstance: {
    dBInstanceIdentifier: "d",
    masterUserPassword: "****",
    publiclyAccessible: true,
    deletionProtection: false,
  },
  ModifyDBCluster: { dBClusterIdentifier: "d", masterUserPassword: "****", deletionProtection: false },
  CreateDBInstance: { dBInstanceIdentifier: "d", publiclyAccessible: true },
  DescribeInstanceAttribute: { attribute: "userData", instanceId: "i-1" },
  GetParameters: { names: ["/p"], withDecryption: true },
  GetParameter: { name: "/p", withDecryption: true },
  GetSecretValue: { secretId: "s" },
  GetPasswordData: { instanceId: "i-1" },
  SendCommand: { instanceIds: ["i-1"], documentName: "AWS-RunShellScript" },
  AddPermission: { functionName: "f", principal: "*" },
  AddLayerVersionPermission: { layerName: "l", principal: FOREIGN },
  UpdateFunctionConfiguration: { functionName: "f", layers: ["arn:x"] },
  CreateFunctionUrlConfig: { functionName: "f", authType: "NONE" },
  PutTargets: { rule: "r", targets: [{ arn: `arn:aws:events:eu-central-1:${FOREIGN}:event-bus/x` }] },
  CreateToken: { grantType: "urn:ietf:params:oauth:grant-type:device_code" },
  UpdateDetector: { enable: false },
  CreateFilter: { action: "ARCHIVE" },
  UpdateFilter: { action: "ARCHIVE" },
  BatchUpdateFindings: { workflow: { status: "SUPPRESSED" } },
  UpdateFindings: { recordState: "ARCHIVED" },
  UpdateStandardsControl: { controlStatus: "DISABLED" },
  ModifyDocumentPermission: { name: "d", accountIdsToAdd: ["all"] },
  UpdateProjectVisibility: { projectVisibility: "PUBLIC_READ" },
  UpdateProject: { name: "p", serviceRole: "r" },
  Subscribe: { protocol: "email", endpoint: "eve@example.com" },
  PutBackupPolicy: { backupPolicy: { status: "DISABLED" } },
  PutRetentionPolicy: { logGroupName: "CloudTrail", retentionInDays: 1 },
  UpdateDistribution: { distributionConfig: { origins: { items: [{ domainName: "acme.s3.amazonaws.com" }] } } },
  SubmitJob: { containerOverrides: {} },
  UpdateClusterConfig: { logging: { clusterLogging: [{ enabled: false }] } },
};

const ofUser = { userIdentity: USER };
const login = (over: Event): Event =>
  call("signin", "ConsoleLogin", null, {
    responseElements: { ConsoleLogin: "Success" },
    additionalEventData: { MFAUsed: "No" },
    ...over,
  });
const copied = (n: number): Event =>
  objectCall(
    "CopyObject",
    `k${n}`,
    { bucketName: "evil", "x-amz-copy-source": `acme-data/k${n}` },
    {
      resources: [
        { type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::evil", accountId: FOREIGN },
        { type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::acme-data", accountId: OWN },
      ],
    },
  );

const SEVERAL: Readonly<Record<string, readonly Event[]>> = {
  "copies, then deletions": [
    ...times(12, copied),
    ...times(12, (n) => when(60 + n, objectCall("DeleteObject", `k${n}`))),
  ],
  refusals: times(60, (n) =>
    when(n, denied(call("iam", n % 2 === 0 ? "ListUsers" : "UpdateAssumeRolePolicy", { roleName: `r${n}` }))),
  ),
  gigabytes: times(20, (n) =>
    when(n, objectCall("GetObject", `k${n}`, {}, { additionalEventData: { bytesTransferredOut: 500_000_000 } })),
  ),
  "failed sign-ins": times(10, (n) =>
    when(n, login({ responseElements: { ConsoleLogin: "Failure" }, errorMessage: "Failed authentication" })),
  ),
  "anonymous read": [by(ANONYMOUS, objectCall("GetObject", "k"))],
  "read from abroad": [by(STRANGER, objectCall("GetObject", "k"))],
  "key from a new address": [from(OFFICE_IP, objectCall("GetObject", "k")), when(72_000, objectCall("GetObject", "k"))],
  "bucket from a new address": [
    from(OFFICE_IP, objectCall("GetObject", "k")),
    when(72_000, objectCall("GetObject", "k")),
  ],
  "uncommon client": [
    objectCall("GetObject", "k", {}, { userAgent: "S3 Browser/11.1.5" }),
    call("sts", "GetCallerIdentity", null, { userAgent: "TruffleHog" }),
  ],
  "hacking distribution": [
    call("s3", "ListBuckets", null, { userAgent: "aws-cli/2.0 Python/3.11 Linux/6.1-kali source/x86_64.kali" }),
  ],
  "session from two addresses": [
    from(OFFICE_IP, by(roleSession("s"), objectCall("GetObject", "k"))),
    by(roleSession("s"), when(60, objectCall("GetObject", "k"))),
  ],
  root: [by(ROOT, call("iam", "CreateAccessKey", null))],
  "signin:ConsoleLogin": [login({}), by(ROOT, login({}))],
  "sts:AssumeRole": [by(roleSession("s"), call("sts", "AssumeRole", { roleArn: `arn:aws:iam::${OWN}:role/other` }))],
  "s3:GetObject": times(120, (n) => when(n, objectCall("GetObject", n === 0 ? ".aws/credentials" : `k${n}`))),
  "s3:PutObject": [
    objectCall("PutObject", "HOW_TO_DECRYPT_YOUR_FILES.txt"),
    objectCall("PutObject", "k", { "x-amz-server-side-encryption-customer-algorithm": "AES256" }),
    objectCall("PutObject", "static/js/app.js"),
  ],
  "s3:CopyObject": [
    copied(0),
    objectCall("CopyObject", "k", {
      "x-amz-server-side-encryption": "aws:kms",
      "x-amz-server-side-encryption-aws-kms-key-id": `arn:aws:kms:us-east-1:${FOREIGN}:key/1`,
      "x-amz-copy-source": "acme-data/k",
    }),
  ],
  "s3:DeleteObject": times(30, (n) => when(n, objectCall("DeleteObject", `k${n}`, { versionId: "v" }))),
  "s3:DeleteObjects": [objectCall("DeleteObjects", "", { delete: "" })],
  "s3:PutBucketPolicy": [
    bucketCall("PutBucketPolicy", REQUESTS.PutBucketPolicy!),
    bucketCall("PutBucketPolicy", { bucketPolicy: everybody("s3:GetObject") }),
  ],
  "secretsmanager:GetSecretValue": times(20, (n) =>
    when(n, call("secretsmanager", "GetSecretValue", { secretId: `s${n}` })),
  ),
  "secretsmanager:BatchGetSecretValue": [
    call("secretsmanager", "BatchGetSecretValue", { filters: [{ key: "tag-key", values: ["!x"] }] }),
  ],
  "cognito-identity:GetCredentialsForIdentity": [
    by({ type: "Unknown" }, call("cognito-identity", "GetCredentialsForIdentity", { identityId: "x" })),
  ],
  "lambda:Invoke": [call("lambda", "Invoke", { functionName: "f" }, ofUser)],
};

const withoutDate = (name: string): string => name.replace(/20\d\d_?\d\d_?\d\d(v\d+)?$/, "");

/** `s3:PutBucketAcl`, `s3:PutBucketAcl!` for the same call refused, or one of the names above. */
export const eventsOf = (sample: string): readonly Event[] => {
  const name = sample.replace(/!$/, "");
  const [service, eventName] = name.split(":") as [string, string];
  const events = SEVERAL[name] ?? [
    service === "s3"
      ? bucketCall(eventName, REQUESTS[eventName] ?? {})
      : call(service, eventName, REQUESTS[withoutDate(eventName)] ?? {}),
  ];
  return sample.endsWith("!") ? events.map(denied) : events;
};
