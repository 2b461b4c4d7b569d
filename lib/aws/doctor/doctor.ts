import type { AthenaClient } from "@aws-sdk/client-athena";
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import type { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { GuardDutyClient } from "@aws-sdk/client-guardduty";
import type { KMSClient } from "@aws-sdk/client-kms";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { Macie2Client } from "@aws-sdk/client-macie2";
import type { S3Client } from "@aws-sdk/client-s3";
import type { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { Settings } from "../../core/settings.ts";
import type { Clock } from "../../ports/ports.ts";
import { type Check, fail, looked, pass } from "./check.ts";
import { checkApprovers, checkEvidence, checkKeys, checkNotices, checkTable } from "./deployment.ts";
import { checkMembers } from "./members.ts";
import { checkQuotas } from "./quotas.ts";
import { ringAlarm } from "./ring.ts";
import { checkGuardDuty, checkMacie, checkTrail } from "./sources.ts";

export interface Clients {
  readonly athena: AthenaClient;
  readonly cloudFormation: CloudFormationClient;
  readonly cloudTrail: CloudTrailClient;
  readonly cloudWatch: CloudWatchClient;
  readonly guardDuty: GuardDutyClient;
  readonly kms: KMSClient;
  readonly lambda: LambdaClient;
  readonly macie: Macie2Client;
  readonly quotas: ServiceQuotasClient;
  readonly s3: S3Client;
  readonly sns: SNSClient;
}

export interface DoctorOptions {
  readonly clients: Clients;
  readonly clock: Clock;
  readonly stack: string;
  readonly region: string;
  readonly partition: string;
  readonly account: string;
  readonly memberAccounts: readonly string[];
  readonly externalId: string;
  readonly name: string;
  readonly logRegions: readonly string[];
  /** Buckets whose reads must be on record. */
  readonly buckets: readonly string[];
  readonly settings: Settings;
  /** Sets an alarm off, which people hear. */
  readonly ring: boolean;
}

/** Looks at everything that a response will need, changes nothing, and says for each what to do. */
export const examine = async (options: DoctorOptions): Promise<readonly Check[]> => {
  const outputs = await stackOutputs(options);
  const deployed =
    "missing" in outputs
      ? [outputs.missing]
      : [pass("stack", `${options.stack} is deployed`), ...(await deployment(options, outputs.found))];
  const sources = await Promise.all([
    looked("guardduty", "aws guardduty list-detectors", () => checkGuardDuty(options)),
    looked("trail", "aws cloudtrail describe-trails", () => checkTrail(options)),
    looked("macie", "aws macie2 get-macie-session", () => checkMacie(options)),
    looked("table", `aws athena get-work-group --work-group ${options.name}`, () => checkTable(options)),
    checkQuotas(options),
  ]);
  return [...deployed, ...sources.flat(), ...checkApprovers(options.settings, options.clock.now())];
};

export type Outputs = Readonly<Record<string, string>>;

const stackOutputs = async ({
  clients,
  stack,
}: DoctorOptions): Promise<{ readonly found: Outputs } | { readonly missing: Check }> => {
  try {
    const { Stacks = [] } = await clients.cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = (Stacks[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [
      OutputKey!.replace(/^Found/, ""),
      OutputValue!,
    ]);
    return { found: Object.fromEntries(outputs) };
  } catch (error) {
    return { missing: fail("stack", `${stack} was not found: ${(error as Error).message}`, "npx cdk deploy --all") };
  }
};

const ringWith = (
  { clients, stack, clock }: DoctorOptions,
  { NoticesTopic = "" }: Outputs,
): Promise<readonly Check[]> =>
  ringAlarm({ cloudWatch: clients.cloudWatch, stack, topic: NoticesTopic, now: clock.now(), pollMs: 3000, polls: 20 });

const deployment = async (options: DoctorOptions, outputs: Outputs): Promise<readonly Check[]> => {
  const looks = await Promise.all([
    looked("evidence", "aws s3api get-object-lock-configuration --bucket EVIDENCE-BUCKET", () =>
      checkEvidence(options, outputs),
    ),
    looked("keys", "aws kms describe-key --key-id KEY", () => checkKeys(options, outputs)),
    looked("notices", "aws sns list-subscriptions-by-topic --topic-arn TOPIC", () => checkNotices(options, outputs)),
    ...(options.ring ? [looked("ring", "aws cloudwatch describe-alarms", () => ringWith(options, outputs))] : []),
    looked("member-roles", "npx cdk deploy CordonMemberStack", () => checkMembers(options)),
  ]);
  return looks.flat();
};
