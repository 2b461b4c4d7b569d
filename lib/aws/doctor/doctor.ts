import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { type Check, fail, looked, pass } from "./check.ts";
import { checkApprovers, checkEvidence, checkKeys, checkNotices, checkTable } from "./deployment.ts";
import { checkInFlight } from "./inFlight.ts";
import { checkMembers } from "./members.ts";
import { checkObjectMetadata } from "./objectMetadata.ts";
import type { DoctorOptions, Outputs } from "./options.ts";
import { checkQuotas } from "./quotas.ts";
import { ringAlarm } from "./ring.ts";
import { checkGuardDuty, checkMacie, checkTrail } from "./sources.ts";

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
    looked("object-metadata", "aws s3api get-bucket-metadata-configuration --bucket BUCKET", () =>
      checkObjectMetadata(options),
    ),
    checkQuotas(options),
  ]);
  return [...deployed, ...sources.flat(), ...checkApprovers(options.settings, options.clock.now())];
};

const stackOutputs = async ({
  clients,
  stack,
}: {
  readonly clients: Pick<DoctorOptions["clients"], "cloudFormation">;
  readonly stack: string;
}): Promise<{ readonly found: Outputs } | { readonly missing: Check }> => {
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

/** Rings one alarm of a stack at the topic that its outputs name. */
export const ringOf = async (
  options: Pick<DoctorOptions, "stack" | "clock"> & {
    readonly clients: Pick<DoctorOptions["clients"], "cloudFormation" | "cloudWatch">;
  },
): Promise<readonly Check[]> => {
  const outputs = await stackOutputs(options);
  return "missing" in outputs ? [outputs.missing] : ringWith(options, outputs.found);
};

const ringWith = (
  { clients, stack, clock }: Parameters<typeof ringOf>[0],
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
    looked("in-flight", "aws stepfunctions list-executions --state-machine-arn ARN", () => checkInFlight(options)),
    looked("member-roles", "npx cdk deploy CordonMemberStack", () => checkMembers(options)),
  ]);
  return looks.flat();
};
