import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  SingleValueWidget,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import type { CordonContext } from "./context.ts";

export interface Watched {
  readonly machines: readonly StateMachine[];
  readonly doors: readonly LambdaFunction[];
  readonly undelivered: Queue;
  readonly notices: Topic;
}

const PERIOD = Duration.minutes(5);
const SUM = { period: PERIOD, statistic: "Sum" };

/** One alarm for everything that a person must hear of although no case may say it, and a dashboard of the same figures. */
export const makeWatch = (
  scope: Construct,
  { machines, doors, undelivered, notices }: Watched,
  context: CordonContext,
): void => {
  const ring = (id: string, metric: IMetric, alarmDescription: string): void => {
    const alarm = new Alarm(scope, `${id}Alarm`, {
      metric,
      alarmDescription,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(notices));
  };
  for (const machine of machines) {
    ring(
      `${machine.node.id}Failed`,
      machine.metricFailed(SUM),
      "An execution failed: read the case it belongs to; CaseNotOpened has none, hand its finding in again",
    );
    ring(`${machine.node.id}TimedOut`, machine.metricTimedOut(SUM), "An execution ran out of time");
    ring(`${machine.node.id}Aborted`, machine.metricAborted(SUM), "Somebody stopped an execution");
  }
  for (const door of doors)
    ring(
      `${door.node.id}Errors`,
      door.metricErrors(SUM),
      "Findings or decisions do not come in, or the ledger is not signed",
    );
  ring(
    "Undelivered",
    undelivered.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: "Maximum" }),
    "Events were not delivered; they wait in the dead-letter queue",
  );
  const dashboard = new Dashboard(scope, "Dashboard", { dashboardName: `${context.name}-${context.region}` });
  dashboard.addWidgets(
    new SingleValueWidget({
      title: "Responses started",
      width: 6,
      metrics: [machines.at(-1)!.metricStarted({ statistic: "Sum", period: Duration.days(1) })],
    }),
    new GraphWidget({
      title: "Executions that ended badly",
      width: 9,
      left: machines.flatMap((machine) => [
        machine.metricFailed(SUM),
        machine.metricTimedOut(SUM),
        machine.metricAborted(SUM),
      ]),
    }),
    new GraphWidget({
      title: "Doors: errors and undelivered events",
      width: 9,
      left: [...doors.map((door) => door.metricErrors(SUM)), undelivered.metricApproximateNumberOfMessagesVisible()],
    }),
  );
};
