import assert from "node:assert/strict";
import { test } from "node:test";
import { caseIdOf } from "../../lib/case/case.ts";
import { parseFindings } from "../../lib/core/finding/finding.ts";
import type { Deployment } from "../../lib/embedded/deployment.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import { callPerson } from "../../lib/response/callPerson.ts";
import { type Engine, embeddedEngine, type Fault } from "../peers/moto-asl-engines.ts";
import { decideOn, eventTypes, OTRF, withHome } from "./run.ts";

/** Appending a line of this type fails so often, as a case bucket that does not answer. */
const failing = (type: string, times: number): Fault => {
  let left = times;
  return (ports) => ({
    ...ports,
    cases: {
      ...ports.cases,
      append: async (caseId, event) => {
        if (event.type !== type || left === 0) return ports.cases.append(caseId, event);
        left -= 1;
        throw new Error(`${type} cannot be written`);
      },
    },
  });
};

const contain = async (opened: Deployment, fault: Fault): Promise<{ engine: Engine; caseId: string }> => {
  const engine = embeddedEngine(opened, fault);
  const { finding, ...sources } = OTRF;
  const [parsed] = parseFindings(finding);
  const caseId = caseIdOf(parsed!);
  opened.bind(caseId, { ...sources, accountId: parsed!.accountId });
  await engine.start({ machine: "respond", name: "one", caseId, input: finding });
  await engine.untilParked();
  return { engine, caseId };
};

const called = async (caseId: string, { ports }: Deployment) =>
  (await ports.cases.events(caseId)).filter((one) => one.type === "person.called").map(({ data }) => data);

test("an approval on record is carried out although its check failed twice, and a person heard of it", async () => {
  await withHome({}, async (opened) => {
    const { engine, caseId } = await contain(opened, failing("decision.checked", 2));
    await decideOn(caseId, opened, {});
    await engine.untilParked();
    assert.equal((await opened.ports.cases.head(caseId)).status, "contained");
    assert.deepEqual(
      (await called(caseId, opened)).map(({ during, steps, delivered }) => [during, steps, delivered]),
      [
        ["contain", ["checkDecision"], true],
        ["contain", ["checkDecision"], true],
      ],
    );
    assert.ok((await eventTypes(caseId, opened)).includes("action.applied"));
  });
});

test("a question that cannot be asked is asked again, and its answer counts", async () => {
  await withHome({}, async (opened) => {
    const { engine, caseId } = await contain(opened, failing("approval.asked", 1));
    assert.deepEqual((await called(caseId, opened))[0]?.steps, ["askApproval"]);
    await decideOn(caseId, opened, {});
    await engine.untilParked();
    assert.equal((await opened.ports.cases.head(caseId)).status, "contained");
  });
});

test("an investigation in which a step failed and that went on tells a person in the end", async () => {
  await withHome({}, async (opened) => {
    const { engine, caseId } = await contain(opened, (ports) => ({
      ...ports,
      classifier: { ...ports.classifier, start: () => Promise.reject(new Error("no Macie")) },
    }));
    await decideOn(caseId, opened, { approve: [] });
    await engine.untilParked();
    assert.deepEqual(
      (await called(caseId, opened)).map(({ during, steps }) => [during, steps]),
      [["investigate", ["startClassification"]]],
    );
    const head = await opened.ports.cases.head(caseId);
    assert.ok(head.notKnown.some(({ step }) => step === "startClassification"));
  });
});

/** Ports of a case that keeps its lines in memory. */
const ports = (over: { delivered?: boolean; readable?: boolean } = {}) => {
  const notices: string[] = [];
  const events: { type: string; data: Record<string, unknown> }[] = [];
  const world = {
    clock: { now: () => "2026-11-30T03:00:00.000Z" },
    settings: { waits: { propagation: 60 } },
    notifier: {
      notify: async ({ text }: { text: string }) => {
        notices.push(text);
        return { delivered: over.delivered ?? true, channel: "test", reason: null };
      },
    },
    cases: {
      events: async () => (over.readable === false ? Promise.reject(new Error("gone")) : events),
      append: async (_: string, event: (typeof events)[number]) => void events.push(event),
      update: async (_: string, change: (head: { notKnown: [] }) => unknown) => change({ notKnown: [] }),
    },
  };
  return { ports: world as unknown as Ports, notices, events };
};

const failed = (...steps: readonly string[]) => ({
  failures: Object.fromEntries(steps.map((step) => [step, { Error: "Lambda.Unknown", Cause: "<script>" }])),
});

test("the same failure is told at the first, second, fourth … time, waits double, and after a hundred it stops", async () => {
  const { ports: world, notices } = ports();
  const call = () => callPerson({ caseId: "c", during: "contain", state: failed("checkDecision") }, world);
  const waits: string[] = [];
  for (let count = 1; count <= 100; count += 1) {
    const { next, waitUntil } = await call();
    assert.equal(next, "check");
    waits.push(waitUntil.slice(11, 19));
  }
  assert.deepEqual(waits.slice(0, 6), ["03:01:00", "03:02:00", "03:04:00", "03:08:00", "03:15:00", "03:15:00"]);
  assert.equal(notices.length, 7);
  assert.equal((await call()).next, "stop");
  assert.equal(notices.length, 8);
});

test("nothing that was thrown stands in the notice", async () => {
  const { ports: world, notices } = ports();
  await callPerson({ caseId: "c", during: "contain", state: failed("applyContainment") }, world);
  assert.doesNotMatch(notices[0]!, /script|Unknown/);
  assert.match(notices[0]!, /applyContainment/);
});

test("a notice that was not delivered is sent again the next time; where nothing is tried again the step fails", async () => {
  const { ports: world, notices } = ports({ delivered: false });
  for (const _ of [1, 2, 3]) await callPerson({ caseId: "c", during: "release", state: failed("askApproval") }, world);
  assert.equal(notices.length, 3);
  await assert.rejects(callPerson({ caseId: "c", during: "contain", state: failed("planContainment") }, world), {
    name: "TransientError",
  });
});

test("a case that cannot be read keeps nobody unaware", async () => {
  const { ports: world, notices } = ports({ readable: false });
  const { next, waitUntil } = await callPerson(
    { caseId: "c", during: "contain", state: failed("verifyContainment") },
    world,
  );
  assert.deepEqual([next, waitUntil], ["verify", "2026-11-30T03:15:00.000Z"]);
  assert.equal(notices.length, 1);
});

test("what a machine has told by itself its starter does not tell once more", async () => {
  const { ports: world, notices } = ports();
  await callPerson({ caseId: "c", during: "contain", state: failed("planContainment") }, world);
  await callPerson({ caseId: "c", during: "respond", state: failed("contain") }, world);
  assert.equal(notices.length, 1);
  await callPerson({ caseId: "c", during: "respond", state: failed("investigate") }, world);
  assert.equal(notices.length, 2);
});
