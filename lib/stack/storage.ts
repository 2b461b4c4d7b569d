import { Aws, Duration, RemovalPolicy } from "aws-cdk-lib";
import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { bucketName, type CordonContext } from "./context.ts";

/**
 * What holds for every bucket of ours. Buckets outlive the stack: they hold cases and evidence; only what a first deployment
 * that failed had made goes with it, or its name would stop the next one (CloudFormation, RetainExceptOnCreate).
 */
export const BUCKET = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  versioned: true,
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
} as const satisfies BucketProps;

export interface Storage {
  readonly cases: Bucket;
  readonly evidence: Bucket;
}

export const makeStorage = (scope: Construct, context: CordonContext, dataKey: Key): Storage => {
  const accessLogs = makeAccessLogs(scope, context);
  const logged = { serverAccessLogsBucket: accessLogs };
  const cases = new Bucket(scope, "Cases", {
    ...BUCKET,
    bucketName: bucketName(context, "cases"),
    ...logged,
    serverAccessLogsPrefix: "cases/",
    encryption: BucketEncryption.KMS,
    encryptionKey: dataKey,
    bucketKeyEnabled: true,
    lifecycleRules: [
      {
        id: "superseded-documents",
        noncurrentVersionExpiration: Duration.days(365),
        abortIncompleteMultipartUploadAfter: Duration.days(7),
      },
    ],
  });
  const evidence = makeEvidence(scope, context, { ...logged, serverAccessLogsPrefix: "evidence/" });
  return { cases, evidence };
};

const makeAccessLogs = (scope: Construct, context: CordonContext): IBucket => {
  const bucket = new Bucket(scope, "AccessLogs", {
    ...BUCKET,
    bucketName: bucketName(context, "access-logs"),
    encryption: BucketEncryption.S3_MANAGED,
    lifecycleRules: [{ id: "old-logs", expiration: Duration.days(context.logRetentionDays) }],
  });
  acknowledge(
    bucket,
    "AwsSolutions-S1",
    "It is the target of the access logs; logging it into itself would never end.",
  );
  return bucket as IBucket;
};

/**
 * Locked evidence. Encrypted with S3's own keys and not with one of ours: a KMS key that is deleted or disabled would make
 * bundles unreadable that nobody can delete, and those hold no secret that their bucket policy does not keep.
 */
const makeEvidence = (
  scope: Construct,
  context: CordonContext,
  logged: { readonly serverAccessLogsBucket: IBucket; readonly serverAccessLogsPrefix: string },
): Bucket => {
  const { retention, breakGlassRole } = context;
  const days = Duration.days(retention.days);
  const bucket = new Bucket(scope, "Evidence", {
    ...BUCKET,
    bucketName: bucketName(context, "evidence"),
    ...logged,
    encryption: BucketEncryption.S3_MANAGED,
    objectLockEnabled: true,
    objectLockDefaultRetention:
      retention.mode === "COMPLIANCE" ? ObjectLockRetention.compliance(days) : ObjectLockRetention.governance(days),
  });
  const but = (...arns: readonly (string | null)[]): Readonly<Record<string, unknown>> => {
    const spared = arns.filter((arn) => arn !== null);
    return spared.length === 0 ? {} : { ArnNotEquals: { "aws:PrincipalArn": spared } };
  };
  const whole = [bucket.arnForObjects("*"), bucket.bucketArn];
  deny(bucket, "NobodyTakesEvidenceAway", TAKING_AWAY, whole, but(breakGlassRole));
  // CloudFormation must set what a deployment changes. Whoever had its role would gain nothing: every object carries a lock of its
  // own, which the next statement keeps from being short, and neither a default nor a lifecycle shortens one (S3, Object Lock).
  deny(bucket, "OnlyDeploymentsConfigure", CONFIGURING, [bucket.bucketArn], but(breakGlassRole, deployRoleOf(context)));
  deny(bucket, "NoShorterLock", ["s3:PutObject", "s3:PutObjectRetention"], [bucket.arnForObjects("*")], {
    ...but(breakGlassRole),
    NumericLessThan: { "s3:object-lock-remaining-retention-days": String(Math.max(1, retention.days - 1)) },
  });
  // The lock keeps a version; this keeps the name: what is stored once cannot be covered by a newer version.
  deny(bucket, "OnlyNewNames", ["s3:PutObject"], [bucket.arnForObjects("*")], { Null: { "s3:if-none-match": "true" } });
  return bucket;
};

const TAKING_AWAY = [
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
  "s3:BypassGovernanceRetention",
  "s3:PutBucketVersioning",
  "s3:DeleteBucket",
];
const CONFIGURING = ["s3:PutBucketObjectLockConfiguration", "s3:PutLifecycleConfiguration"];

/** The role by which CloudFormation deploys: that of `cdk bootstrap`, unless the context names another. */
const deployRoleOf = ({ deployRole }: CordonContext): string =>
  deployRole ??
  `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/cdk-hnb659fds-cfn-exec-role-${Aws.ACCOUNT_ID}-${Aws.REGION}`;

const deny = (
  bucket: Bucket,
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  conditions: Readonly<Record<string, unknown>>,
): void =>
  void bucket.addToResourcePolicy(
    new PolicyStatement({
      sid,
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: [...actions],
      resources: [...resources],
      conditions: conditions as Record<string, unknown>,
    }),
  );
