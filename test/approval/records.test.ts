/** What is written down, and what happens when it is not: abuse groups 6, 25, 34 and 41, and the fail direction. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { CordonError } from "../../lib/base/errors.ts";
import { canonicalJson, sha256Hex } from "../../lib/base/jcs.ts";
import { brokenLink, nextEvent } from "../../lib/case/auditTrail.ts";
import type { CaseEvent, NewCaseEvent } from "../../lib/case/events.ts";
import type { Plan } from "../../lib/case/plan.ts";
import { caseView } from "../../lib/response/caseView.ts";
import { propose } from "../../lib/response/contain/planContainment.ts";
import { verifyContainment } from "../../lib/response/contain/verifyContainment.ts";
import { assertGateClosed, assertRefused, recorded } from "./assertions.ts";
import { copyOf } from "./memory.ts";
import {
  codeOf,
  decide,
  execute,
  failingAppend,
  openWorld,
  PLAN,
  SETTINGS,
  signed,
  type World,
  worldOn,
} from "./world.ts";

const planPath = (world: World): string => `${world.caseId}/plans/${PLAN}.json`;
const textOf = (world: World, path: string): string => Buffer.from(world.disk.documents.get(path)!).toString("utf8");

/** Changes a stored document as somebody with access to the store could. */
const edit = (world: World, path: string, change: (text: string) => string): void => {
  const [before, after] = [textOf(world, path), change(textOf(world, path))];
  assert.notEqual(after, before);
  world.disk.documents.set(path, Buffer.from(after));
};

test("one byte of the plan changed after the approval, and nothing is carried out", async () => {
  const edits: readonly ((text: string) => string)[] = [
    (text) => text.replace('"UserName":"alice"', '"UserName":"alicf"'),
    (text) => text.replace('"reversible"', '"instruction"'),
    (text) => text.replace('"recommended":false', '"recommended":true'),
    (text) => text.replace('"requires":["a5"]', '"requires":[]'),
    (text) => text.replace('"enforce"', '"dry-run"'),
  ];
  for (const change of edits) {
    const world = await openWorld();
    await recorded(world, {});
    edit(world, planPath(world), change);
    await assertGateClosed(world);
    assertRefused(world, await decide(world, { humanId: "grace" }), "FOREIGN_PLAN");
  }
});

test("who looks at a case whose plan was changed is told that nobody proposed it", async () => {
  const world = await openWorld();
  const plan = async () => (await caseView(world.caseId, world.ports)).plans[0];
  assert.equal((await plan())?.closed, null);
  await recorded(world, {});
  assert.equal((await plan())?.closed, null);
  edit(world, planPath(world), (text) => text.replace('"UserName":"alice"', '"UserName":"alicf"'));
  assert.match((await plan())?.closed ?? "", /not the one that was proposed/);
});

test("a plan that two readers could read differently is not read at all", async () => {
  for (const change of [
    (text: string) => text.replace('"mode":"enforce"', '"mode":"dry-run","mode":"enforce"'),
    (text: string) => `${text}\n`,
  ]) {
    const world = await openWorld();
    await recorded(world, {});
    edit(world, planPath(world), change);
    await assert.rejects(execute(world), { code: "DOCUMENT_CONFLICT" });
    assert.deepEqual(world.changes(), []);
  }
});

test("a plan that was never proposed cannot be approved, and a forged one is not carried out", async () => {
  const world = await openWorld();
  const forged: Plan = { ...world.plan, planId: "follow-up-1", purpose: "follow-up", nonce: "f".repeat(32) };
  world.disk.documents.set(`${world.caseId}/plans/follow-up-1.json`, Buffer.from(canonicalJson(forged)));
  const { submitDecision } = await import("../../lib/response/approve/decisions.ts");
  assertRefused(world, await submitDecision(await signed(world, { plan: forged }), world.ports), "RECORDS");
});

test("calls of its own under a harmless name are not made, though the plan was proposed and approved", async () => {
  const base = await openWorld();
  const [first, ...rest] = base.plan.actions;
  const forgeries: readonly Partial<Plan["actions"][number]>[] = [
    { requests: [{ ...first!.requests[0]!, operation: "DeleteUser", input: { UserName: "alice" } }] },
    {
      requests: [
        ...first!.requests,
        { ...first!.requests[0]!, input: { ...first!.requests[0]!.input, UserName: "bob" } },
      ],
    },
    { reversibility: "externally-reversible" },
    { before: { ...first!.before, document: "{}" } },
    { kind: "deactivate-access-keys" },
    { kind: "no-such-action" },
  ];
  for (const forgery of forgeries) {
    const world = await openWorld();
    const forged: Plan = {
      ...world.plan,
      planId: "contain-2",
      nonce: "e".repeat(32),
      actions: [{ ...first!, ...forgery }, ...rest],
    };
    await propose(forged, world.ports);
    const { submitDecision } = await import("../../lib/response/approve/decisions.ts");
    const { applyContainment } = await import("../../lib/response/contain/applyContainment.ts");
    assert.equal(
      codeOf(await submitDecision(await signed(world, { plan: forged, approve: ["a1"] }), world.ports)),
      "recorded",
    );
    await applyContainment({ caseId: world.caseId, planId: "contain-2" }, world.ports);
    assert.deepEqual(world.changes(), [], JSON.stringify(forgery));
    assert.ok(world.eventTypes().includes("action.failed"));
  }
});

test("the executor called with input of somebody's own carries out nothing", async () => {
  const { handler } = await import("../../handlers/applyContainment.ts");
  const world = await openWorld();
  const inputs: readonly unknown[] = [
    { caseId: world.caseId, planId: PLAN },
    { caseId: world.caseId, planId: PLAN, approved: true, actions: ["a1"] },
    { caseId: world.caseId, planId: "../../etc/passwd" },
    { caseId: world.caseId, planId: "contain-9" },
    { caseId: "case-20200101-0000000000", planId: PLAN },
    { caseId: world.caseId, planId: 7 },
    {},
    null,
    { plan: world.plan },
  ];
  for (const input of inputs) await assert.rejects(async () => handler(input, { ports: world.ports }));
  assert.deepEqual(world.changes(), []);
  assert.ok(world.eventTypes().includes("execution.refused"));
});

test("a nonce that another plan used opens nothing", async () => {
  const world = await openWorld();
  await recorded(world, {});
  await world.ports.decisions.claim(world.plan.nonce, "another plan");
  await assertGateClosed(world);
});

test("the nonce is claimed before the first call, and the plan, the decision and the execution are on the ledger", async () => {
  const order: string[] = [];
  const world = await openWorld({
    wrap: (ports) => ({
      ...ports,
      decisions: {
        ...ports.decisions,
        claim: async (nonce, by) => {
          order.push("claim");
          return ports.decisions.claim(nonce, by);
        },
      },
      ledger: {
        ...ports.ledger,
        append: async (fact) => {
          order.push(`ledger ${fact.type}`);
          return ports.ledger.append(fact);
        },
      },
      account: {
        call: async (request) => {
          if (!request.operation.startsWith("Get") && !request.operation.startsWith("List")) order.push("call");
          return ports.account.call(request);
        },
      },
    }),
  });
  await recorded(world, { approve: ["a1"] });
  await execute(world);
  assert.deepEqual(order, ["ledger decision", "claim", "ledger execution", "call"]);
  const types = (await world.ports.ledger.caseEntries(world.caseId)).map(
    (bytes) => (JSON.parse(Buffer.from(bytes).toString()) as { type: string }).type,
  );
  assert.deepEqual(types, ["case-opened", "plan", "decision", "execution"]);
});

test("a decision removed from the case closes the plan, be it a denial or an approval", async () => {
  for (const gone of ["grace", "ada"]) {
    const world = await openWorld();
    await recorded(world, {});
    await recorded(world, { humanId: "grace", choices: { a1: "deny" } });
    world.disk.documents.delete(`${world.caseId}/decisions/${PLAN}/decide/${gone}.json`);
    await assertGateClosed(world);
  }
});

test("a whole trail written anew without the denial holds together, and the ledger still tells", async () => {
  const world = await openWorld();
  await recorded(world, {});
  await recorded(world, { humanId: "grace", choices: { a1: "deny", a2: "deny", a3: "deny", a5: "deny" } });
  world.disk.documents.delete(`${world.caseId}/decisions/${PLAN}/decide/grace.json`);
  const kept = world.disk.events.get(world.caseId)!.filter(({ actor }) => actor !== "human:grace");
  const anew: CaseEvent[] = [];
  for (const { type, actor, data, at } of kept)
    anew.push(nextEvent(anew.at(-1) ?? null, { type, actor, data } as NewCaseEvent, at));
  assert.equal(brokenLink(anew), null);
  world.disk.events.set(world.caseId, anew);
  await assertGateClosed(world);
});

test("a plan or an approval that is on no ledger is not carried out", async () => {
  for (const type of ["plan", "decision"]) {
    const world = await openWorld();
    await recorded(world, {});
    const entries = (await world.ports.ledger.caseEntries(world.caseId)).filter(
      (bytes) => !Buffer.from(bytes).toString().includes(`"type":"${type}"`),
    );
    const other = await worldOn(world.disk, world.caseId, SETTINGS, {
      wrap: (ports) => ({ ...ports, ledger: { ...ports.ledger, caseEntries: async () => entries } }),
    });
    await assertGateClosed(other);
  }
});

test("a decision put into the case past the door approves nothing", async () => {
  const world = await openWorld();
  const { envelope, publicKey } = await signed(world, {});
  const stored = {
    envelope: Buffer.from(envelope).toString("base64"),
    publicKey: Buffer.from(publicKey).toString("base64"),
    receivedAt: world.now(),
  };
  world.disk.documents.set(`${world.caseId}/decisions/${PLAN}/decide/ada.json`, Buffer.from(canonicalJson(stored)));
  await assertGateClosed(world);
  assert.equal((await recorded(world, {})).verdict.state, "open", "handed in at the door it counts");
});

test("a late decision whose time was set back in the store does not count", async () => {
  const world = await openWorld();
  await recorded(world, { approve: ["a1"] });
  const path = `${world.caseId}/decisions/${PLAN}/decide/ada.json`;
  const stored = JSON.parse(textOf(world, path)) as { receivedAt: string };
  edit(world, path, (text) => text.replace(stored.receivedAt, "2026-11-21T03:00:00.000Z"));
  await assertGateClosed(world);
});

test("an audit trail that was edited closes every plan of the case", async () => {
  const edits: readonly ((lines: readonly unknown[]) => readonly unknown[])[] = [
    (lines) => lines.slice(0, -1).concat({ ...(lines.at(-1) as object), at: "2026-11-21T03:00:00.000Z" }),
    (lines) => lines.filter((_, index) => index !== 1),
    (lines) => lines.slice(1),
    (lines) => [...lines, { ...(lines.at(-1) as object), seq: lines.length + 1 }],
  ];
  for (const change of edits) {
    const world = await openWorld();
    await recorded(world, {});
    world.disk.events.set(world.caseId, change(world.disk.events.get(world.caseId)!) as never);
    await assert.rejects(execute(world), { code: "GATE_CLOSED" });
    assert.deepEqual(world.changes(), []);
  }
});

test("a decision on record that cannot be read any more closes the plan: it may have been a denial", async () => {
  const world = await openWorld();
  await recorded(world, {});
  const stored = { envelope: Buffer.from("{}").toString("base64"), publicKey: "", receivedAt: world.now() };
  world.disk.documents.set(`${world.caseId}/decisions/${PLAN}/decide/grace.json`, Buffer.from(canonicalJson(stored)));
  await execute(await worldOn(copyOf(world.disk), world.caseId, SETTINGS));
  const events = world.disk.events.get(world.caseId)!;
  const data = {
    planId: PLAN,
    choices: { a1: "deny" },
    envelope: sha256Hex("{}"),
    receivedAt: stored.receivedAt,
  };
  world.disk.events.set(world.caseId, [
    ...events,
    nextEvent(
      events.at(-1)!,
      { type: "decision.recorded", actor: "human:grace", data: { ...RECORDED, ...data } },
      world.now(),
    ),
  ]);
  await assertGateClosed(world);
});

test("a line that is not what its type says closes the gate", async () => {
  const world = await openWorld();
  const events = world.disk.events.get(world.caseId)!;
  const odd = { type: "approval.asked", actor: "askApproval", data: { planId: 7 } } as unknown as NewCaseEvent;
  world.disk.events.set(world.caseId, [...events, nextEvent(events.at(-1)!, odd, world.now())]);
  await assertGateClosed(world);
});

/** What a forger leaves as it is. */
const RECORDED = {
  kind: "decide",
  reason: "the key was used from Tor",
  channel: "cli",
  assurance: "key-file",
  keyFingerprint: "00",
} as const;

test("a forged line about a decision does not make a decision", async () => {
  const world = await openWorld();
  const events = world.disk.events.get(world.caseId)!;
  const data = {
    planId: PLAN,
    choices: { a1: "approve" },
    envelope: sha256Hex("x"),
    receivedAt: world.now(),
  };
  world.disk.events.set(world.caseId, [
    ...events,
    nextEvent(
      events.at(-1)!,
      { type: "decision.recorded", actor: "human:ada", data: { ...RECORDED, ...data } },
      world.now(),
    ),
  ]);
  await assertGateClosed(world);
});

for (const type of ["decision.recorded", "execution.started", "action.started"]) {
  test(`nothing is changed when ${type} cannot be written down`, async () => {
    const world = await openWorld({ wrap: failingAppend(type) });
    if (type === "decision.recorded") await assert.rejects(decide(world, {}), { code: "AUDIT_UNAVAILABLE" });
    else {
      await recorded(world, {});
      await assert.rejects(execute(world), { code: "AUDIT_UNAVAILABLE" });
    }
    assert.deepEqual(world.changes(), []);
    const healed = await worldOn(world.disk, world.caseId, SETTINGS);
    if (type === "decision.recorded") await assertGateClosed(healed);
    assert.equal((await recorded(healed, {})).repeated, true);
    await execute(healed);
    assert.equal(healed.changes().length, 4);
  });
}

test("nothing more is changed when the end of a change cannot be written down, and verification calls a person", async () => {
  const world = await openWorld({ wrap: failingAppend("action.applied") });
  await recorded(world, {});
  await assert.rejects(execute(world), { code: "AUDIT_UNAVAILABLE" });
  assert.deepEqual(world.changes(), ["iam:PutUserPolicy"]);
  const torn = await worldOn(world.disk, world.caseId, SETTINGS);
  torn.disk.documents.delete(`${world.caseId}/actions/${PLAN}/a1.json`);
  await verifyContainment({ caseId: world.caseId, planId: PLAN }, torn.ports);
  assert.equal((await torn.ports.cases.head(world.caseId)).status, "attention");
});

test("a ledger that is down stops decisions and executions", async () => {
  const down = (types: readonly string[]) => ({
    wrap: (ports: World["ports"]) => ({
      ...ports,
      ledger: {
        ...ports.ledger,
        append: async (fact: Parameters<World["ports"]["ledger"]["append"]>[0]) => {
          if (types.includes(fact.type)) throw new CordonError("AUDIT_UNAVAILABLE", "the ledger is down");
          return ports.ledger.append(fact);
        },
      },
    }),
  });
  const deciding = await openWorld(down(["decision"]));
  await assert.rejects(decide(deciding, {}), { code: "AUDIT_UNAVAILABLE" });
  await assertGateClosed(deciding);
  const executing = await openWorld(down(["execution"]));
  await recorded(executing, {});
  await assert.rejects(execute(executing), { code: "AUDIT_UNAVAILABLE" });
  assert.deepEqual(executing.changes(), []);
});

test("the task token and private keys are nowhere in the case, the ledger and the notices", async () => {
  const world = await openWorld();
  await recorded(world, {});
  await execute(world);
  const everything = [
    ...[...world.disk.documents.values(), ...world.disk.ledger.values()].map((bytes) =>
      Buffer.from(bytes).toString("utf8"),
    ),
    JSON.stringify([...world.disk.events.values()]),
    JSON.stringify(world.disk.notices),
    JSON.stringify([...world.disk.heads.values()]),
  ].join("\n");
  assert.ok(everything.includes(world.plan.nonce));
  assert.ok(!everything.includes("t".repeat(64)));
  assert.doesNotMatch(everything, /PRIVATE KEY/);
});

test("notices hold no name, key, address or text that an attacker chose", async () => {
  const world = await openWorld();
  await recorded(world, {});
  await execute(world);
  const texts = world.disk.notices.map(({ text }) => text).join("\n");
  for (const word of ["alice", "role", "plain", "AKIA", "ASIA", "AROA", "arn:", "198.51.100.7", "phone"])
    assert.ok(!texts.includes(word), word);
});
