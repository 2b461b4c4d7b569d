import assert from "node:assert/strict";
import { test } from "node:test";
import type { LedgerFact } from "../../lib/base/ledger.ts";
import { openCheckpoint } from "../../lib/evidence/ledger/checkpoint.ts";
import { opaqueCase, parseEntry } from "../../lib/evidence/ledger/ledger.ts";
import { inspectLedger, rebuildCaseIndex } from "../../lib/evidence/ledger/ledgerInspect.ts";
import { openLedger } from "../../lib/evidence/ledger/ledgerLog.ts";
import {
  caseFolder,
  entryName,
  findEnd,
  markerName,
  signedName,
  tileName,
} from "../../lib/evidence/ledger/ledgerNames.ts";
import { mayFollow } from "../../lib/evidence/ledger/ledgerNotary.ts";
import { createTree, leafHash, verifyConsistency } from "../../lib/evidence/ledger/merkle.ts";
import { formatTlogProof, verifyTlogProof } from "../../lib/evidence/ledger/tlogProof.ts";
import { AT, asBytes, createMemoryStore, digestOf, makeKey, ORIGIN } from "./ledgerFixture.ts";

const key = makeKey();
const signer = { name: ORIGIN, sign: key.sign, publicKey: key.publicKey };
const log = { origin: ORIGIN, keys: [key.key] };

const setUp = (store = createMemoryStore(), signed = store) => ({
  store,
  signed,
  ledger: openLedger({ store, signed, signer, formerKeys: [] }),
});
const fact = (type: LedgerFact["type"], caseId: string | null, text: string): LedgerFact => ({
  type,
  caseId,
  digest: digestOf(text),
  at: AT,
});
const beats = (count: number): readonly LedgerFact[] =>
  Array.from({ length: count }, (_, index) => fact("heartbeat", null, `beat ${index}`));
const setUpWith = async (count: number) => {
  const all = setUp();
  for (const beat of beats(count)) await all.ledger.append(beat);
  return all;
};

test("entries take their places in order and each case's entries name the one before", async () => {
  const { store, ledger } = setUp();
  await ledger.append(fact("case-opened", "case-a", "a"));
  await ledger.append(fact("case-opened", "case-b", "b"));
  const plan = await ledger.append(fact("plan", "case-a", "plan"));
  assert.equal(plan.seq, 2);
  const stored = parseEntry(store.documents.get(entryName(2))!);
  const opening = store.documents.get(entryName(0))!;
  assert.equal(stored.prevCase, Buffer.from(leafHash(opening)).toString("hex"));
  assert.equal(stored.case, opaqueCase(ORIGIN, "case-a"));
  assert.deepEqual(
    (await ledger.caseEntries("case-a")).map((bytes) => parseEntry(bytes).seq),
    [0, 2],
  );
});

test("the same fact of a case again gives its first place; without a case it is a new fact", async () => {
  const { ledger } = setUp();
  const first = await ledger.append(fact("case-opened", "case-a", "a"));
  await ledger.append(fact("plan", "case-a", "a"));
  const again = await ledger.append({ ...fact("case-opened", "case-a", "a"), at: "2026-11-22T00:00:00.000Z" });
  assert.deepEqual(again, first);
  const [one, two] = [await ledger.append(beats(1)[0]!), await ledger.append(beats(1)[0]!)];
  assert.deepEqual([one.seq, two.seq], [2, 3]);
});

test("a fact that is no entry is refused before it takes a place", async () => {
  const { store, ledger } = setUp();
  await assert.rejects(ledger.append({ ...fact("plan", "case-a", "x"), digest: "abc" }), { code: "INPUT_INVALID" });
  await assert.rejects(ledger.append({ ...fact("plan", "case-a", "x"), at: "today" }), { code: "INPUT_INVALID" });
  assert.equal(store.documents.size, 0);
});

test("the head is the signed root of all entries, and is signed once", async () => {
  const { store, ledger } = await setUpWith(5);
  const head = await ledger.head();
  const leaves = [0, 1, 2, 3, 4].map((seq) => leafHash(store.documents.get(entryName(seq))!));
  assert.equal(head.size, 5);
  assert.equal(head.root, Buffer.from(createTree(leaves).root(5)).toString("hex"));
  assert.equal(openCheckpoint(asBytes(head.checkpoint), ORIGIN, [key.key]).size, 5);
  assert.deepEqual(await ledger.head(), head);
  assert.deepEqual(await store.list("signed/"), [signedName(0)]);
});

test("an empty ledger has a signed head too, the root of nothing", async () => {
  const head = await setUp().ledger.head();
  assert.deepEqual([head.size, head.root], [0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]);
});

test("every entry has a proof that verifies, across tile boundaries and from a cold start", async () => {
  const { store } = await setUpWith(600);
  await setUp(store).ledger.head();
  assert.deepEqual(await store.list("tile/0/"), [tileName(0), tileName(1)]);
  const { ledger } = setUp(store);
  for (const seq of [0, 255, 256, 511, 512, 599]) {
    const leaf = leafHash(store.documents.get(entryName(seq))!);
    const proven = verifyTlogProof(asBytes(formatTlogProof(await ledger.proof(seq))), leaf, log);
    assert.deepEqual([proven.index, proven.checkpoint.size], [seq, 600]);
  }
  await assert.rejects(ledger.proof(600), { code: "DOCUMENT_MISSING" });
});

test("consistency between any two signed sizes verifies", async () => {
  const { ledger, store } = await setUpWith(7);
  const first = await ledger.head();
  for (const beat of beats(6)) await ledger.append(beat);
  const second = await ledger.head();
  const side = ({ size, root }: typeof first) => ({ size, root: Buffer.from(root, "hex") });
  for (const reader of [ledger, setUp(store).ledger]) {
    const proof = await reader.consistency(7, 13);
    assert.ok(verifyConsistency({ from: side(first), to: side(second), proof }));
  }
});

test("every checkpoint that was published can be had again by its size, and no other", async () => {
  const { store, ledger } = setUp();
  const heads = [await ledger.head()];
  for (const count of [1, 3, 1, 5, 2, 1, 4]) {
    for (const beat of beats(count)) await ledger.append(beat);
    heads.push(await ledger.head());
  }
  const { ledger: reader } = setUp(store);
  for (const { size, checkpoint } of heads) assert.equal(await reader.checkpoint(size), checkpoint);
  const signed = new Set(heads.map(({ size }) => size));
  for (let size = 0; size <= 20; size++) assert.equal((await reader.checkpoint(size)) !== null, signed.has(size));
});

test("two writers at once lose nothing and repeat nothing", async () => {
  const store = createMemoryStore();
  const writers = Array.from({ length: 8 }, () => setUp(store).ledger);
  const places = await Promise.all(
    writers.flatMap((ledger, writer) =>
      Array.from({ length: 20 }, (_, index) => ledger.append(fact("execution", `case-${index}`, `${writer} ${index}`))),
    ),
  );
  assert.deepEqual(
    places.map(({ seq }) => seq).sort((a, b) => a - b),
    [...Array(160).keys()],
  );
  assert.deepEqual((await inspectLedger({ store, signed: store }, log)).faults, []);
});

test("a writer that died between an entry and its index is completed by the next one", async () => {
  const { store, ledger } = setUp();
  await ledger.append(fact("case-opened", "case-a", "a"));
  store.documents.delete(markerName(opaqueCase(ORIGIN, "case-a"), 0));
  const plan = await setUp(store).ledger.append(fact("plan", "case-a", "plan"));
  assert.notEqual(parseEntry(store.documents.get(entryName(plan.seq))!).prevCase, null);
});

test("the signer refuses a log whose signed entries were changed", async () => {
  const { store, ledger } = await setUpWith(5);
  await ledger.head();
  store.documents.set(entryName(2), store.documents.get(entryName(3))!);
  const reopened = setUp(store).ledger;
  await reopened.append(beats(1)[0]!);
  await assert.rejects(reopened.head(), { code: "SEAL_FAILED" });
  await assert.rejects(reopened.proof(0), { code: "SEAL_FAILED" });
});

test("the signer refuses a log that was put back to an older state, when its checkpoints lie elsewhere", async () => {
  const { store, signed, ledger } = setUp(createMemoryStore(), createMemoryStore());
  for (const beat of beats(5)) await ledger.append(beat);
  await ledger.head();
  store.documents.delete(entryName(4));
  const reopened = setUp(store, signed).ledger;
  await assert.rejects(reopened.head(), { code: "AUDIT_UNAVAILABLE" });
  await assert.rejects(reopened.append(beats(1)[0]!), { code: "AUDIT_UNAVAILABLE" });
});

test("the rule of the signer: never smaller, never another past", () => {
  const tree = createTree([1, 2, 3].map((byte) => new Uint8Array(32).fill(byte)));
  const head = { size: 2, root: tree.root(2) };
  assert.deepEqual(mayFollow(head, tree, 3), { size: 3, root: tree.root(3) });
  assert.throws(() => mayFollow(head, tree, 1), { code: "SEAL_FAILED" });
  assert.throws(() => mayFollow({ ...head, root: tree.root(1) }, tree, 3), { code: "SEAL_FAILED" });
});

test("a checkpoint that another key signed stops the signer, unless that key is a former one of ours", async () => {
  const { store, ledger } = await setUpWith(3);
  await ledger.head();
  const next = makeKey();
  const signerNext = { name: ORIGIN, sign: next.sign, publicKey: next.publicKey };
  const stranger = openLedger({ store, signed: store, signer: signerNext, formerKeys: [] });
  await assert.rejects(stranger.head(), { code: "INPUT_INVALID" });
  const heir = openLedger({ store, signed: store, signer: signerNext, formerKeys: [key.key] });
  await heir.append(beats(1)[0]!);
  assert.equal((await heir.head()).size, 4);
});

test("a spoilt tile is only a spoilt cache: the entries decide, and inspection reports it", async () => {
  const { store, ledger } = await setUpWith(300);
  await ledger.head();
  store.documents.set(tileName(0), new Uint8Array(256 * 32));
  const reopened = setUp(store).ledger;
  await reopened.append(beats(1)[0]!);
  assert.equal((await reopened.head()).size, 301);
  const { faults } = await inspectLedger({ store, signed: store }, log);
  assert.deepEqual(
    faults.map(({ code }) => code),
    ["DERIVED"],
  );
});

test("inspection finds an index with a hole, a stranger in the folder and a foreign checkpoint; a rebuild closes the hole", async () => {
  const { store, ledger } = setUp();
  await ledger.append(fact("case-opened", "case-a", "a"));
  await ledger.append(beats(1)[0]!);
  await ledger.head();
  store.documents.delete(markerName(opaqueCase(ORIGIN, "case-a"), 0));
  store.documents.set("entry/note.txt", asBytes("x"));
  store.documents.set(signedName(2), asBytes("x\n\n— y AAAAAAA=\n"));
  const codes = async () => (await inspectLedger({ store, signed: store }, log)).faults.map(({ code }) => code).sort();
  assert.deepEqual(await codes(), ["DERIVED", "EXTRA", "GAP", "SIGNATURE"]);
  await rebuildCaseIndex(store);
  assert.deepEqual(await codes(), ["EXTRA", "GAP", "SIGNATURE"]);
  assert.equal((await store.list(caseFolder(opaqueCase(ORIGIN, "case-a")))).length, 1);
});

test("the end of a series is found from wherever one starts", async () => {
  const store = createMemoryStore();
  for (let size = 0; size <= 40; size++) {
    for (let from = 0; from <= size; from++) assert.equal(await findEnd(store, entryName, from), size);
    await store.create(entryName(size), new Uint8Array());
  }
  await assert.rejects(findEnd(store, entryName, 50), { code: "AUDIT_UNAVAILABLE" });
});

test("whoever only appends reads the public half of the key once something is signed, and never signs", async () => {
  const { store, ledger } = await setUpWith(3);
  const asked: string[] = [];
  const appender = {
    name: ORIGIN,
    sign: async () => assert.fail("an appender signed"),
    publicKey: async () => {
      asked.push("publicKey");
      return key.publicKey();
    },
  };
  const append = (text: string) =>
    openLedger({ store, signed: store, signer: appender, formerKeys: [] }).append(fact("plan", "case-a", text));
  await append("before");
  assert.deepEqual(asked, []);
  await ledger.head();
  assert.equal((await append("after")).seq, 4);
  assert.deepEqual(asked, ["publicKey"]);
});
