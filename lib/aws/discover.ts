import {
  type CloudFormationClient,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import * as z from "zod";
import { CordonError } from "../base/errors.ts";
import { schemaFaults } from "../case/check.ts";
import { parseSettings, type Settings } from "../core/settings.ts";
import { type Environment, parseEnvironment } from "./environment.ts";
import { failureOf, toStepError } from "./failures.ts";

/** A deployment in AWS, as its stack describes it. */
export interface Discovered {
  /** That of its functions, as if the command line were one. */
  readonly env: Environment;
  readonly settings: Settings;
  /** `https://…` without a path. */
  readonly decisionApi: string;
  /** The CDK context it was deployed with, unchecked. */
  readonly context: unknown;
  /** Ids of the accounts file of an organisation, or null. */
  readonly accounts: unknown;
}

/** What `lib/stack/record.ts` wrote. */
const RecordSchema = z.object({
  schema: z.literal("cordon/deployment/v1"),
  environment: z.record(z.string(), z.string()),
  decisionApi: z.url(),
  context: z.string(),
  settings: z.string(),
  /** Absent in deployments of 0.1.0. */
  accounts: z.string().default("null"),
});
const STACK_ID = /^arn:([a-z-]+):cloudformation:([a-z0-9-]+):(\d{12}):stack\//;

/**
 * Finds a deployment by the name of its stack. Two reads of CloudFormation and nothing else, so that whoever audits needs
 * no right to a function or a parameter. Throws USAGE when there is none, SETTINGS_INVALID for one of another version.
 */
export const discover = async (cloudFormation: CloudFormationClient, stack: string): Promise<Discovered> => {
  const { stackId, recordId } = await findStack(cloudFormation, stack);
  const record = readRecord(stack, await metadataOf(cloudFormation, stack, recordId));
  const [, partition = "", region = "", account = ""] = STACK_ID.exec(stackId) ?? [];
  const { environment, settings, context, accounts, decisionApi } = record;
  const own = { AWS_REGION: region, CORDON_ACCOUNT: account, CORDON_PARTITION: partition, CORDON_STEP: "cli" };
  return {
    decisionApi,
    env: parseEnvironment({ CORDON_MEMBER_ROLE: "none", ...environment, ...own }),
    settings: parseSettings(JSON.parse(settings), `stack ${stack}`),
    context: JSON.parse(context) as unknown,
    accounts: JSON.parse(accounts) as unknown,
  };
};

const findStack = async (
  cloudFormation: CloudFormationClient,
  StackName: string,
): Promise<{ readonly stackId: string; readonly recordId: string }> => {
  try {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    const recordId = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === "FoundRecord")?.OutputValue;
    if (recordId !== undefined) return { stackId: Stacks[0]!.StackId!, recordId };
    throw new CordonError(
      "USAGE",
      `the stack ${StackName} is not a deployment of this version: expected its output FoundRecord`,
    );
  } catch (error) {
    throw toDiscoveryError(StackName, error);
  }
};

const metadataOf = async (
  cloudFormation: CloudFormationClient,
  StackName: string,
  LogicalResourceId: string,
): Promise<string> => {
  try {
    const { StackResourceDetail } = await cloudFormation.send(
      new DescribeStackResourceCommand({ StackName, LogicalResourceId }),
    );
    return StackResourceDetail?.Metadata ?? "null";
  } catch (error) {
    throw toDiscoveryError(StackName, error);
  }
};

const readRecord = (stack: string, metadata: string): z.output<typeof RecordSchema> => {
  const parsed = RecordSchema.safeParse((JSON.parse(metadata) as { Cordon?: unknown } | null)?.Cordon);
  if (parsed.success) return parsed.data;
  const faults = schemaFaults(parsed.error, "Metadata.Cordon").map((fault) => ({
    ...fault,
    path: `${stack}: ${fault.path}`,
  }));
  throw new CordonError("SETTINGS_INVALID", `the stack ${stack} describes itself in a way this version cannot read`, {
    faults,
  });
};

/** What a person can do about it, in a sentence. */
const toDiscoveryError = (stack: string, error: unknown): CordonError => {
  if (error instanceof CordonError) return error;
  const { code, message } = failureOf(error);
  if (code === "ValidationError" && /does not exist/.test(message))
    return new CordonError(
      "USAGE",
      `there is no stack ${stack} in this account and region; give --stack, --region or --profile`,
      {
        cause: error,
      },
    );
  if (/^(Credentials|Token)Provider/.test(code) || /^ExpiredToken/.test(code))
    return new CordonError(
      "USAGE",
      `AWS has no valid credentials for you: ${message}; sign in first, for example: aws sso login`,
      {
        cause: error,
      },
    );
  return toStepError("STATE_UNKNOWN", `look at the stack ${stack}`, error);
};
