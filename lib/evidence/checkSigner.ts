import { EvidenceError } from "../base/evidenceError.ts";
import { type EvidenceKey, parsePublicKey } from "./publicKey.ts";

/** A key somebody vouches for outside the bundle: DER SubjectPublicKeyInfo, or its SHA-256 in hex. */
export type TrustedKey = Uint8Array | string;

const FINGERPRINT = /^[0-9a-f]{64}$/;

/** Fingerprints of the keys given. Fault TRUST when one of them cannot be used: the fault is the caller's, not the bundle's. */
export const fingerprintsOf = (trust: readonly TrustedKey[]): ReadonlySet<string> => new Set(trust.map(fingerprintOf));

/** Throws UNTRUSTED when nobody vouches for the key, which is not the same as tampering. */
export function assertTrusted(key: EvidenceKey, trusted: ReadonlySet<string>): void {
  if (trusted.has(key.fingerprint)) return;
  const why = trusted.size === 0 ? "no trusted key was given" : "not among the trusted keys";
  throw new EvidenceError("UNTRUSTED", `signed by ${key.fingerprint}, ${why}`);
}

function fingerprintOf(entry: TrustedKey): string {
  if (typeof entry !== "string") return parseTrusted(entry);
  if (!FINGERPRINT.test(entry)) throw new EvidenceError("TRUST", "expected a fingerprint of 64 lower-case hex digits");
  return entry;
}

function parseTrusted(spki: Uint8Array): string {
  try {
    return parsePublicKey(spki).fingerprint;
  } catch (cause) {
    throw new EvidenceError("TRUST", "a trusted key is not a P-256 public key in DER", cause);
  }
}
