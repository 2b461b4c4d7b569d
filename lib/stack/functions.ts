import { Duration, RemovalPolicy, Size } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { acknowledgeWildcards } from "./acknowledge.ts";
import { type CordonContext, functionRoleName } from "./context.ts";
import { noAgent } from "./noAgent.ts";
import type { Step } from "./steps.ts";

/** Roles exist before anything that names them: keys admit them, and member accounts trust them by name. */
export const makeRole = (scope: Construct, name: string, context: CordonContext): Role =>
  new Role(scope, `${idOf(name)}Role`, {
    roleName: functionRoleName(context, name),
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    description: `Cordon ${name}`,
  });

export interface FunctionParts {
  readonly name: string;
  readonly step: Step;
  readonly role: Role;
  readonly code: Code;
  readonly environment: Readonly<Record<string, string>>;
  readonly dataKey: Key;
  readonly statements: readonly PolicyStatement[];
}

/** One function with its own role and log group; it may do what its statements say, write its log and send its traces. */
export const makeFunction = (scope: Construct, parts: FunctionParts, context: CordonContext): LambdaFunction => {
  const { name, step, role, code, environment, dataKey, statements } = parts;
  const functionName = functionRoleName(context, name);
  const logGroup = new LogGroup(scope, `${idOf(name)}Log`, {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: context.logRetentionDays as RetentionDays,
    encryptionKey: dataKey,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  const traces = new PolicyStatement({
    actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    resources: ["*"],
  });
  const all = [
    new PolicyStatement({ actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [logGroup.logGroupArn] }),
    traces,
    ...statements,
  ];
  for (const statement of [...all, noAgent()]) role.addToPolicy(statement);
  acknowledgeWildcards(role, all);
  return new LambdaFunction(scope, idOf(name), {
    functionName,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: `${name}.handler`,
    code,
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    tracing: Tracing.ACTIVE,
    timeout: Duration.seconds(step.timeoutSeconds),
    memorySize: step.memoryMb,
    ...(step.scratchMb === undefined ? {} : { ephemeralStorageSize: Size.mebibytes(step.scratchMb) }),
    // State machines retry; Lambda's own two silent retries would run a step twice behind their back. Doors that EventBridge
    // calls have them (trigger.ts).
    ...(step.calledBy === "events" ? {} : { retryAttempts: 0 }),
    environment: { ...environment, CORDON_STEP: name },
  });
};

export const idOf = (name: string): string => `${name[0]!.toUpperCase()}${name.slice(1)}`;
