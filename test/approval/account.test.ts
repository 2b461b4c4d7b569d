/** What the executor does to the account, and what it leaves alone: abuse groups 26 and 27, failures, dry run, watch, release. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, TransientError } from "../../lib/base/errors.ts";
import type { ApiRequest } from "../../lib/case/apiRequest.ts";
import { ACTION, read } from "../../lib/case/documents.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import { submitDecision } from "../../lib/response/approve/decisions.ts";
import { applyContainment } from "../../lib/response/contain/applyContainment.ts";
import { readPlan } from "../../lib/response/contain/planRecords.ts";
import { planRelease } from "../../lib/response/contain/planRelease.ts";
import { verifyContainment, watchContainment } from "../../lib/response/contain/verifyContainment.ts";
import { ACCOUNT } from "../actions/names.ts";
import { recorded } from "./assertions.ts";
import { execute, openWorld, PLAN, SETTINGS, signed, type World, worldOn } from "./world.ts";

const request = (service: ApiRequest["service"], operation: string, input: Record<string, unknown>): ApiRequest => ({
  service,
  operation,
  region: "us-east-1",
  accountId: ACCOUNT,
  input,
});

const statusOf = async (world: World, id: string, planId = PLAN): Promise<string> =>
  (await read(world.ports.cases, world.caseId, ACTION.at(planId, id))).status;

/** Answers of the account to one operation, replaced. */
const answering = (
  operation: string,
  answer: (made: ApiRequest, ports: Ports) => Promise<never> | ReturnType<Ports["account"]["call"]>,
) => ({
  wrap: (ports: Ports): Ports => ({
    ...ports,
    account: { call: async (made) => (made.operation === operation ? answer(made, ports) : ports.account.call(made)) },
  }),
});

/** Edits that somebody makes between the plan and its execution, and the action whose setting they touch. */
const EDITS: readonly (readonly [string, string, ApiRequest])[] = [
  [
    "a policy edited",
    "a5",
    request("s3", "PutBucketPolicy", {
      Bucket: "plain",
      Policy:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::plain/*"}]}',
    }),
  ],
  [
    "a key disabled already",
    "a2",
    request("iam", "UpdateAccessKey", { UserName: "alice", AccessKeyId: "AKIARZPUZDIKJZEPKFUE", Status: "Inactive" }),
  ],
  [
    "a policy of another user's own",
    "a1",
    request("iam", "PutUserPolicy", {
      UserName: "alice",
      PolicyName: "other",
      PolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}',
    }),
  ],
];
for (const [what, id, edit] of EDITS) {
  test(`an edit between plan and execution keeps no deny from being made, and stays: ${what}`, async () => {
    const world = await openWorld();
    await recorded(world, {});
    await world.ports.account.call(edit);
    await execute(world);
    assert.equal(await statusOf(world, id), "applied");
    assert.equal(world.eventTypes().filter((type) => type === "action.applied").length, 4);
    await verifyContainment({ caseId: world.caseId, planId: PLAN }, world.ports);
    assert.equal((await world.ports.cases.head(world.caseId)).status, "contained");
    const { before } = await read(world.ports.cases, world.caseId, ACTION.at(PLAN, id));
    assert.notDeepEqual(before, world.plan.actions.find((action) => action.id === id)?.before);
  });
}

test("a bucket that is gone fails alone", async () => {
  const world = await openWorld(
    answering("GetBucketPolicy", async ({ operation }) => {
      throw new ApiError(operation, "NoSuchBucket", "gone");
    }),
  );
  await recorded(world, {});
  await execute(world);
  assert.equal(await statusOf(world, "a5"), "failed");
  assert.deepEqual(world.changes(), ["iam:PutUserPolicy", "iam:UpdateAccessKey", "iam:PutRolePolicy"]);
});

test("what needs a failed action is not done", async () => {
  const world = await openWorld(
    answering("PutBucketPolicy", async ({ operation }) => {
      throw new ApiError(operation, "AccessDenied", "no");
    }),
  );
  await recorded(world, { approve: ["a5", "a9"] });
  await execute(world);
  assert.deepEqual([await statusOf(world, "a5"), await statusOf(world, "a9")], ["failed", "skipped"]);
  assert.deepEqual(world.changes(), []);
});

test("a call that is lost on the way back has been made all the same, and is not made twice", async () => {
  let lost = 0;
  const world = await openWorld(
    answering("PutUserPolicy", async (made, ports) => {
      await ports.account.call(made);
      lost += 1;
      throw new TransientError("STATE_UNKNOWN", "timed out");
    }),
  );
  await recorded(world, { approve: ["a1"] });
  await execute(world);
  assert.equal(await statusOf(world, "a1"), "applied");
  assert.equal(lost, 1);
  assert.deepEqual(world.changes(), ["iam:PutUserPolicy"]);
});

test("a throttled call does not stop the others, and the step is tried again until it holds", async () => {
  let throttled = 2;
  const world = await openWorld(
    answering("PutUserPolicy", async (made, ports) => {
      if (throttled === 0) return ports.account.call(made);
      throttled -= 1;
      throw new TransientError("STATE_UNKNOWN", "Rate exceeded");
    }),
  );
  await recorded(world, {});
  await assert.rejects(execute(world), { name: "TransientError" });
  assert.equal(world.changes().length, 3);
  await assert.rejects(execute(world), { name: "TransientError" });
  await execute(world);
  assert.deepEqual(world.changes(), [
    "iam:UpdateAccessKey",
    "iam:PutRolePolicy",
    "s3:PutBucketPolicy",
    "iam:PutUserPolicy",
  ]);
});

test("of several calls of one action the rest is made when a part has been made", async () => {
  for (const crashAfter of [1, 2]) {
    const world = await openWorld({ keys: "both active", ...crashing("UpdateAccessKey", crashAfter) });
    assert.equal(world.plan.actions.find(({ id }) => id === "a2")?.requests.length, 2);
    await recorded(world, { approve: ["a2"] });
    await assert.rejects(execute(world), /killed/);
    const resumed = await worldOn(world.disk, world.caseId, SETTINGS);
    await execute(resumed);
    assert.deepEqual(resumed.changes(), ["iam:UpdateAccessKey", "iam:UpdateAccessKey"]);
    assert.equal(new Set(resumed.disk.calls.map(({ input }) => input.AccessKeyId)).size, 2);
    assert.equal(await statusOf(resumed, "a2"), "applied");
  }
});

/** The process ends right after the nth call of an operation: nothing more is written. */
const crashing = (operation: string, nth: number) => ({
  wrap: (ports: Ports): Ports => {
    let dead = false;
    let seen = 0;
    const alive = (): void => {
      if (dead) throw Object.assign(new Error("killed"), { code: "AUDIT_UNAVAILABLE" });
    };
    return {
      ...ports,
      account: {
        call: async (made) => {
          alive();
          const answer = await ports.account.call(made);
          if (made.operation === operation) seen += 1;
          if (made.operation === operation && seen === nth) dead = true;
          return answer;
        },
      },
      cases: Object.fromEntries(
        Object.entries(ports.cases).map(([name, work]) => [
          name,
          async (...args: never[]) => {
            alive();
            return (work as (...all: never[]) => unknown)(...args);
          },
        ]),
      ) as unknown as Ports["cases"],
    };
  },
});

test("a crash before the first call, and somebody's edit before the restart: both are in the policy", async () => {
  const world = await openWorld({
    wrap: (ports) => ({
      ...ports,
      account: {
        call: async (made) => {
          if (made.operation === "PutBucketPolicy")
            throw new (await import("../../lib/base/errors.ts")).CordonError("AUDIT_UNAVAILABLE", "killed");
          return ports.account.call(made);
        },
      },
    }),
  });
  await recorded(world, { approve: ["a5"] });
  await execute(world);
  const resumed = await worldOn(world.disk, world.caseId, SETTINGS);
  await resumed.ports.account.call(EDITS[0]![2]);
  resumed.disk.documents.delete(`${world.caseId}/actions/${PLAN}/a5.json`);
  await execute(resumed);
  assert.equal(await statusOf(resumed, "a5"), "applied");
  const now = await resumed.ports.account.call(request("s3", "GetBucketPolicy", { Bucket: "plain" }));
  const statements = (JSON.parse(String(now.output.Policy)) as { Statement: { Effect: string }[] }).Statement;
  assert.deepEqual(
    statements.map(({ Effect }) => Effect),
    ["Allow", "Deny"],
  );
});

test("a dry run goes all the way, calls nothing, and says what it would have done, chains included", async () => {
  const world = await openWorld({ settings: { mode: "dry-run" } });
  await recorded(world, { approve: ["a1", "a5", "a9"] });
  await execute(world);
  assert.deepEqual(world.changes(), []);
  assert.deepEqual(
    [await statusOf(world, "a1"), await statusOf(world, "a5"), await statusOf(world, "a9")],
    Array(3).fill("would-have-applied"),
  );
  await verifyContainment({ caseId: world.caseId, planId: PLAN }, world.ports);
  assert.equal((await world.ports.cases.head(world.caseId)).status, "not-contained");
});

test("a deployment that turned to dry run calls nothing for plans made before", async () => {
  const world = await openWorld();
  await recorded(world, {});
  const dry = await worldOn(world.disk, world.caseId, { ...SETTINGS, mode: "dry-run" });
  await assert.rejects(execute(dry), { code: "GATE_CLOSED" });
  assert.deepEqual(dry.changes(), []);
});

test("a change that somebody takes away is made again three times, then a person is called", async () => {
  const world = await openWorld({ settings: { watchMinutes: 30 } });
  await recorded(world, { approve: ["a1"] });
  await execute(world);
  const input = { caseId: world.caseId, planId: PLAN };
  assert.equal((await verifyContainment(input, world.ports)).next, "watch");
  const undo = world.plan.actions[0]!.rollback[0]!;
  for (let round = 1; round <= 4; round += 1) {
    await world.ports.account.call(undo);
    const { next } = await watchContainment(input, world.ports);
    assert.equal(next, round <= 3 ? "apply" : "done");
    if (next === "apply") await applyContainment(input, world.ports);
  }
  assert.equal(world.changes().filter((name) => name === "iam:PutUserPolicy").length, 4);
  assert.equal((await world.ports.cases.head(world.caseId)).status, "attention");
});

test("a change that people take back by a release is not made again by the watch", async () => {
  const world = await openWorld({ settings: { watchMinutes: 30 } });
  await recorded(world, { approve: ["a1", "a5"] });
  await execute(world);
  const input = { caseId: world.caseId, planId: PLAN };
  await verifyContainment(input, world.ports);
  await planRelease({ caseId: world.caseId, releaseId: "release-1", actions: [`${PLAN}/a1`] }, world.ports);
  const release = await readPlan(world.caseId, "release-1", world.ports);
  await assert.rejects(applyContainment({ caseId: world.caseId, planId: "release-1" }, world.ports), {
    code: "GATE_CLOSED",
  });
  await submitDecision(await signed(world, { plan: release }), world.ports);
  await applyContainment({ caseId: world.caseId, planId: "release-1" }, world.ports);
  assert.deepEqual(world.changes(), ["iam:PutUserPolicy", "s3:PutBucketPolicy", "iam:DeleteUserPolicy"]);
  assert.equal((await watchContainment(input, world.ports)).next, "watch");
  assert.equal(world.changes().length, 3);
});

test("a release that is not the way back is not carried out", async () => {
  const world = await openWorld();
  await recorded(world, { approve: ["a1"] });
  await execute(world);
  const made = world.changes();
  const { propose } = await import("../../lib/response/contain/planContainment.ts");
  await planRelease({ caseId: world.caseId, releaseId: "release-1", actions: [] }, world.ports);
  const honest = await readPlan(world.caseId, "release-1", world.ports);
  const forged = {
    ...honest,
    planId: "release-2",
    nonce: "c".repeat(32),
    actions: honest.actions.map((action) => ({
      ...action,
      requests: [request("iam", "DeleteUser", { UserName: "alice" })],
    })),
  };
  await propose(forged, world.ports);
  await submitDecision(await signed(world, { plan: forged }), world.ports);
  await applyContainment({ caseId: world.caseId, planId: "release-2" }, world.ports);
  assert.equal(await statusOf(world, "a1", "release-2"), "failed");
  assert.deepEqual(world.changes(), made);
});

test("verification asks for the second signature when the watch is over, and the machine knows the way back", async () => {
  const world = await openWorld();
  await recorded(world, { approve: ["a1", "a8"] });
  await execute(world);
  const input = { caseId: world.caseId, planId: PLAN };
  assert.equal((await verifyContainment(input, world.ports)).next, "watch");
  assert.equal((await watchContainment(input, world.ports)).next, "ask");
  await recorded(world, { humanId: "grace", choices: { a8: "approve" } });
  assert.equal((await watchContainment(input, world.ports)).next, "apply");
  const machine = JSON.parse(
    (await import("node:fs")).readFileSync(new URL("../../stateMachines/contain.asl.json", import.meta.url), "utf8"),
  ) as { States: { Verified: { Choices: { StringEquals: string; Next: string }[] } } };
  assert.deepEqual(
    machine.States.Verified.Choices.find(({ StringEquals }) => StringEquals === "ask")?.Next,
    "AskApproval",
  );
});
