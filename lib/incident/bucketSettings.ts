import * as cast from "./cast.ts";
import type { Doc } from "./records.ts";
import type { Aftermath } from "./story.ts";

const OWNER = { DisplayName: "acme", ID: "7009a8971cd538e11f6b6606438875e7c86c5b672f46db45460ddcd087d36c32" };
const TAGS: Readonly<Record<string, string>> = {
  [cast.CUSTOMERS]: "customer-pii",
  [cast.FINANCE]: "financial",
  [cast.ANALYTICS]: "internal",
  [cast.PAYROLL]: "payroll",
  [cast.LOG_BUCKET]: "logs",
};
export const BUCKETS: readonly string[] = Object.keys(TAGS);

/** Settings of a bucket as the actor leaves it: outputs of S3's reads by operation name, null where there is none. */
export const bucketSettings = (bucket: string, aftermath: Aftermath): Doc => ({
  GetBucketPolicy: { Policy: JSON.stringify(policyOf(bucket, aftermath)) },
  GetPublicAccessBlock: aftermath.withoutPublicAccessBlock.includes(bucket)
    ? publicAccessBlock(false)
    : publicAccessBlock(true),
  GetBucketVersioning: bucket === cast.ANALYTICS ? {} : { Status: "Enabled" },
  GetBucketLogging: {},
  GetBucketReplication: replicationOf(bucket, aftermath),
  GetBucketLifecycleConfiguration: bucket === cast.ANALYTICS ? lifecycle() : null,
  GetBucketEncryption: {
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }],
    },
  },
  GetBucketAcl: {
    Owner: OWNER,
    Grants: [{ Grantee: { ...OWNER, Type: "CanonicalUser" }, Permission: "FULL_CONTROL" }],
  },
  GetBucketOwnershipControls: { OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] } },
  GetBucketTagging: { TagSet: [{ Key: "data", Value: TAGS[bucket] }] },
  GetBucketLocation: { LocationConstraint: null },
});

const policyOf = (bucket: string, { policies }: Aftermath): Doc => ({
  Version: "2012-10-17",
  Statement: [
    secureTransport(bucket),
    ...(bucket === cast.LOG_BUCKET ? trailStatements() : []),
    ...(policies[bucket] ?? []),
  ],
});

const secureTransport = (bucket: string): Doc => ({
  Sid: "DenyInsecureTransport",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

/** CloudTrail user guide, bucket policy for CloudTrail. */
const trailStatements = (): readonly Doc[] => {
  const trail = { "aws:SourceArn": `arn:aws:cloudtrail:${cast.REGION}:${cast.ACCOUNT}:trail/${cast.TRAIL}` };
  const statement = { Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" } };
  return [
    {
      Sid: "AWSCloudTrailAclCheck",
      ...statement,
      Action: "s3:GetBucketAcl",
      Resource: `arn:aws:s3:::${cast.LOG_BUCKET}`,
      Condition: { StringEquals: trail },
    },
    {
      Sid: "AWSCloudTrailWrite",
      ...statement,
      Action: "s3:PutObject",
      Resource: `arn:aws:s3:::${cast.LOG_BUCKET}/AWSLogs/${cast.ACCOUNT}/*`,
      Condition: { StringEquals: { ...trail, "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
  ];
};

const publicAccessBlock = (on: boolean): Doc => ({
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: on,
    IgnorePublicAcls: on,
    BlockPublicPolicy: on,
    RestrictPublicBuckets: on,
  },
});

const replicationOf = (bucket: string, { replications }: Aftermath): Doc | null => {
  const configuration = replications[bucket];
  return configuration === undefined ? null : { ReplicationConfiguration: configuration };
};

const lifecycle = (): Doc => ({
  Rules: [
    {
      ID: "tier-down",
      Status: "Enabled",
      Filter: { Prefix: "events/" },
      Transitions: [{ Days: 365, StorageClass: "GLACIER" }],
    },
  ],
});
