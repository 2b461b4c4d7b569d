import { EvidenceError, printable } from "../../base/evidenceError.ts";
import { type Checkpoint, type LogKeys, openCheckpoint } from "./checkpoint.ts";
import { verifyInclusion } from "./merkle.ts";
import { decodeBase64, decodeText } from "./note.ts";

const HEADER = "c2sp.org/tlog-proof@v1";
const INDEX = /^index (0|[1-9]\d{0,15})$/;
/** A tree of 2^53 leaves is 53 levels high. */
const MAX_HASHES = 53;

/** https://c2sp.org/tlog-proof: that the leaf at `index` is in the tree of the checkpoint. Parsed, not yet verified. */
export interface TlogProof {
  readonly index: number;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Uint8Array[];
  /** The signed note, verbatim. */
  readonly checkpoint: string;
}

export function formatTlogProof(proof: TlogProof): string {
  const hashes = proof.hashes.map((hash) => `${Buffer.from(hash).toString("base64")}\n`);
  return `${HEADER}\nindex ${proof.index}\n${hashes.join("")}\n${proof.checkpoint}`;
}

/**
 * Fault ENCODING for every departure from the format. The optional `extra` line is refused too: no signature covers
 * it, Cordon never writes it, and a reader might believe it.
 */
export function parseTlogProof(bytes: Uint8Array): TlogProof {
  const text = decodeText(bytes);
  const gap = text.indexOf("\n\n");
  const [header, index, ...hashes] = text.slice(0, gap === -1 ? 0 : gap).split("\n");
  const digits = INDEX.exec(index ?? "")?.[1];
  if (header !== HEADER) throw refused(HEADER, header ?? "");
  if (digits === undefined || !Number.isSafeInteger(Number(digits))) throw refused("index <decimal>", index ?? "");
  if (hashes.length > MAX_HASHES) throw refused(`at most ${MAX_HASHES} hashes`, String(hashes.length));
  return { index: Number(digits), hashes: hashes.map(parseHash), checkpoint: text.slice(gap + 2) };
}

/**
 * Verifies that the log's signed tree holds the leaf. Faults: those of `parseTlogProof` and `openCheckpoint`, and
 * LEDGER when the hashes do not lead from the leaf to the signed root.
 */
export function verifyTlogProof(
  bytes: Uint8Array,
  leafHash: Uint8Array,
  log: { readonly origin: string; readonly keys: LogKeys },
): { readonly index: number; readonly checkpoint: Checkpoint } {
  const { index, hashes, checkpoint: note } = parseTlogProof(bytes);
  const checkpoint = openCheckpoint(Buffer.from(note, "utf8"), log.origin, log.keys);
  const { size, root } = checkpoint;
  if (!verifyInclusion({ leafHash, index, size, root, proof: hashes })) {
    throw new EvidenceError("LEDGER", `the proof does not lead from entry ${index} to the root of ${size} entries`);
  }
  return { index, checkpoint };
}

function parseHash(line: string): Uint8Array {
  const hash = decodeBase64(line);
  if (hash.length !== 32) throw refused("a hash of 32 bytes", line);
  return hash;
}

const refused = (expected: string, got: string): EvidenceError =>
  new EvidenceError("ENCODING", printable(`tlog-proof: expected ${expected}, got ${got}`));
