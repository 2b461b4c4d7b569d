import { AthenaClient } from "@aws-sdk/client-athena";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { GuardDutyClient } from "@aws-sdk/client-guardduty";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { Macie2Client } from "@aws-sdk/client-macie2";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { listAccounts } from "../aws/accounts.ts";
import { systemClock } from "../aws/clock.ts";
import { type Check, fail } from "../aws/doctor/check.ts";
import { examine } from "../aws/doctor/doctor.ts";
import type { Clients } from "../aws/doctor/options.ts";
import { failureOf } from "../aws/failures.ts";
import { s3Metadata } from "../logs/index.ts";
import { type CordonContext, parseContext, stackName } from "../stack/context.ts";
import { accessOf, DEFAULT_STACK, discoverTyped, optionsWith } from "./awsPlace.ts";
import type { Typed } from "./command.ts";

export interface AwsPlace {
  readonly context: CordonContext;
  /** Names the credentials and the stack. */
  readonly typed: Typed;
  /** Empty: every bucket of the account. */
  readonly buckets: readonly string[];
  /** Whether an alarm is set off. */
  readonly ring: boolean;
}

/** The doctor of a deployment, with the caller's own credentials. */
export const examineAws = async ({ context, typed, buckets, ring }: AwsPlace): Promise<readonly Check[]> => {
  const options = await optionsFor(context.region, typed);
  const stranger = await checkCaller(new STSClient(options), context.account);
  if (stranger !== null) return [stranger];
  const clients = clientsWith(options);
  const stack = String(typed.values.stack ?? stackName(context, DEFAULT_STACK));
  const { account, region, partition, externalId, name, logs, loaded } = context;
  const wanted = buckets.length > 0 ? { buckets, unknown: [] } : await bucketsOf(clients.s3, context);
  const checks = await examine({
    clients,
    clock: systemClock,
    stack,
    account,
    region,
    partition,
    memberAccounts: await membersOf(context, options),
    externalId,
    name,
    ...{ logRegions: logs.regions, securityLake: logs.securityLake },
    isMetadataAsked: context.sideLogs.some(({ source }) => source.id === s3Metadata.id),
    buckets: wanted.buckets,
    settings: loaded,
    ring,
  });
  return [...checks, ...wanted.unknown];
};

/** Those that are listed, or all of the organisation. */
export const membersOf = async (
  { memberAccounts, organization, accountsFile }: CordonContext,
  options: Awaited<ReturnType<typeof optionsFor>>,
): Promise<readonly string[]> =>
  organization === null ? memberAccounts : (accountsFile ?? listAccounts(new OrganizationsClient(options)));

/** Null: somebody of the account that the deployment is in. Of another one everything would seem to be missing. */
export const checkCaller = async (sts: STSClient, account: string): Promise<Check | null> => {
  const mend = "aws sts get-caller-identity";
  try {
    const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
    return Account === account
      ? null
      : fail("credentials", `you are ${Arn}, and the deployment is in account ${account}: give its --profile`, mend);
  } catch (error) {
    const { code, message } = failureOf(error);
    return fail("credentials", `AWS was not reached: ${code}: ${message}`, mend);
  }
};

/** The context with which the stack was deployed, where there is no file of it here. */
export const deployedContext = async (typed: Typed): Promise<CordonContext> => {
  const { context, settings, accounts } = await discoverTyped(typed);
  const place = (context as { readonly settings?: unknown }).settings;
  return parseContext(context, (path) => JSON.stringify(path === place ? settings : accounts));
};

export const optionsFor = async (region: string, { values }: Typed) =>
  optionsWith(await accessOf({ values: { region, ...values } }));

export const clientsWith = (options: Awaited<ReturnType<typeof optionsFor>>): Clients => ({
  athena: new AthenaClient(options),
  cloudFormation: new CloudFormationClient(options),
  cloudTrail: new CloudTrailClient(options),
  cloudWatch: new CloudWatchClient(options),
  guardDuty: new GuardDutyClient(options),
  kms: new KMSClient(options),
  lambda: new LambdaClient(options),
  macie: new Macie2Client(options),
  quotas: new ServiceQuotasClient(options),
  s3: new S3Client(options),
  sfn: new SFNClient(options),
  sns: new SNSClient(options),
});

interface Wanted {
  readonly buckets: readonly string[];
  /** A line where they could not be listed. */
  readonly unknown: readonly Check[];
}

const bucketsOf = async (s3: S3Client, context: CordonContext): Promise<Wanted> => {
  try {
    return { buckets: await listBuckets(s3, context), unknown: [] };
  } catch (error) {
    const { code, message } = failureOf(error);
    const says = `the buckets were not listed, so that nobody looked whether their reads are on record: ${code}: ${message}`;
    return { buckets: [], unknown: [fail("data-events", says.slice(0, 300), "cordon doctor --bucket NAME,NAME")] };
  }
};

/** All of the account but Cordon's own, page by page. */
const listBuckets = async (s3: S3Client, { name }: CordonContext): Promise<readonly string[]> => {
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
