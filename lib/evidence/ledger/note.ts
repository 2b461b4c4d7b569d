import { CordonError } from "../../base/errors.ts";
import { EvidenceError, printable } from "../../base/evidenceError.ts";
import { assertLowSDer, toLowS } from "../der.ts";
import { type EvidenceKey, isSignedBy, parsePublicKey } from "../publicKey.ts";

/** A checkpoint with two dozen witnesses has under 4 KiB; C2SP demands that 16 signatures be taken. */
const MAX_BYTES = 1 << 16;
const MAX_SIGNATURES = 64;
const SIGNATURE_LINE = /^\u2014 ([^\p{White_Space}+]+) ([A-Za-z0-9+/]+={0,2})$/u;
const KEY_NAME = /^[^\p{White_Space}+]+$/u;
/** C2SP: no control characters below U+0020 but newline. */
const TEXT = /^[^\x00-\x09\x0b-\x1f]*\n$/;

/** A signed note, https://c2sp.org/signed-note, parsed and not yet verified. `text` ends in a newline. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  /** First four bytes, hex, of SHA-256 over the key's DER SubjectPublicKeyInfo (signature type 0x02, ECDSA). */
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** A key that is known under a name. */
export interface NoteKey {
  readonly name: string;
  readonly key: EvidenceKey;
}

/** What signs notes: the `Signer` port, and the name that its key goes by. */
export interface NoteSigner {
  readonly name: string;
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>;
  readonly publicKey: () => Promise<Uint8Array>;
}

/** Signs a text and checks the result before returning it; SEAL_FAILED when the signer's answer does not verify. */
export async function signNote(text: string, signer: NoteSigner): Promise<string> {
  if (!TEXT.test(text) || !text.isWellFormed())
    throw unsignable("a text that ends in a newline, no control characters");
  if (!KEY_NAME.test(signer.name)) throw unsignable("a key name without spaces and plus signs");
  const message = Buffer.from(text, "utf8");
  const key = parsePublicKey(await signer.publicKey());
  const signature = toLowS(await signer.sign(message));
  if (!isSignedBy(key, message, signature)) {
    throw new CordonError("SEAL_FAILED", "The signature of the note does not verify under the signer's own public key");
  }
  const line = Buffer.concat([Buffer.from(keyIdOf(key), "hex"), signature]).toString("base64");
  return `${text}\n\u2014 ${signer.name} ${line}\n`;
}

/** Fault ENCODING for every departure from the format, LIMIT over 64 KiB or 64 signatures. */
export function parseNote(bytes: Uint8Array): Note {
  const note = decodeText(bytes);
  const gap = note.lastIndexOf("\n\n");
  if (gap === -1 || !note.endsWith("\n")) throw refused("a text, an empty line and signatures", note.slice(-20));
  const lines = note.slice(gap + 2, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) throw new EvidenceError("LIMIT", `note with over ${MAX_SIGNATURES} signatures`);
  return { text: note.slice(0, gap + 1), signatures: lines.map(parseSignature) };
}

/**
 * The text of a note that at least one known key signed. Signatures of unknown keys are ignored; one by a known key
 * that does not verify condemns the note. Faults: those of `parseNote`, LEDGER_UNTRUSTED when no known key signed,
 * SIGNATURE, ENCODING for a signature that is not low-s DER (stricter than C2SP, see `der.ts`).
 */
export function openNote(bytes: Uint8Array, keys: readonly NoteKey[]): string {
  const note = parseNote(bytes);
  const message = Buffer.from(note.text, "utf8");
  const known = note.signatures.filter((line) => candidates(line, keys).length > 0);
  if (known.length === 0) throw new EvidenceError("LEDGER_UNTRUSTED", "no signature of a known key on the note");
  for (const line of known) {
    assertLowSDer(line.signature);
    if (!candidates(line, keys).some(({ key }) => isSignedBy(key, message, line.signature))) {
      throw new EvidenceError("SIGNATURE", printable(`note: not a signature of key ${line.keyId} of ${line.name}`));
    }
  }
  return note.text;
}

export const keyIdOf = (key: EvidenceKey): string => key.fingerprint.slice(0, 8);

/** Standard alphabet, padded, spare bits zero: one text per byte string. Fault ENCODING otherwise. */
export function decodeBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) throw refused("canonical base64", text);
  return bytes;
}

/** UTF-8 without tolerance, at most 64 KiB, no control characters. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length > MAX_BYTES) throw new EvidenceError("LIMIT", `note or proof over ${MAX_BYTES} bytes`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new EvidenceError("ENCODING", "note or proof is not UTF-8", cause);
  }
  if (!TEXT.test(text)) throw refused("lines of text, the last one ended, no control characters", text.slice(-20));
  return text;
}

/** Name and id together name a key; four bytes collide, so there may be several. */
const candidates = (line: NoteSignature, keys: readonly NoteKey[]): readonly NoteKey[] =>
  keys.filter(({ name, key }) => name === line.name && keyIdOf(key) === line.keyId);

function parseSignature(line: string): NoteSignature {
  const [, name, base64] = SIGNATURE_LINE.exec(line) ?? [];
  if (name === undefined || base64 === undefined) throw refused("— <key name> <base64>", line);
  const bytes = decodeBase64(base64);
  if (bytes.length < 5) throw refused("a key id and a signature", base64);
  return { name, keyId: Buffer.from(bytes.subarray(0, 4)).toString("hex"), signature: bytes.subarray(4) };
}

const refused = (expected: string, got: string): EvidenceError =>
  new EvidenceError("ENCODING", printable(`signed note: expected ${expected}, got ${got}`));

const unsignable = (expected: string): CordonError =>
  new CordonError("INPUT_INVALID", `Note to sign: expected ${expected}`);
