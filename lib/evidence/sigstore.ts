import { toEnvelope } from "./dsse.ts";
import { canonicalBytes } from "./jcs.ts";

/**
 * The same payload and signature as a sigstore bundle v0.3, so that `cosign verify-blob-attestation --key` can check them.
 * No key hint: the key is named by its fingerprint, out of band.
 */
export function sigstoreBundle(payload: Uint8Array, signature: Uint8Array): Uint8Array {
  return canonicalBytes({
    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
    verificationMaterial: { publicKey: { hint: "" } },
    dsseEnvelope: toEnvelope(payload, signature),
  });
}
