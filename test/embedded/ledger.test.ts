import assert from "node:assert/strict";
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createLedger } from "../../lib/embedded/ledger.ts";
import { compareWithRemembered, recallCheckpoint, rememberCheckpoint } from "../../lib/embedded/ledgerMemory.ts";
import { createDirectoryStore } from "../../lib/embedded/ledgerStore.ts";
import { openCheckpoint } from "../../lib/evidence/ledger/checkpoint.ts";
import { AT, asBytes, digestOf, makeKey, ORIGIN } from "../evidence/ledgerFixture.ts";

const root = mkdtempSync(join(tmpdir(), "cordon-ledger-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(root, `${++folders}`);
const key = makeKey();
const open = (folder: string) =>
  createLedger({ folder, signedFolder: join(folder, "kept"), origin: ORIGIN, signer: key, formerKeys: [] });

test("what is created is there whole, once, and leaves no draft", async () => {
  const folder = newFolder();
  const store = createDirectoryStore(folder);
  assert.equal(await store.create("entry/000000000000.json", asBytes("one")), true);
  assert.equal(await store.create("entry/000000000000.json", asBytes("two")), false);
  assert.equal(await store.create("case/ab/000000000000", new Uint8Array()), true);
  assert.equal(await store.create("case/ab/000000000000", new Uint8Array()), false);
  assert.deepEqual(Buffer.from((await store.read("entry/000000000000.json"))!).toString(), "one");
  assert.deepEqual(await store.list("entry/"), ["entry/000000000000.json"]);
  assert.deepEqual(
    [await store.has("entry/000000000001.json"), await store.read("tile/0/000000000000")],
    [false, null],
  );
  assert.deepEqual([await store.list("tile/0/"), readdirSync(join(folder, "draft"))], [[], []]);
});

test("a draft that a dead process of the same id left linked to an entry is not written into", async () => {
  const folder = newFolder();
  const crashing = createDirectoryStore(folder, (point) => {
    if (point === "entry:linked") throw new Error("crash");
  });
  await assert.rejects(crashing.create("entry/000000000000.json", asBytes("first")));
  const [draft] = readdirSync(join(folder, "draft"));
  const [pid, number] = draft!.split("-");
  const store = createDirectoryStore(folder);
  // Drafts are numbered per process: put the leftover where the next one goes.
  linkSync(join(folder, "draft", draft!), join(folder, "draft", `${pid}-${Number(number) + 1}`));
  await store.create("entry/000000000001.json", asBytes("second"));
  assert.equal(readFileSync(join(folder, "entry/000000000000.json"), "utf8"), "first");
  assert.equal(readFileSync(join(folder, "entry/000000000001.json"), "utf8"), "second");
});

test("no name leaves the folder", async () => {
  const store = createDirectoryStore(newFolder());
  for (const name of ["../x", "/x", "entry/../../x", "entry//x", "entry/.x", "", "entry\\x", "entry/x\0"]) {
    await assert.rejects(store.create(name, new Uint8Array()), { code: "INPUT_INVALID" }, name);
  }
});

test("a ledger in a directory goes on where another process left it", async () => {
  const folder = newFolder();
  const fact = (text: string) => ({ type: "execution" as const, caseId: "case-a", digest: digestOf(text), at: AT });
  assert.equal((await open(folder).append(fact("one"))).seq, 0);
  assert.equal((await open(folder).append(fact("two"))).seq, 1);
  assert.equal((await open(folder).append(fact("one"))).seq, 0);
  assert.equal((await open(folder).head()).size, 2);
  assert.deepEqual(readdirSync(join(folder, "kept/signed")), ["000000000000.checkpoint"]);
});

test("an auditor remembers the newest checkpoint, verbatim, and never one that contradicts it", async () => {
  const memory = newFolder();
  const [honest, forged] = [open(newFolder()), open(newFolder())];
  const beat = (text: string) => ({ type: "heartbeat" as const, caseId: null, digest: digestOf(text), at: AT });
  const keys = [key.key];
  const seen = async (ledger: typeof honest) => openCheckpoint(asBytes((await ledger.head()).checkpoint), ORIGIN, keys);
  const show = async (ledger: typeof honest) => {
    const shown = await seen(ledger);
    const from = recallCheckpoint(memory, ORIGIN, keys)?.size ?? 0;
    const proof = from <= shown.size ? await ledger.consistency(from, shown.size) : null;
    const comparison = compareWithRemembered(memory, shown, "head", { keys, between: () => proof });
    return { shown, comparison, codes: comparison.errors.map(({ code }) => code) };
  };
  for (const text of ["a", "b", "c"]) await honest.append(beat(text));
  const first = await show(honest);
  assert.equal(first.comparison.relation, "first");
  rememberCheckpoint(memory, first.shown, first.comparison);
  await honest.append(beat("d"));
  const second = await show(honest);
  assert.deepEqual([second.comparison.relation, second.codes], ["newer", []]);
  rememberCheckpoint(memory, second.shown, second.comparison);
  assert.equal(recallCheckpoint(memory, ORIGIN, keys)?.note, second.shown.note);

  for (const text of ["a", "x", "c"]) await forged.append(beat(text));
  assert.deepEqual((await show(forged)).codes, ["ROLLBACK", "LEDGER_UNTRUSTED"]);
  await forged.append(beat("d"));
  assert.deepEqual((await show(forged)).codes, ["FORK"]);
  await forged.append(beat("e"));
  const third = await show(forged);
  assert.deepEqual(third.codes, ["INCONSISTENT"]);
  assert.throws(() => rememberCheckpoint(memory, third.shown, third.comparison), { code: "INPUT_INVALID" });
  assert.equal(recallCheckpoint(memory, ORIGIN, keys)?.note, second.shown.note);
});

test("a remembered checkpoint that was edited is not believed", () => {
  const memory = newFolder();
  mkdirSync(memory);
  assert.equal(recallCheckpoint(memory, ORIGIN, [key.key]), null);
  writeFileSync(join(memory, `${digestOf(ORIGIN)}.checkpoint`), "x\n");
  assert.throws(() => recallCheckpoint(memory, ORIGIN, [key.key]), { code: "INPUT_INVALID" });
});
