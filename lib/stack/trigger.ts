import { Duration } from "aws-cdk-lib";
import { EventField, Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget, SnsTopic } from "aws-cdk-lib/aws-events-targets";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import type { CordonContext } from "./context.ts";
import { minutesOf } from "./huntContext.ts";

const RETRIES = { retryAttempts: 24, maxEventAge: Duration.hours(4) };

/** What a finding or a decision takes longer to be heard of than this, a person hears of from the alarm on the queue. */
const DOOR_RETRIES = { retryAttempts: 2, maxEventAge: Duration.hours(1) };

/**
 * EventBridge hands an event to Lambda and calls it delivered: what the function itself fails on is Lambda's to try again and
 * to keep (Lambda developer guide, asynchronous invocation).
 */
const keepFailures = (door: LambdaFunction, queue: Queue): void =>
  door.configureAsyncInvoke({ ...DOOR_RETRIES, onFailure: new SqsDestination(queue) });

/** Finding → starter, lost events → reconcile, executions that ended badly → people. Returns the queue of what was not delivered. */
export const makeTrigger = (
  scope: Construct,
  doors: {
    readonly receive: LambdaFunction;
    readonly reconcile: LambdaFunction;
    readonly sign: LambdaFunction;
    readonly hunt: LambdaFunction | null;
    readonly drill: LambdaFunction | null;
  },
  machines: readonly StateMachine[],
  notices: Topic,
  context: CordonContext,
): Queue => {
  const deadLetterQueue = new Queue(scope, "Undelivered", {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  acknowledge(deadLetterQueue, "AwsSolutions-SQS3", "It is the dead-letter queue itself.");
  const finding = new Rule(scope, "FindingRule", {
    description: "GuardDuty findings that open a case",
    eventPattern: { source: ["aws.guardduty"], detailType: ["GuardDuty Finding"], detail: findingPattern(context) },
  });
  keepFailures(doors.receive, deadLetterQueue);
  keepFailures(doors.reconcile, deadLetterQueue);
  keepFailures(doors.sign, deadLetterQueue);
  finding.addTarget(new LambdaTarget(doors.receive, { deadLetterQueue, ...RETRIES }));
  const hourly = new Rule(scope, "ReconcileRule", {
    description: "Findings whose event was lost",
    schedule: Schedule.rate(Duration.hours(1)),
  });
  hourly.addTarget(new LambdaTarget(doors.reconcile, { deadLetterQueue, ...RETRIES }));
  const signing = new Rule(scope, "SignRule", {
    description: "What lies in the ledger behind the last signature",
    schedule: Schedule.rate(Duration.hours(1)),
  });
  signing.addTarget(new LambdaTarget(doors.sign, { deadLetterQueue, ...RETRIES }));
  if (doors.hunt !== null) makeHuntRule(scope, doors.hunt, deadLetterQueue, context);
  if (doors.drill !== null) makeDrillRules(scope, doors.drill, deadLetterQueue);
  const ended = new Rule(scope, "FailureRule", {
    description: "Executions that failed, timed out or were aborted",
    eventPattern: {
      source: ["aws.states"],
      detailType: ["Step Functions Execution Status Change"],
      detail: {
        status: ["FAILED", "TIMED_OUT", "ABORTED"],
        stateMachineArn: machines.map((machine) => machine.stateMachineArn),
      },
    },
  });
  const text = `Cordon: the execution ${EventField.fromPath("$.detail.name")} ended as ${EventField.fromPath("$.detail.status")} (${EventField.fromPath("$.detail.error")}). CaseNotOpened: a finding has no case and nobody responds. Else a person must look at its case.`;
  ended.addTarget(new SnsTopic(notices, { message: RuleTargetInput.fromText(text), deadLetterQueue }));
  return deadLetterQueue;
};

const makeHuntRule = (scope: Construct, hunt: LambdaFunction, deadLetterQueue: Queue, context: CordonContext): void => {
  keepFailures(hunt, deadLetterQueue);
  const due = new Rule(scope, "HuntRule", {
    description: "The hunt for whoever stands out in the last hours",
    schedule: Schedule.rate(Duration.minutes(minutesOf(context.hunt!))),
  });
  due.addTarget(new LambdaTarget(hunt, { deadLetterQueue, ...RETRIES }));
};

/** On the first of every month in the morning, and six hours later whether it came through. */
const makeDrillRules = (scope: Construct, drill: LambdaFunction, deadLetterQueue: Queue): void => {
  keepFailures(drill, deadLetterQueue);
  for (const [step, hour] of [
    ["begin", "9"],
    ["check", "15"],
  ] as const) {
    const due = new Rule(scope, `Drill-${step}-Rule`, {
      description: `The monthly drill: ${step}`,
      schedule: Schedule.cron({ minute: "0", hour, day: "1" }),
    });
    const event = RuleTargetInput.fromObject({ step, time: EventField.time });
    due.addTarget(new LambdaTarget(drill, { deadLetterQueue, event, ...RETRIES }));
  }
};

/** The settings' own list, so that the rule and the handler never disagree. */
export const findingPattern = ({ loaded: { openOn, minimumSeverity } }: CordonContext) => ({
  type: openOn.map((type) => (type.endsWith("*") ? { prefix: type.slice(0, -1) } : type)),
  severity: [{ numeric: [">=", minimumSeverity] }],
});
