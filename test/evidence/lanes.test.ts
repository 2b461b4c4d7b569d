import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { inLanes, LANES } from "../../lib/evidence/lanes.ts";
import { inspectLedger } from "../../lib/evidence/ledger/ledgerInspect.ts";
import { openLedger } from "../../lib/evidence/ledger/ledgerLog.ts";
import type { LedgerStore } from "../../lib/evidence/ledger/ledgerStore.ts";
import { AT, createMemoryStore, digestOf, makeKey, ORIGIN } from "./ledgerFixture.ts";

/** Answers after as many turns of the loop as the name is long, so that answers overtake each other, and counts. */
const slow = (store: LedgerStore) => {
  const seen = { now: 0, most: 0 };
  const later = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    seen.now += 1;
    seen.most = Math.max(seen.most, seen.now);
    for (let left = Number.parseInt(digestOf(name).slice(0, 2), 16); left > 0; left -= 1) await turn();
    seen.now -= 1;
    return work();
  };
  const slowed: LedgerStore = {
    ...store,
    read: (name) => later(name, () => store.read(name)),
    list: (folder) => later(folder, () => store.list(folder)),
  };
  return { store: slowed, seen };
};

test("a ledger is read several documents at a time and no more, and says the same as read at once", async () => {
  const memory = createMemoryStore();
  const key = makeKey();
  const signer = { name: ORIGIN, ...key };
  const ledger = openLedger({ store: memory, signed: memory, signer, formerKeys: [] });
  for (let at = 0; at < 70; at += 1)
    await ledger.append({ type: "plan", caseId: `case-${at % 30}`, digest: digestOf(String(at)), at: AT });
  const head = await ledger.head();
  const log = { origin: ORIGIN, keys: [key.key] };
  const atOnce = await inspectLedger({ store: memory, signed: memory }, log);
  const { store, seen } = slow(memory);
  const inTime = await inspectLedger({ store, signed: store }, log);
  assert.deepEqual([...inTime.entries], [...atOnce.entries]);
  assert.deepEqual([inTime.entries.size, inTime.faults], [70, atOnce.faults]);
  assert.equal(seen.most, LANES);
  const anew = openLedger({ store, signed: store, signer, formerKeys: [] });
  assert.equal((await anew.head()).root, head.root);
  assert.equal((await anew.proof(69)).checkpoint, head.checkpoint);
});

test("results come in the order of the items, nothing is done twice, and an error is not swallowed", async () => {
  const done: number[] = [];
  const doubled = await inLanes([5, 1, 4, 2, 3], 2, async (item) => {
    for (let left = item; left > 0; left -= 1) await turn();
    done.push(item);
    return item * 2;
  });
  assert.deepEqual(doubled, [10, 2, 8, 4, 6]);
  assert.deepEqual(done.toSorted(), [1, 2, 3, 4, 5]);
  assert.deepEqual(await inLanes([], 4, async () => 1), []);
  await assert.rejects(
    inLanes([1, 2, 3], 2, async (item) => {
      if (item === 2) throw new RangeError("two");
      return item;
    }),
    RangeError,
  );
});
