import { setTimeout as pause } from "node:timers/promises";
import {
  type CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  type MetricAlarm,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { type Check, fail, pass } from "./check.ts";

export interface RingOptions {
  readonly cloudWatch: CloudWatchClient;
  readonly stack: string;
  /** The notices topic. */
  readonly topic: string;
  /** When the ringing begins, ISO 8601 UTC. */
  readonly now: string;
  readonly pollMs: number;
  readonly polls: number;
}

const REASON = "cordon doctor --ring: a test, nothing has happened";

/**
 * Sets one alarm of the stack off and waits for what CloudWatch says became of its action: an alarm that SNS refuses looks
 * like any other until then. The alarm falls back at its next evaluation; whoever is subscribed gets one notice.
 */
export const ringAlarm = async (options: RingOptions): Promise<readonly Check[]> => {
  const { stack, topic } = options;
  const alarms = await alarmsOf(options);
  const mute = alarms.filter(
    ({ AlarmActions = [], ActionsEnabled }) => ActionsEnabled === false || !AlarmActions.includes(topic),
  );
  const listed =
    mute.length === 0
      ? pass("alarms", `${alarms.length} alarms ring at the notices topic`)
      : fail(
          "alarms",
          `${mute.length} of ${alarms.length} alarms ring nowhere: ${mute.map(({ AlarmName }) => AlarmName).join(", ")}`,
          "npx cdk deploy CordonStack",
        );
  const one = alarms.find((alarm) => !mute.includes(alarm));
  if (one === undefined)
    return [listed, fail("ring", `${stack} has no alarm that rings`, "npx cdk deploy CordonStack")];
  return [listed, await ring(one.AlarmName!, options)];
};

const alarmsOf = async ({ cloudWatch, stack }: RingOptions): Promise<readonly MetricAlarm[]> => {
  const found: MetricAlarm[] = [];
  let token: string | undefined;
  do {
    const page = await cloudWatch.send(
      new DescribeAlarmsCommand({
        AlarmNamePrefix: `${stack}-`,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    found.push(...(page.MetricAlarms ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return found;
};

const ring = async (AlarmName: string, options: RingOptions): Promise<Check> => {
  const { cloudWatch, topic, now, pollMs, polls } = options;
  await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: "ALARM", StateReason: REASON }));
  for (let poll = 0; poll < polls; poll += 1) {
    const { AlarmHistoryItems = [] } = await cloudWatch.send(
      new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: "Action", StartDate: new Date(now) }),
    );
    const told = AlarmHistoryItems.find(({ HistorySummary, HistoryData }) =>
      `${HistorySummary} ${HistoryData}`.includes(topic),
    );
    if (told !== undefined) return verdictOf(AlarmName, told.HistorySummary ?? "", topic);
    await pause(pollMs);
  }
  return fail(
    "ring",
    `${AlarmName} was set off and CloudWatch says nothing of its action: look whether a notice came`,
    `aws cloudwatch describe-alarm-history --alarm-name ${AlarmName} --history-item-type Action`,
  );
};

const verdictOf = (alarm: string, summary: string, topic: string): Check =>
  /^Successfully/i.test(summary)
    ? pass("ring", `${alarm} rang, and SNS took it: whoever is subscribed has a notice now`)
    : fail(
        "ring",
        `${alarm} rang, and nobody heard: ${summary}`.slice(0, 300),
        `aws sns get-topic-attributes --topic-arn ${topic}`,
      );
