import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { encode, oidBytes, readAll, readOne, TAG } from "../../lib/evidence/asn1.ts";
import { sha256Hex } from "../../lib/base/jcs.ts";
import type { Signer } from "../../lib/base/signer.ts";
import { fixedSigner } from "../evidence/rfc6979.ts";

/** Certificates made once with openssl for public test keys (SHA-256 of a sentence), valid 2020 to 2050; `expired-stamper` to 2021. */
const certificate = (name: string): X509Certificate =>
  new X509Certificate(readFileSync(new URL(`authority/${name}.pem`, import.meta.url)));
const identity = (name: string): Identity => ({
  certificate: certificate(name.replaceAll(" ", "-")),
  signer: fixedSigner(sha256Hex(`cordon test ${name} key, not a secret`)),
});

export interface Identity {
  readonly certificate: X509Certificate;
  readonly signer: Signer;
}

export const AUTHORITY = readFileSync(new URL("authority/authority.pem", import.meta.url), "utf8");
export const OTHER_AUTHORITY = readFileSync(new URL("authority/other-authority.pem", import.meta.url), "utf8");
export const IDENTITIES = {
  stamper: identity("stamper"),
  expired: identity("expired stamper"),
  webServer: identity("web server"),
  otherAuthority: identity("other authority"),
} as const;

/** Where a token departs from a genuine one. What is signed is made to fit, unless it is changed after signing. */
export interface StampForgery {
  readonly by?: Identity;
  /** The certificate sent along, and named as the signer's. */
  readonly certificate?: X509Certificate;
  /** GeneralizedTime. */
  readonly time?: string;
  readonly policy?: string;
  readonly infoVersion?: number;
  /** Object identifier of the imprint's digest, and its bytes. */
  readonly imprint?: { readonly oid: string; readonly bytes: Uint8Array };
  readonly nonce?: Uint8Array;
  /** What the signed attributes say is the digest of the info. */
  readonly digest?: Uint8Array;
  readonly status?: Uint8Array;
  /** The info after it was signed. */
  readonly info?: (info: Uint8Array) => Uint8Array;
  readonly signature?: (der: Uint8Array) => Uint8Array;
  readonly signerVersion?: number;
  readonly signers?: (one: Uint8Array) => readonly Uint8Array[];
  /** Unsigned attributes, which no signature covers. */
  readonly unsignedAttributes?: Uint8Array;
  readonly response?: (whole: Uint8Array) => Uint8Array;
}

const OID = {
  sha256: "2.16.840.1.101.3.4.2.1",
  sha1: "1.3.14.3.2.26",
  ecdsaSha256: "1.2.840.10045.4.3.2",
  signedData: "1.2.840.113549.1.7.2",
  tstInfo: "1.2.840.113549.1.9.16.1.4",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
} as const;
export const SHA1 = OID.sha1;

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();
const oid = (dotted: string): Uint8Array => encode(TAG.oid, oidBytes(dotted));
const sequence = (...parts: readonly Uint8Array[]): Uint8Array => encode(TAG.sequence, ...parts);
const set = (...parts: readonly Uint8Array[]): Uint8Array => encode(TAG.set, ...[...parts].sort(Buffer.compare));
const octets = (bytes: Uint8Array): Uint8Array => encode(TAG.octets, bytes);
const integer = (value: number): Uint8Array => encode(TAG.integer, Uint8Array.of(value));
const algorithm = (dotted: string): Uint8Array => sequence(oid(dotted));
const attribute = (dotted: string, value: Uint8Array): Uint8Array => sequence(oid(dotted), set(value));

/** A TimeStampResp (RFC 3161) over `message`, the same bytes on every run. Genuine unless told otherwise; openssl judges that in a test. */
export async function stamp(message: Uint8Array, forgery: StampForgery = {}): Promise<Uint8Array> {
  const info = infoOf(message, forgery);
  const by = forgery.by ?? IDENTITIES.stamper;
  const sent = forgery.certificate ?? by.certificate;
  const signer = await signerInfo(info, by.signer, sent, forgery);
  const signedData = sequence(
    integer(3),
    set(algorithm(OID.sha256)),
    sequence(oid(OID.tstInfo), encode(TAG.context0, octets(forgery.info?.(info) ?? info))),
    encode(TAG.context0, sent.raw),
    set(...(forgery.signers?.(signer) ?? [signer])),
  );
  const status = forgery.status ?? sequence(integer(0));
  const whole = sequence(status, sequence(oid(OID.signedData), encode(TAG.context0, signedData)));
  return forgery.response?.(whole) ?? whole;
}

/** TSTInfo: version, policy, imprint, serial number, time, and a nonce if there is one. */
const infoOf = (message: Uint8Array, { imprint, nonce, ...forgery }: StampForgery): Uint8Array =>
  sequence(
    integer(forgery.infoVersion ?? 1),
    oid(forgery.policy ?? "1.2.3.4.1"),
    sequence(algorithm(imprint?.oid ?? OID.sha256), octets(imprint?.bytes ?? sha256(message))),
    integer(1),
    encode(TAG.time, Buffer.from(forgery.time ?? "20261121000540Z")),
    ...(nonce === undefined ? [] : [encode(TAG.integer, nonce)]),
  );

/** SignerInfo (RFC 5652 section 5.3) with the three attributes that RFC 3161 and RFC 5816 ask for. */
async function signerInfo(info: Uint8Array, by: Signer, sent: X509Certificate, forgery: StampForgery): Promise<Uint8Array> {
  const attributes = [
    attribute(OID.contentType, oid(OID.tstInfo)),
    attribute(OID.messageDigest, octets(forgery.digest ?? sha256(info))),
    attribute(OID.signingCertificateV2, sequence(sequence(sequence(octets(sha256(sent.raw)))))),
  ].sort(Buffer.compare);
  const signature = await by.sign(encode(TAG.set, ...attributes));
  return sequence(
    integer(forgery.signerVersion ?? 1),
    issuerAndSerial(sent),
    algorithm(OID.sha256),
    encode(TAG.context0, ...attributes),
    algorithm(OID.ecdsaSha256),
    octets(forgery.signature?.(signature) ?? signature),
    ...(forgery.unsignedAttributes === undefined ? [] : [encode(0xa1, forgery.unsignedAttributes)]),
  );
}

function issuerAndSerial({ raw }: X509Certificate): Uint8Array {
  const [body] = readAll(readOne(raw, TAG.sequence).body);
  const [, serial, , issuer] = readAll(body!.body);
  return sequence(issuer!.whole, serial!.whole);
}
