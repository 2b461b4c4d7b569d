import assert from "node:assert/strict";
import { test } from "node:test";
import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { ringAlarm } from "../../lib/aws/doctor/ring.ts";

const TOPIC = "arn:aws:sns:eu-central-1:111111111111:notices";
// As CloudWatch writes it (user guide, alarm history; re:Post cloudwatch-receive-sns-for-alarm-trigger).
const TAKEN = `Successfully executed action ${TOPIC}`;
const REFUSED = `Failed to execute action ${TOPIC}. Received error: "CloudWatch Alarms is not authorized to perform: SNS:Publish on resource"`;

const ring = async (history: readonly (string | null)[], actions: readonly string[] = [TOPIC]) => {
  const set: string[] = [];
  let look = 0;
  const operations: Readonly<Record<string, (input: any) => unknown>> = {
    DescribeAlarmsCommand: ({ NextToken }) => ({
      MetricAlarms: [{ AlarmName: NextToken === undefined ? "CordonStack-a" : "CordonStack-b", AlarmActions: actions }],
      ...(NextToken === undefined ? { NextToken: "2" } : {}),
    }),
    SetAlarmStateCommand: ({ AlarmName, StateValue }) => set.push(`${AlarmName} ${StateValue}`),
    DescribeAlarmHistoryCommand: () => {
      const summary = history[look++] ?? null;
      return { AlarmHistoryItems: summary === null ? [] : [{ HistorySummary: summary }] };
    },
  };
  const send = async (command: { constructor: { name: string }; input: unknown }) =>
    operations[command.constructor.name]!(command.input);
  const checks = await ringAlarm({
    cloudWatch: { send } as unknown as CloudWatchClient,
    ...{ stack: "CordonStack", topic: TOPIC, now: "2026-11-30T03:00:00.000Z", pollMs: 0, polls: 3 },
  });
  return { set, said: checks.map(({ id, status }) => [id, status]) };
};

test("one alarm is set off, and that SNS took it is what counts", async () => {
  assert.deepEqual(await ring([null, TAKEN]), {
    set: ["CordonStack-a ALARM"],
    said: [
      ["alarms", "pass"],
      ["ring", "pass"],
    ],
  });
});

for (const [name, history] of [
  ["an alarm that SNS refuses", [REFUSED]],
  ["an alarm of which nothing is heard", []],
] as const)
  test(`${name} fails`, async () => {
    assert.deepEqual((await ring(history)).said.at(-1), ["ring", "fail"]);
  });

test("alarms that ring at no topic of ours fail, and none is set off", async () => {
  assert.deepEqual(await ring([], []), {
    set: [],
    said: [
      ["alarms", "fail"],
      ["ring", "fail"],
    ],
  });
});
