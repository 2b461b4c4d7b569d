import assert from "node:assert/strict";
import { test } from "node:test";
import { SFNClient } from "@aws-sdk/client-sfn";
import { createMachines } from "../../lib/aws/startMachine.ts";
import { json, optionsAt, type Reply, refusal, serve } from "./wire.ts";

const ARN = "arn:aws:states:eu-central-1:111111111111:stateMachine:cordon-respond";
const START = { machine: "contain", name: "case-1-contain-2", caseId: "case-1", input: { caseId: "case-1" } } as const;

const answered = async (replies: readonly Reply[]) => {
  const server = await serve((_, index) => replies[index] ?? replies.at(-1)!);
  const machines = createMachines({ sfn: new SFNClient(optionsAt(server.endpoint)), respondArn: ARN });
  return { server, started: () => machines.start(START) };
};

test("a plan that is asked for starts the sibling of the response machine, under its name", async (t) => {
  const { server, started } = await answered([json(200, { executionArn: "arn", startDate: 0 })]);
  t.after(server.close);
  assert.equal(await started(), "running");
  assert.deepEqual(JSON.parse(server.seen[0]!.body.toString()), {
    stateMachineArn: "arn:aws:states:eu-central-1:111111111111:stateMachine:cordon-contain",
    name: "case-1-contain-2",
    input: '{"caseId":"case-1"}',
  });
});

test("a name that was used up says so, and throttling is a failure that may be tried again", async (t) => {
  const used = await answered([refusal(400, "ExecutionAlreadyExists")]);
  const throttled = await answered([refusal(400, "ThrottlingException")]);
  t.after(used.server.close);
  t.after(throttled.server.close);
  assert.equal(await used.started(), "ended");
  await assert.rejects(throttled.started(), { name: "TransientError" });
});
