/**
 * RFC 3161 time stamps over the signature of a bundle's statement: they prove that it existed at a time that a third
 * party vouches for. What is stored is the whole TimeStampResp, as sigstore bundles have it.
 */
import { createHash } from "node:crypto";
import { EvidenceError } from "../base/evidenceError.ts";
import { encode, oidBytes, oidOf, readAll, readOne, TAG, type Value } from "./asn1.ts";

const SHA_256 = "2.16.840.1.101.3.4.2.1";
const SIGNED_DATA = "1.2.840.113549.1.7.2";
const TST_INFO = "1.2.840.113549.1.9.16.1.4";
/** PKIStatusInfo: granted, without words. */
const GRANTED = Buffer.from("3003020100", "hex");
/** A response with two certificates is some 4 kB. */
const MAX_BYTES = 64 * 1024;

/** What a time stamp says, its own signature not yet looked at. */
export interface TimeStamp {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly policy: string;
  /** SHA-256 (hex) of what was stamped. */
  readonly imprint: string;
  /** Hex; null when the request had none. */
  readonly nonce: string | null;
  /** SignedData of the token, for `assertTimeStampTrusted`. */
  readonly signedData: Value;
  /** The bytes that the authority signed. */
  readonly info: Uint8Array;
}

/** A TimeStampReq for `message`, asking for the authority's certificate. `nonce`: hex, at least 8 bytes. */
export function timeStampRequest(message: Uint8Array, nonce: string): Uint8Array {
  const algorithm = encode(TAG.sequence, encode(TAG.oid, oidBytes(SHA_256)), encode(TAG.null));
  const imprint = encode(TAG.sequence, algorithm, encode(TAG.octets, sha256(message)));
  return encode(
    TAG.sequence,
    encode(TAG.integer, Uint8Array.of(1)),
    imprint,
    encode(TAG.integer, unsigned(nonce)),
    encode(TAG.boolean, Uint8Array.of(0xff)),
  );
}

/** INTEGER contents of a number in hex: no leading zeros but the one that keeps it positive. */
const unsigned = (hex: string): Uint8Array => {
  const bytes = Buffer.from(hex, "hex");
  const start = bytes.findIndex((octet) => octet !== 0);
  const short = start === -1 ? Uint8Array.of(0) : bytes.subarray(start);
  return short[0]! > 0x7f ? Uint8Array.of(0, ...short) : short;
};

/**
 * Reads a TimeStampResp and holds it against what it should stamp. Faults: LIMIT, ENCODING (not DER, or not a granted
 * token), TIMESTAMP (it stamps something else, or answers another request). Says nothing about who stamped.
 */
export function readTimeStamp(response: Uint8Array, message: Uint8Array, nonce: string | null = null): TimeStamp {
  if (response.length > MAX_BYTES) throw new EvidenceError("LIMIT", `time stamp over ${MAX_BYTES} bytes`);
  const stamp = parseResponse(response);
  const imprint = Buffer.from(sha256(message)).toString("hex");
  if (stamp.imprint !== imprint)
    throw new EvidenceError("TIMESTAMP", `it stamps ${stamp.imprint}, the signature is ${imprint}`);
  if (nonce !== null && stamp.nonce !== Buffer.from(unsigned(nonce)).toString("hex"))
    throw new EvidenceError("TIMESTAMP", "it answers another request: the nonce differs");
  return stamp;
}

/**
 * A response as it is stored: granted, and without the words that some authorities add and nobody signs. ENCODING when
 * it was not granted.
 */
export function plainResponse(response: Uint8Array): Uint8Array {
  const [status, token] = readAll(readOne(response, TAG.sequence).body);
  const state = readAll(expect(status, TAG.sequence).body)[0];
  if (!Buffer.from(expect(state, TAG.integer).body).equals(Uint8Array.of(0))) throw refused("a granted response");
  return encode(TAG.sequence, GRANTED, expect(token, TAG.sequence).whole);
}

function parseResponse(response: Uint8Array): TimeStamp {
  const [status, token, ...more] = readAll(readOne(response, TAG.sequence).body);
  if (more.length > 0 || !GRANTED.equals(expect(status, TAG.sequence).whole)) throw refused("a granted response");
  const [type, content] = readAll(expect(token, TAG.sequence).body);
  if (oidOf(expect(type, TAG.oid).body) !== SIGNED_DATA) throw refused("signed data");
  const signedData = readOne(expect(content, TAG.context0).body, TAG.sequence);
  const [, , encapsulated] = readAll(signedData.body);
  const [contentType, octets] = readAll(expect(encapsulated, TAG.sequence).body);
  if (oidOf(expect(contentType, TAG.oid).body) !== TST_INFO) throw refused("TSTInfo");
  const info = readOne(expect(octets, TAG.context0).body, TAG.octets).body;
  return { ...parseInfo(info), signedData, info };
}

/** TSTInfo: version, policy, imprint, serial number, time; then accuracy, ordering and nonce, each of which may be absent. */
function parseInfo(info: Uint8Array): Omit<TimeStamp, "signedData" | "info"> {
  const [version, policy, imprint, , time, ...rest] = readAll(readOne(info, TAG.sequence).body);
  const [algorithm, hash] = readAll(expect(imprint, TAG.sequence).body);
  const isSha256 = oidOf(expect(readAll(expect(algorithm, TAG.sequence).body)[0], TAG.oid).body) === SHA_256;
  if (expect(version, TAG.integer).body[0] !== 1 || !isSha256) throw refused("TSTInfo version 1 over SHA-256");
  const nonce = rest.find(({ tag }) => tag === TAG.integer);
  return {
    at: instantOf(expect(time, TAG.time).body),
    policy: oidOf(expect(policy, TAG.oid).body),
    imprint: Buffer.from(expect(hash, TAG.octets).body).toString("hex"),
    nonce: nonce === undefined ? null : Buffer.from(nonce.body).toString("hex"),
  };
}

/** GeneralizedTime in UTC, with or without a fraction (RFC 3161 section 2.4.2). */
function instantOf(body: Uint8Array): string {
  const [, year, month, day, hour, minute, second, fraction = ""] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(Buffer.from(body).toString("latin1")) ?? [];
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}Z`);
  if (year === undefined || Number.isNaN(at.getTime())) throw refused("a time in UTC");
  return at.toISOString();
}

export const expect = (value: Value | undefined, tag: number): Value => {
  if (value?.tag !== tag) throw refused(`tag ${tag}`);
  return value;
};

const sha256 = (message: Uint8Array): Uint8Array => createHash("sha256").update(message).digest();

export const refused = (expected: string): EvidenceError =>
  new EvidenceError("ENCODING", `time stamp: expected ${expected}`);
