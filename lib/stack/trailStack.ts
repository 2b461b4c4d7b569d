import { Aws, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { CfnWorkGroup } from "aws-cdk-lib/aws-athena";
import { CfnTrail } from "aws-cdk-lib/aws-cloudtrail";
import { CfnDatabase, CfnTable } from "aws-cdk-lib/aws-glue";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import type { LogPlace } from "../aws/logFiles.ts";
import { RESULT_DAYS } from "../aws/scanResult.ts";
import { acknowledge } from "./acknowledge.ts";
import { bucketName, type CordonContext } from "./context.ts";
import { makeSideTables } from "./sideTables.ts";
import { BUCKET } from "./storage.ts";
import { COLUMNS, PARTITION_KEYS, projection, rootOf } from "./trailTable.ts";

const TABLE = "cloudtrail_logs";
export interface CordonTrailStackProps extends StackProps {
  readonly context: CordonContext;
}

export interface TrailParts {
  readonly stack: Stack;
  readonly database: string;
  readonly workgroup: string;
  readonly results: Bucket;
  readonly resultsKey: Key;
  readonly logPlace: LogPlace;
}

/** CloudTrail as a table that Athena can ask, within limits, and the trail itself where there is none yet. */
export const makeTrailStack = (
  scope: Construct,
  id: string,
  { context, ...props }: CordonTrailStackProps,
): TrailParts => {
  const { logs, memberAccounts, organization, account, name } = context;
  const stack = new Stack(scope, id, props);
  const database = name.replaceAll("-", "_");
  const resultsKey = new Key(stack, "ResultsKey", {
    description: "Cordon: results of Athena",
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const results = makeResults(stack, resultsKey, context);
  const bucket = logs.bucket ?? makeTrail(stack, context);
  makeTables(stack, bucket, database, context);
  makeWorkgroup(stack, results, resultsKey, context);
  const logPlace = {
    bucket,
    owner: logs.owner ?? account,
    prefix: logs.prefix,
    organizationId: logs.organizationId,
    accounts: organization === null ? memberAccounts : null,
    regions: logs.regions,
    ...(logs.securityLake === null ? {} : { securityLake: logs.securityLake }),
  };
  return { stack, database, workgroup: name, results, resultsKey, logPlace };
};

const makeResults = (scope: Construct, encryptionKey: Key, context: CordonContext): Bucket => {
  const bucket = new Bucket(scope, "Results", {
    ...BUCKET,
    bucketName: bucketName(context, "results"),
    encryption: BucketEncryption.KMS,
    encryptionKey,
    bucketKeyEnabled: true,
    lifecycleRules: [
      {
        id: "old-results",
        expiration: Duration.days(RESULT_DAYS),
        noncurrentVersionExpiration: Duration.days(7),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
  });
  acknowledge(
    bucket,
    "AwsSolutions-S1",
    "Intermediate results of queries, gone after 90 days; who queried is in CloudTrail.",
  );
  return bucket;
};

const makeTables = (scope: Stack, bucket: string, databaseName: string, context: CordonContext): void => {
  const catalogId = Aws.ACCOUNT_ID;
  const database = new CfnDatabase(scope, "Database", {
    catalogId,
    databaseInput: {
      name: databaseName,
      description: "Cordon: CloudTrail and case tables",
      // Where Lake Formation gives new tables to nobody, a case table could be made and not be asked: here IAM alone decides.
      createTableDefaultPermissions: [
        { principal: { dataLakePrincipalIdentifier: "IAM_ALLOWED_PRINCIPALS" }, permissions: ["ALL"] },
      ],
    },
  });
  const table = new CfnTable(scope, "CloudTrailLogs", {
    catalogId,
    databaseName,
    tableInput: {
      name: TABLE,
      tableType: "EXTERNAL_TABLE",
      parameters: { EXTERNAL: "TRUE", ...projection(bucket, context) },
      partitionKeys: [...PARTITION_KEYS],
      storageDescriptor: {
        columns: [...COLUMNS],
        location: rootOf(bucket, context.logs),
        inputFormat: "com.amazon.emr.cloudtrail.CloudTrailInputFormat",
        outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        serdeInfo: { serializationLibrary: "org.apache.hive.hcatalog.data.JsonSerDe" },
      },
    },
  });
  table.addResourceDependency(database);
  makeSideTables(scope, database, databaseName, context);
};

/** Enforced, so that no query can be pointed elsewhere; results in our bucket, because they become evidence. */
const makeWorkgroup = (scope: Construct, results: Bucket, key: Key, { name, scanCapBytes }: CordonContext): void =>
  void new CfnWorkGroup(scope, "Workgroup", {
    name,
    description: "Cordon: scans of CloudTrail, capped",
    recursiveDeleteOption: false,
    workGroupConfiguration: {
      enforceWorkGroupConfiguration: true,
      publishCloudWatchMetricsEnabled: true,
      bytesScannedCutoffPerQuery: scanCapBytes,
      engineVersion: { selectedEngineVersion: "Athena engine version 3" },
      requesterPaysEnabled: false,
      resultConfiguration: {
        outputLocation: `s3://${results.bucketName}/athena/`,
        expectedBucketOwner: Aws.ACCOUNT_ID,
        encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKey: key.keyArn },
      },
    },
  });

/** A trail of management events and of S3 data events of all buckets but the trail's own. Returns the name of its bucket. */
const makeTrail = (scope: Construct, context: CordonContext): string => {
  const { name, account } = context;
  const trailBucket = bucketName(context, "trail");
  const bucket = new Bucket(scope, "TrailBucket", {
    ...BUCKET,
    bucketName: trailBucket,
    encryption: BucketEncryption.S3_MANAGED,
  });
  acknowledge(
    bucket,
    "AwsSolutions-S1",
    "Reads of the trail are in the trail; access logs of it would be a second, weaker copy.",
  );
  const trailArn = `arn:${Aws.PARTITION}:cloudtrail:${Aws.REGION}:${Aws.ACCOUNT_ID}:trail/${name}`;
  const own = { StringEquals: { "aws:SourceArn": trailArn } };
  const service = new ServicePrincipal("cloudtrail.amazonaws.com");
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: "TrailLooks",
      principals: [service],
      actions: ["s3:GetBucketAcl"],
      resources: [bucket.bucketArn],
      conditions: own,
    }),
  );
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: "TrailWrites",
      principals: [service],
      actions: ["s3:PutObject"],
      resources: [bucket.arnForObjects(`AWSLogs/${account}/*`)],
      conditions: { StringEquals: { "aws:SourceArn": trailArn, "s3:x-amz-acl": "bucket-owner-full-control" } },
    }),
  );
  const select = (...fieldSelectors: CfnTrail.AdvancedFieldSelectorProperty[]) => ({ fieldSelectors });
  const trail = new CfnTrail(scope, "Trail", {
    trailName: name,
    s3BucketName: trailBucket,
    isLogging: true,
    isMultiRegionTrail: true,
    includeGlobalServiceEvents: true,
    enableLogFileValidation: true,
    advancedEventSelectors: [
      select({ field: "eventCategory", equalTo: ["Management"] }),
      select(
        { field: "eventCategory", equalTo: ["Data"] },
        { field: "resources.type", equalTo: ["AWS::S3::Object"] },
        { field: "resources.ARN", notStartsWith: [`${bucket.bucketArn}/`] },
      ),
    ],
  });
  trail.node.addDependency(bucket.policy!);
  return trailBucket;
};
