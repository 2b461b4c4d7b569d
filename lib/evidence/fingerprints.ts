import { createHash } from "node:crypto";
import { parsePublicKey } from "./publicKey.ts";

/** The names of the key type and curve in an OpenSSH public key (RFC 5656 section 3.1). */
const SSH_TYPE = "ecdsa-sha2-nistp256";
const SSH_CURVE = "nistp256";
const POINT_BYTES = 65;

/** What is read aloud, printed in an audit letter and compared out of band. */
export interface Fingerprints {
  /** SHA-256 (hex) of the DER SubjectPublicKeyInfo: `openssl pkey -pubin -outform DER | sha256sum`. */
  readonly sha256: string;
  /** `SHA256:…` as `ssh-keygen -l` prints it for the same key. */
  readonly openssh: string;
}

/** Both fingerprints of a P-256 key, DER SubjectPublicKeyInfo; fault KEY for any other. */
export function fingerprintsOf(spki: Uint8Array): Fingerprints {
  const { fingerprint } = parsePublicKey(spki);
  const blob = Buffer.concat([SSH_TYPE, SSH_CURVE, spki.subarray(-POINT_BYTES)].map(sshString));
  const digest = createHash("sha256").update(blob).digest("base64").replace(/=+$/, "");
  return { sha256: fingerprint, openssh: `SHA256:${digest}` };
}

/** RFC 4251 section 5: four bytes of length, then the bytes. */
function sshString(value: string | Uint8Array): Uint8Array {
  const bytes = Buffer.from(value as Uint8Array);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
