import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../lib/base/errors.ts";
import type { ApiRequest } from "../../lib/case/apiRequest.ts";
import { read, STOLEN, VERIFICATION, write } from "../../lib/case/documents.ts";
import type { Evaluation } from "../../lib/case/plan.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import { verifyContainment } from "../../lib/response/contain/verifyContainment.ts";
import { memberStatements } from "../../lib/stack/memberPolicy.ts";
import { TASK } from "../actions/services.ts";
import { decide, execute, openWorld, PLAN, type World } from "../approval/world.ts";

/** Answers `SimulatePrincipalPolicy` as told, and writes down what it was asked; every other call goes through. */
const withSimulator =
  (asked: ApiRequest[], answer: (request: ApiRequest) => Readonly<Record<string, unknown>>) =>
  (ports: Ports): Ports => ({
    ...ports,
    account: {
      call: async (request) => {
        if (request.operation !== "SimulatePrincipalPolicy") return ports.account.call(request);
        asked.push(request);
        return { requestId: "simulated", output: answer(request) };
      },
    },
  });

/** In the shape of the API reference: one result per action, the resources inside. */
const deciding = (decision: string) => (request: ApiRequest) => ({
  EvaluationResults: (request.input.ActionNames as string[]).map((EvalActionName) => ({
    EvalActionName,
    EvalDecision: decision,
    ResourceSpecificResults: (request.input.ResourceArns as string[]).map((EvalResourceName) => ({
      EvalResourceName,
      EvalResourceDecision: decision,
    })),
  })),
});

const verified = async (world: World, approve: readonly string[]): Promise<readonly Evaluation[]> => {
  await decide(world, { approve });
  await execute(world);
  await verifyContainment({ caseId: world.caseId, planId: PLAN }, world.ports);
  const looks = await read(world.ports.cases, world.caseId, VERIFICATION.at(PLAN));
  return looks.at(-1)!.evaluated ?? [];
};

const statusOf = async ({ ports, caseId }: World): Promise<string> => (await ports.cases.head(caseId)).status;

test("IAM is asked about the user with the bucket's policy and a sample of what was stolen", async () => {
  const asked: ApiRequest[] = [];
  const world = await openWorld({ wrap: withSimulator(asked, deciding("explicitDeny")) });
  await write(world.ports.cases, world.caseId, STOLEN, {
    revision: 1,
    bytes: 3,
    items: [
      { bucket: "plain", key: "a.csv", bytes: 1 },
      { bucket: "plain", key: "*", bytes: 1 },
      { bucket: "plain", key: "${aws:username}", bytes: 1 },
    ],
  });
  const evaluated = await verified(world, ["a1", "a5"]);
  assert.deepEqual(
    evaluated.map(({ principal, actions, by, answer }) => ({ principal, actions, by, answer })),
    [
      {
        principal: "arn:aws:iam::123456789012:user/alice",
        actions: ["a1"],
        by: "iam:SimulatePrincipalPolicy",
        answer: "denied",
      },
    ],
  );
  const [{ input }] = asked as [ApiRequest];
  assert.equal(input.PolicySourceArn, "arn:aws:iam::123456789012:user/alice");
  assert.deepEqual(input.ResourceArns, ["arn:aws:s3:::plain/a.csv", "arn:aws:s3:::plain/any"]);
  assert.match(String(input.ResourcePolicy), /Cordon/, "the policy as it is after the change");
  assert.equal(await statusOf(world), "contained");
});

test("a role is asked about by its own ARN, with the session's keys as context and without a resource policy", async () => {
  const asked: ApiRequest[] = [];
  const world = await openWorld({ wrap: withSimulator(asked, deciding("explicitDeny")) });
  await verified(world, ["a3", "a4"]);
  const inputs = asked.map(({ input }) => input);
  assert.ok(inputs.every(({ PolicySourceArn }) => PolicySourceArn === "arn:aws:iam::123456789012:role/app"));
  assert.ok(inputs.every(({ ResourcePolicy }) => ResourcePolicy === undefined));
  const carriedOut = world.now();
  assert.notEqual(carriedOut, world.plan.createdAt);
  assert.deepEqual(
    inputs.map(({ ContextEntries }) => ContextEntries),
    [
      [{ ContextKeyName: "aws:TokenIssueTime", ContextKeyType: "date", ContextKeyValues: [carriedOut] }],
      [{ ContextKeyName: "aws:userid", ContextKeyType: "string", ContextKeyValues: [`AROARZPUZDIKF3GA73QXJ:${TASK}`] }],
    ],
  );
});

test("a simulator that says allowed calls a person, though every setting reads as it should", async () => {
  const world = await openWorld({ wrap: withSimulator([], deciding("allowed")) });
  const evaluated = await verified(world, ["a1"]);
  assert.deepEqual(
    evaluated.map(({ answer }) => answer),
    ["allowed"],
  );
  assert.equal(await statusOf(world), "attention");
});

test("where the evaluation is refused it is not known, and the containment stands by what was read", async () => {
  const refuse = (): never => {
    throw new ApiError("SimulatePrincipalPolicy", "AccessDenied", "not authorized");
  };
  const world = await openWorld({ wrap: withSimulator([], refuse) });
  const evaluated = await verified(world, ["a1"]);
  assert.deepEqual(
    evaluated.map(({ answer }) => answer),
    ["not-known"],
  );
  assert.equal(await statusOf(world), "contained");
});

test("the embedded account answers by explicit denies, says so, and does not deny what our change does not", async () => {
  const world = await openWorld();
  const evaluated = await verified(world, ["a1", "a3", "a4"]);
  assert.deepEqual(
    evaluated.map(({ actions, answer }) => `${actions.join()} ${answer}`),
    ["a1 denied", "a3 denied", "a4 denied"],
  );
  assert.ok(evaluated.every(({ by }) => /explicit denies/.test(by)));
  const ask = async (input: Readonly<Record<string, unknown>>): Promise<unknown> => {
    const { output } = await world.ports.account.call({
      service: "iam",
      operation: "SimulatePrincipalPolicy",
      region: "us-east-1",
      accountId: "123456789012",
      input: { ActionNames: ["s3:GetObject"], ResourceArns: ["arn:aws:s3:::plain/x"], ...input },
    });
    return (output.EvaluationResults as { EvalDecision: string }[])[0]!.EvalDecision;
  };
  const role = { PolicySourceArn: "arn:aws:iam::123456789012:role/app" };
  const issued = (time: string) => ({
    ContextEntries: [{ ContextKeyName: "aws:TokenIssueTime", ContextKeyType: "date", ContextKeyValues: [time] }],
  });
  assert.equal(await ask({ ...role, ...issued("2026-11-21T03:00:00Z") }), "explicitDeny");
  assert.equal(await ask({ ...role, ...issued("2026-11-21T05:00:00Z") }), "allowed");
  await assert.rejects(ask({ ...role, ResourcePolicy: "{}" }), { awsCode: "InvalidInput" });
  await assert.rejects(ask({ PolicySourceArn: "arn:aws:sts::123456789012:assumed-role/app/x" }), {
    awsCode: "InvalidInput",
  });
});

test("the role that reads in a member account may evaluate users and roles, and nothing wider", () => {
  const statements = memberStatements("read", "aws", "123456789012").filter(({ actions }) =>
    actions.includes("iam:SimulatePrincipalPolicy"),
  );
  assert.deepEqual(statements.flatMap(({ resources }) => resources).sort(), [
    "arn:aws:iam::123456789012:role/*",
    "arn:aws:iam::123456789012:user/*",
  ]);
});
