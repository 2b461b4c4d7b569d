/** An execution is stopped between two changes: what was done stays and can be released, nothing more is done. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiRequest } from "../../lib/case/apiRequest.ts";
import { readPlan } from "../../lib/response/contain/planRecords.ts";
import { planRelease } from "../../lib/response/contain/planRelease.ts";
import { findRecord } from "../../lib/response/contain/progress.ts";
import { verifyContainment, watchContainment } from "../../lib/response/contain/verifyContainment.ts";
import { carryOn, codeOf, decide, execute, openWorld, PLAN, type World } from "./world.ts";

const isChange = ({ operation }: ApiRequest): boolean => !/^(Get|List|Head|Describe|Simulate)/.test(operation);
const STOP = { kind: "stop", choices: {}, reason: "The shop is down since the first change." } as const;

/** A world in which somebody stops after so many changing calls. */
const stoppedAfter = async (changes: number, humanId = "grace"): Promise<World> => {
  let made = 0;
  const world: World = await openWorld({
    wrap: (ports) => ({
      ...ports,
      account: {
        call: async (request) => {
          const answer = await ports.account.call(request);
          if (isChange(request) && ++made === changes) await decide(world, { ...STOP, humanId });
          return answer;
        },
      },
    }),
  });
  await decide(world, {});
  return world;
};

const recordsOf = async ({ plan, ports }: World): Promise<readonly (string | undefined)[]> =>
  Promise.all(
    plan.actions
      .filter(({ recommended }) => recommended)
      .map(async ({ id }) => (await findRecord(plan, id, ports))?.status),
  );

test("stopped after any of its changes no further one is made, and what was made can be released", async () => {
  for (const changes of [1, 2, 3]) {
    const world = await stoppedAfter(changes);
    await execute(world);
    assert.equal(world.changes().length, changes);
    const statuses = await recordsOf(world);
    assert.deepEqual(
      statuses,
      statuses.map((_, at) => (at < changes ? "applied" : "skipped")),
    );
    assert.equal((await world.ports.cases.head(world.caseId)).status, "containing");
    await assert.rejects(execute(world), { code: "GATE_CLOSED" });
    assert.equal(await carryOn(world), "stop");
    await planRelease({ caseId: world.caseId, releaseId: "release-1", actions: [] }, world.ports);
    const release = await readPlan(world.caseId, "release-1", world.ports);
    // The key of the actor stays off in a release that names nothing.
    assert.equal(release.actions.length + release.leftOut.length, changes);
    assert.equal(world.changes().length, changes);
  }
});

test("what somebody takes away after a stop is not made again, and a person is called", async () => {
  const world = await stoppedAfter(1);
  const { caseId, plan, ports } = world;
  await execute(world);
  await verifyContainment({ caseId, planId: PLAN }, ports);
  const [first] = plan.actions;
  for (const request of first!.rollback) await ports.account.call(request);
  const looked = await watchContainment({ caseId, planId: PLAN }, ports);
  assert.equal(looked.next, "done");
  assert.equal((await ports.cases.head(caseId)).status, "attention");
  assert.equal(world.changes().filter((name) => name === "iam:PutUserPolicy").length, 1);
});

test("a suspect and a stranger stop nothing", async () => {
  for (const [humanId, key] of [
    ["mallory", "mallory"],
    ["ada", "stranger"],
    ["newcomer", "newcomer"],
  ] as const) {
    const world = await openWorld();
    await decide(world, {});
    assert.notEqual(codeOf(await decide(world, { ...STOP, humanId, key })), "recorded");
    await execute(world);
    assert.ok((await recordsOf(world)).every((status) => status === "applied"));
  }
});

test("before anything is approved there is nothing to stop; approved and not begun it is stopped; a stop is final", async () => {
  const world = await openWorld();
  assert.equal(codeOf(await decide(world, { ...STOP, humanId: "grace" })), "NOTHING_TO_STOP");
  await decide(world, {});
  assert.equal(codeOf(await decide(world, { ...STOP, humanId: "grace" })), "recorded");
  assert.equal(codeOf(await decide(world, { ...STOP, humanId: "grace" })), "recorded");
  assert.equal(codeOf(await decide(world, { kind: "withdraw", humanId: "grace" })), "STOPPED");
  assert.equal(codeOf(await decide(world, { humanId: "linus" })), "STOPPED");
  assert.equal(await carryOn(world), "stop");
  assert.deepEqual(world.changes(), []);
  assert.equal((await world.ports.cases.events(world.caseId)).filter(({ type }) => type === "plan.closed").length, 1);
});

test("a plan whose window is over and whose changes are being made can be stopped", async () => {
  const world = await openWorld();
  await decide(world, {});
  world.setTime(world.plan.expiresAt);
  assert.equal(codeOf(await decide(world, { ...STOP, humanId: "grace" })), "recorded");
  await assert.rejects(execute(world), { code: "GATE_CLOSED" });
  assert.deepEqual(world.changes(), []);
});

test("everybody is told of a stop, once", async () => {
  const world = await openWorld();
  await decide(world, {});
  const before = world.disk.notices.length;
  for (const _ of [1, 2]) await decide(world, { ...STOP, humanId: "grace" });
  const told = world.disk.notices.slice(before).filter(({ text }) => /stopped/.test(text));
  assert.equal(told.length, 1);
});

test("what is carried out is not stopped: it is said so, and nothing is recorded", async () => {
  const world = await openWorld();
  await decide(world, {});
  await execute(world);
  const before = world.disk.notices.length;
  assert.equal(codeOf(await decide(world, { ...STOP, humanId: "grace" })), "NOTHING_TO_STOP");
  assert.equal(world.disk.notices.length, before);
  const kinds = (await world.ports.cases.events(world.caseId)).flatMap(({ type, data }) =>
    type === "decision.recorded" ? [data.kind] : [],
  );
  assert.deepEqual([...new Set(kinds)], ["decide"]);
});
