import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { aloneOn, openDatabase } from "../../lib/embedded/database.ts";
import { createCounters, createLocalCeremony } from "../../lib/embedded/server/ceremony.ts";
import type { Ports } from "../../lib/ports/ports.ts";

const root = mkdtempSync(join(tmpdir(), "cordon-counters-"));
after(() => rmSync(root, { recursive: true, force: true }));

test("a security key's counter only grows, also over a restart; the same answer again and keys that do not count are let through", async () => {
  const path = join(root, "journal.db");
  let db = openDatabase(path);
  let advance = createCounters(db, aloneOn(db));
  assert.equal(await advance("key", 5, "one"), true);
  assert.equal(await advance("key", 5, "one"), true);
  assert.equal(await advance("key", 5, "two"), false);
  assert.equal(await advance("key", 4, "three"), false);
  db.close();
  db = openDatabase(path);
  advance = createCounters(db, aloneOn(db));
  assert.equal(await advance("key", 5, "four"), false);
  assert.equal(await advance("key", 6, "five"), true);
  assert.equal(await advance("synchronised", 0, "a"), true);
  assert.equal(await advance("synchronised", 0, "b"), true);
  db.close();
});

test("the page asks for security keys where the settings name a party, and only there", async () => {
  const key = { credentialId: "abc", publicKey: Buffer.from("key").toString("base64") };
  const settings = { approvers: [{ humanId: "ann", securityKeys: [key] }] };
  const advance = async (): Promise<boolean> => true;
  assert.equal(createLocalCeremony({ settings } as unknown as Ports, advance), null);
  const webauthn = { rpId: "localhost", origin: "http://localhost:8750" };
  const ceremony = createLocalCeremony({ settings: { ...settings, webauthn } } as unknown as Ports, advance)!;
  assert.deepEqual(ceremony.party, webauthn);
  assert.deepEqual(
    (await ceremony.credentials.of("ann")).map(({ credentialId }) => credentialId),
    ["abc"],
  );
});
