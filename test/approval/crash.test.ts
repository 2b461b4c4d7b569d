/** Abuse group 27 of the approval facts: the process dies at any moment, and each change is made once or not at all. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CordonError } from "../../lib/base/errors.ts";
import type { ApiRequest } from "../../lib/case/apiRequest.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import { applyContainment } from "../../lib/response/contain/applyContainment.ts";
import { readPlan } from "../../lib/response/contain/planRecords.ts";
import { planRelease } from "../../lib/response/contain/planRelease.ts";
import { findRecord } from "../../lib/response/contain/progress.ts";
import { verifyContainment } from "../../lib/response/contain/verifyContainment.ts";
import { isSampled, runs } from "../sample.ts";
import { recorded } from "./assertions.ts";
import { prepareSnapshot } from "./crashWorld.ts";
import { copyOf } from "./memory.ts";
import { carryOn, execute, openWorld, PLAN, SETTINGS, type World, worldOn } from "./world.ts";

/** Lives of real processes that are killed; each costs half a second of one core. */
const KILLS = runs(3, Number.POSITIVE_INFINITY);
/** Of the port calls at which a process in memory dies, one in so many. */
const ONE_IN = 9;

/** Calls that leave something behind; to die before or after a read is to die before or after one of these. */
const WRITES = ["append", "putOnce", "write", "update", "claim", "wake", "park"];
const isChange = (request: unknown): boolean =>
  !/^(Get|List|Head|Describe)/.test(String((request as ApiRequest | undefined)?.operation));

/** Stops dead before or after the write with this number: what came before is on the disk, nothing after it is. */
const dyingAt = (point: number) => ({
  wrap: (ports: Ports): Ports => {
    let passed = 0;
    const check = (counts: boolean): void => {
      if (counts) passed += 1;
      if (passed >= point) throw new CordonError("AUDIT_UNAVAILABLE", "the process is dead");
    };
    const mortal = <T extends object>(port: T): T =>
      Object.fromEntries(
        Object.entries(port).map(([name, work]) => [
          name,
          typeof work !== "function"
            ? work
            : async (...args: unknown[]) => {
                const counts = WRITES.includes(name) || (name === "call" && isChange(args[0]));
                check(counts);
                const answer = await (work as (...all: unknown[]) => unknown)(...args);
                check(counts);
                return answer;
              },
        ]),
      ) as T;
    return {
      ...ports,
      cases: mortal(ports.cases),
      decisions: mortal(ports.decisions),
      ledger: mortal(ports.ledger),
      account: mortal(ports.account),
    };
  },
});

/** The state machine takes up the step that was interrupted. */
const takeUp = async (world: World): Promise<unknown> =>
  world.eventTypes().includes("execution.started") ? execute(world) : carryOn(world);

const approveAll = async (world: World): Promise<void> => {
  const choices = Object.fromEntries(world.plan.actions.map(({ id }) => [id, "approve" as const]));
  for (const humanId of ["ada", "grace"]) await recorded(world, { humanId, choices });
};

test("dead at any port call of an execution and carried on by another process: every change is made exactly once", async () => {
  const calm = await openWorld({ keys: "both active" });
  await approveAll(calm);
  await carryOn(calm);
  const [expected, types] = [calm.disk.calls, calm.eventTypes().filter((type) => type === "action.applied").length];
  // One call an action, two for both keys, none for what a person must do.
  const byHand = calm.plan.actions.filter(({ reversibility }) => reversibility === "instruction").length;
  assert.equal(expected.length, calm.plan.actions.length - byHand + 1);
  for (let point = 1, died = true; died; point += 1) {
    if (!isSampled(point, ONE_IN)) continue;
    const world = await openWorld({ keys: "both active" });
    await approveAll(world);
    const mortal = await worldOn(world.disk, world.caseId, SETTINGS, dyingAt(point), world.plan);
    died = await carryOn(mortal).then(
      () => false,
      () => true,
    );
    const made = world.disk.calls.length;
    const next = await worldOn(world.disk, world.caseId, SETTINGS, {}, world.plan);
    await takeUp(next);
    assert.deepEqual(next.disk.calls, expected, `dead at point ${point}, after ${made} calls`);
    assert.equal(next.eventTypes().filter((type) => type === "action.applied").length, types, `point ${point}`);
    await verifyContainment({ caseId: next.caseId, planId: PLAN }, next.ports);
    assert.equal((await next.ports.cases.head(next.caseId)).status, "contained", `point ${point}`);
  }
});

/** What can be taken back by calls, none on top of another. */
const UNDOABLE = ["a1", "a2", "a3", "a5", "a4", "a7"];

test("dead at any write of a release and carried on by another process: the settings are as they were captured, but the stolen key", async () => {
  const contained = await openWorld({ keys: "both active" });
  const before = new Map(contained.disk.settings);
  await recorded(contained, { approve: UNDOABLE });
  await carryOn(contained);
  await planRelease({ caseId: contained.caseId, releaseId: "release-1", actions: [] }, contained.ports);
  const plan = await readPlan(contained.caseId, "release-1", contained.ports);
  assert.equal(plan.actions.length, UNDOABLE.length);
  const choices = Object.fromEntries(plan.actions.map(({ id }) => [id, "approve" as const]));
  await recorded(contained, { plan, choices });
  const release = ({ ports }: World): Promise<unknown> =>
    applyContainment({ caseId: contained.caseId, planId: "release-1" }, ports);
  let most = 0;
  for (let point = 1, died = true; died; point += 1) {
    if (!isSampled(point, ONE_IN)) continue;
    const disk = copyOf(contained.disk);
    const mortal = await worldOn(disk, contained.caseId, SETTINGS, dyingAt(point), contained.plan);
    died = await release(mortal).then(
      () => false,
      () => true,
    );
    const next = await worldOn(disk, contained.caseId, SETTINGS, {}, contained.plan);
    await release(next);
    for (const { id } of plan.actions) {
      const record = await findRecord(plan, id, next.ports);
      assert.equal(record?.status, "applied", `${id}, dead at point ${point}`);
    }
    for (const [name, value] of before) assert.deepEqual(disk.settings.get(name), withoutStolen(value), name);
    most = Math.max(
      most,
      disk.calls.length - contained.disk.calls.length - plan.actions.flatMap(({ requests }) => requests).length,
    );
  }
  // Only where an action takes several calls may the one in flight be made again, with the same bytes.
  assert.ok(most <= 1, `${most} calls were made twice`);
});

/** The key of the finding stays off when the rest is taken back. */
const withoutStolen = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_name, member: unknown) =>
    typeof member === "object" &&
    member !== null &&
    "AccessKeyId" in member &&
    member.AccessKeyId === "AKIARZPUZDIKJZEPKFUE"
      ? { ...member, Status: "Inactive" }
      : member,
  );

interface End {
  readonly points: number;
  readonly status: string;
  readonly events: readonly string[];
  readonly calls: readonly ApiRequest[];
}

const live = (
  folder: string,
  snapshot: string,
  dieAt: number,
): Promise<{ readonly signal: string | null; readonly end: End | null }> =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "crashChild.ts"), folder, String(dieAt)], {
      env: { ...process.env, CORDON_TEST_SNAPSHOT: snapshot },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const out: Buffer[] = [];
    child.stdout.on("data", (bytes: Buffer) => out.push(bytes));
    child.on("error", fail);
    child.on("close", (code, signal) => {
      const text = Buffer.concat(out).toString();
      if (code === 0) done({ signal, end: JSON.parse(text) as End });
      else if (signal === "SIGKILL") done({ signal, end: null });
      else fail(new Error(`the child ended with ${code ?? signal}`));
    });
  });

test("killed with SIGKILL at persistence boundaries and started again: every change is made exactly once", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "cordon-approval-crash-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const snapshot = prepareSnapshot(root);
  const folder = (name: string): string => {
    mkdirSync(join(root, name));
    return join(root, name);
  };
  const calm = (await live(folder("calm"), snapshot, 0)).end!;
  assert.equal(calm.status, "contained");
  const count = Math.min(KILLS, calm.points);
  const points = Array.from({ length: count }, (_, index) =>
    Math.max(1, Math.round(((index + 1) * calm.points) / count)),
  );
  const one = async (point: number): Promise<void> => {
    const home = folder(`dead-${point}`);
    assert.equal((await live(home, snapshot, point)).signal, "SIGKILL", `point ${point}`);
    const { end } = await live(home, snapshot, 0);
    assert.deepEqual(
      end!.calls.map(withoutTimes),
      calm.calls.map(withoutTimes),
      `killed at point ${point} of ${calm.points}`,
    );
    assert.equal(end!.status, "contained", `point ${point}`);
    for (const type of ["execution.started", "plan.proposed", "case.opened"])
      assert.equal(end!.events.filter((one) => one === type).length, 1, `${type}, point ${point}`);
    rmSync(home, { recursive: true, force: true });
  };
  for (let at = 0; at < points.length; at += 2) await Promise.all(points.slice(at, at + 2).map(one));
});

test("a decision whose process died while it was recorded counts when it is handed in again, and once", async () => {
  let deaths = 0;
  for (let point = 1, died = true; died; point += 1) {
    const world = await openWorld();
    const mortal = await worldOn(world.disk, world.caseId, SETTINGS, dyingAt(point), world.plan);
    died = await recorded(mortal, {}).then(
      () => false,
      () => true,
    );
    deaths += died ? 1 : 0;
    const next = await worldOn(world.disk, world.caseId, SETTINGS, {}, world.plan);
    await recorded(next, {});
    assert.equal(next.eventTypes().filter((type) => type === "decision.recorded").length, 1, `point ${point}`);
    await carryOn(next);
    assert.equal(next.changes().length, 4, `point ${point}`);
  }
  // Before and after document, ledger, audit trail and waking.
  assert.ok(deaths >= 8, String(deaths));
});

/** Session revocation carries the moment of the plan, which differs between homes by milliseconds. */
const withoutTimes = (request: ApiRequest): string =>
  JSON.stringify(request).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "T");
