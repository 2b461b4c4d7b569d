/** One person alone: abuse group 36 of the approval facts. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Plan } from "../../lib/case/plan.ts";
import { submitDecision } from "../../lib/response/approve/decisions.ts";
import { reviewsDue } from "../../lib/response/approve/reviewsDue.ts";
import { caseView } from "../../lib/response/caseView.ts";
import { applyContainment } from "../../lib/response/contain/applyContainment.ts";
import { propose } from "../../lib/response/contain/planContainment.ts";
import { assertGateClosed, assertRefused, recorded, refused } from "./assertions.ts";
import { decide, execute, type Given, openWorld, SETTINGS, START, signed, type World } from "./world.ts";

const glassReviews = async ({ caseId, ports }: World) =>
  (await reviewsDue(caseId, ports)).filter(({ about }) => about === "break-glass");

const REASON = "Nobody else answers the phone, data is leaving now.";
const GLASS = {
  quorum: { reversible: 2, externallyReversible: 2, irreversible: 2 },
  breakGlass: { humanIds: ["ada"] },
};
const broken = (change: Given = {}): Given => ({
  kind: "break-glass",
  reason: REASON,
  approve: ["a1", "a2"],
  choices: { a1: "approve", a2: "approve" },
  ...change,
});

test("one named person contains alone, everybody hears of it, and a review is due within a day", async () => {
  const world = await openWorld({ settings: GLASS });
  const { verdict } = await recorded(world, broken());
  assert.deepEqual(
    verdict.actions.filter(({ state }) => state === "approved").map(({ id, quorum }) => [id, quorum]),
    [
      ["a1", 1],
      ["a2", 1],
    ],
  );
  await execute(world);
  assert.deepEqual(world.changes(), ["iam:PutUserPolicy", "iam:UpdateAccessKey"]);
  const types = (await world.ports.ledger.caseEntries(world.caseId)).map(
    (bytes) => (JSON.parse(Buffer.from(bytes).toString()) as { type: string }).type,
  );
  assert.ok(types.includes("break-glass"));
  const alarm = world.disk.notices.find(({ severity }) => severity === 10);
  assert.equal(alarm?.kind, "attention");
  assert.deepEqual(
    (await caseView(world.caseId, world.ports)).reviews.map(({ humanId, overdue }) => [humanId, overdue]),
    [["ada", false]],
  );
  const dueAt = (await glassReviews(world))[0]!.dueAt;
  assert.equal(Date.parse(dueAt) - Date.parse(START), 24 * 3600_000 + 1000);
  world.setTime(dueAt);
  assert.equal((await glassReviews(world))[0]!.overdue, true);
});

test("breaking the glass twice is breaking it once", async () => {
  const world = await openWorld({ settings: GLASS });
  await recorded(world, broken());
  assert.equal((await recorded(world, broken({ reason: `${REASON} Again.` }))).repeated, true);
  assert.equal(world.eventTypes().filter((type) => type === "break-glass.used").length, 1);
  assert.equal((await glassReviews(world)).length, 1);
});

const REFUSED: readonly (readonly [string, Given, string])[] = [
  ["somebody who is not named for it", { humanId: "grace" }, "BREAK_GLASS"],
  ["a reason under twenty characters", { reason: "data is leaving now" }, "UNREADABLE"],
  ["a suspect", { humanId: "mallory" }, "INELIGIBLE"],
  ["a newcomer", { humanId: "newcomer" }, "INELIGIBLE"],
  ["what cannot be undone", { choices: { a1: "approve", a8: "approve" } }, "BREAK_GLASS"],
  ["what somebody else must undo", { choices: { a6: "approve" } }, "BREAK_GLASS"],
  ["a denial", { choices: { a1: "deny" } }, "BREAK_GLASS"],
  ["nothing named", { choices: {} }, "BREAK_GLASS"],
];
for (const [what, change, code] of REFUSED) {
  test(`the glass is not broken: ${what}`, async () => {
    const humanIds = ["ada", "mallory", "newcomer"];
    await refused(await openWorld({ settings: { ...GLASS, breakGlass: { humanIds } } }), broken(change), code);
  });
}

test("nobody breaks the glass where nobody was named for it", async () => {
  const { breakGlass: _none, ...settings } = GLASS;
  await refused(await openWorld({ settings }), broken(), "BREAK_GLASS");
});

for (const purpose of ["release", "follow-up"] as const) {
  test(`the glass is not broken for a ${purpose}`, async () => {
    const world = await openWorld({ settings: GLASS });
    const plan: Plan = { ...world.plan, planId: `${purpose}-1`, purpose, nonce: "d".repeat(32) };
    await propose(plan, world.ports);
    assertRefused(world, await submitDecision(await signed(world, broken({ plan })), world.ports), "BREAK_GLASS");
    await assert.rejects(applyContainment({ caseId: world.caseId, planId: plan.planId }, world.ports), {
      code: "GATE_CLOSED",
    });
    assert.deepEqual(world.changes(), []);
  });
}

test("a denial stands against whoever breaks the glass", async () => {
  const world = await openWorld({ settings: GLASS });
  await recorded(world, { humanId: "grace", choices: { a1: "deny", a2: "deny", a3: "deny", a5: "deny" } });
  await recorded(world, broken());
  await assertGateClosed(world);
});

test("a broken glass can be taken back until it is carried out", async () => {
  const world = await openWorld({ settings: GLASS });
  await recorded(world, broken());
  await recorded(world, { kind: "withdraw" });
  await assertGateClosed(world);
});

test("where too few may decide, the plan waits for the one who may break the glass", async () => {
  const approvers = SETTINGS.approvers.filter(({ humanId }) => humanId === "ada" || humanId === "mallory");
  const world = await openWorld({ settings: { ...GLASS, approvers } });
  const { verdict } = await recorded(world, { humanId: "ada" });
  assert.equal(verdict.state, "waiting");
  assert.equal((await decide(world, broken())).recorded, true);
  await execute(world);
  assert.deepEqual(world.changes(), ["iam:PutUserPolicy", "iam:UpdateAccessKey"]);
});
