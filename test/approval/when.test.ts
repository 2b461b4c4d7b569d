/** When it is decided: abuse groups 14, 19, 21, 22, 23, 24, 35 and 37 of the approval facts, reminders and escalation. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { executionDeadline } from "../../lib/core/plan/gate.ts";
import { askApproval, checkDecision } from "../../lib/response/approve/askApproval.ts";
import { submitDecision } from "../../lib/response/approve/decisions.ts";
import { caseView } from "../../lib/response/caseView.ts";
import { propose } from "../../lib/response/contain/planContainment.ts";
import { nextRound } from "../../lib/response/contain/rounds.ts";
import { assertGateClosed, assertRefused, recorded, refused } from "./assertions.ts";
import {
  carryOn,
  codeOf,
  decide,
  execute,
  KEYS,
  openWorld,
  PLAN,
  SETTINGS,
  START,
  signed,
  WINDOW_SECONDS,
  worldOn,
} from "./world.ts";

const at = (seconds: number): string => new Date(Date.parse(START) + seconds * 1000).toISOString();
const TWO = { quorum: { reversible: 2, externallyReversible: 2, irreversible: 2 } };

test("the last millisecond counts and the next one does not, by the server's clock", async () => {
  const [intime, late] = [await openWorld(), await openWorld()];
  intime.setTime(new Date(Date.parse(at(WINDOW_SECONDS)) - 1).toISOString());
  assert.equal((await recorded(intime, {})).verdict.state, "open");
  late.setTime(at(WINDOW_SECONDS));
  await refused(late, {}, "LATE");
});

test("the approver's own clock decides nothing, ten minutes fast or slow or a century", async () => {
  for (const decidedAt of [at(-600), at(600), "1926-01-01T00:00:00.000Z", "2126-01-01T00:00:00.000Z"]) {
    const world = await openWorld();
    const submission = await signed({ ...world, ports: { ...world.ports, clock: { now: () => decidedAt } } }, {});
    assert.equal(codeOf(await submitDecision(submission, world.ports)), "recorded");
    world.setTime(at(WINDOW_SECONDS));
    const slow = await openWorld();
    slow.setTime(at(WINDOW_SECONDS));
    const early = await signed({ ...slow, ports: { ...slow.ports, clock: { now: () => at(1) } } }, {});
    assertRefused(slow, await submitDecision(early, slow.ports), "LATE");
  }
});

test("an approval in time is carried out after the deadline, as long again and no longer", async () => {
  const [soon, late] = [await openWorld(), await openWorld()];
  assert.equal(executionDeadline(soon.plan), at(2 * WINDOW_SECONDS));
  for (const world of [soon, late]) await recorded(world, {});
  soon.setTime(new Date(Date.parse(at(2 * WINDOW_SECONDS)) - 60_000).toISOString());
  await execute(soon);
  assert.equal(soon.changes().length, 4);
  late.setTime(at(2 * WINDOW_SECONDS));
  await assertGateClosed(late);
});

test("silence is a no, also for an action that lacks its second signature", async () => {
  const world = await openWorld();
  await recorded(world, { approve: ["a1", "a8"] });
  await carryOn(world);
  world.setTime(at(WINDOW_SECONDS));
  assert.equal(await carryOn(world), "stop");
  assert.deepEqual(world.changes(), ["iam:PutUserPolicy"]);
  assertRefusedLater(codeOf(await decide(world, { humanId: "grace", approve: ["a8"] })));
});
const assertRefusedLater = (code: string): void => assert.equal(code, "LATE");

test("a plan that expired stays closed when the clock is set back", async () => {
  const world = await openWorld();
  world.setTime(at(WINDOW_SECONDS + 1));
  assert.equal(await carryOn(world), "stop");
  assert.equal(world.eventTypes().includes("plan.expired"), true);
  world.setTime(at(10));
  await refused(world, {}, "LATE");
});

test("an approval that came too late stays too late when the clock is set back, and nothing is carried out", async () => {
  const world = await openWorld();
  world.setTime(at(WINDOW_SECONDS + 1));
  await refused(world, {}, "LATE");
  world.setTime(at(10));
  await refused(world, {}, "LATE");
  await assert.rejects(execute(world), { code: "GATE_CLOSED" });
  assert.deepEqual(world.changes(), []);
});

test("a plan that was denied stays closed when the denial is taken back", async () => {
  const world = await openWorld();
  await recorded(world, { approve: [] });
  assert.equal(await carryOn(world), "stop");
  assert.equal(world.eventTypes().includes("plan.denied"), true);
  await refused(world, { kind: "withdraw" }, "ENDED");
  await refused(world, { humanId: "grace" }, "ENDED");
});

test("a server that was down over the deadline finds the plan expired", async () => {
  const world = await openWorld();
  const restarted = await worldOn(world.disk, world.caseId, SETTINGS);
  restarted.setTime(at(WINDOW_SECONDS));
  assert.equal(await carryOn(restarted), "stop");
  await refused(restarted, {}, "LATE");
});

test("a policy changed between question and execution closes the plan, whoever approved before", async () => {
  const world = await openWorld();
  await recorded(world, {});
  const more = {
    approvers: [
      ...SETTINGS.approvers,
      {
        humanId: "eve",
        keys: [SETTINGS.approvers[4]!.keys[0]!.replaceAll(/./g, "0")],
        principals: [],
        since: "2026-01-01T00:00:00.000Z",
      },
    ],
  };
  const changes = [
    more,
    { quorum: { ...SETTINGS.quorum, irreversible: 3 } },
    { mode: "dry-run" as const },
    { exemptArns: [] },
    { breakGlass: { humanIds: ["ada"] } },
  ];
  for (const change of changes) {
    const after = await worldOn(world.disk, world.caseId, { ...SETTINGS, ...change });
    await assertGateClosed(after);
    assertRefused(after, await decide(after, { humanId: "grace" }), "POLICY_CHANGED");
  }
});

test("a policy changed in the middle of an execution stops what is left, and a person is called", async () => {
  const settings = { ...SETTINGS };
  const world = await openWorld({
    wrap: (ports) => ({
      ...ports,
      settings,
      account: {
        call: async (request) => {
          const answer = await ports.account.call(request);
          if (request.operation === "UpdateAccessKey") settings.quorum = { ...settings.quorum, reversible: 3 };
          return answer;
        },
      },
    }),
  });
  await recorded(world, {});
  await execute(world);
  assert.deepEqual(world.changes(), ["iam:PutUserPolicy", "iam:UpdateAccessKey"]);
  assert.equal(world.eventTypes().filter((type) => type === "action.skipped").length, 2);
});

test("a newer plan takes the place of the older one at once", async () => {
  const world = await openWorld();
  await recorded(world, {});
  await propose({ ...world.plan, planId: "contain-2", nonce: "1".repeat(32) }, world.ports);
  await assertGateClosed(world);
  assertRefused(world, await decide(world, { humanId: "grace" }), "SUPERSEDED");
  assert.equal(await carryOn(world), "stop");
});

test("32 submissions of the same decision at once are one record, one ledger entry and one execution", async () => {
  const world = await openWorld();
  const submission = await signed(world, {});
  const different = await signed(world, { reason: "The same choice in other words." });
  const entries = (await world.ports.ledger.caseEntries(world.caseId)).length;
  const receipts = await Promise.all(
    Array.from({ length: 32 }, (_, index) => submitDecision(index % 2 === 0 ? submission : different, world.ports)),
  );
  assert.equal(receipts.filter((receipt) => receipt.recorded).length, 32);
  assert.equal(receipts.filter((receipt) => receipt.recorded && !receipt.repeated).length, 1);
  assert.equal(world.eventTypes().filter((type) => type === "decision.recorded").length, 1);
  assert.equal((await world.ports.ledger.caseEntries(world.caseId)).length, entries + 1);
  await Promise.all(Array.from({ length: 32 }, () => execute(world)));
  assert.deepEqual(world.changes(), [
    "iam:PutUserPolicy",
    "iam:UpdateAccessKey",
    "iam:PutRolePolicy",
    "s3:PutBucketPolicy",
  ]);
  assert.equal(world.eventTypes().filter((type) => type === "execution.started").length, 1);
});

test("two approvers in the same millisecond are two approvers", async () => {
  const world = await openWorld({ settings: TWO });
  const receipts = await Promise.all([decide(world, { humanId: "ada" }), decide(world, { humanId: "grace" })]);
  assert.deepEqual(receipts.map(codeOf), ["recorded", "recorded"]);
  await execute(world);
  assert.equal(world.changes().length, 4);
});

test("one approver and one who denies in the same millisecond: the denial stands, in either order", async () => {
  for (const order of [
    ["all", []],
    [[], "all"],
  ] as const) {
    const world = await openWorld();
    await Promise.all([
      decide(world, { humanId: "ada", approve: order[0] }),
      decide(world, { humanId: "grace", approve: order[1] }),
    ]);
    await assertGateClosed(world);
  }
});

test("a decision is taken back until it is carried out, once for this plan", async () => {
  const world = await openWorld();
  assertRefused(world, await decide(world, { kind: "withdraw" }), "NOTHING_TO_WITHDRAW");
  await recorded(world, {});
  assert.equal((await recorded(world, { kind: "withdraw" })).verdict.state, "waiting");
  await refused(world, {}, "WITHDRAWN");
  await recorded(world, { humanId: "grace" });
  await execute(world);
  assert.equal(codeOf(await decide(world, { humanId: "grace", kind: "withdraw" })), "EXECUTING");
  assert.equal(world.refusals().at(-1), "EXECUTING");
});

test("nobody takes back another's decision, and nobody's noise keeps him from doing so himself", async () => {
  const world = await openWorld();
  await recorded(world, {});
  for (const key of ["stranger", "grace"] as const)
    assertRefused(world, await decide(world, { kind: "withdraw", key }), "UNKNOWN_KEY");
  assert.equal((await recorded(world, { kind: "withdraw" })).verdict.state, "waiting");
});

test("a withdrawal between the start and the first change stops it, and says what it found", async () => {
  const world = await openWorld({
    wrap: (ports) => ({
      ...ports,
      cases: {
        ...ports.cases,
        append: async (caseId, event) => {
          const line = await ports.cases.append(caseId, event);
          if (event.type === "execution.started") {
            const submission = await signed(world, { kind: "withdraw" });
            assert.equal(codeOf(await submitDecision(submission, ports)), "EXECUTING");
          }
          return line;
        },
      },
    }),
  });
  await recorded(world, {});
  await execute(world);
  assert.equal(world.changes().length, 4);
});

test("a withdrawal that was written while the executor began is seen before the first call", async () => {
  const world = await openWorld({
    wrap: (ports) => ({
      ...ports,
      decisions: {
        ...ports.decisions,
        claim: async (nonce, by) => {
          const receipt = await submitDecision(await signed(world, { kind: "withdraw" }), ports);
          assert.equal(codeOf(receipt), "recorded");
          return ports.decisions.claim(nonce, by);
        },
      },
    }),
  });
  await recorded(world, {});
  await execute(world);
  assert.deepEqual(world.changes(), []);
});

test("a denial after the quorum and before the execution closes the action", async () => {
  const world = await openWorld();
  await recorded(world, {});
  const { verdict } = await recorded(world, { humanId: "grace", choices: { a1: "deny" } });
  assert.equal(verdict.state, "open");
  await execute(world);
  assert.deepEqual(world.changes(), ["iam:UpdateAccessKey", "iam:PutRolePolicy", "s3:PutBucketPolicy"]);
});

test("waking the execution up decides nothing: an insider with SendTaskSuccess gets the question asked again", async () => {
  const world = await openWorld();
  assert.equal(await world.ports.decisions.wake(world.caseId, PLAN, "decided"), true);
  assert.equal(await carryOn(world), "ask");
  await assertGateClosed(world);
  world.setTime(at(WINDOW_SECONDS));
  assert.equal(await carryOn(world), "stop");
  await assertGateClosed(world);
});

test("a decision that came while nobody was parked wakes the next question", async () => {
  const world = await openWorld();
  await recorded(world, {});
  await askApproval({ caseId: world.caseId, planId: PLAN, token: "u".repeat(64) }, world.ports);
  assert.equal(world.disk.parked.get(`${world.caseId}/${PLAN}`)?.woken, "decided");
});

test("people are asked once, reminded by the hour, and with a louder voice after each third", async () => {
  const world = await openWorld({ settings: { decisionDeadlineSeconds: 6 * 3600 } });
  const ask = () => askApproval({ caseId: world.caseId, planId: PLAN, token: "t".repeat(64) }, world.ports);
  const kinds = () => world.disk.notices.slice(1).map(({ kind, severity }) => `${kind} ${severity}`);
  assert.deepEqual(kinds(), ["approval-asked 7"]);
  world.setTime(at(900));
  await ask();
  assert.deepEqual(kinds().length, 1);
  world.setTime(at(3600));
  await ask();
  assert.deepEqual(kinds().at(-1), "reminder 7");
  world.setTime(at(2 * 3600));
  await ask();
  assert.deepEqual(kinds().at(-1), "reminder 8");
  world.setTime(at(4 * 3600 - 60));
  await ask();
  world.setTime(at(4 * 3600));
  await ask();
  assert.deepEqual(kinds(), ["approval-asked 7", "reminder 7", "reminder 8", "reminder 8", "reminder 10"]);
  const lines = (await world.ports.cases.events(world.caseId)).filter((one) => one.type === "approval.asked");
  assert.deepEqual(
    lines.map(({ data }) => data.tier),
    [0, 0, 1, 1, 2],
  );
});

test("a question waits until the reminder, the next third or the end, whichever is first", async () => {
  const world = await openWorld({
    settings: { decisionDeadlineSeconds: 3 * 3600, waits: { ...SETTINGS.waits, reminder: 5400 } },
  });
  const wait = (seconds: number): string => {
    world.setTime(at(seconds));
    return nextRound(world.plan, world.ports).waitUntil;
  };
  assert.deepEqual([0, 3600, 7200, 7201].map(wait), [3600, 7200, 10_800, 10_800].map(at));
});

test("notices that nobody gets are on record, and nothing is approved by them", async () => {
  const world = await openWorld({
    wrap: (ports) => ({
      ...ports,
      notifier: { notify: async () => ({ delivered: false, channel: "mail", reason: "bounced" }) },
    }),
  });
  world.setTime(at(1300));
  await askApproval({ caseId: world.caseId, planId: PLAN, token: "t".repeat(64) }, world.ports);
  const sent = (await world.ports.cases.events(world.caseId)).filter((one) => one.type === "notice.sent").at(-1);
  assert.deepEqual([sent?.data.delivered, sent?.data.reason], [false, "bounced"]);
  await assertGateClosed(world);
});

test("a flood of worthless decisions approves nothing and keeps nobody out", async () => {
  const world = await openWorld();
  for (let index = 0; index < 300; index += 1) {
    const submission = {
      caseId: world.caseId,
      planId: PLAN,
      envelope: Buffer.from(`{"n":${index}}`),
      publicKey: KEYS.stranger.spki,
    };
    assert.equal(codeOf(await submitDecision(submission, world.ports)), "UNREADABLE");
  }
  assert.equal(world.refusals().length, 20);
  const counted = (await world.ports.cases.events(world.caseId)).filter((one) => one.type === "decision.refused.flood");
  assert.deepEqual(
    counted.map(({ data }) => [data.source, data.total]),
    [40, 80, 160].map((total) => ["unproven", total]),
  );
  assertRefused(world, await decide(world, { humanId: "mallory" }), "INELIGIBLE");
  assert.equal(world.refusals().length, 21);
  assertRefused(
    world,
    await decide(world, { humanId: "mallory", reason: "Another text, another envelope." }),
    "INELIGIBLE",
  );
  assert.equal(world.refusals().length, 22);
  await assertGateClosed(world);
  assert.equal((await recorded(world, {})).verdict.state, "open");
});

test("too few people who may decide: the question is closed at once and a person is called, instead of waiting for nobody", async () => {
  const approvers = SETTINGS.approvers.map((one) =>
    one.humanId === "linus" ? one : { ...one, since: "2026-11-21T02:30:00.000Z" },
  );
  const world = await openWorld({ settings: { ...TWO, approvers } });
  const answer = await checkDecision({ caseId: world.caseId, planId: PLAN }, world.ports);
  assert.equal(answer.next, "stop");
  const closed = (await world.ports.cases.events(world.caseId)).find((one) => one.type === "plan.closed");
  assert.equal(closed?.data.code, "TOO_FEW");
  assert.equal((await world.ports.cases.head(world.caseId)).status, "attention");
  assert.equal(world.disk.notices.at(-1)?.kind, "attention");
  assert.match((await caseView(world.caseId, world.ports)).plans[0]?.closed ?? "", /needs 2 people, and 1 may decide/);
  await assertGateClosed(world);
});
