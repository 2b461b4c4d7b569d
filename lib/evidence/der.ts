import { EvidenceError } from "../base/evidenceError.ts";

/** Order of the P-256 group: SP 800-186 section 3.2.1.3. */
export const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const SEQUENCE = 0x30;
const INTEGER = 0x02;
/** Two integers of at most 33 bytes with their headers. */
const MAX_LENGTH = 72;

/** The two numbers of an ECDSA signature over P-256, each in 1 … order − 1. */
export interface EcdsaPair {
  readonly r: bigint;
  readonly s: bigint;
}

/** Decodes a P-256 ECDSA signature. DER only: every BER freedom is refused with fault ENCODING, so bytes ↔ pair is one to one. */
export function decodeEcdsa(bytes: Uint8Array): EcdsaPair {
  if (bytes.length < 8 || bytes.length > MAX_LENGTH) throw refused(`8 to ${MAX_LENGTH} bytes`, String(bytes.length));
  if (bytes[0] !== SEQUENCE || bytes[1] !== bytes.length - 2)
    throw refused("one DER sequence filling all bytes", "other");
  const first = readInteger(bytes, 2);
  const second = readInteger(bytes, first.end);
  if (second.end !== bytes.length) throw refused("two integers", "more bytes");
  return { r: first.value, s: second.value };
}

/** DER bytes of a pair; the only spelling that `decodeEcdsa` takes. */
export function encodeEcdsa(pair: EcdsaPair): Uint8Array {
  const body = [...encodeInteger(pair.r), ...encodeInteger(pair.s)];
  return Uint8Array.of(SEQUENCE, body.length, ...body);
}

export const isLowS = (pair: EcdsaPair): boolean => pair.s <= P256_ORDER / 2n;

/** (r, s) and (r, n − s) are both valid; keeping the smaller makes the signature bytes unambiguous. KMS returns either. */
export function toLowS(signature: Uint8Array): Uint8Array {
  const pair = decodeEcdsa(signature);
  return isLowS(pair) ? signature : encodeEcdsa({ r: pair.r, s: P256_ORDER - pair.s });
}

/** Throws fault ENCODING unless the signature is DER with low s. */
export function assertLowSDer(signature: Uint8Array): void {
  if (!isLowS(decodeEcdsa(signature))) throw refused("the lower of s and n − s", "the higher");
}

function readInteger(bytes: Uint8Array, at: number): { readonly value: bigint; readonly end: number } {
  const length = bytes[at + 1] ?? 0;
  const end = at + 2 + length;
  if (bytes[at] !== INTEGER || length < 1 || length > 33 || end > bytes.length)
    throw refused("an integer of 1 to 33 bytes", "other");
  const body = bytes.subarray(at + 2, end);
  if (body[0]! > 0x7f) throw refused("a positive integer", "a negative one");
  if (body[0] === 0 && (body[1] ?? 0) < 0x80) throw refused("the shortest form, not zero", "a leading zero");
  const value = BigInt(`0x${Buffer.from(body).toString("hex")}`);
  if (value >= P256_ORDER) throw refused("less than the group order", "more");
  return { value, end };
}

function encodeInteger(value: bigint): readonly number[] {
  const hex = value.toString(16);
  const body = [...Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex")];
  const padded = body[0]! > 0x7f ? [0, ...body] : body;
  return [INTEGER, padded.length, ...padded];
}

function refused(expected: string, got: string): EvidenceError {
  return new EvidenceError("ENCODING", `ECDSA signature: expected ${expected}, got ${got}`);
}
