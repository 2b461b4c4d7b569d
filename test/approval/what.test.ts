/** What exactly is decided: abuse groups 5, 6, 7, 16, 17, 18, 20, 38, 39 and 40 of the approval facts. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalJson } from "../../lib/base/jcs.ts";
import { ofType } from "../../lib/case/events.ts";
import type { Plan } from "../../lib/case/plan.ts";
import type { Decision } from "../../lib/core/plan/decision.ts";
import { planDigestOf, renderPlan, shownDigestOf } from "../../lib/core/plan/renderPlan.ts";
import { toLowS } from "../../lib/evidence/der.ts";
import { PAYLOAD_TYPE, preAuthEncoding, signStatement } from "../../lib/evidence/dsse.ts";
import { makeStatement, PREDICATE_TYPES } from "../../lib/evidence/statement.ts";
import { submitDecision } from "../../lib/response/approve/decisions.ts";
import { assertGateClosed, assertRefused, recorded, refused } from "./assertions.ts";
import { execute, KEYS, openWorld, PLAN, SETTINGS, signed, type World } from "./world.ts";

const TWO = { quorum: { reversible: 2, externallyReversible: 2, irreversible: 2 } };

const decisionOf = (world: World, change: Partial<Decision> = {}): Decision => ({
  kind: "decide",
  caseId: world.caseId,
  planId: PLAN,
  planNonce: world.plan.nonce,
  shownDigest: shownDigestOf(world.plan),
  choices: { a1: "approve" },
  reason: "Confirmed with the owner by phone.",
  approver: { humanId: "ada" },
  channel: "cli",
  assurance: "key-file",
  decidedAt: world.now(),
  ...change,
});

/** Signs any statement with ada's key, right or wrong. */
const submitStatement = async (world: World, decision: unknown, sha256 = planDigestOf(world.plan)) => {
  const statement = makeStatement(PREDICATE_TYPES.approval, { name: "plan", sha256 }, decision);
  const { envelope } = await signStatement({ statement, sign: KEYS.ada.sign, publicKey: KEYS.ada.spki });
  return submitDecision({ caseId: world.caseId, planId: PLAN, envelope, publicKey: KEYS.ada.spki }, world.ports);
};

test("a decision about other plan bytes is refused, though only one byte differs", async () => {
  const world = await openWorld();
  const plans: readonly Plan[] = [
    { ...world.plan, version: 2 },
    { ...world.plan, mode: "dry-run" },
    { ...world.plan, region: "us-east-2" },
    { ...world.plan, deployment: "example.test/ledger/two" },
    { ...world.plan, actions: world.plan.actions.slice(1) },
  ];
  for (const plan of plans) await refused(world, { plan }, "FOREIGN_PLAN");
});

test("a plan with the same fingerprint and another digest is another plan", async () => {
  const world = await openWorld();
  const digest = planDigestOf(world.plan);
  const same80Bits = digest.slice(0, 20) + [...digest.slice(20)].reverse().join("");
  assertRefused(world, await submitStatement(world, decisionOf(world), same80Bits), "FOREIGN_PLAN");
});

test("a decision that names another case, plan or nonce is a replay", async () => {
  const world = await openWorld();
  for (const change of [{ caseId: "case-20261121-0000000000" }, { planId: "contain-2" }, { planNonce: "0".repeat(32) }])
    assertRefused(world, await submitStatement(world, decisionOf(world, change)), "REPLAYED");
  await assertGateClosed(world);
});

test("an approver who was shown another text has not approved this plan", async () => {
  const world = await openWorld();
  assertRefused(world, await submitStatement(world, decisionOf(world, { shownDigest: "0".repeat(64) })), "NOT_SHOWN");
  await assertGateClosed(world);
});

test("an action that the plan does not have cannot be decided about", async () => {
  const world = await openWorld();
  await refused(world, { choices: { a1: "approve", a99: "approve" } }, "UNKNOWN_ACTION");
});

test("a decision of one deployment is nothing in another one that holds the same case", async () => {
  const [here, there] = [
    await openWorld(),
    await openWorld({
      wrap: (ports) => ({ ...ports, ledger: { ...ports.ledger, origin: "example.test/ledger/two" } }),
    }),
  ];
  const submission = await signed(here, {});
  assertRefused(there, await submitDecision(submission, there.ports), "RECORDS");
  await assertGateClosed(there);
});

test("a decision is no decision in another account or region", async () => {
  for (const change of [{ accountId: "210987654321" }, { region: "eu-central-1" }]) {
    const world = await openWorld();
    world.disk.heads.set(world.caseId, { ...world.disk.heads.get(world.caseId)!, ...change });
    await refused(world, {}, "RECORDS");
  }
});

test("a decision again after it was carried out gives the old receipt and changes nothing more", async () => {
  const world = await openWorld();
  const submission = await signed(world, {});
  await submitDecision(submission, world.ports);
  await execute(world);
  const made = world.changes();
  const again = await submitDecision(submission, world.ports);
  assert.equal(again.recorded && again.repeated, true);
  await execute(world);
  assert.deepEqual(world.changes(), made);
});

test("only what was approved is carried out, though the executor is asked for the plan", async () => {
  const world = await openWorld();
  await recorded(world, { approve: ["a2"] });
  await execute(world);
  assert.deepEqual(world.changes(), ["iam:UpdateAccessKey"]);
});

test("an action that is not named is not approved, and waits", async () => {
  const world = await openWorld();
  const { verdict } = await recorded(world, { choices: { a2: "approve" } });
  assert.deepEqual(
    verdict.actions.filter(({ state }) => state === "approved").map(({ id }) => id),
    ["a2"],
  );
  assert.deepEqual(
    verdict.actions.filter(({ state }) => state === "waiting").map(({ id }) => id),
    ["a1", "a4", "a5"],
  );
});

test("an action whose prerequisite is denied is not done, through every step of a chain", async () => {
  const world = await openWorld();
  assert.deepEqual(world.plan.actions.find(({ id }) => id === "a9")?.requires, ["a5"]);
  await recorded(world, { choices: { a1: "deny", a2: "deny", a3: "deny", a5: "deny", a9: "approve" } });
  await assertGateClosed(world);
});

test("a chain with an action that cannot be undone takes the quorum of that action", async () => {
  const world = await openWorld();
  const chained = {
    ...world.plan,
    actions: world.plan.actions.map((action) => (action.id === "a9" ? { ...action, requires: ["a8"] } : action)),
  };
  const { gate } = await import("../../lib/core/plan/gate.ts");
  const { gateInputOf } = await import("../../lib/response/contain/planRecords.ts");
  const one = {
    decision: decisionOf(world, { choices: { a8: "approve", a9: "approve" } }),
    keyFingerprint: SETTINGS.approvers[0]!.keys[0]!,
    planDigest: planDigestOf(chained),
    receivedAt: world.now(),
  };
  const shown = { ...one, decision: { ...one.decision, shownDigest: shownDigestOf(chained) } };
  const input = { ...(await gateInputOf(chained, [shown], world.ports)), fault: null };
  const stateOf = (id: string, decisions: typeof input.decisions) =>
    gate({ ...input, decisions }).actions.find((action) => action.id === id)?.state;
  assert.deepEqual([stateOf("a8", [shown]), stateOf("a9", [shown])], ["waiting", "waiting"]);
  const two = {
    ...shown,
    decision: { ...shown.decision, approver: { humanId: "grace" } },
    keyFingerprint: SETTINGS.approvers[1]!.keys[0]!,
  };
  assert.deepEqual([stateOf("a8", [shown, two]), stateOf("a9", [shown, two])], ["approved", "approved"]);
});

test("what cannot be undone takes two people, and does not keep the thief in meanwhile", async () => {
  const world = await openWorld();
  await recorded(world, { approve: ["a1", "a8"] });
  await execute(world);
  assert.deepEqual(world.changes(), ["iam:PutUserPolicy"]);
  await recorded(world, { humanId: "grace", approve: ["a1", "a8"] });
  await execute(world);
  assert.deepEqual(world.changes(), ["iam:PutUserPolicy", "ecs:StopTask"]);
});

test("an offered action is off unless it is switched on, and with a quorum of two by both", async () => {
  const world = await openWorld({ settings: TWO });
  await recorded(world, { approve: ["a1", "a6"] });
  const { verdict } = await recorded(world, { humanId: "grace", approve: "all" });
  assert.equal(verdict.actions.find(({ id }) => id === "a6")?.state, "waiting");
  assert.equal(verdict.actions.find(({ id }) => id === "a4")?.state, "denied");
});

/** Reasons that are none; the last is what fits into no envelope. */
const REASONS: readonly unknown[] = [
  "",
  "too short",
  " ".repeat(40),
  "\n\t\u2003\u00a0 ".repeat(20),
  "..........",
  "-".repeat(200),
  "\u2800".repeat(40),
  "x".repeat(2001),
  "x".repeat(1_000_000),
  null,
  42,
];
for (const reason of REASONS) {
  test(`a reason that says nothing is refused: ${JSON.stringify(reason).slice(0, 40)}`, async () => {
    const world = await openWorld();
    assertRefused(world, await submitStatement(world, decisionOf(world, { reason: reason as string })), "UNREADABLE");
    await assertGateClosed(world);
  });
}

test("a refusal of hostile bytes puts no control character and little text into the trail", async () => {
  const world = await openWorld();
  await submitStatement(world, { ...decisionOf(world), ["\u001b[2J\u202e".repeat(500)]: 1 });
  const why = ofType(await world.ports.cases.events(world.caseId), "decision.refused").at(-1)!.data.why;
  assert.doesNotMatch(why, /[\p{Cc}\p{Cf}]/u);
  assert.ok(why.length <= 300);
});

/** Members that must not be there, are missing, or are of another kind. */
const SHAPES: readonly (readonly [string, (decision: Decision) => unknown])[] = [
  ["an unknown member", (decision) => ({ ...decision, admin: true })],
  ["an unknown member of the approver", (decision) => ({ ...decision, approver: { humanId: "ada", role: "root" } })],
  ["no kind", ({ kind: _kind, ...rest }) => rest],
  ["another kind", (decision) => ({ ...decision, kind: "force" })],
  ["a choice in other letters", (decision) => ({ ...decision, choices: { a1: "APPROVE" } })],
  ["a choice that is true", (decision) => ({ ...decision, choices: { a1: true } })],
  ["choices as a list", (decision) => ({ ...decision, choices: ["a1"] })],
  ["a wildcard", (decision) => ({ ...decision, choices: { "*": "approve" } })],
  ["a withdrawal that approves", (decision) => ({ ...decision, kind: "withdraw" })],
  ["a human id that is a path", (decision) => ({ ...decision, approver: { humanId: "../../ada" } })],
  ["a human id with a null byte", (decision) => ({ ...decision, approver: { humanId: "ada\u0000" } })],
  ["nothing", () => null],
  ["a list", (decision) => [decision]],
];
for (const [what, change] of SHAPES) {
  test(`a decision of another shape is refused: ${what}`, async () => {
    const world = await openWorld();
    assertRefused(world, await submitStatement(world, change(decisionOf(world))), "UNREADABLE");
    assert.deepEqual(await world.ports.cases.names(world.caseId, "decisions/"), []);
  });
}

/** Payload texts that two parsers could read differently; each is properly signed as it stands. */
const TEXTS: readonly (readonly [string, (text: string) => string])[] = [
  ["a duplicate member", (text) => text.replace('"a1":"approve"', '"a1":"deny","a1":"approve"')],
  ["a duplicate predicate", (text) => text.replace('"predicate":', '"predicate":{},"predicate":')],
  ["__proto__", (text) => text.replace('"kind":', '"__proto__":{"kind":"decide"},"kind":')],
  ["spaces", (text) => text.replace('"kind":', '"kind": ')],
  ["a byte order mark", (text) => `\ufeff${text}`],
  ["a second value", (text) => `${text}${text}`],
  ["a lone surrogate", (text) => text.replace("phone", "ph\\ud800ne")],
];
for (const [what, change] of TEXTS) {
  test(`a signed text that could be read two ways is refused: ${what}`, async () => {
    const world = await openWorld();
    const statement = makeStatement(
      PREDICATE_TYPES.approval,
      { name: "plan", sha256: planDigestOf(world.plan) },
      decisionOf(world),
    );
    const text = change(canonicalJson(statement));
    assert.notEqual(text, canonicalJson(statement));
    const payload = Buffer.from(text, "utf8");
    const sig = Buffer.from(toLowS(await KEYS.ada.sign(preAuthEncoding(PAYLOAD_TYPE, payload)))).toString("base64");
    const envelope = Buffer.from(
      canonicalJson({ payload: payload.toString("base64"), payloadType: PAYLOAD_TYPE, signatures: [{ sig }] }),
    );
    assertRefused(
      world,
      await submitDecision({ caseId: world.caseId, planId: PLAN, envelope, publicKey: KEYS.ada.spki }, world.ports),
      "UNREADABLE",
    );
  });
}

test("an evidence statement over the plan's digest is no approval of it", async () => {
  const world = await openWorld();
  const statement = makeStatement(
    PREDICATE_TYPES.plan,
    { name: "plan", sha256: planDigestOf(world.plan) },
    decisionOf(world),
  );
  const { envelope } = await signStatement({ statement, sign: KEYS.ada.sign, publicKey: KEYS.ada.spki });
  assertRefused(
    world,
    await submitDecision({ caseId: world.caseId, planId: PLAN, envelope, publicKey: KEYS.ada.spki }, world.ports),
    "UNREADABLE",
  );
});

test("places that are no case and no plan hold no decision", async () => {
  const world = await openWorld();
  const submission = await signed(world, {});
  await assert.rejects(submitDecision({ ...submission, planId: "contain-7" }, world.ports), {
    code: "DOCUMENT_MISSING",
  });
  await assert.rejects(submitDecision({ ...submission, caseId: "case-20200101-0000000000" }, world.ports));
  assert.deepEqual(world.changes(), []);
});

test("of ten thousand targets every one is in the text that is signed for, and the last of them changes its digest", async () => {
  const { plan } = await openWorld();
  const [first] = plan.actions;
  const many = (last: string): Plan => ({
    ...plan,
    actions: Array.from({ length: 10_000 }, (_, index) => ({
      ...first!,
      id: `a${index + 1}`,
      target: { label: index === 9_999 ? last : `target-${index}` },
    })),
  });
  const shown = renderPlan(many("target-9999")).match(/target {8}target-\d+(?!\d)/g);
  const lines = new Set(shown);
  for (let index = 0; index < 10_000; index += 1) assert.ok(lines.has(`target        target-${index}`), String(index));
  assert.notEqual(shownDigestOf(many("target-9999")), shownDigestOf(many("target-9998")));
});
