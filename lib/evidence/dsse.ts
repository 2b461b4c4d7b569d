import { CordonError } from "../base/errors.ts";
import { EvidenceError } from "../base/evidenceError.ts";
import { canonicalBytes } from "../base/jcs.ts";
import { parseStrictJsonBytes } from "../base/strictJson.ts";
import { assertLowSDer, toLowS } from "./der.ts";
import { type EvidenceKey, isSignedBy, parsePublicKey } from "./publicKey.ts";
import { assertMembers, type PredicateType, parseStatement, type Statement } from "./statement.ts";

export const PAYLOAD_TYPE = "application/vnd.in-toto+json";
/** A statement is a few kilobytes; an envelope over this is refused before it is parsed. */
export const MAX_ENVELOPE_BYTES = 1 << 20;

/** A statement as signed: its canonical bytes, the DER signature (low s), and both in one DSSE envelope. */
export interface SignedStatement {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  /** Canonical JSON of the DSSE envelope, no keyid: cosign 3.1 rejects good signatures over a hex or base64 keyid. */
  readonly envelope: Uint8Array;
}

/** What DSSE v1.0.2 signs: the type and the body, each with its length, so that neither can borrow from the other. */
export function preAuthEncoding(payloadType: string, body: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, "utf8");
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${body.length} `), body]);
}

/**
 * Signs a statement and checks the result with the public key before returning it, so that a wrong key, a moved alias or
 * a faulty signer shows here (SEAL_FAILED) and not years later. `sign` takes the PAE and signs its SHA-256 digest (the Signer port).
 */
export async function signStatement(input: {
  readonly statement: Statement;
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>;
  readonly publicKey: Uint8Array;
}): Promise<SignedStatement> {
  const payload = canonicalBytes(input.statement);
  const message = preAuthEncoding(PAYLOAD_TYPE, payload);
  const raw = await input.sign(message);
  const signature = acceptSignature(raw, message, input.publicKey);
  return { payload, signature, envelope: canonicalBytes(toEnvelope(payload, signature)) };
}

/** The DSSE envelope as a value, for `bundle.sigstore.json` too. */
export function toEnvelope(payload: Uint8Array, signature: Uint8Array): Readonly<Record<string, unknown>> {
  return { payload: toBase64(payload), payloadType: PAYLOAD_TYPE, signatures: [{ sig: toBase64(signature) }] };
}

/**
 * Checks an envelope and returns the statement it carries. Throws EvidenceError: JSON or ENCODING (not byte for byte what
 * `signStatement` writes, or the signature is not low-s DER), TYPE (other payload type), SIGNATURE, and those of
 * `parseStatement`. Only the returned bytes were authenticated: never read the envelope again.
 */
export function verifyEnvelope(
  envelope: Uint8Array,
  key: EvidenceKey,
  wanted: PredicateType,
): { readonly statement: Statement; readonly payload: Uint8Array; readonly signature: Uint8Array } {
  const { payload, signature } = openEnvelope(envelope);
  return { statement: verifySigned(payload, signature, key, wanted), payload, signature };
}

/** The same check over a detached payload and signature. */
export function verifySigned(
  payload: Uint8Array,
  signature: Uint8Array,
  key: EvidenceKey,
  wanted: PredicateType,
): Statement {
  assertLowSDer(signature);
  if (!isSignedBy(key, preAuthEncoding(PAYLOAD_TYPE, payload), signature)) {
    throw new EvidenceError("SIGNATURE", `not a signature of key ${key.fingerprint} over this statement`);
  }
  return parseStatement(payload, wanted);
}

function openEnvelope(bytes: Uint8Array): { readonly payload: Uint8Array; readonly signature: Uint8Array } {
  if (bytes.length > MAX_ENVELOPE_BYTES) throw new EvidenceError("LIMIT", `envelope over ${MAX_ENVELOPE_BYTES} bytes`);
  const { value } = parseStrictJsonBytes(bytes);
  assertMembers(value, ["payload", "payloadType", "signatures"], "envelope");
  if (value.payloadType !== PAYLOAD_TYPE) throw new EvidenceError("TYPE", `expected payload type ${PAYLOAD_TYPE}`);
  const signatures = value.signatures;
  if (!Array.isArray(signatures) || signatures.length !== 1)
    throw new EvidenceError("JSON", "expected exactly one signature");
  assertMembers(signatures[0], ["sig"], "signature");
  const payload = fromBase64(value.payload);
  const signature = fromBase64(signatures[0].sig);
  if (!canonicalBytesEqual(toEnvelope(payload, signature), bytes))
    throw new EvidenceError("JSON", "envelope is not canonical JSON");
  return { payload, signature };
}

function acceptSignature(raw: Uint8Array, message: Uint8Array, publicKey: Uint8Array): Uint8Array {
  try {
    const signature = toLowS(raw);
    if (isSignedBy(parsePublicKey(publicKey), message, signature)) return signature;
  } catch (cause) {
    throw new CordonError("SEAL_FAILED", "The signer returned no usable P-256 signature or key", { cause });
  }
  throw new CordonError("SEAL_FAILED", "The signature does not verify under the signer's own public key");
}

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** Standard alphabet, padded, spare bits zero: one text per byte string. Fault ENCODING otherwise. */
function fromBase64(text: unknown): Uint8Array {
  const bytes = Buffer.from(typeof text === "string" ? text : "", "base64");
  if (toBase64(bytes) !== text) throw new EvidenceError("ENCODING", "expected canonical base64");
  return bytes;
}

const canonicalBytesEqual = (value: unknown, bytes: Uint8Array): boolean =>
  Buffer.from(canonicalBytes(value)).equals(bytes);
