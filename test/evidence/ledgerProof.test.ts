import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalBytes } from "../../lib/base/jcs.ts";
import { signCheckpoint } from "../../lib/evidence/ledger/checkpoint.ts";
import { entryBytes, parseEntry } from "../../lib/evidence/ledger/ledger.ts";
import { openLedger } from "../../lib/evidence/ledger/ledgerLog.ts";
import { entryName } from "../../lib/evidence/ledger/ledgerNames.ts";
import {
  caseHistoryFiles,
  formatConsistency,
  ledgerFiles,
  parseConsistency,
} from "../../lib/evidence/ledger/ledgerProof.ts";
import { verifyCaseHistory, verifyLedgerProof } from "../../lib/evidence/ledger/ledgerVerify.ts";
import { createTree, leafHash } from "../../lib/evidence/ledger/merkle.ts";
import { formatTlogProof } from "../../lib/evidence/ledger/tlogProof.ts";
import { isSampled } from "../sample.ts";
import { AT, asBytes, codeOf, createMemoryStore, digestOf, makeKey, ORIGIN, type TestKey } from "./ledgerFixture.ts";

const CASE = "case-20261121-0123456789";
const DIGEST = digestOf("the bundle");
const STATEMENT = digestOf("its statement");
const key = makeKey();
const other = makeKey();

/** A log with other business in it, one case sealed in it, and business after that. */
async function seal(
  identity: TestKey,
  bundle = DIGEST,
  statement: { readonly statement?: string } = { statement: STATEMENT },
) {
  const store = createMemoryStore();
  const signer = { name: ORIGIN, sign: identity.sign, publicKey: identity.publicKey };
  const ledger = openLedger({ store, signed: store, signer, formerKeys: [] });
  const beat = (index: number) =>
    ledger.append({ type: "heartbeat", caseId: null, digest: digestOf(`${index}`), at: AT });
  for (let index = 0; index < 3; index++) await beat(index);
  await ledger.append({ type: "case-opened", caseId: CASE, digest: digestOf("finding"), at: AT });
  await ledger.append({ type: "plan", caseId: CASE, digest: digestOf("plan"), at: AT });
  await ledger.append({ type: "execution", caseId: CASE, digest: digestOf("execution"), at: AT });
  const history = await caseHistoryFiles(ledger, CASE);
  const head = await ledger.head();
  const { seq } = await ledger.append({ type: "bundle-sealed", caseId: CASE, digest: bundle, ...statement, at: AT });
  await beat(7);
  const files = await ledgerFiles(ledger, { caseId: CASE, seq }, head, asBytes("{}"));
  const inBundle = (folder: string, named: ReadonlyMap<string, Uint8Array>) =>
    new Map([...named].map(([name, bytes]) => [`${folder}/${name}`, bytes] as const));
  return { ledger, store, seq, head, files: inBundle("ledger", files), history: inBundle("data", history) };
}

const sealed = await seal(key);
const ledgerHead = { size: String(sealed.head.size), rootSha256: sealed.head.root };
const BARE = { caseId: CASE, digest: DIGEST, statement: STATEMENT };
const EXPECTED = { ...BARE, origin: ORIGIN, ledgerHead };
type Files = ReadonlyMap<string, Uint8Array>;
const codes = (files: Files, expected: Parameters<typeof verifyLedgerProof>[1] = EXPECTED, keys = [key.spki]) =>
  verifyLedgerProof(files, expected, keys).errors.map(({ code }) => code);
const replaced = (name: string, bytes: Uint8Array | string): Files =>
  new Map(sealed.files).set(`ledger/${name}`, typeof bytes === "string" ? asBytes(bytes) : bytes);
const without = (...names: readonly string[]): Files =>
  new Map([...sealed.files].filter(([path]) => !names.includes(path.slice(7))));
const text = (name: string): string => Buffer.from(sealed.files.get(`ledger/${name}`)!).toString();

test("the files of a sealed bundle prove its place", () => {
  const verdict = verifyLedgerProof(sealed.files, EXPECTED, [key.spki]);
  assert.deepEqual([verdict.ok, verdict.errors, verdict.proven?.seq], [true, [], 6]);
  assert.equal(verdict.proven?.checkpoint.size, 8);
  assert.deepEqual([...sealed.files.keys()].sort(), [
    "ledger/case.tlog-proof",
    "ledger/consistency.txt",
    "ledger/entry.json",
    "ledger/keys.json",
    "ledger/previous-checkpoint",
  ]);
});

test("origin and head may be left to the log, and then still have to agree with each other", () => {
  assert.deepEqual(codes(sealed.files, BARE), []);
  assert.deepEqual(codes(without("previous-checkpoint", "consistency.txt"), BARE), []);
});

test("former keys count beside the present one, and keys.json never counts", () => {
  assert.deepEqual(codes(sealed.files, EXPECTED, [other.spki, key.spki]), []);
  const planted = replaced("keys.json", Buffer.from(key.spki).toString("base64"));
  assert.deepEqual(codes(planted, EXPECTED, [other.spki]), ["LEDGER_UNTRUSTED"]);
  assert.deepEqual(codes(sealed.files, EXPECTED, []), ["LEDGER_UNTRUSTED"]);
  assert.deepEqual(codes(sealed.files, EXPECTED, [asBytes("key")]), ["TRUST"]);
});

test("a proof of another bundle, case or log is refused", () => {
  assert.deepEqual(codes(sealed.files, { ...EXPECTED, digest: digestOf("x") }), ["DIGEST"]);
  assert.deepEqual(codes(sealed.files, { ...EXPECTED, caseId: "case-20261121-9999999999" }), ["LEDGER"]);
  assert.deepEqual(codes(sealed.files, { ...EXPECTED, origin: "example.test/ledger/two" }), ["LEDGER"]);
});

test("a sealing fixes the signed statement, and one of the first release the tag manifest alone", async () => {
  const other = { ...EXPECTED, statement: digestOf("another statement over the same tag manifest") };
  assert.deepEqual(codes(sealed.files, other), ["DIGEST"]);
  const old = await seal(key, DIGEST, {});
  assert.equal(parseEntry(old.files.get("ledger/entry.json")!).v, 1);
  assert.deepEqual(codes(old.files), []);
  assert.deepEqual(codes(old.files, other), []);
  const entry = parseEntry(sealed.files.get("ledger/entry.json")!);
  assert.equal(entry.v, 2);
  const { statement: _, ...bare } = entry;
  for (const leaf of [
    { ...entry, v: 1 },
    { ...entry, v: 3 },
    bare,
    { ...entry, type: "execution" },
    { ...entry, statement: "" },
  ])
    assert.deepEqual(codes(replaced("entry.json", canonicalBytes(leaf))), ["JSON"]);
  assert.deepEqual(codes(replaced("entry.json", canonicalBytes({ ...bare, v: 1 }))), ["LEDGER"]);
});

test("a head other than the one the bundle names is refused, and a missing one too", () => {
  assert.deepEqual(codes(sealed.files, { ...EXPECTED, ledgerHead: { ...ledgerHead, size: "5" } }), ["LEDGER"]);
  assert.deepEqual(codes(sealed.files, { ...EXPECTED, ledgerHead: { ...ledgerHead, rootSha256: DIGEST } }), ["LEDGER"]);
  assert.deepEqual(codes(sealed.files, { ...EXPECTED, ledgerHead: null }), ["LEDGER"]);
  assert.deepEqual(codes(without("previous-checkpoint", "consistency.txt")), ["MISSING"]);
  assert.deepEqual(codes(without("consistency.txt")), ["MISSING"]);
});

test("every change to the files has its code", async () => {
  const entry = parseEntry(sealed.files.get("ledger/entry.json")!);
  const { statement: _, ...plain } = entry;
  const [fromKey, toKey] = [await seal(other), await seal(key, digestOf("another bundle"))];
  const openedProof = Buffer.from(sealed.history.get("data/ledger/opened.tlog-proof")!);
  const cases: Record<string, readonly [Files, string]> = {
    "no entry": [without("entry.json"), "MISSING"],
    "no proof": [without("case.tlog-proof"), "MISSING"],
    "further file": [replaced("more.txt", ""), "EXTRA"],
    "leaf not canonical": [replaced("entry.json", JSON.stringify(entry, null, 1)), "JSON"],
    "leaf redated": [replaced("entry.json", entryBytes({ ...entry, at: "2026-11-21T09:00:00.000Z" })), "LEDGER"],
    "leaf renumbered": [replaced("entry.json", entryBytes({ ...entry, seq: 5 })), "LEDGER"],
    "leaf of another type": [replaced("entry.json", entryBytes({ ...plain, v: 1, type: "execution" })), "TYPE"],
    "wrong index": [replaced("case.tlog-proof", text("case.tlog-proof").replace("index 6", "index 7")), "LEDGER"],
    "proof of another entry": [replaced("case.tlog-proof", openedProof), "LEDGER"],
    "size edited": [replaced("case.tlog-proof", text("case.tlog-proof").replace("\n8\n", "\n9\n")), "SIGNATURE"],
    "another log of another key": [
      replaced("case.tlog-proof", fromKey.files.get("ledger/case.tlog-proof")!),
      "LEDGER_UNTRUSTED",
    ],
    "another log of this key": [replaced("case.tlog-proof", toKey.files.get("ledger/case.tlog-proof")!), "LEDGER"],
    "head of another key": [
      replaced("previous-checkpoint", fromKey.files.get("ledger/previous-checkpoint")!),
      "LEDGER_UNTRUSTED",
    ],
    "consistency reordered": [
      replaced("consistency.txt", text("consistency.txt").replace(/(.{44}\n)(.{44}\n)$/, "$2$1")),
      "INCONSISTENT",
    ],
    "consistency of other sizes": [
      replaced("consistency.txt", text("consistency.txt").replace("from 6", "from 5")),
      "INCONSISTENT",
    ],
    "consistency of another kind": [replaced("consistency.txt", "no"), "ENCODING"],
  };
  for (const [name, [files, code]] of Object.entries(cases)) assert.deepEqual(codes(files), [code], name);
});

test("a log whose past was rewritten after the bundle named its head is inconsistent", async () => {
  const store = createMemoryStore();
  const signer = { name: ORIGIN, sign: key.sign, publicKey: key.publicKey };
  const forged = openLedger({ store, signed: store, signer, formerKeys: [] });
  for (let index = 0; index < 9; index++) {
    await forged.append({ type: "heartbeat", caseId: null, digest: digestOf(`forged ${index}`), at: AT });
  }
  const sealing = { type: "bundle-sealed", caseId: CASE, digest: DIGEST, statement: STATEMENT, at: AT } as const;
  const { seq } = await forged.append(sealing);
  const files = await ledgerFiles(forged, { caseId: CASE, seq }, null, null);
  const lied = new Map(sealed.files);
  for (const [name, bytes] of files) lied.set(`ledger/${name}`, bytes);
  const hashes = await forged.consistency(6, 10);
  lied.set("ledger/consistency.txt", asBytes(formatConsistency({ from: 6, to: 10, hashes })));
  assert.deepEqual(codes(lied), ["INCONSISTENT"]);
});

test("a bundle that names a head from after its own sealing is refused", async () => {
  const later = await sealed.ledger.head();
  const files = await ledgerFiles(sealed.ledger, { caseId: CASE, seq: sealed.seq }, later, null);
  const inBundle = new Map([...files].map(([name, bytes]) => [`ledger/${name}`, bytes] as const));
  const claimed = { size: String(later.size), rootSha256: later.root };
  assert.deepEqual(codes(inBundle, { ...EXPECTED, ledgerHead: claimed }), ["LEDGER"]);
});

test("an entry that the log holds at another index than its own is refused", async () => {
  const leaves = [0, 1, 2].map((seq) => sealed.store.documents.get(entryName(seq))!);
  const tree = createTree([...leaves, sealed.files.get("ledger/entry.json")!].map(leafHash));
  const signer = { name: ORIGIN, sign: key.sign, publicKey: key.publicKey };
  const { note } = await signCheckpoint({ size: 4, root: tree.root(4) }, signer);
  const proof = formatTlogProof({ index: 3, hashes: tree.inclusionProof(3, 4), checkpoint: note });
  const files = new Map(replaced("case.tlog-proof", proof));
  files.delete("ledger/previous-checkpoint");
  files.delete("ledger/consistency.txt");
  assert.deepEqual(codes(files, BARE), ["LEDGER"]);
});

test("no single flipped bit of the four files that count is accepted", () => {
  for (const name of ["entry.json", "case.tlog-proof", "previous-checkpoint", "consistency.txt"]) {
    const whole = sealed.files.get(`ledger/${name}`)!;
    for (let bit = 0; bit < whole.length * 8; bit++) {
      if (!isSampled(bit, 5)) continue;
      const flipped = Uint8Array.from(whole, (byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      assert.notDeepEqual(codes(replaced(name, flipped)), [], `${name} bit ${bit}`);
    }
  }
});

test("the signed history of a case is one chain from its opening, both ends in the log", () => {
  const expected = { caseId: CASE, origin: ORIGIN };
  const of = (files: Files) => verifyCaseHistory(files, expected, [key.spki]).errors.map(({ code }) => code);
  assert.deepEqual(of(sealed.history), []);
  const path = "data/ledger/entries.jsonl";
  const lines = Buffer.from(sealed.history.get(path)!).toString().split("\n");
  const changed = (change: readonly string[]): Files => new Map(sealed.history).set(path, asBytes(change.join("\n")));
  assert.deepEqual(of(changed(lines.slice(1))), ["LEDGER"], "opening left out");
  assert.deepEqual(of(changed([lines[0]!, ""])), ["LEDGER"], "latest left out");
  assert.deepEqual(of(changed([lines[0]!, lines[2]!, ""])), ["LEDGER"], "one in between left out");
  assert.deepEqual(of(changed([lines[1]!, lines[0]!, lines[2]!, ""])), ["LEDGER"], "swapped");
  assert.deepEqual(of(changed(lines.slice(0, 2))), ["HISTORY"], "last line not ended");
  assert.deepEqual(of(changed([""])), ["HISTORY"], "nothing");
  const unsigned = (files: Files) => verifyCaseHistory(files, expected, null).errors.map(({ code }) => code);
  assert.deepEqual(
    [unsigned(sealed.history), unsigned(changed([lines[0]!, ""]))],
    [[], ["LEDGER"]],
    "whoever knows no ledger key judges all but the signatures",
  );
  const without = new Map(sealed.history);
  without.delete("data/ledger/opened.tlog-proof");
  assert.deepEqual(of(without), ["MISSING"]);
  const elsewhere = verifyCaseHistory(sealed.history, { ...expected, caseId: "case-20261121-9999999999" }, [key.spki]);
  assert.deepEqual(
    elsewhere.errors.map(({ code }) => code),
    ["LEDGER"],
  );
});

test("consistency text is read back the same and nothing else is read", () => {
  const proof = { from: 6, to: 8, hashes: [Buffer.alloc(32, 1), Buffer.alloc(32, 2)] };
  const written = formatConsistency(proof);
  assert.deepEqual(parseConsistency(asBytes(written)), proof);
  for (const wrong of [
    written.slice(0, -1),
    written.replace("v1", "v2"),
    written.replace("from 6", "from 06"),
    `${written}\n`,
    "",
  ]) {
    assert.equal(
      codeOf(() => parseConsistency(asBytes(wrong))),
      "ENCODING",
    );
  }
});

test("an entry that the case does not have cannot be proven", async () => {
  await assert.rejects(ledgerFiles(sealed.ledger, { caseId: CASE, seq: 0 }, null, null), { code: "DOCUMENT_MISSING" });
  const { ledger, seq } = sealed;
  await assert.rejects(
    ledgerFiles(ledger, { caseId: CASE, seq }, { size: 2 }, null),
    { code: "DOCUMENT_MISSING" },
    "never signed",
  );
  await assert.rejects(caseHistoryFiles(sealed.ledger, "case-20261121-9999999999"), { code: "DOCUMENT_MISSING" });
});
