import { AthenaClient } from "@aws-sdk/client-athena";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { GuardDutyClient } from "@aws-sdk/client-guardduty";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { Macie2Client } from "@aws-sdk/client-macie2";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { SNSClient } from "@aws-sdk/client-sns";
import { systemClock } from "../aws/clock.ts";
import { type Check, fail } from "../aws/doctor/check.ts";
import { examine } from "../aws/doctor/doctor.ts";
import { failureOf } from "../aws/failures.ts";
import { type CordonContext, parseContext } from "../stack/context.ts";
import { accessOf, DEFAULT_STACK, discoverTyped, optionsWith } from "./awsPlace.ts";
import type { Typed } from "./command.ts";

export interface AwsPlace {
  readonly context: CordonContext;
  /** Names the credentials and the stack. */
  readonly typed: Typed;
  /** Empty: every bucket of the account. */
  readonly buckets: readonly string[];
}

/** The doctor of a deployment, with the caller's own credentials. */
export const examineAws = async ({ context, typed, buckets }: AwsPlace): Promise<readonly Check[]> => {
  const clients = await clientsFor(context.region, typed);
  const stack = String(typed.values.stack ?? DEFAULT_STACK);
  const { account, region, partition, memberAccounts, externalId, name, logs, loaded } = context;
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
      externalId,
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

/** The context with which the stack was deployed, where there is no file of it here. */
export const deployedContext = async (typed: Typed): Promise<CordonContext> => {
  const { context, settings } = await discoverTyped(typed);
  return parseContext(context, () => JSON.stringify(settings));
};

const clientsFor = async (region: string, { values }: Typed) => {
  const options = optionsWith(await accessOf({ values: { region, ...values } }));
  return {
    athena: new AthenaClient(options),
    cloudFormation: new CloudFormationClient(options),
    cloudTrail: new CloudTrailClient(options),
    guardDuty: new GuardDutyClient(options),
    kms: new KMSClient(options),
    lambda: new LambdaClient(options),
    macie: new Macie2Client(options),
    quotas: new ServiceQuotasClient(options),
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
