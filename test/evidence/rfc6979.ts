import { createECDH, createHash, createHmac, createPrivateKey, createPublicKey } from "node:crypto";
import type { Signer } from "../../lib/base/signer.ts";
import { encodeEcdsa, P256_ORDER } from "../../lib/evidence/der.ts";

const hmac = (key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer =>
  parts.reduce((mac, part) => mac.update(part), createHmac("sha256", key)).digest();
const toInt = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
const toBytes = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, "0"), "hex");

/**
 * Deterministic ECDSA (RFC 6979) over P-256, so that test bundles have the same bytes on every run. Not for production:
 * BigInt arithmetic is not constant-time. Checked against the vectors of RFC 6979 appendix A.2.5.
 */
export function signDeterministic(
  privateKey: Uint8Array,
  digest: Uint8Array,
): { readonly r: bigint; readonly s: bigint } {
  const k = nonce(privateKey, digest);
  const point = createECDH("prime256v1");
  point.setPrivateKey(toBytes(k));
  const r = toInt(point.getPublicKey().subarray(1, 33)) % P256_ORDER;
  const s = (inverse(k) * (toInt(digest) + r * toInt(privateKey))) % P256_ORDER;
  return { r, s };
}

/** A signer with a fixed private key. */
export function fixedSigner(privateKeyHex: string): Signer {
  const privateKey = Buffer.from(privateKeyHex, "hex");
  const publicKey = spkiOf(privateKey);
  return {
    sign: async (message) => encodeEcdsa(signDeterministic(privateKey, createHash("sha256").update(message).digest())),
    publicKey: async () => publicKey,
  };
}

/** RFC 6979 section 3.2, one round: for P-256 with SHA-256 a second is needed once in 2^32. */
function nonce(privateKey: Uint8Array, digest: Uint8Array): bigint {
  const seed = [privateKey, toBytes(toInt(digest) % P256_ORDER)];
  let key: Uint8Array = Buffer.alloc(32);
  let value: Uint8Array = Buffer.alloc(32, 1);
  for (const step of [0, 1]) {
    key = hmac(key, value, Uint8Array.of(step), ...seed);
    value = hmac(key, value);
  }
  return toInt(hmac(key, value));
}

/** Fermat: P256_ORDER is prime. */
function inverse(value: bigint): bigint {
  let result = 1n;
  let base = value % P256_ORDER;
  for (let exponent = P256_ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % P256_ORDER;
    base = (base * base) % P256_ORDER;
  }
  return result;
}

function spkiOf(privateKey: Uint8Array): Uint8Array {
  const point = createECDH("prime256v1");
  point.setPrivateKey(privateKey);
  const pkcs8 = Buffer.concat([
    Buffer.from("308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420", "hex"),
    privateKey,
    Buffer.from("a144034200", "hex"),
    point.getPublicKey(),
  ]);
  return createPublicKey(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" })).export({
    format: "der",
    type: "spki",
  });
}
