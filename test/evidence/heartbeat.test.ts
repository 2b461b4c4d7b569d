import assert from "node:assert/strict";
import { test } from "node:test";
import { beat, heartbeatDue, keepSigned, lastHeartbeat } from "../../lib/evidence/ledger/heartbeat.ts";
import { openLedger } from "../../lib/evidence/ledger/ledgerLog.ts";
import { createMemoryStore, digestOf, makeKey, ORIGIN } from "./ledgerFixture.ts";

test("a heartbeat is due at once, and then a day after the last", async () => {
  const store = createMemoryStore();
  const ledger = openLedger({ store, signed: store, signer: { name: ORIGIN, ...makeKey() }, formerKeys: [] });
  const at = "2026-11-21T08:00:00.000Z";
  assert.equal(await lastHeartbeat(store), null);
  assert.equal(heartbeatDue(null, at), true);
  await beat(ledger, at);
  await ledger.append({ type: "case-opened", caseId: "case-20261121-0a1b2c3d4e", digest: digestOf("finding"), at });
  const last = await lastHeartbeat(store);
  assert.equal(last, at);
  assert.equal(heartbeatDue(last, "2026-11-22T07:59:59.999Z"), false);
  assert.equal(heartbeatDue(last, "2026-11-22T08:00:00.000Z"), true);
  await beat(ledger, "2026-11-22T08:00:00.000Z");
  assert.equal(await lastHeartbeat(store), "2026-11-22T08:00:00.000Z");
});

test("by the hour whatever was written is signed, a heartbeat too, and nothing is signed twice", async () => {
  const [store, signed] = [createMemoryStore(), createMemoryStore()];
  const ledger = openLedger({ store, signed, signer: { name: ORIGIN, ...makeKey() }, formerKeys: [] });
  const decided = { type: "decision", caseId: "case-20261121-0a1b2c3d4e", digest: digestOf("d") } as const;
  const signatures = async (): Promise<number> => (await signed.list("signed/")).length;
  const hour = async (now: string): Promise<readonly [number, number]> => [
    (await keepSigned(ledger, store, now)).size,
    await signatures(),
  ];
  // The first beat signs the empty log, and is signed itself.
  assert.deepEqual(await hour("2026-11-21T08:00:00.000Z"), [1, 2]);
  await ledger.append({ ...decided, at: "2026-11-21T08:10:00.000Z" });
  assert.deepEqual(await hour("2026-11-21T09:00:00.000Z"), [2, 3], "what a door wrote is under a signature");
  assert.deepEqual(await hour("2026-11-21T10:00:00.000Z"), [2, 3], "nothing is new");
  assert.deepEqual(await hour("2026-11-22T08:00:00.000Z"), [3, 4], "a sign of life a day");
});
