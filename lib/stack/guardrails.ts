import { Aws, CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { CfnVPCEndpoint } from "aws-cdk-lib/aws-ec2";
import { CfnDetector } from "aws-cdk-lib/aws-guardduty";
import { FilterPattern, LogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import { CfnSession } from "aws-cdk-lib/aws-macie";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { type CordonContext, memberRoleNames } from "./context.ts";

export type Guardrails = NonNullable<CordonContext["guardrails"]>;

export interface GuardrailsProps extends StackProps {
  readonly context: CordonContext;
  readonly guardrails: Guardrails;
  /** Where the alarm rings. */
  readonly notices: Topic;
}

/** What an account may be missing before anything can be detected. Everything is off until the context asks for it. */
export const makeGuardrailsStack = (
  scope: Construct,
  id: string,
  { context, guardrails, notices, ...props }: GuardrailsProps,
): Stack => {
  const stack = new Stack(scope, id, props);
  if (guardrails.guardDuty) makeDetector(stack);
  if (guardrails.macie)
    new CfnSession(stack, "Macie", { status: "ENABLED", findingPublishingFrequency: "FIFTEEN_MINUTES" });
  if (guardrails.trailLogGroup !== null)
    makeVolumeAlarm(stack, guardrails.trailLogGroup, guardrails.getObjectThreshold, notices);
  if (guardrails.endpoint !== null) makeEndpoint(stack, guardrails.endpoint, context);
  new CfnOutput(stack, "QuarantineScp", {
    description: "Service control policy to attach to an account in quarantine",
    value: JSON.stringify(quarantineScp(context)),
  });
  return stack;
};

/** S3 protection is a feature of the detector; updates of a finding come every quarter of an hour and not every six hours. */
const makeDetector = (scope: Construct): void =>
  void new CfnDetector(scope, "Detector", {
    enable: true,
    findingPublishingFrequency: "FIFTEEN_MINUTES",
    features: [{ name: "S3_DATA_EVENTS", status: "ENABLED" }],
  });

/** The coarse alarm that needs no GuardDuty: how often objects are read, whoever reads them. */
const makeVolumeAlarm = (scope: Construct, logGroupName: string, threshold: number, notices: Topic): void => {
  const filter = new MetricFilter(scope, "GetObjectVolume", {
    logGroup: LogGroup.fromLogGroupName(scope, "TrailLogGroup", logGroupName),
    filterPattern: FilterPattern.all(
      FilterPattern.stringValue("$.eventSource", "=", "s3.amazonaws.com"),
      FilterPattern.stringValue("$.eventName", "=", "GetObject"),
    ),
    metricNamespace: "Cordon",
    metricName: "GetObjectCalls",
    metricValue: "1",
    defaultValue: 0,
  });
  const alarm = new Alarm(scope, "GetObjectVolumeAlarm", {
    metric: filter.metric({ statistic: "Sum", period: Duration.minutes(5) }),
    alarmDescription: `More than ${threshold} GetObject calls in five minutes`,
    threshold,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  alarm.addAlarmAction(new SnsAction(notices));
};

/** From inside the VPC only buckets of our own accounts can be reached: nothing is copied out to a stranger's. */
const makeEndpoint = (
  scope: Construct,
  { vpcId, routeTableIds }: NonNullable<Guardrails["endpoint"]>,
  { memberAccounts, account, organization }: CordonContext,
): void =>
  void new CfnVPCEndpoint(scope, "S3Endpoint", {
    vpcId,
    routeTableIds: [...routeTableIds],
    serviceName: `com.amazonaws.${Aws.REGION}.s3`,
    vpcEndpointType: "Gateway",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "OwnBuckets",
          Effect: "Allow",
          Principal: "*",
          Action: "s3:*",
          Resource: "*",
          Condition: {
            StringEquals:
              organization === null
                ? { "aws:ResourceAccount": [...new Set([account, ...memberAccounts])] }
                : { "aws:ResourceOrgID": organization.id },
          },
        },
      ],
    },
  });

/** Stops everybody in an account but Cordon's own roles. To be attached by hand or by your landing zone: it binds at once. */
export const quarantineScp = (context: Pick<CordonContext, "name" | "partition">) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "QuarantineExceptCordon",
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: {
        ArnNotLike: {
          "aws:PrincipalArn": Object.values(memberRoleNames(context)).map(
            (role) => `arn:${context.partition}:iam::*:role/${role}`,
          ),
        },
      },
    },
  ],
});
