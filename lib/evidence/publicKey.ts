import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { EvidenceError } from "../base/evidenceError.ts";
import { sha256Hex } from "../base/jcs.ts";

/** SubjectPublicKeyInfo of an uncompressed P-256 point, named curve (RFC 5480): everything before the 64 bytes of x and y. */
const P256_PREFIX = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex");
const P256_LENGTH = P256_PREFIX.length + 64;

/** A P-256 public key that was checked: the curve, the one allowed encoding, and that the point lies on the curve. */
export interface EvidenceKey {
  readonly spki: Uint8Array;
  /** SHA-256 (hex) of `spki`; what is read aloud, printed in audit letters and pinned. */
  readonly fingerprint: string;
  readonly key: KeyObject;
}

/** Checks DER SubjectPublicKeyInfo. Any other algorithm, curve, encoding or point is refused with fault KEY. */
export function parsePublicKey(spki: Uint8Array): EvidenceKey {
  if (spki.length !== P256_LENGTH || !P256_PREFIX.equals(spki.subarray(0, P256_PREFIX.length))) {
    throw new EvidenceError("KEY", "expected an uncompressed P-256 key, DER SubjectPublicKeyInfo of 91 bytes");
  }
  const bytes = Uint8Array.from(spki);
  try {
    const key = createPublicKey({ key: Buffer.from(bytes), format: "der", type: "spki" });
    return { spki: bytes, fingerprint: sha256Hex(bytes), key };
  } catch (cause) {
    throw new EvidenceError("KEY", "the point is not on P-256", cause);
  }
}

/** PEM with 64 columns and one LF per line: the bytes `openssl pkey -pubin` writes. */
export function toPem(spki: Uint8Array): string {
  const lines =
    Buffer.from(spki)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN PUBLIC KEY-----\n${lines.join("\n")}\n-----END PUBLIC KEY-----\n`;
}

/** The key of a PEM file that is exactly what `toPem` writes; fault KEY otherwise. */
export function parsePem(pem: Uint8Array): EvidenceKey {
  const text = Buffer.from(pem).toString("latin1");
  const base64 = /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=\n]{100,200})\n-----END PUBLIC KEY-----\n$/.exec(
    text,
  )?.[1];
  const spki = Buffer.from(base64 ?? "", "base64");
  if (toPem(spki) !== text) throw new EvidenceError("KEY", "not a PEM public key as Cordon writes it");
  return parsePublicKey(spki);
}

/** ECDSA P-256 with SHA-256 over `message`; `signature` in DER. */
export const isSignedBy = (key: EvidenceKey, message: Uint8Array, signature: Uint8Array): boolean =>
  verify("sha256", message, key.key, signature);
