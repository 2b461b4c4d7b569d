import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256Hex } from "../../lib/base/jcs.ts";
import { FILES } from "../../lib/evidence/layout.ts";
import { entryBytes, parseEntry } from "../../lib/evidence/ledger/ledger.ts";
import { readLedgerCopy } from "../../lib/evidence/ledger/ledgerCopy.ts";
import { openLedger } from "../../lib/evidence/ledger/ledgerLog.ts";
import { entryName, signedName } from "../../lib/evidence/ledger/ledgerNames.ts";
import { caseHistoryFiles, ledgerFiles } from "../../lib/evidence/ledger/ledgerProof.ts";
import { attachLedger, bundleDigest, sealBundle } from "../../lib/evidence/seal.ts";
import { verifyBundle } from "../../lib/evidence/verify.ts";
import { AT, createMemoryStore, digestOf, makeKey, ORIGIN } from "./ledgerFixture.ts";
import { EVIDENCE_SIGNER, sampleInput, samplePredicate } from "./sample.ts";

const { caseId } = samplePredicate();
const ROOT = { version: 1, digest: "00".repeat(32) };

/** A bundle sealed in a ledger that goes on behind it, and what a verifier says who holds it against a copy of that ledger. */
async function setUp({ replaced = false, rotated = false } = {}) {
  const store = createMemoryStore();
  const signed = createMemoryStore();
  const key = makeKey();
  const ledger = openLedger({ store, signed, signer: { name: ORIGIN, ...key }, formerKeys: [] });
  await ledger.append({ type: "case-opened", caseId, digest: digestOf("finding"), at: AT });
  await ledger.head();
  const input = sampleInput({ revision: 1, supersedes: null });
  const files = await sealBundle({ ...input, deployment: { ...input.deployment, ledgerOrigin: ORIGIN } });
  const statement = sha256Hex(files.get(FILES.statement)!);
  const { seq } = await ledger.append({
    type: "bundle-sealed",
    caseId,
    digest: bundleDigest(files),
    statement,
    at: AT,
  });
  const bundle = attachLedger(files, await ledgerFiles(ledger, { caseId, seq }, null, null));
  if (replaced) await ledger.append({ type: "bundle-sealed", caseId, digest: digestOf("r2"), statement, at: AT });
  if (rotated) await ledger.append({ type: "key-rotated", caseId: null, digest: digestOf("keys.json 2"), at: AT });
  await ledger.head();
  const verify = async (trustRoot = ROOT) => {
    const copy = await readLedgerCopy(
      { store, signed },
      { origin: ORIGIN, keys: [key.key], leastSize: 0, trustRoot, inUse: false, asOf: AT },
    );
    const { exitCode, errors } = await verifyBundle(bundle, {
      trust: [await EVIDENCE_SIGNER.publicKey()],
      verifyLedger: copy.check,
      supersededBy: ({ caseId: of, digest }) => copy.newer(of, digest),
    });
    return [exitCode, errors[0]?.code];
  };
  return { store, signed, verify, seq };
}

test("a copy of the ledger says whether a bundle was replaced, and nothing against an honest one", async () => {
  assert.deepEqual(await (await setUp()).verify(), [0, undefined]);
  assert.deepEqual(await (await setUp({ replaced: true })).verify(), [4, "SUPERSEDED"]);
});

test("an entry that somebody without a key appended, exchanged or took out of the copy is a finding", async () => {
  const appended = await setUp();
  const sealing = parseEntry(appended.store.documents.get(entryName(1))!);
  appended.store.documents.set(entryName(2), entryBytes({ ...sealing, seq: 2, digest: digestOf("made up") }));
  assert.deepEqual(await appended.verify(), [1, "LEDGER"]);

  const exchanged = await setUp();
  const { statement: _, ...bare } = sealing;
  exchanged.store.documents.set(entryName(1), entryBytes({ ...bare, v: 1, type: "plan" }));
  assert.deepEqual(await exchanged.verify(), [1, "LEDGER"]);

  const taken = await setUp({ replaced: true });
  taken.store.documents.delete(entryName(2));
  assert.deepEqual(await taken.verify(), [1, "LEDGER"]);
});

test("a copy without any checkpoint, and one that ends before the bundle, prove nothing and say so", async () => {
  const unsigned = await setUp();
  unsigned.signed.documents.clear();
  assert.deepEqual(await unsigned.verify(), [1, "LEDGER"]);

  const early = await setUp();
  early.store.documents.delete(entryName(1));
  early.signed.documents.delete(signedName(1));
  assert.deepEqual(await early.verify(), [3, "LEDGER_UNTRUSTED"]);
});

test("a keys.json that the ledger has replaced is noticed", async () => {
  const { verify } = await setUp({ rotated: true });
  assert.deepEqual(await verify(), [2, "TRUST"]);
  assert.deepEqual(await verify({ version: 2, digest: digestOf("keys.json 2") }), [0, undefined]);
});

test("an entry that the ledger held when the bundle named its head, and that the bundle's history leaves out, is found by a copy", async () => {
  const store = createMemoryStore();
  const signed = createMemoryStore();
  const key = makeKey();
  const ledger = openLedger({ store, signed, signer: { name: ORIGIN, ...key }, formerKeys: [] });
  const opening = await ledger.append({ type: "case-opened", caseId, digest: digestOf("finding"), at: AT });
  await ledger.append({ type: "decision", caseId, digest: digestOf("a denial"), at: AT });
  const head = await ledger.head();
  const whole = await caseHistoryFiles(ledger, caseId);
  const lines = [0, 1].map((seq) => Buffer.from(store.documents.get(entryName(seq))!).toString("utf8"));
  const verdictOver = async (told: readonly string[]) => {
    const input = sampleInput({ revision: 1, supersedes: null });
    const history = Buffer.from(told.map((line) => `${line}\n`).join(""));
    const files = await sealBundle({
      ...input,
      deployment: { ...input.deployment, ledgerOrigin: ORIGIN },
      payload: new Map([
        ...whole,
        ["ledger/entries.jsonl", history],
        // Who leaves the latest entry out shows the proof of the one before it.
        [
          "ledger/latest.tlog-proof",
          whole.get(told.length === 1 ? "ledger/opened.tlog-proof" : "ledger/latest.tlog-proof")!,
        ],
      ]),
      sealedAt: AT,
      ledgerHead: { size: String(head.size), rootSha256: head.root },
    });
    const copy = await readLedgerCopy(
      { store, signed },
      { origin: ORIGIN, keys: [key.key], leastSize: 0, trustRoot: ROOT, inUse: false, asOf: AT },
    );
    const trust = [await EVIDENCE_SIGNER.publicKey()];
    const report = await verifyBundle(files, { trust, verifyLedger: copy.check });
    return [report.errors[0]?.code, report.checks.some(({ code, notChecked }) => code === "HISTORY" && notChecked)];
  };
  assert.equal(opening.seq, 0);
  assert.deepEqual(await verdictOver(lines), [undefined, true]);
  assert.deepEqual(await verdictOver(lines.slice(0, 1)), ["HISTORY", true]);
});

test("what opened a case is in its bundles as it was received; an opening of the first release does not name it", async () => {
  const finding = Buffer.from('{"Suspicion":{"statement":{"askedBy":"ada"}}}');
  const verdictOver = async (statement: string | undefined, payload: Buffer) => {
    const key = makeKey();
    const signed = createMemoryStore();
    const ledger = openLedger({ store: signed, signed, signer: { name: ORIGIN, ...key }, formerKeys: [] });
    const fact = { type: "case-opened", caseId, digest: digestOf("what was read of it"), at: AT } as const;
    await ledger.append(statement === undefined ? fact : { ...fact, statement });
    const head = await ledger.head();
    const input = sampleInput({ revision: 1, supersedes: null });
    const files = await sealBundle({
      ...input,
      deployment: { ...input.deployment, ledgerOrigin: ORIGIN },
      payload: new Map([...(await caseHistoryFiles(ledger, caseId)), ["findings/0123456789abcdef.json", payload]]),
      sealedAt: AT,
      ledgerHead: { size: String(head.size), rootSha256: head.root },
    });
    const report = await verifyBundle(files, { trust: [await EVIDENCE_SIGNER.publicKey()], withoutLedger: true });
    return report.errors.map(({ code }) => code);
  };
  assert.deepEqual(await verdictOver(sha256Hex(finding), finding), []);
  assert.deepEqual(await verdictOver(undefined, finding), []);
  const other = Buffer.from('{"Suspicion":{"statement":{"askedBy":"bob"}}}');
  await assert.rejects(verdictOver(sha256Hex(finding), other), ({ faults }) => faults[0].path === "HISTORY");
});
