import assert from "node:assert/strict";
import { test } from "node:test";
import { CordonError } from "../../lib/base/errors.ts";
import { enduring } from "../../lib/embedded/enduring.ts";
import { machineFault } from "../../lib/embedded/machineFault.ts";

const full = (): Error => Object.assign(new Error("write failed"), { code: "ENOSPC" });

test("what the machine lacks is told from what is wrong with the work, through everything that wrapped it", () => {
  assert.equal(machineFault(full()), "the disk is full");
  const wrapped = new CordonError("AUDIT_UNAVAILABLE", "cannot be written", {
    cause: new Error("x", { cause: full() }),
  });
  assert.equal(machineFault(wrapped), "the disk is full");
  // SQLITE_IOERR_WRITE is 10 | 3 << 8, SQLITE_FULL is 13 (sqlite.org/rescode.html).
  assert.equal(
    machineFault(Object.assign(new Error("disk I/O error"), { errcode: 10 | (3 << 8) })),
    "the disk reports errors",
  );
  assert.equal(machineFault(Object.assign(new Error("full"), { errcode: 13 })), "the disk is full");
  assert.equal(
    machineFault(new Error('IO Error: Could not write file "x": No space left on device')),
    "the disk is full",
  );
  for (const other of [
    new Error("ENOSPC in a finding's text"),
    new CordonError("GATE_CLOSED", "no"),
    "text",
    undefined,
  ])
    assert.equal(machineFault(other), null);
});

const host = (patienceMs: number) => {
  const said: string[] = [];
  const self = {
    options: { onFault: (fault: string) => said.push(fault), patienceMs, monotonicMs: () => performance.now() },
    stopped: false,
    stopping: false,
    failure: null as Error | null,
    giveUp: (error: Error) => {
      self.failure = error;
      self.stopped = true;
    },
    said,
  };
  return self;
};

test("a full disk ends no work: it is tried again until there is room", async () => {
  const patient = host(Number.POSITIVE_INFINITY);
  let left = 1;
  const done = await enduring(patient, async () => {
    if (left-- > 0) throw full();
    return "done";
  });
  assert.deepEqual([done, patient.said], ["done", ["the disk is full"]]);
});

test("a host whose patience is at an end gives up, with the fault, and is stopped", async () => {
  const hasty = host(0);
  await assert.rejects(
    enduring(hasty, () => Promise.reject(full())),
    { name: "HostStopped" },
  );
  assert.equal((hasty.failure as NodeJS.ErrnoException | null)?.code, "ENOSPC");
});

test("a fault of the work itself is thrown at once", async () => {
  const patient = host(Number.POSITIVE_INFINITY);
  await assert.rejects(
    enduring(patient, () => Promise.reject(new Error("wrong"))),
    /wrong/,
  );
  assert.deepEqual(patient.said, []);
});
