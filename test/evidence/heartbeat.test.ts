import assert from "node:assert/strict";
import { test } from "node:test";
import { beat, heartbeatDue, lastHeartbeat } from "../../lib/evidence/ledger/heartbeat.ts";
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
