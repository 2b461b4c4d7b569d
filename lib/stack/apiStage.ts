import { RemovalPolicy } from "aws-cdk-lib";
import type { CfnStage, HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { Key } from "aws-cdk-lib/aws-kms";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { CordonContext } from "./context.ts";

export interface StageRules {
  /** Logical id of the log group. */
  readonly log: string;
  /** What each request leaves in it, by name: variables of API Gateway's access log. */
  readonly format: Readonly<Record<string, string>>;
  /** Requests at once and a second; a person is slower. */
  readonly burst: number;
  readonly rate: number;
}

/** The default stage of an API writes an encrypted log of who asked what, and takes so many requests and no more. */
export const guardStage = (
  scope: Construct,
  api: HttpApi,
  encryptionKey: Key,
  context: CordonContext,
  { log: id, format, burst, rate }: StageRules,
): void => {
  const log = new LogGroup(scope, id, {
    retention: context.logRetentionDays as RetentionDays,
    encryptionKey,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  const stage = api.defaultStage!.node.defaultChild as CfnStage;
  stage.accessLogSettings = { destinationArn: log.logGroupArn, format: JSON.stringify(format) };
  stage.defaultRouteSettings = { throttlingBurstLimit: burst, throttlingRateLimit: rate };
};
