import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openDatabase } from "../../lib/embedded/database.ts";
import { createLease, type Lease } from "../../lib/embedded/lease.ts";
import { isGone, ownMark } from "../../lib/embedded/processMark.ts";

const root = mkdtempSync(join(tmpdir(), "cordon-lease-"));
after(() => rmSync(root, { recursive: true, force: true }));

let homes = 0;

/** Two processes on one journal, each with a connection and an even clock of its own. */
const world = () => {
  const path = join(root, `${++homes}.db`);
  const time = { ms: 0 };
  const lost: string[] = [];
  const process = (
    holder: string,
    dead: () => boolean = () => false,
  ): Lease & { readonly db: ReturnType<typeof openDatabase> } => {
    const db = openDatabase(path);
    const lease = createLease({
      db,
      holder,
      mark: "{}",
      isGone: dead,
      monotonicMs: () => time.ms,
      onTaken: () => {},
      onLost: () => lost.push(holder),
    });
    return { ...lease, db };
  };
  return { process, time, lost };
};

test("one of two processes drives, whatever their numbers are", () => {
  const { process } = world();
  const [a, b] = [process("a"), process("b")];
  assert.equal(a.take(), "ours");
  assert.equal(b.take(), "silent");
  assert.equal(a.take(), "ours");
});

test("a holder that gives signs of life is never taken from, however often one looks", () => {
  const { process, time } = world();
  const [a, b] = [process("a"), process("b")];
  a.take();
  for (let second = 0; second < 60; second += 1) {
    time.ms += 1000;
    assert.equal(a.take(), "ours");
    assert.notEqual(b.take(), "ours");
  }
  assert.equal(b.take(), "theirs");
});

test("after 15 seconds of silence another takes over, and the first does nothing more", () => {
  const { process, time, lost } = world();
  const [a, b] = [process("a"), process("b")];
  a.take();
  b.take();
  time.ms += 14_999;
  assert.equal(b.take(), "silent");
  time.ms += 1;
  assert.equal(b.take(), "ours");
  let done = 0;
  assert.throws(() => a.alone(() => done++), { code: "LEASE_LOST" });
  assert.throws(() => a.alone(() => done++), { code: "LEASE_LOST" });
  assert.deepEqual([done, lost], [0, ["a"]]);
  assert.equal(
    b.alone(() => "done"),
    "done",
  );
});

test("a process that lost the lease never takes it back, even when it is free again", () => {
  const { process, time } = world();
  const [a, b] = [process("a"), process("b")];
  a.take();
  b.take();
  time.ms += 20_000;
  b.take();
  assert.equal(a.take(), "theirs");
  b.release();
  assert.equal(a.take(), "theirs");
  assert.throws(() => a.alone(() => {}), { code: "LEASE_LOST" });
  assert.equal(process("c").take(), "ours");
});

test("a holder that is dead for certain is followed at once", () => {
  const { process } = world();
  assert.equal(process("a").take(), "ours");
  assert.equal(process("b", () => true).take(), "ours");
});

test("nobody can take the lease while the work of its holder is under way", () => {
  const { process, time } = world();
  const [a, b] = [process("a"), process("b")];
  a.take();
  b.take();
  time.ms += 60_000;
  b.db.exec("PRAGMA busy_timeout = 50");
  a.alone(() => assert.throws(() => b.take(), /locked/));
  // The work was a sign of life.
  assert.notEqual(b.take(), "ours");
});

test("every change of hands is another epoch", () => {
  const { process } = world();
  const a = process("a");
  a.take();
  const first = a.state().epoch;
  a.release();
  assert.equal(a.state().held, null);
  const b = process("b");
  b.take();
  assert.equal(b.state().epoch, first + 1);
  assert.equal(a.state().held, "theirs");
});

test("a living process is not gone, one with its number from another moment is, one elsewhere is not known to be", {
  skip: process.platform !== "linux" && "reads /proc",
}, () => {
  const mark = JSON.parse(ownMark());
  assert.equal(isGone(JSON.stringify(mark)), false);
  assert.equal(isGone(JSON.stringify({ ...mark, began: "1" })), true);
  assert.equal(isGone(JSON.stringify({ ...mark, pid: 2 ** 22 + 1 })), true);
  assert.equal(isGone(JSON.stringify({ ...mark, began: "1", namespace: "pid:[1]" })), false);
  assert.equal(isGone(JSON.stringify({ ...mark, began: "1", machine: "another" })), false);
});
