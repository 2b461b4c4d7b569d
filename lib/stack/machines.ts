import { readFileSync } from "node:fs";
import { Aws, RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { acknowledgeWildcards } from "./acknowledge.ts";
import type { CordonContext } from "./context.ts";
import { idOf } from "./functions.ts";

export const MACHINES = ["investigate", "contain", "release", "respond"] as const;
export type MachineName = (typeof MACHINES)[number];

const FOLDER = new URL("../../stateMachines/", import.meta.url);
const KEYS = /\$\{(\w+)\}/g;

/** The ASL document as it lies in `stateMachines/`, the very one that the embedded host runs. */
export const readDefinition = (name: MachineName): string => readFileSync(new URL(`${name}.asl.json`, FOLDER), "utf8");

/** Names of the handlers, and of other machines (`…Machine`), that a document calls. */
export const keysOf = (definition: string): readonly string[] =>
  [...new Set([...definition.matchAll(KEYS)].map(([, key]) => key!))].sort();

/** By name and not by reference: functions that wake a machine are part of it, and CloudFormation takes no circles. */
export const machineArn = ({ name }: CordonContext, machine: MachineName): string =>
  `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:stateMachine:${name}-${machine}`;

/** All machines from their ASL files. Granting is by hand: a definition given as text grants nothing by itself. */
export const makeMachines = (
  scope: Construct,
  functions: ReadonlyMap<string, LambdaFunction>,
  dataKey: Key,
  context: CordonContext,
): ReadonlyMap<MachineName, StateMachine> =>
  new Map(MACHINES.map((name) => [name, makeMachine(scope, name, functions, dataKey, context)]));

const makeMachine = (
  scope: Construct,
  name: MachineName,
  functions: ReadonlyMap<string, LambdaFunction>,
  dataKey: Key,
  context: CordonContext,
): StateMachine => {
  const definition = readDefinition(name);
  const keys = keysOf(definition);
  const children = keys
    .filter((key) => key.endsWith("Machine"))
    .map((key) => key.replace(/Machine$/, "") as MachineName);
  const steps = keys.filter((key) => !key.endsWith("Machine")).map((key) => [key, functions.get(key)!] as const);
  const machine = new StateMachine(scope, `${idOf(name)}Machine`, {
    stateMachineName: `${context.name}-${name}`,
    stateMachineType: StateMachineType.STANDARD,
    // Integrations are named with the partition `aws` in the documents; here it is that of the deployment.
    definitionBody: DefinitionBody.fromString(
      definition.replaceAll("arn:aws:states:::", `arn:${Aws.PARTITION}:states:::`),
    ),
    definitionSubstitutions: Object.fromEntries([
      ...steps.map(([key, step]) => [key, step.functionArn]),
      ...children.map((child) => [`${child}Machine`, machineArn(context, child)]),
    ]),
    tracingEnabled: true,
    logs: { destination: logGroup(scope, name, dataKey, context), level: LogLevel.ALL, includeExecutionData: false },
  });
  const invoke = new PolicyStatement({
    actions: ["lambda:InvokeFunction"],
    resources: steps.map(([, step]) => step.functionArn),
  });
  const own = [invoke, ...(children.length > 0 ? childStatements(children, context) : [])];
  for (const statement of own) machine.addToRolePolicy(statement);
  // CDK itself adds X-Ray and the delivery of logs, which take no resource.
  acknowledgeWildcards(machine, [
    ...own,
    new PolicyStatement({ actions: ["xray:PutTraceSegments"], resources: ["*"] }),
  ]);
  return machine;
};

const logGroup = (scope: Construct, name: MachineName, encryptionKey: Key, context: CordonContext): LogGroup =>
  new LogGroup(scope, `${idOf(name)}MachineLog`, {
    logGroupName: `/aws/vendedlogs/states/${context.name}-${name}`,
    retention: context.logRetentionDays as RetentionDays,
    encryptionKey,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });

/** What `startExecution.sync:2` needs (Step Functions developer guide, nested workflows). */
const childStatements = (children: readonly MachineName[], context: CordonContext): readonly PolicyStatement[] => {
  const arns = children.map((child) => machineArn(context, child));
  const rule = `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`;
  return [
    new PolicyStatement({ actions: ["states:StartExecution"], resources: arns }),
    new PolicyStatement({
      actions: ["states:DescribeExecution", "states:StopExecution"],
      resources: arns.map((arn) => `${arn.replace(":stateMachine:", ":execution:")}:*`),
    }),
    new PolicyStatement({ actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"], resources: [rule] }),
  ];
};
