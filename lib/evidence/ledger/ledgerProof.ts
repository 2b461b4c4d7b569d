import { CordonError } from "../../base/errors.ts";
import { EvidenceError, printable } from "../../base/evidenceError.ts";
import type { Ledger } from "../../base/ledger.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { parseEntry } from "./ledger.ts";
import { decodeBase64, decodeText } from "./note.ts";
import { formatTlogProof } from "./tlogProof.ts";

const CONSISTENCY = "cordon-consistency@v1";
const SIZES = /^from (0|[1-9]\d{0,15}) to (0|[1-9]\d{0,15})$/;
const MAX_HASHES = 64;

/** That the tree of `to` entries extends the one of `from` entries, as text: C2SP has no format for it. */
export interface Consistency {
  readonly from: number;
  readonly to: number;
  readonly hashes: readonly Uint8Array[];
}

/**
 * The files of a bundle's `ledger/` folder, by name inside it, for `attachLedger`. They exist only after the sealing is
 * in the ledger, and so after the bundle is signed: `entry.json` is the leaf of the sealing, `case.tlog-proof` its
 * inclusion, `previous-checkpoint` the head that the bundle's statement names (null when it names
 * none), `consistency.txt` the way from there. `keys` is the trust root to go along, for information only.
 * DOCUMENT_MISSING when the case has no entry `seq` or no head of that size was ever signed.
 */
export async function ledgerFiles(
  ledger: Ledger,
  sealing: { readonly caseId: string; readonly seq: number },
  previous: { readonly size: number } | null,
  keys: Uint8Array | null,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const entries = await ledger.caseEntries(sealing.caseId);
  const leaf = entries.find((bytes) => parseEntry(bytes).seq === sealing.seq);
  if (leaf === undefined)
    throw new CordonError("DOCUMENT_MISSING", `${sealing.caseId} has no ledger entry ${sealing.seq}`);
  const proof = await ledger.proof(sealing.seq);
  const files = new Map<string, Uint8Array>([
    ["entry.json", leaf],
    ["case.tlog-proof", asBytes(formatTlogProof(proof))],
  ]);
  if (keys !== null) files.set("keys.json", keys);
  if (previous === null) return files;
  const note = await ledger.checkpoint(previous.size);
  if (note === null) throw new CordonError("DOCUMENT_MISSING", `A ledger of ${previous.size} entries was never signed`);
  const to = readCheckpoint(asBytes(proof.checkpoint)).size;
  const hashes = await ledger.consistency(previous.size, to);
  files.set("previous-checkpoint", asBytes(note));
  return files.set("consistency.txt", asBytes(formatConsistency({ from: previous.size, to, hashes })));
}

/**
 * What a bundle says under `data/ledger/` of its case's history before the sealing, and signs: the entries of the case,
 * each committing to the one before, the inclusion of its opening, and of its latest entry when there is another.
 * DOCUMENT_MISSING when the case was never opened in the ledger.
 */
export async function caseHistoryFiles(ledger: Ledger, caseId: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const entries = await ledger.caseEntries(caseId);
  const [opened, latest] = [entries.at(0), entries.at(-1)].map((bytes) => bytes && parseEntry(bytes).seq);
  if (opened === undefined || latest === undefined) {
    throw new CordonError("DOCUMENT_MISSING", `${caseId} has no entry in the ledger`);
  }
  const lines = entries.map((bytes) => `${Buffer.from(bytes).toString("utf8")}\n`);
  const files = new Map([["ledger/entries.jsonl", asBytes(lines.join(""))]]);
  files.set("ledger/opened.tlog-proof", asBytes(formatTlogProof(await ledger.proof(opened))));
  return files.set("ledger/latest.tlog-proof", asBytes(formatTlogProof(await ledger.proof(latest))));
}

export function formatConsistency({ from, to, hashes }: Consistency): string {
  const lines = hashes.map((hash) => `${Buffer.from(hash).toString("base64")}\n`);
  return `${CONSISTENCY}\nfrom ${from} to ${to}\n${lines.join("")}`;
}

/** Fault ENCODING for anything but what `formatConsistency` writes. */
export function parseConsistency(bytes: Uint8Array): Consistency {
  const [header, sizes, ...hashes] = decodeText(bytes).slice(0, -1).split("\n");
  const [, from, to] = SIZES.exec(sizes ?? "") ?? [];
  if (header !== CONSISTENCY || from === undefined || to === undefined) throw refused(`${header} ${sizes}`);
  if (!Number.isSafeInteger(Number(from)) || !Number.isSafeInteger(Number(to))) throw refused(sizes!);
  if (hashes.length > MAX_HASHES) throw refused(`${hashes.length} hashes`);
  return { from: Number(from), to: Number(to), hashes: hashes.map(parseHash) };
}

function parseHash(line: string): Uint8Array {
  const hash = decodeBase64(line);
  if (hash.length !== 32) throw refused(line);
  return hash;
}

const asBytes = (text: string): Uint8Array => Buffer.from(text, "utf8");

const refused = (got: string): EvidenceError =>
  new EvidenceError("ENCODING", printable(`consistency proof: expected ${CONSISTENCY}, sizes and hashes, got ${got}`));
