import { AthenaClient } from "@aws-sdk/client-athena";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { GuardDutyClient } from "@aws-sdk/client-guardduty";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { Macie2Client } from "@aws-sdk/client-macie2";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { clientOptions } from "../aws/clientOptions.ts";
import { systemClock } from "../aws/clock.ts";
import { type Check, fail } from "../aws/doctor/check.ts";
import { examine } from "../aws/doctor/doctor.ts";
import { failureOf } from "../aws/failures.ts";
import type { CordonContext } from "../stack/context.ts";

export interface AwsPlace {
  readonly context: CordonContext;
  readonly profile: string | null;
  readonly stack: string;
  /** Empty: every bucket of the account. */
  readonly buckets: readonly string[];
}

/** The doctor of a deployment, with the caller's own credentials. */
export const examineAws = async ({ context, profile, stack, buckets }: AwsPlace): Promise<readonly Check[]> => {
  const clients = clientsFor(context.region, profile);
  const { account, region, partition, memberAccounts, name, logs, loaded } = context;
  try {
    const wanted = buckets.length > 0 ? buckets : await bucketsOf(clients.s3, context);
    return await examine({
      clients,
      clock: systemClock,
      stack,
      account,
      region,
      partition,
      memberAccounts,
      name,
      logRegions: logs.regions,
      buckets: wanted,
      settings: loaded,
    });
  } catch (error) {
    const { code, message } = failureOf(error);
    return [fail("credentials", `AWS was not reached: ${code}: ${message}`, "aws sts get-caller-identity")];
  }
};

const clientsFor = (region: string, profile: string | null) => {
  const options = {
    ...clientOptions({ region, attempts: 3, connectTimeoutMs: 5_000, answerTimeoutMs: 20_000 }),
    ...(profile === null ? {} : { profile }),
  };
  return {
    athena: new AthenaClient(options),
    cloudFormation: new CloudFormationClient(options),
    cloudTrail: new CloudTrailClient(options),
    guardDuty: new GuardDutyClient(options),
    iam: new IAMClient(options),
    kms: new KMSClient(options),
    macie: new Macie2Client(options),
    s3: new S3Client(options),
    sns: new SNSClient(options),
  };
};

/** All of the account but Cordon's own, page by page. */
const bucketsOf = async (s3: S3Client, { name }: CordonContext): Promise<readonly string[]> => {
  const found: string[] = [];
  let token: string | undefined;
  do {
    const { Buckets = [], ContinuationToken } = await s3.send(
      new ListBucketsCommand({ MaxBuckets: 1000, ...(token === undefined ? {} : { ContinuationToken: token }) }),
    );
    found.push(...Buckets.map(({ Name }) => Name!));
    token = ContinuationToken;
  } while (token !== undefined);
  return found.filter((bucket) => !bucket.startsWith(`${name}-`));
};
