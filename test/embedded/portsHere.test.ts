import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openStore, type Store } from "../../lib/embedded/account/store.ts";
import { systemClock } from "../../lib/embedded/clock.ts";
import { aloneOn, openDatabase } from "../../lib/embedded/database.ts";
import { openHome } from "../../lib/embedded/home.ts";
import { openJournal } from "../../lib/embedded/journal.ts";
import { createPorts } from "../../lib/embedded/portsHere.ts";
import { openSettings } from "../../lib/embedded/settingsFile.ts";

const root = mkdtempSync(join(tmpdir(), "cordon-ports-"));
after(() => rmSync(root, { recursive: true, force: true }));

const CASES = 40;
const ACCOUNT = "123456789012";
const idOf = (number: number): string => `case-20260223-${String(number).padStart(10, "0")}`;

test("however many cases ask an account and rest, its changes are open once and the ports of none are kept", async () => {
  const home = openHome(join(root, "home"));
  const db = openDatabase(home.journal);
  const journal = openJournal(db, systemClock);
  const opened = new Map<string, Store>();
  const { portsOf, rest } = createPorts({
    home,
    settings: openSettings(home, systemClock.now()),
    db,
    journal,
    print: null,
    alone: aloneOn(db),
    onScan: () => {},
    storeAt: (folder) => {
      const store = opened.get(folder) ?? openStore(folder);
      opened.set(folder, store);
      return store;
    },
  });
  for (let number = 0; number < CASES; number += 1) {
    const caseId = idOf(number);
    journal.rememberSources(caseId, JSON.stringify({ accountId: ACCOUNT, logs: null, iam: null, buckets: null }));
    const ports = portsOf(caseId);
    assert.equal(portsOf(caseId), ports);
    const request = { accountId: ACCOUNT, region: "us-east-1", service: "s3", operation: "GetBucketPolicy" } as const;
    await assert.rejects(ports.account.call({ ...request, input: { Bucket: "exports" } } as never), {
      awsCode: "NotKnown",
    });
    rest(caseId);
    assert.notEqual(portsOf(caseId), ports);
    rest(caseId);
  }
  // The other is of no case: nothing is asked of it.
  assert.deepEqual([...opened.keys()], [join(home.account, "none"), join(home.account, ACCOUNT)]);
  for (const store of opened.values()) store.close();
  db.close();
});

test("what was changed is read again after its file was closed", () => {
  const store = openStore(join(root, "store"));
  store.change(() => store.write("user/alice", { Tags: [] }));
  store.close();
  assert.deepEqual(store.read("user/alice"), { Tags: [] });
  store.close();
});
