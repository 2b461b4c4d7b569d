import { createHash, verify, X509Certificate } from "node:crypto";
import { EvidenceError } from "../base/evidenceError.ts";
import { encode, oidOf, readAll, readOne, TAG, type Value } from "./asn1.ts";
import { expect, refused, type TimeStamp } from "./timestamp.ts";

const DIGESTS: Readonly<Record<string, string>> = {
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
/** Extended key usage that a certificate must have to stamp times (RFC 3161 section 2.3). */
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
/** Signature algorithms that fit a digest: RSA with and without its name, ECDSA. */
const SIGNING: Readonly<Record<string, readonly string[]>> = {
  sha256: ["1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"],
  sha384: ["1.2.840.113549.1.1.1", "1.2.840.113549.1.1.12", "1.2.840.10045.4.3.3"],
  sha512: ["1.2.840.113549.1.1.1", "1.2.840.113549.1.1.13", "1.2.840.10045.4.3.4"],
};
/** A root, an intermediate or three, and the signer. */
const MAX_CHAIN = 6;

/**
 * Throws fault TIMESTAMP unless the token's own signature holds, and TIMESTAMP_UNTRUSTED unless its signer may stamp
 * times and chains to one of the authorities given, all of them valid at the time stamped. `authorities`: PEM.
 */
export function assertTimeStampTrusted(stamp: TimeStamp, authorities: readonly string[]): void {
  const [version, digests, , ...parts] = readAll(stamp.signedData.body);
  assertOutline(version, digests, parts);
  const certificates = parts
    .filter(({ tag }) => tag === TAG.context0)
    .flatMap(({ body }) => readAll(body))
    .map(({ whole }) => parseCertificate(whole));
  const signers = readAll(expect(parts.at(-1), TAG.set).body);
  if (signers.length !== 1) throw refused("one signer");
  const signer = certificates.find((certificate) =>
    isSigner(certificate, expect(signers[0], TAG.sequence), stamp.info),
  );
  if (signer === undefined) throw new EvidenceError("TIMESTAMP", "no certificate in the token verifies its signature");
  const roots = authorities.map((pem) => new X509Certificate(pem));
  if (!signer.keyUsage?.includes(TIME_STAMPING)) throw untrusted("its signer may not stamp times");
  if (!chains(signer, certificates, roots, new Date(stamp.at), MAX_CHAIN))
    throw untrusted("its signer does not chain to an authority given");
}

/** Version 3, the digests of the signer and no other, certificates, one signer: no more (RFC 5652 section 5.1). */
function assertOutline(version: Value | undefined, digests: Value | undefined, parts: readonly Value[]): void {
  const named = readAll(expect(digests, TAG.set).body).map(algorithmOf);
  const signer = readAll(expect(readAll(expect(parts.at(-1), TAG.set).body)[0], TAG.sequence).body);
  const isRight =
    Buffer.from(expect(version, TAG.integer).body).equals(Uint8Array.of(3)) &&
    parts.length === 2 &&
    named.length === 1 &&
    named[0] === algorithmOf(signer[2]);
  if (!isRight) throw refused("signed data of one signer");
}

const untrusted = (why: string): EvidenceError => new EvidenceError("TIMESTAMP_UNTRUSTED", `time stamp: ${why}`);

function parseCertificate(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(Buffer.from(der));
  } catch (cause) {
    throw new EvidenceError("TIMESTAMP", "a certificate in the token cannot be read", cause);
  }
}

/**
 * SignerInfo: version, signer id, digest, signed attributes, algorithm, signature (RFC 5652 section 5.3). What no
 * signature covers must be the one spelling that fits, so that no bit of it can be changed unseen.
 */
function isSigner(certificate: X509Certificate, signer: Value, info: Uint8Array): boolean {
  const [version, id, algorithm, attributes, signing, signature, ...more] = readAll(signer.body);
  const digest = DIGESTS[algorithmOf(algorithm)];
  if (digest === undefined) throw refused("SHA-256, SHA-384 or SHA-512");
  if (!isOne(version) || more.length > 0 || !isNamed(expect(id, TAG.sequence), certificate)) return false;
  if (!(SIGNING[digest] ?? []).includes(algorithmOf(signing))) return false;
  const signed = expect(attributes, TAG.context0);
  if (!hasDigest(signed, createHash(digest).update(info).digest())) return false;
  // Section 5.4: what is signed is the attributes as a SET OF, not under the tag they are sent with.
  return verifies(digest, encode(TAG.set, signed.body), certificate, expect(signature, TAG.octets).body);
}

/** The OID of an AlgorithmIdentifier; parameters are absent or NULL. */
function algorithmOf(value: Value | undefined): string {
  const [oid, parameters, ...more] = readAll(expect(value, TAG.sequence).body);
  const isPlain =
    more.length === 0 && (parameters === undefined || (parameters.tag === TAG.null && parameters.body.length === 0));
  if (!isPlain) throw refused("an algorithm without parameters");
  return oidOf(expect(oid, TAG.oid).body);
}

const isOne = (value: Value | undefined): boolean =>
  Buffer.from(expect(value, TAG.integer).body).equals(Uint8Array.of(1));

/** IssuerAndSerialNumber must be those of the certificate. */
function isNamed(id: Value, certificate: X509Certificate): boolean {
  const [body] = readAll(readOne(certificate.raw, TAG.sequence).body);
  const fields = readAll(expect(body, TAG.sequence).body).filter(({ tag }) => tag !== TAG.context0);
  const [serial, , issuer] = fields;
  return serial !== undefined && issuer !== undefined && Buffer.concat([issuer.whole, serial.whole]).equals(id.body);
}

const hasDigest = (attributes: Value, digest: Uint8Array): boolean =>
  readAll(attributes.body).some(({ body }) => {
    const [type, values] = readAll(body);
    if (oidOf(expect(type, TAG.oid).body) !== MESSAGE_DIGEST) return false;
    return Buffer.from(expect(readAll(expect(values, TAG.set).body)[0], TAG.octets).body).equals(digest);
  });

const verifies = (
  digest: string,
  message: Uint8Array,
  certificate: X509Certificate,
  signature: Uint8Array,
): boolean => {
  try {
    return verify(digest, message, certificate.publicKey, signature);
  } catch {
    return false;
  }
};

function chains(
  certificate: X509Certificate,
  others: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  at: Date,
  left: number,
): boolean {
  if (left === 0 || !isValidAt(certificate, at)) return false;
  if (roots.some((root) => root.fingerprint256 === certificate.fingerprint256)) return true;
  const issuers = [...roots, ...others].filter((issuer) => issuer.ca && isIssuedBy(certificate, issuer));
  return issuers.some((issuer) => chains(issuer, others, roots, at, left - 1));
}

const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean => {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
};

const isValidAt = ({ validFromDate, validToDate }: X509Certificate, at: Date): boolean =>
  validFromDate <= at && at <= validToDate;
