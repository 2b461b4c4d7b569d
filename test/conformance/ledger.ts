import { sha256Hex } from "../../lib/base/jcs.ts";
import { FILES } from "../../lib/evidence/layout.ts";
import { openLedger } from "../../lib/evidence/ledger/ledgerLog.ts";
import { ledgerFiles } from "../../lib/evidence/ledger/ledgerProof.ts";
import type { BundlePredicate } from "../../lib/evidence/predicate.ts";
import { toPem } from "../../lib/evidence/publicKey.ts";
import { attachLedger, bundleDigest, sealBundle } from "../../lib/evidence/seal.ts";
import { makeRootKey, type RootKey, type TrustRoot } from "../../lib/evidence/trustRoot.ts";
import type { Signer } from "../../lib/base/signer.ts";
import { createMemoryStore } from "../evidence/ledgerFixture.ts";
import { ATTACKER_SIGNER, EVIDENCE_SIGNER, LEDGER_SIGNER, sampleInput, samplePredicate } from "../evidence/sample.ts";
import type { ConformanceCase } from "./case.ts";
import { edit, type Files, textOf, utf8 } from "./forge.ts";

const { caseId, sealedAt, deployment } = samplePredicate();
const ORIGIN = deployment.ledgerOrigin;
const UNPROVEN = "the recipe does not read the ledger files";
const SEEN_BY_RECIPE: ReadonlySet<string> = new Set([
  "ledger-keys-in-bundle",
  "keys-of-other-deployment",
  "keys-bundle-signed-by-ledger-key",
]);

interface Log {
  readonly signer?: Signer;
  readonly evidence?: Signer;
  readonly origin?: string;
  /** What the ledger is told was sealed. */
  readonly entry?: {
    readonly type?: "execution";
    readonly caseId?: string;
    readonly digest?: string;
    /** Null: none, as in the first release. */
    readonly statement?: string | null;
  };
  /** A genuine checkpoint of the same log with a consistency proof that fits, and not the one that the statement names. */
  readonly provesFrom?: "an earlier checkpoint";
  /** What the statement says besides. */
  readonly predicate?: Partial<Omit<BundlePredicate, "payload">>;
}

/** A bundle sealed in a ledger of eight entries, of which the sixth is its sealing. The same bytes on every run. */
export async function logged(log: Log = {}): Promise<Files> {
  const store = createMemoryStore();
  const signer = { name: log.origin ?? ORIGIN, ...(log.signer ?? LEDGER_SIGNER) };
  const ledger = openLedger({ store, signed: store, signer, formerKeys: [] });
  const beat = (day: number) => ledger.append({ type: "heartbeat", caseId: null, digest: `${day}`.repeat(64), at: sealedAt });
  for (const day of [1, 2, 3]) await beat(day);
  const earlier = await ledger.head();
  await ledger.append({ type: "case-opened", caseId, digest: "aa".repeat(32), at: sealedAt });
  await beat(4);
  const head = await ledger.head();
  const ledgerHead = { size: String(head.size), rootSha256: head.root };
  const files = await sealBundle(sampleInput({ ledgerHead, ...log.predicate, signer: log.evidence ?? EVIDENCE_SIGNER }));
  const { statement = sha256Hex(files.get(FILES.statement)!), ...entry } = log.entry ?? {};
  const named = statement === null || entry.type !== undefined ? {} : { statement };
  const sealing = { type: "bundle-sealed" as const, caseId, digest: bundleDigest(files), ...named, at: sealedAt, ...entry };
  const { seq } = await ledger.append(sealing);
  for (const day of [5, 6]) await beat(day);
  const previous = log.provesFrom === undefined ? head : earlier;
  return new Map(attachLedger(files, await ledgerFiles(ledger, { caseId: sealing.caseId, seq }, previous, null)));
}

const FACTS = { holder: null, validFrom: "2026-01-01T00:00:00.000Z", ledgerFrom: 0 } as const;
const pemOf = async (signer: Signer): Promise<string> => toPem(await signer.publicKey());
const EVIDENCE_KEY = makeRootKey(await pemOf(EVIDENCE_SIGNER), { ...FACTS, purpose: "evidence" });
const LEDGER_KEY = makeRootKey(await pemOf(LEDGER_SIGNER), { ...FACTS, purpose: "ledger" });

/** keys.json as an auditor of this deployment holds it; both halves can be made to differ. */
export const trustRoot = (evidence: Partial<RootKey> = {}, ledger: Partial<RootKey> = {}): TrustRoot => ({
  schema: "cordon/keys/v1",
  version: 1,
  origin: ORIGIN,
  issuedAt: FACTS.validFrom,
  previous: null,
  keys: [
    { ...EVIDENCE_KEY, ...evidence },
    { ...LEDGER_KEY, ...ledger },
  ],
});

const ENTRY = "ledger/entry.json";
const PROOF = "ledger/case.tlog-proof";
const PREVIOUS = "ledger/previous-checkpoint";
const CONSISTENCY = "ledger/consistency.txt";
const after = (change: (files: Files) => void, log: Log = {}) => async () => {
  const files = await logged(log);
  change(files);
  return files;
};
const without = (...paths: readonly string[]) => after((files) => paths.forEach((path) => files.delete(path)));
const edited = (path: string, to: (text: string) => string) => after((files) => edit(files, path, to));
/** Applies to the lines of hashes in a proof, which are its lines of 44 characters before the checkpoint. */
const hashes = (to: (lines: readonly string[]) => readonly string[]) => (text: string): string => {
  const [head = "", ...rest] = text.split("\n\n");
  const lines = head.split("\n");
  const isHash = (line: string): boolean => /^[A-Za-z0-9+/]{43}=$/.test(line);
  return [[...lines.filter((line) => !isHash(line)), ...to(lines.filter(isHash))].join("\n"), ...rest].join("\n\n");
};
const graft = (paths: readonly string[], log: Log) => async () => {
  const [files, others] = [await logged(), await logged(log)];
  for (const path of paths) files.set(path, others.get(path)!);
  return files;
};

type Row = readonly [name: string, code: ConformanceCase["code"], bundle: () => Promise<Files>, keys?: TrustRoot | undefined, exitCode?: number];
const cases = (rows: readonly Row[]): readonly ConformanceCase[] =>
  rows.map(([name, code, bundle, keys, exitCode]) => ({
    name: `${name}${code === null ? "_ok" : "_fail"}`,
    exitCode: exitCode ?? (code === null ? 0 : 1),
    code,
    trust: "evidence",
    keys: keys ?? trustRoot(),
    bundle,
    recipeAccepts: code === null || SEEN_BY_RECIPE.has(name) ? null : UNPROVEN,
  }));

const PROOFS = cases([
  ["ledger-proof", null, () => logged()],
  ["ledger-entry-of-first-release", null, () => logged({ entry: { statement: null } })],
  ["ledger-unknown-extra-signature", null, edited(PROOF, (text) => `${text}\u2014 witness.example ${Buffer.alloc(70, 7).toString("base64")}\n`)],
  // As in C2SP's reference (golang.org/x/mod/sumdb/note): a second signature by the same key is dropped, not refused.
  ["ledger-signature-doubled", null, edited(PROOF, (text) => `${text}${text.slice(text.lastIndexOf("\u2014"))}`)],
  ["ledger-all-removed", "MISSING", without(ENTRY, PROOF, PREVIOUS, CONSISTENCY)],
  ["ledger-entry-removed", "MISSING", without(ENTRY)],
  ["ledger-proof-removed", "MISSING", without(PROOF)],
  ["ledger-previous-removed", "MISSING", without(PREVIOUS)],
  ["ledger-previous-checkpoint-stripped", "MISSING", without(PREVIOUS, CONSISTENCY)],
  ["ledger-previous-of-other-size", "LEDGER", () => logged({ provesFrom: "an earlier checkpoint" })],
  ["ledger-statement-exchanged", "DIGEST", statementExchanged],
  ["ledger-entry-of-other-statement", "DIGEST", graft([ENTRY, PROOF, CONSISTENCY], { entry: { statement: "ab".repeat(32) } })],
  ["ledger-entry-statement-removed", "JSON", edited(ENTRY, (text) => text.replace(/,"statement":"\w+"/, ""))],
  ["ledger-entry-made-older", "LEDGER", edited(ENTRY, (text) => text.replace(/,"statement":"\w+"/, "").replace('"v":2', '"v":1'))],
  ["ledger-entry-version-lowered", "JSON", edited(ENTRY, (text) => text.replace('"v":2', '"v":1'))],
  ["ledger-entry-version-unknown", "JSON", edited(ENTRY, (text) => text.replace('"v":2', '"v":3'))],
  ["ledger-entry-statement-truncated", "JSON", edited(ENTRY, (text) => text.replace(/"statement":"\w{32}/, '"statement":"'))],
  ["ledger-entry-statement-upper-case", "JSON", edited(ENTRY, (text) => text.replace(/"statement":"\w+"/, (member) => `"statement":"${member.slice(13, -1).toUpperCase()}"`))],
  ["ledger-entry-statement-null", "JSON", edited(ENTRY, (text) => text.replace(/"statement":"\w+"/, '"statement":null'))],
  ["ledger-consistency-removed", "MISSING", without(CONSISTENCY)],
  ["ledger-entry-digest", "DIGEST", edited(ENTRY, (text) => text.replace(/"digest":"\w{4}/, '"digest":"0000'))],
  ["ledger-entry-of-other-bundle", "DIGEST", graft([ENTRY, PROOF], { entry: { digest: "cd".repeat(32) } })],
  ["ledger-entry-of-other-case", "LEDGER", graft([ENTRY, PROOF], { entry: { caseId: "case-20261121-ffffffffff" } })],
  ["ledger-entry-of-other-type", "TYPE", graft([ENTRY, PROOF], { entry: { type: "execution" } })],
  ["ledger-entry-pretty", "JSON", edited(ENTRY, (text) => JSON.stringify(JSON.parse(text), null, 1))],
  ["ledger-entry-time", "LEDGER", edited(ENTRY, (text) => text.replace("2026-11-21", "2026-11-20"))],
  ["ledger-entry-index", "LEDGER", edited(ENTRY, (text) => text.replace(/"seq":5/, '"seq":4'))],
  ["ledger-proof-index", "LEDGER", edited(PROOF, (text) => text.replace("index 5", "index 4"))],
  ["ledger-proof-shortened", "LEDGER", edited(PROOF, hashes((lines) => lines.slice(1)))],
  ["ledger-proof-lengthened", "LEDGER", edited(PROOF, hashes((lines) => [...lines, lines[0]!]))],
  ["ledger-proof-reordered", "LEDGER", edited(PROOF, hashes((lines) => [...lines].reverse()))],
  ["ledger-proof-emptied", "LEDGER", edited(PROOF, hashes(() => []))],
  ["ledger-checkpoint-size", "SIGNATURE", edited(PROOF, (text) => text.replace("\n6\n", "\n7\n").replace("\n8\n", "\n9\n"))],
  ["ledger-checkpoint-root", "SIGNATURE", edited(PROOF, (text) => text.replace(/(\n\n.*\n\d+\n)./, "$1_".replace("_", "A")).replace("\nAA", "\nAB"))],
  ["ledger-checkpoint-origin", "LEDGER", graft([ENTRY, PROOF], { origin: "cordon.example/ledger/other", entry: { statement: null } })],
  ["ledger-signed-by-evidence-key", "LEDGER_UNTRUSTED", () => logged({ signer: EVIDENCE_SIGNER }), undefined, 3],
  ["ledger-signed-by-attacker", "LEDGER_UNTRUSTED", () => logged({ signer: ATTACKER_SIGNER }), undefined, 3],
  ["ledger-key-id-collision", "SIGNATURE", keyIdCollision],
  ["ledger-signature-removed", "ENCODING", edited(PROOF, (text) => text.slice(0, text.lastIndexOf("\u2014")))],
  ["ledger-consistency-reordered", "INCONSISTENT", edited(CONSISTENCY, (text) => text.split("\n").toSpliced(2, 2, ...text.split("\n").slice(2, 4).reverse()).join("\n"))],
  ["ledger-consistency-shortened", "INCONSISTENT", edited(CONSISTENCY, (text) => text.replace(/.{44}\n$/, ""))],
  ["ledger-consistency-emptied", "ENCODING", edited(CONSISTENCY, () => "")],
  ["ledger-previous-of-attacker", "LEDGER_UNTRUSTED", graft([PREVIOUS], { signer: ATTACKER_SIGNER }), undefined, 3],
  ["ledger-keys-in-bundle", "EXTRA", after((files) => void files.set("ledger/keys.json", utf8("{}")))],
]);

/**
 * The holder of the evidence key signs a second statement over the same files, one that says something else, and puts it
 * in the place of the one that was sealed. Only the ledger can tell; an entry of the first release could not.
 */
async function statementExchanged(): Promise<Files> {
  const [sealed, exchanged] = [await logged(), await logged({ predicate: { result: { verdict: "confirmed", contained: false, openActions: 2 } } })];
  return new Map([...sealed, ...[...exchanged].filter(([path]) => path.startsWith("attestation/"))]);
}

/** The actor's signature under the name and the four key-id bytes of the genuine ledger key. */
async function keyIdCollision(): Promise<Files> {
  const [files, forged] = [await logged(), await logged({ signer: ATTACKER_SIGNER })];
  const signatureOf = (from: Files): Buffer => Buffer.from(textOf(from.get(PROOF)).trimEnd().split(" ").at(-1)!, "base64");
  const both = Buffer.concat([signatureOf(files).subarray(0, 4), signatureOf(forged).subarray(4)]);
  edit(files, PROOF, (text) => text.replace(/[^ ]+\n$/, `${both.toString("base64")}\n`));
  return files;
}

const LATER = "2026-12-01T00:00:00.000Z";
const EARLIER = "2026-11-01T00:00:00.000Z";
const KEYS = cases([
  ["keys-revoked-after-this-bundle", null, () => logged(), trustRoot({ revokedAt: LATER, ledgerTo: 5, reason: "test" })],
  ["keys-revoked-before-this-bundle", "KEY_REVOKED", () => logged(), trustRoot({ revokedAt: EARLIER, ledgerTo: 4, reason: "test" })],
  ["keys-revoked-and-no-proof", "MISSING", without(ENTRY, PROOF), trustRoot({ revokedAt: LATER, ledgerTo: 5, reason: "test" })],
  ["keys-expired-before-this-bundle", "KEY_EXPIRED", () => logged(), trustRoot({ validTo: EARLIER })],
  ["keys-valid-only-later", "KEY_NOT_YET_VALID", () => logged(), trustRoot({ validFrom: LATER })],
  ["keys-bundle-signed-by-ledger-key", "KEY_PURPOSE", () => logged({ evidence: LEDGER_SIGNER })],
  ["keys-ledger-key-revoked", "LEDGER_UNTRUSTED", () => logged(), trustRoot({}, { revokedAt: LATER, ledgerTo: 3, reason: "test" }), 3],
  ["keys-ledger-key-retired-after-this-bundle", null, () => logged(), trustRoot({}, { validTo: LATER, ledgerTo: 7 })],
  ["keys-ledger-key-retired-before-this-bundle", "KEY_EXPIRED", () => logged(), trustRoot({}, { validTo: EARLIER, ledgerTo: 6 })],
  ["keys-ledger-key-of-later-entries", "KEY_NOT_YET_VALID", () => logged(), trustRoot({}, { ledgerFrom: 8 })],
  ["keys-previous-checkpoint-before-its-key", "KEY_NOT_YET_VALID", () => logged(), trustRoot({}, { ledgerFrom: 5 })],
  ["keys-of-other-deployment", "UNTRUSTED", () => logged({ evidence: ATTACKER_SIGNER }), undefined, 3],
]);

/** Judged by somebody who trusts a key and knows no ledger: whoever signed them, the files must fit the bundle. */
const UNKNOWN_LEDGER: readonly ConformanceCase[] = cases([
  ["by-a-key-alone-entry-of-other-statement", "DIGEST", graft([ENTRY, PROOF, CONSISTENCY], { entry: { statement: "ab".repeat(32) } })],
  ["by-a-key-alone-entry-of-other-case", "LEDGER", graft([ENTRY, PROOF, CONSISTENCY], { entry: { caseId: "case-20261121-ffffffffff" } })],
  ["by-a-key-alone-previous-removed", "MISSING", without(PREVIOUS)],
  ["by-a-key-alone-proof-without-a-hash", "LEDGER", edited(PROOF, hashes((lines) => lines.slice(1)))],
  ["by-a-key-alone-proof-unsigned", "ENCODING", edited(PROOF, (text) => text.slice(0, text.lastIndexOf("\u2014")))],
  ["by-a-key-alone-consistency-of-other-sizes", "INCONSISTENT", edited(CONSISTENCY, (text) => text.replace(/from \d+/, "from 1"))],
]).map(({ keys: _keys, ...one }) => one);

export const LEDGER_CASES: readonly ConformanceCase[] = [...PROOFS, ...KEYS, ...UNKNOWN_LEDGER];
