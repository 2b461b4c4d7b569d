import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256Hex } from "../../lib/base/jcs.ts";
import { FILES } from "../../lib/evidence/layout.ts";
import { openCheckpoint } from "../../lib/evidence/ledger/checkpoint.ts";
import { runLedgerAudit } from "../../lib/evidence/ledger/ledgerAuditRun.ts";
import { openLedger } from "../../lib/evidence/ledger/ledgerLog.ts";
import { entryName } from "../../lib/evidence/ledger/ledgerNames.ts";
import { parsePem } from "../../lib/evidence/publicKey.ts";
import { bundleDigest, sealBundle } from "../../lib/evidence/seal.ts";
import { AT, asBytes, createMemoryStore, digestOf, makeKey, ORIGIN } from "./ledgerFixture.ts";
import { sampleInput, samplePredicate } from "./sample.ts";

const { caseId } = samplePredicate();
const key = makeKey();
type Files = ReadonlyMap<string, Uint8Array>;

/** A real bundle, sealed in a real ledger and put into a vault. */
async function setUp() {
  const store = createMemoryStore();
  const ledger = openLedger({ store, signed: store, signer: { name: ORIGIN, ...key }, formerKeys: [] });
  const bundle = await sealBundle(sampleInput({ revision: 1, supersedes: null }));
  await ledger.append({ type: "case-opened", caseId, digest: digestOf("finding"), at: AT });
  const statement = sha256Hex(bundle.get(FILES.statement)!);
  await ledger.append({ type: "bundle-sealed", caseId, digest: bundleDigest(bundle), statement, at: AT });
  const head = await ledger.head();
  const vault = new Map<string, Files>([[`${caseId}/r1`, bundle]]);
  const run = (remembered = openCheckpoint(asBytes(head.checkpoint), ORIGIN, [key.key])) =>
    runLedgerAudit({
      store,
      signed: store,
      origin: ORIGIN,
      keys: [key.key],
      leastSize: 0,
      trustRoot: null,
      judge: { trust: [bundle.get(FILES.key)!].map((pem) => parsePem(pem).spki), withoutLedger: true },
      vault: { list: async () => [...vault.keys()], source: async (name) => vault.get(name) ?? null },
      named: null,
      remembered,
      asOf: AT,
      policy: { heartbeatSeconds: 60, sealWithinSeconds: 60, clockSkewSeconds: 0 },
    });
  return { store, vault, ledger, head, run };
}
const codesOf = ({ faults }: Awaited<ReturnType<typeof runLedgerAudit>>) => faults.map(({ code }) => code);

test("an audit of an honest ledger and its vault finds nothing and gives the checkpoint to remember", async () => {
  const { run, head } = await setUp();
  const result = await run();
  assert.deepEqual([result.entries, codesOf(result), result.newest?.note], [2, [], head.checkpoint]);
});

test("a bundle taken out of the vault is missing, and one that is none stands out", async () => {
  const { vault, run } = await setUp();
  vault.set(`${caseId}/r2`, new Map());
  assert.deepEqual(codesOf(await run()), ["EXTRA"]);
  vault.clear();
  assert.deepEqual(codesOf(await run()), ["MISSING"]);
});

test("another statement over the same files, signed by the same key, is a second story", async () => {
  const { vault, run } = await setUp();
  const result = { verdict: "confirmed", contained: false, openActions: 0 };
  const exchanged = await sealBundle(sampleInput({ revision: 1, supersedes: null, result }));
  assert.equal(bundleDigest(exchanged), bundleDigest(vault.get(`${caseId}/r1`)!));
  vault.set(`${caseId}/r1`, exchanged);
  assert.deepEqual(codesOf(await run()), ["EQUIVOCATION"]);
});

test("a bundle in the vault that the ledger never saw is unlisted", async () => {
  const { vault, run } = await setUp();
  vault.set(`${caseId}/r9`, await sealBundle(sampleInput({ revision: 9 })));
  assert.deepEqual(codesOf(await run()), ["UNLISTED"]);
});

test("entries taken off the end show against the checkpoints", async () => {
  const { store, run } = await setUp();
  store.documents.delete(entryName(1));
  assert.deepEqual(codesOf(await run()).sort(), ["DERIVED", "TRUNCATED", "UNLISTED"]);
});

test("a file altered in the vault, and two revisions exchanged there, are found though the manifests agree with the ledger", async () => {
  const { vault, run } = await setUp();
  const honest = vault.get(`${caseId}/r1`)!;
  const [payload] = [...honest.keys()].filter((path) => path.startsWith("data/"));
  vault.set(`${caseId}/r1`, new Map([...honest, [payload!, asBytes("another story")]]));
  assert.deepEqual(codesOf(await run()), ["ALTERED"]);
  vault.clear();
  vault.set(`${caseId}/r2`, honest);
  assert.deepEqual(codesOf(await run()), ["ALTERED"]);
});
