import assert from "node:assert/strict";
import { test } from "node:test";
import { crashLedger, crashPoints } from "./ledgerCrash.ts";

/** `test/bench/ledger.ts` runs the full figure: 64 writers, 200 appends each, six rounds of crashes. */
const PLAN = { processes: 4, writersPerProcess: 3, appends: 30, cases: 20, headEvery: 5, rounds: 1 };
const WRITERS = PLAN.processes * PLAN.writersPerProcess;

test("processes killed at every step of an append leave no gap, no fork, nothing lost and nothing twice", async () => {
  const outcome = await crashLedger(PLAN);
  // Tiles come with the 256th entry, too late to be sure of in a short run.
  const surely = crashPoints().filter((point) => !point.startsWith("tile:"));
  assert.deepEqual([...new Set(surely).difference(outcome.points)], []);
  assert.deepEqual(outcome.faults, []);
  assert.equal(outcome.acknowledged, WRITERS * PLAN.appends);
  assert.equal(outcome.lost, 0);
  assert.equal(outcome.facts, WRITERS * PLAN.appends);
  assert.equal(outcome.openings, PLAN.cases);
  assert.equal(outcome.entries, outcome.facts + outcome.openings);
});
