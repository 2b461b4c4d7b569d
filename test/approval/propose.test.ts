/** A plan asked for anew, after the one before came to nothing: abuse groups 5, 19, 27 and 37 of the approval facts. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { DISCOVERED, write } from "../../lib/case/documents.ts";
import type { MachineStart } from "../../lib/ports/ports.ts";
import { askApproval } from "../../lib/response/approve/askApproval.ts";
import { submitDecision } from "../../lib/response/approve/decisions.ts";
import { type Requested, requestPlan } from "../../lib/response/approve/requestPlan.ts";
import { caseView } from "../../lib/response/caseView.ts";
import { applyContainment } from "../../lib/response/contain/applyContainment.ts";
import { newSuspects, tellOfNewSuspects } from "../../lib/response/contain/newSuspects.ts";
import { planContainment } from "../../lib/response/contain/planContainment.ts";
import { readPlan } from "../../lib/response/contain/planRecords.ts";
import { decideOn, carryOn as driveOn, eventTypes, OTRF, withCase } from "../response/run.ts";
import { assertRefused, recorded } from "./assertions.ts";
import {
  carryOn,
  codeOf,
  decide,
  execute,
  FOUND_SINCE,
  openWorld,
  signed,
  type World,
  type WorldOptions,
} from "./world.ts";

interface Started {
  readonly names: string[];
  readonly ended: Set<string>;
}

/** A world in which machines can be started, and what was started in it. */
const opened = async (
  options: WorldOptions = {},
): Promise<{ world: World; started: Started; inputs: MachineStart[] }> => {
  const started: Started = { names: [], ended: new Set() };
  const inputs: MachineStart[] = [];
  const start = async (execution: MachineStart): Promise<"running" | "ended"> => {
    started.names.push(execution.name);
    if (started.ended.has(execution.name)) return "ended";
    if (!inputs.some(({ name }) => name === execution.name)) inputs.push(execution);
    return "running";
  };
  return {
    world: await openWorld({ ...options, wrap: (ports) => ({ ...ports, machines: { start } }) }),
    started,
    inputs,
  };
};

const ask = (
  { caseId, ports }: World,
  humanId = "ada",
  purpose: "contain" | "release" = "contain",
): Promise<Requested> => requestPlan({ caseId, purpose, humanId, actions: [] }, ports);
const answer = (asked: Requested): string => (asked.requested ? asked.planId : asked.code);

const denied = async (options: WorldOptions = {}) => {
  const room = await opened(options);
  await decide(room.world, { approve: [] });
  assert.equal(await carryOn(room.world), "stop");
  return room;
};

/** What the execution that was asked for does first. */
const plan2 = async (world: World) => {
  const { caseId, ports } = world;
  await planContainment({ caseId, purpose: "contain", planId: "contain-2" }, ports);
  await askApproval({ caseId, planId: "contain-2", token: "u".repeat(64) }, ports);
  return readPlan(caseId, "contain-2", ports);
};

test("after a denial a new plan can be asked for, from the state as it is now, and the old one stays closed", async () => {
  const { world, inputs } = await denied();
  assert.equal(answer(await ask(world)), "contain-2");
  assert.deepEqual(inputs, [
    {
      machine: "contain",
      name: `${world.caseId}-contain-2`,
      caseId: world.caseId,
      input: { caseId: world.caseId, purpose: "contain", planId: "contain-2", afterwards: "seal" },
    },
  ]);
  world.advance(60_000);
  const plan = await plan2(world);
  assert.notEqual(plan.nonce, world.plan.nonce);
  assert.ok(plan.createdAt > world.plan.createdAt);
  assertRefused(world, await decide(world, { humanId: "grace" }), "ENDED");
  assert.equal((await submitDecision(await signed(world, { plan }), world.ports)).recorded, true);
  await applyContainment({ caseId: world.caseId, planId: "contain-2" }, world.ports);
  assert.ok(world.changes().includes("iam:PutUserPolicy"));
  await assert.rejects(execute(world), { code: "GATE_CLOSED" });
  const { plans } = await caseView(world.caseId, world.ports);
  assert.deepEqual(
    plans.map(({ planId, status }) => [planId, status]),
    [
      ["contain-1", "denied"],
      ["contain-2", "executed"],
    ],
  );
});

test("a decision about the old plan does not count for the new one", async () => {
  const { world } = await denied();
  await ask(world);
  const plan = await plan2(world);
  const old = await signed(world, { humanId: "grace" });
  assert.equal(codeOf(await submitDecision({ ...old, planId: plan.planId }, world.ports)), "FOREIGN_PLAN");
  assert.equal((await caseView(world.caseId, world.ports)).plans.at(-1)!.status, "proposed");
});

test("after the deadline a new plan can be asked for", async () => {
  const { world } = await opened();
  world.setTime(world.plan.expiresAt);
  assert.equal(await carryOn(world), "stop");
  assert.equal(answer(await ask(world)), "contain-2");
  assert.equal((await world.ports.cases.head(world.caseId)).status, "expired");
});

test("whoever took his decision back may ask for a plan that he can decide about again", async () => {
  const { world } = await opened({ settings: { quorum: { reversible: 2, externallyReversible: 2, irreversible: 2 } } });
  await recorded(world, {});
  assert.equal(answer(await ask(world)), "STILL_OPEN");
  await recorded(world, { kind: "withdraw" });
  assert.equal(answer(await ask(world)), "contain-2");
  const plan = await plan2(world);
  assert.equal(codeOf(await submitDecision(await signed(world, { plan }), world.ports)), "recorded");
  assert.equal(codeOf(await decide(world, { humanId: "grace" })), "SUPERSEDED");
});

test("while a plan waits for an answer no other one is made, and asking 32 times at once is asking once", async () => {
  const { world, started, inputs } = await opened();
  assert.equal(answer(await ask(world)), "STILL_OPEN");
  assert.deepEqual(started.names, []);
  await decide(world, { approve: [] });
  await carryOn(world);
  const asked = await Promise.all(Array.from({ length: 32 }, () => ask(world)));
  assert.deepEqual(new Set(asked.map(answer)), new Set(["contain-2"]));
  assert.equal(asked.filter((one) => one.requested && !one.repeated).length, 1);
  assert.equal(inputs.length, 1);
  assert.equal(world.eventTypes().filter((type) => type === "plan.requested").length, 1);
});

test("an execution that ended without a plan does not stand in the way of asking again", async () => {
  const { world, started } = await denied();
  await ask(world);
  started.ended.add(`${world.caseId}-contain-2`);
  assert.equal(answer(await ask(world)), "contain-2");
  assert.equal(started.names.at(-1), `${world.caseId}-contain-2-again-2`);
});

for (const [who, code] of [
  ["mallory", "INELIGIBLE"],
  ["newcomer", "INELIGIBLE"],
  ["stranger", "NOT_APPROVER"],
] as const) {
  test(`${who} cannot stall us with plan after plan`, async () => {
    const { world, started } = await denied();
    assert.equal(answer(await ask(world, who)), code);
    assert.deepEqual(started.names, []);
    assert.ok(!world.eventTypes().includes("plan.requested"));
  });
}

const LATE_SUSPECT = {
  ...FOUND_SINCE.suspects[0]!,
  principalId: "AROARZPUZDIKF3GA73QXJ:second",
  arn: FOUND_SINCE.suspects[0]!.arn!.replace(/[^/]+$/, "second"),
  accessKeyId: "ASIARZPUZDIKRRRRRRRR",
  roleSession: "second",
};

test("suspects found after the plan are told of once, and a plan may be asked for although one still waits", async () => {
  const { world } = await opened();
  const { caseId, ports } = world;
  assert.deepEqual(await newSuspects(caseId, ports), []);
  await write(ports.cases, caseId, DISCOVERED, {
    ...FOUND_SINCE,
    suspects: [...FOUND_SINCE.suspects, LATE_SUSPECT],
  });
  await tellOfNewSuspects(caseId, ports);
  await tellOfNewSuspects(caseId, ports);
  assert.equal(world.eventTypes().filter((type) => type === "suspects.found").length, 1);
  assert.equal(world.disk.notices.at(-1)?.kind, "attention");
  assert.equal(answer(await ask(world)), "contain-2");
  const plan = await plan2(world);
  assert.ok(plan.suspects.some(({ principalId }) => principalId === LATE_SUSPECT.principalId));
  assert.deepEqual(await newSuspects(caseId, ports), []);
  assert.equal(answer(await ask(world)), "STILL_OPEN");
});

test("the plan whose place another one takes is closed at once, without a word about the case", async () => {
  const { world } = await opened();
  await write(world.ports.cases, world.caseId, DISCOVERED, { ...FOUND_SINCE, suspects: [LATE_SUSPECT] });
  await plan2(world);
  assert.deepEqual(
    (await world.ports.decisions.open()).map(({ planId }) => planId),
    ["contain-2"],
  );
  const told = world.disk.notices.length;
  assert.equal(await carryOn(world), "stop");
  assert.equal(world.disk.notices.length, told);
  assert.equal((await world.ports.cases.head(world.caseId)).status, "awaiting-decision");
  assert.equal((await caseView(world.caseId, world.ports)).plans[0]!.status, "superseded");
});

test("what a plan began outlives a newer plan; only its open questions are closed", async () => {
  const { world } = await opened({ actions: ["a1", "a8"] });
  await recorded(world, { choices: { a1: "approve", a8: "approve" } });
  await execute(world);
  assert.deepEqual(world.changes(), ["iam:PutUserPolicy"]);
  await plan2(world);
  assert.equal(codeOf(await decide(world, { humanId: "grace", choices: { a8: "approve" } })), "EXECUTING");
  await execute(world);
  assert.deepEqual(world.changes(), ["iam:PutUserPolicy"]);
  assert.equal((await caseView(world.caseId, world.ports)).plans[0]!.status, "executed");
});

test("a release is asked for only where something is in force", async () => {
  const { world, inputs } = await opened();
  assert.equal(answer(await ask(world, "ada", "release")), "NOTHING_TO_RELEASE");
  await recorded(world, {});
  await execute(world);
  assert.equal(answer(await ask(world, "ada", "release")), "release-1");
  assert.deepEqual(inputs[0]?.input, { caseId: world.caseId, releaseId: "release-1", actions: [] });
});

test("on a whole deployment: denied, asked anew, approved, contained and sealed once more", async () => {
  await withCase(OTRF, async (deployment, { caseId }) => {
    await decideOn(caseId, deployment, { approve: [] });
    const before = await driveOn(caseId, deployment);
    assert.equal(before.status, "denied");
    const humanId = deployment.settings.approvers[0]!.humanId;
    const asked = await requestPlan({ caseId, purpose: "contain", humanId, actions: [] }, deployment.portsOf(caseId));
    assert.deepEqual(
      asked,
      { requested: true, planId: "contain-3", repeated: false },
      "contain-2 brought contain-1 up to date",
    );
    assert.equal((await driveOn(caseId, deployment)).status, "awaiting-decision");
    await decideOn(caseId, deployment, { planId: "contain-3" });
    const after = await driveOn(caseId, deployment);
    assert.equal(after.status, "contained");
    assert.equal(after.evidence.length, before.evidence.length + 1);
    assert.equal((await eventTypes(caseId, deployment)).at(-2), "evidence.sealed");
  });
});
