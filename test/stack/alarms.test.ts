import assert from "node:assert/strict";
import { test } from "node:test";
import type { Template } from "aws-cdk-lib/assertions";
import { flat, type Resource, resourcesOf, synth, toList } from "./synth.ts";

/** What somebody does to a resource, and whether its policy lets them: by hand, for a service principal over TLS of our own account. */
const mayBy = (policy: { readonly Statement: readonly any[] }, service: string, action: string): boolean => {
  const speaks = ({ Principal, Action, Condition = {} }: any): boolean =>
    toList(Action).some((one) => one === action || one === `${action.split(":")[0]}:*`) &&
    (Principal === "*" ||
      Principal?.AWS === "*" ||
      toList(Principal?.Service ?? []).some((one) => flat(one) === service)) &&
    // Services speak TLS 1.2 or newer: what denies the rest does not speak of them.
    Condition.Bool?.["aws:SecureTransport"] !== "false" &&
    Condition.NumericLessThan?.["s3:TlsVersion"] === undefined;
  const of = (effect: string) => policy.Statement.filter((one) => one.Effect === effect).some(speaks);
  return of("Allow") && !of("Deny");
};

const byRef = (value: unknown): string => flat(value).replaceAll(/[<>]/g, "").split(".")[0]!;

const policyOn = (template: Template, type: string, member: string, id: string) => ({
  Statement: Object.values(resourcesOf(template, type))
    .filter(({ Properties }) => toList(Properties[member]).some((one) => byRef(one) === id))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement),
});

/** Where a walk from a sender to a person ends: null, or the link that is missing. */
const brokenTopic = (template: Template, topicId: string, service: string): string | null => {
  const topic = resourcesOf(template, "AWS::SNS::Topic")[topicId];
  if (topic === undefined) return `${topicId}: no topic`;
  if (!mayBy(policyOn(template, "AWS::SNS::TopicPolicy", "Topics", topicId), service, "sns:Publish"))
    return `${topicId}: ${service} may not publish`;
  return brokenKey(template, topic.Properties.KmsMasterKeyId, service);
};

const brokenKey = (template: Template, keyRef: unknown, service: string): string | null => {
  if (keyRef === undefined) return null;
  const key = resourcesOf(template, "AWS::KMS::Key")[byRef(keyRef)] as Resource;
  const missing = ["kms:Decrypt", "kms:GenerateDataKey"].filter(
    (action) => !mayBy(key.Properties.KeyPolicy, service, action),
  );
  return missing.length === 0 ? null : `${byRef(keyRef)}: ${service} may not ${missing.join(", ")}`;
};

const brokenQueue = (template: Template, arn: unknown, service: string): string | null => {
  const id = byRef(arn);
  const queue = resourcesOf(template, "AWS::SQS::Queue")[id];
  if (queue === undefined) return `${id}: no queue`;
  if (!mayBy(policyOn(template, "AWS::SQS::QueuePolicy", "Queues", id), service, "sqs:SendMessage"))
    return `${id}: ${service} may not send`;
  return brokenKey(template, queue.Properties.KmsMasterKeyId, service);
};

const alarmFaults = (template: Template, topics: Template = template): readonly string[] =>
  Object.entries(resourcesOf(template, "AWS::CloudWatch::Alarm")).flatMap(([id, { Properties }]) => {
    const actions = toList(Properties.AlarmActions ?? []);
    if (actions.length === 0 || Properties.ActionsEnabled === false) return [`${id}: rings nowhere`];
    return actions.flatMap((action) => {
      // From another stack a topic comes by import: `CordonStack:ExportsOutputRefNotices…`.
      const topic =
        template === topics ? byRef(action) : (/OutputRef(\w+?)[0-9A-F]{8}$/.exec(byRef(action))?.[1] ?? byRef(action));
      const fault = brokenTopic(topics, topic, "cloudwatch.amazonaws.com");
      return fault === null ? [] : [`${id}: ${fault}`];
    });
  });

const { cordon, guardrails } = synth(
  {
    hunt: {},
    drill: true,
    guardrails: { trailLogGroup: "trail-logs" },
    chat: { pagerDuty: { secretName: "cordon/pagerduty" } },
  },
  {},
);

test("every alarm reaches a topic that CloudWatch may publish to, under a key that CloudWatch may use", () => {
  assert.ok(Object.keys(resourcesOf(cordon, "AWS::CloudWatch::Alarm")).length > 10);
  assert.deepEqual([...alarmFaults(cordon), ...alarmFaults(guardrails!, cordon)], []);
});

test("the walk finds what is missing: without the statement for CloudWatch every alarm is mute", () => {
  const mute = structuredClone(cordon.toJSON()) as { Resources: Record<string, any> };
  for (const one of Object.values(mute.Resources))
    if (one.Type === "AWS::SNS::TopicPolicy")
      one.Properties.PolicyDocument.Statement = one.Properties.PolicyDocument.Statement.filter(
        ({ Sid }: { Sid?: string }) => Sid !== "AlarmsRing",
      );
  const findResources = (type: string) =>
    Object.fromEntries(Object.entries(mute.Resources).filter(([, { Type }]) => Type === type));
  const faults = alarmFaults({ findResources } as unknown as Template);
  assert.equal(faults.length, Object.keys(findResources("AWS::CloudWatch::Alarm")).length);
});

test("every rule reaches its topic, its function and its dead-letter queue", () => {
  const faults = Object.entries(resourcesOf(cordon, "AWS::Events::Rule")).flatMap(([id, { Properties }]) =>
    toList(Properties.Targets).flatMap(({ Arn, DeadLetterConfig }) => {
      const target = byRef(Arn);
      const resources = cordon.toJSON().Resources as Record<string, Resource>;
      const type = resources[target]?.Type;
      const topic = type === "AWS::SNS::Topic" ? brokenTopic(cordon, target, "events.amazonaws.com") : null;
      const invoked = Object.values(resourcesOf(cordon, "AWS::Lambda::Permission")).some(
        (one) => one.Properties.Principal === "events.amazonaws.com" && byRef(one.Properties.FunctionName) === target,
      );
      const queue =
        DeadLetterConfig === undefined
          ? "no dead-letter queue"
          : brokenQueue(cordon, DeadLetterConfig.Arn, "events.amazonaws.com");
      return [topic, type === "AWS::Lambda::Function" && !invoked ? "may not invoke" : null, queue]
        .filter((fault) => fault !== null)
        .map((fault) => `${id} → ${target}: ${fault}`);
    }),
  );
  assert.deepEqual(faults, []);
});

test("what a door fails on after two more tries lies in the queue that rings", () => {
  const configs = Object.values(resourcesOf(cordon, "AWS::Lambda::EventInvokeConfig"));
  const doors = configs.filter(({ Properties }) => Properties.MaximumRetryAttempts === 2);
  assert.deepEqual(doors.map(({ Properties }) => byRef(Properties.FunctionName).replace(/[0-9A-F]{8}$/, "")).sort(), [
    "DrillOnSchedule",
    "HuntOnSchedule",
    "ReceiveFinding",
    "ReconcileFindings",
    "SignLedger",
  ]);
  for (const { Properties } of doors) {
    const queue = byRef(Properties.DestinationConfig.OnFailure.Destination);
    assert.equal(queue.replace(/[0-9A-F]{8}$/, ""), "Undelivered");
  }
});
