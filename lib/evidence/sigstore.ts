import { canonicalBytes } from "../base/jcs.ts";
import { toEnvelope } from "./dsse.ts";

/** Where canonical JSON puts the one time stamp: nothing but the bundle's own closing braces comes after it. */
const STAMP =
  /"timestampVerificationData":\{"rfc3161Timestamps":\[\{"signedTimestamp":"([A-Za-z0-9+/]+={0,2})"\}\]\}\}\}$/;

/**
 * The same payload and signature as a sigstore bundle v0.3, so that `cosign verify-blob-attestation --key` can check them.
 * No key hint: the key is named by its fingerprint, out of band. `stamp`: a TimeStampResp over the signature bytes.
 */
export function sigstoreBundle(
  payload: Uint8Array,
  signature: Uint8Array,
  stamp: Uint8Array | null = null,
): Uint8Array {
  const stamps =
    stamp === null
      ? {}
      : {
          timestampVerificationData: {
            rfc3161Timestamps: [{ signedTimestamp: Buffer.from(stamp).toString("base64") }],
          },
        };
  return canonicalBytes({
    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
    verificationMaterial: { publicKey: { hint: "" }, ...stamps },
    dsseEnvelope: toEnvelope(payload, signature),
  });
}

/**
 * The time stamp that a sigstore bundle carries, or null. Only a guess: whoever asks must build the bundle from it anew and
 * compare every byte, which leaves no room for base64 or JSON with two readings.
 */
export function stampIn(bundle: Uint8Array): Uint8Array | null {
  const found = STAMP.exec(Buffer.from(bundle).toString("latin1"))?.[1];
  return found === undefined ? null : Buffer.from(found, "base64");
}
