import { EvidenceError, type EvidenceFault, faultOf, printable } from "../../base/evidenceError.ts";
import { HISTORY_FILES } from "../layout.ts";
import { parsePublicKey } from "../publicKey.ts";
import { type Checkpoint, type LogKey, type LogKeys, openCheckpoint, readCheckpoint } from "./checkpoint.ts";
import { entryHash, type LedgerEntry, opaqueCase, parseEntry } from "./ledger.ts";
import { parseConsistency } from "./ledgerProof.ts";
import { leafHash, verifyConsistency } from "./merkle.ts";
import { parseTlogProof, verifyTlogProof } from "./tlogProof.ts";

const NAMES: readonly string[] = [
  "entry.json",
  "case.tlog-proof",
  "previous-checkpoint",
  "consistency.txt",
  "keys.json",
];
const MAX_CASE_ENTRIES = 10_000;

type Files = ReadonlyMap<string, Uint8Array>;

/** What the ledger must say of a bundle; all of it from the bundle's verified statement. */
export interface LedgerExpectation {
  readonly caseId: string;
  /** `bundleDigest`. */
  readonly digest: string;
  /** SHA-256 (hex) of the signed statement's bytes: what a sealing of version 2 must name. */
  readonly statement: string;
  /** `deployment.ledgerOrigin` of the statement; left out, whatever log the trusted key signs for is taken. */
  readonly origin?: string;
  /** `ledgerHead` of the statement; left out, a `previous-checkpoint` is checked only for being extended. */
  readonly ledgerHead?: { readonly size: string; readonly rootSha256: string } | null;
}

/** A ledger key vouched for outside the bundle: DER SubjectPublicKeyInfo, or parsed and perhaps with its time. */
export type TrustedLedgerKey = Uint8Array | LogKey;

export interface LedgerVerdict {
  readonly ok: boolean;
  readonly errors: readonly EvidenceFault[];
  /** The proven place of the sealing and the checkpoint that proves it, for the auditor's memory; null unless `ok`. */
  readonly proven: { readonly seq: number; readonly checkpoint: Checkpoint } | null;
}

/**
 * Verifies the `ledger/` files of a bundle (paths as in the bundle): the sealing of exactly this bundle of exactly this
 * case is in a log that a trusted key signed, and that log extends the one the bundle's statement names. `keys.json` is
 * not believed and not looked at. Never throws for what the files contain; faults: TRUST, EXTRA, MISSING, LIMIT, JSON,
 * ENCODING, LEDGER_UNTRUSTED, SIGNATURE, KEY_EXPIRED, KEY_NOT_YET_VALID, TYPE, DIGEST, LEDGER, INCONSISTENT. Without keys (null)
 * everything but the signatures is judged: then the files fit the bundle, and whether a log ever said so is not known.
 */
export function verifyLedgerProof(
  files: Files,
  expected: LedgerExpectation,
  trustedLedgerKeys: readonly TrustedLedgerKey[] | null,
): LedgerVerdict {
  return verdictOf(() => {
    const keys = trustedLedgerKeys && parseTrusted(trustedLedgerKeys);
    const unknown = files.keys().find((path) => path.startsWith("ledger/") && !NAMES.includes(path.slice(7)));
    if (unknown !== undefined) throw new EvidenceError("EXTRA", printable(`${unknown}: not a ledger file`));
    const leaf = need(files, "ledger/entry.json");
    const proof = need(files, "ledger/case.tlog-proof");
    const origin = expected.origin ?? originOf(proof);
    assertSealing(parseEntry(leaf), origin, expected);
    const proven = assertIncluded(leaf, proof, { origin, keys });
    assertExtends(files, { origin, keys }, proven, expected.ledgerHead);
    return proven;
  });
}

/**
 * Verifies what `caseHistoryFiles` put under `data/` (paths as in the bundle): one unbroken chain from the opening of
 * this case, whose first and last entries the log holds. The same faults; without keys (null) all but the signatures.
 */
export function verifyCaseHistory(
  files: Files,
  expected: { readonly caseId: string; readonly origin: string },
  trustedLedgerKeys: readonly TrustedLedgerKey[] | null,
): LedgerVerdict {
  return verdictOf(() => {
    const log = { origin: expected.origin, keys: trustedLedgerKeys && parseTrusted(trustedLedgerKeys) };
    const leaves = splitLines(need(files, HISTORY_FILES.entries));
    assertChain(leaves, opaqueCase(expected.origin, expected.caseId));
    assertIncluded(leaves.at(0)!, need(files, HISTORY_FILES.opened), log);
    return assertIncluded(leaves.at(-1)!, need(files, HISTORY_FILES.latest), log);
  });
}

function verdictOf(check: () => NonNullable<LedgerVerdict["proven"]>): LedgerVerdict {
  const result: { proven?: NonNullable<LedgerVerdict["proven"]> } = {};
  const fault = faultOf(() => {
    result.proven = check();
  });
  return fault === null
    ? { ok: true, errors: [], proven: result.proven ?? null }
    : { ok: false, errors: [fault], proven: null };
}

function assertSealing(entry: LedgerEntry, origin: string, expected: LedgerExpectation): void {
  if (entry.type !== "bundle-sealed")
    throw new EvidenceError("TYPE", `expected a bundle-sealed entry, got ${entry.type}`);
  if (entry.digest !== expected.digest) {
    throw new EvidenceError("DIGEST", `the ledger sealed bundle ${entry.digest}, this is ${expected.digest}`);
  }
  if (entry.statement !== undefined && entry.statement !== expected.statement) {
    throw new EvidenceError("DIGEST", `the ledger sealed statement ${entry.statement}, this is ${expected.statement}`);
  }
  if (entry.case !== opaqueCase(origin, expected.caseId))
    throw new EvidenceError("LEDGER", "the entry is of another case");
}

function assertIncluded(
  leaf: Uint8Array,
  proof: Uint8Array,
  log: { readonly origin: string; readonly keys: LogKeys },
): { readonly seq: number; readonly checkpoint: Checkpoint } {
  const { seq } = parseEntry(leaf);
  const { index, checkpoint } = verifyTlogProof(proof, leafHash(leaf), log);
  if (index !== seq) throw new EvidenceError("LEDGER", `entry ${seq} is proven at index ${index}`);
  return { seq, checkpoint };
}

/** The log in which the sealing is proven extends the one that the bundle names; the sealing came after that. */
function assertExtends(
  files: Files,
  log: { readonly origin: string; readonly keys: LogKeys },
  { seq, checkpoint }: { readonly seq: number; readonly checkpoint: Checkpoint },
  head: LedgerExpectation["ledgerHead"],
): void {
  const isBare = !files.has("ledger/previous-checkpoint") && !files.has("ledger/consistency.txt");
  if (isBare && (head === undefined || head === null)) return;
  const previous = openCheckpoint(need(files, "ledger/previous-checkpoint"), log.origin, log.keys);
  const root = Buffer.from(previous.root).toString("hex");
  if (head === null || (head && (head.size !== String(previous.size) || head.rootSha256 !== root))) {
    throw new EvidenceError("LEDGER", "previous-checkpoint is not the head that the bundle names");
  }
  if (seq < previous.size) throw new EvidenceError("LEDGER", `sealed at ${seq}, before the head of ${previous.size}`);
  const { from, to, hashes } = parseConsistency(need(files, "ledger/consistency.txt"));
  const isExtension = verifyConsistency({ from: previous, to: checkpoint, proof: hashes });
  if (from !== previous.size || to !== checkpoint.size || !isExtension) {
    throw new EvidenceError("INCONSISTENT", `the log of ${checkpoint.size} does not extend that of ${previous.size}`);
  }
}

function assertChain(leaves: readonly Uint8Array[], subject: string): void {
  let before: LedgerEntry | null = null;
  let hash: string | null = null;
  for (const leaf of leaves) {
    const entry = parseEntry(leaf);
    const follows = entry.prevCase === hash && (before === null || before.seq < entry.seq);
    if (entry.case !== subject || !follows)
      throw new EvidenceError("LEDGER", `entry ${entry.seq} breaks the case's chain`);
    [before, hash] = [entry, entryHash(leaf)];
  }
  const first = parseEntry(leaves[0]!).type;
  if (first !== "case-opened" && first !== "break-glass") throw new EvidenceError("LEDGER", `begins with ${first}`);
}

/** The lines of a history. HISTORY for none, or a last one that does not end; LIMIT for more than a case has. */
export function splitLines(bytes: Uint8Array): readonly Uint8Array[] {
  const text = Buffer.from(bytes).toString("utf8");
  const lines = text.slice(0, -1).split("\n");
  if (!text.endsWith("\n")) throw new EvidenceError("HISTORY", "entries.jsonl: no line, or one that does not end");
  if (lines.length > MAX_CASE_ENTRIES)
    throw new EvidenceError("LIMIT", `entries.jsonl: over ${MAX_CASE_ENTRIES} lines`);
  return lines.map((line) => Buffer.from(line, "utf8"));
}

const originOf = (proof: Uint8Array): string =>
  readCheckpoint(Buffer.from(parseTlogProof(proof).checkpoint, "utf8")).origin;

function parseTrusted(keys: readonly TrustedLedgerKey[]): readonly LogKey[] {
  try {
    return keys.map((key) => (key instanceof Uint8Array ? parsePublicKey(key) : key));
  } catch (cause) {
    throw new EvidenceError("TRUST", "a trusted ledger key is not a P-256 public key in DER", cause);
  }
}

function need(files: Files, path: string): Uint8Array {
  const bytes = files.get(path);
  if (bytes === undefined) throw new EvidenceError("MISSING", path);
  return bytes;
}
