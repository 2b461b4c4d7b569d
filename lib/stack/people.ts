import { Aws, CfnOutput } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { ManagedPolicy, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { acknowledgeWildcards } from "./acknowledge.ts";
import { type CordonContext, functionRoleName } from "./context.ts";
import type { Places } from "./grants.ts";
import { noAgent } from "./noAgent.ts";

type PeoplePlaces = Pick<
  Places,
  "caseBucket" | "evidenceBucket" | "dataKey" | "evidenceKey" | "ledgerKey" | "respondMachine"
>;

/**
 * What people need to use the command line, as policies to attach to their roles: auditors read and cannot decide,
 * responders also hand signed decisions in and start responses. Neither can write a case, sign evidence, or contain.
 */
export const makePeoplePolicies = (
  scope: Construct,
  api: HttpApi,
  places: PeoplePlaces,
  context: CordonContext,
): void => {
  const read = readStatements(places);
  makePolicy(scope, "Auditor", "Reads cases, sealed evidence and the ledger of Cordon", read(), context);
  makePolicy(
    scope,
    "Responder",
    "Reads Cordon, hands decisions in, starts responses",
    [...read(), ...decideStatements(api, places)],
    context,
  );
};

/** Made anew for each policy: a statement belongs to one. */
const readStatements =
  ({ caseBucket, evidenceBucket, dataKey, evidenceKey, ledgerKey }: PeoplePlaces) =>
  (): readonly PolicyStatement[] => [
    allow(["cloudformation:DescribeStacks", "cloudformation:DescribeStackResource"], [Aws.STACK_ID]),
    allow(["s3:GetObject"], [`${caseBucket}/cases/*`, `${evidenceBucket}/bundles/*`, `${evidenceBucket}/ledger/*`]),
    allow(["s3:ListBucket"], [caseBucket, evidenceBucket]),
    allow(["kms:Decrypt"], [dataKey]),
    allow(["kms:GetPublicKey"], [evidenceKey, ledgerKey]),
  ];

const decideStatements = (
  api: HttpApi,
  { caseBucket, dataKey, respondMachine }: PeoplePlaces,
): readonly PolicyStatement[] => [
  allow(
    ["execute-api:Invoke"],
    ["decisions", "plans"].map((name) => api.arnForExecuteApi("POST", `/v1/${name}`, "$default")),
  ),
  allow(["states:StartExecution"], [respondMachine]),
  // A finding that is too large for an execution is laid into the bucket whole.
  allow(["s3:PutObject"], [`${caseBucket}/inbox/*`]),
  allow(["kms:GenerateDataKey"], [dataKey]),
  noAgent(["execute-api:Invoke", "states:StartExecution", "states:SendTaskSuccess", "states:SendTaskFailure"]),
];

const allow = (actions: readonly string[], resources: readonly string[]): PolicyStatement =>
  new PolicyStatement({ actions: [...actions], resources: [...resources] });

const makePolicy = (
  scope: Construct,
  who: "Auditor" | "Responder",
  description: string,
  statements: readonly PolicyStatement[],
  context: CordonContext,
): void => {
  const policy = new ManagedPolicy(scope, `${who}Policy`, {
    managedPolicyName: functionRoleName(context, who.toLowerCase()),
    description,
    statements: [...statements],
  });
  acknowledgeWildcards(policy, statements);
  new CfnOutput(scope, `${who}PolicyArn`, { value: policy.managedPolicyArn });
};
