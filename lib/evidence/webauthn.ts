import { createHash } from "node:crypto";
import { CordonError } from "../base/errors.ts";
import { canonicalBytes, parseCanonicalJson } from "../base/jcs.ts";
import { parseStrictJsonBytes } from "../base/strictJson.ts";
import { assertLowSDer, toLowS } from "./der.ts";
import { PAYLOAD_TYPE } from "./dsse.ts";
import { type EvidenceKey, isSignedBy } from "./publicKey.ts";
import { assertMembers, type PredicateType, parseStatement, type Statement } from "./statement.ts";

/** Where decisions are made: the name that credentials are bound to, and the one origin of the page. */
export interface RelyingParty {
  readonly rpId: string;
  readonly origin: string;
}

/** What an authenticator gives for one ceremony (WebAuthn Level 3, section 5.2.2). */
export interface Assertion {
  readonly authenticatorData: Uint8Array;
  readonly clientDataJSON: Uint8Array;
  /** DER ECDSA over authenticatorData ‖ SHA-256(clientDataJSON). */
  readonly signature: Uint8Array;
}

export type AssertionFault =
  | "FORMAT"
  | "TYPE"
  | "CHALLENGE"
  | "ORIGIN"
  | "RP_ID"
  | "PRESENCE"
  | "VERIFICATION"
  | "SIGNATURE";

export interface AssertionVerdict {
  readonly fault: AssertionFault | null;
  /** The authenticator's own counter; 0 from those that do not count. */
  readonly signCount: number;
}

/** Bits of the flags (section 6.1): present, verified, backup eligible and backed up. The others mean data we never ask for. */
const PRESENT = 0x01;
const VERIFIED = 0x04;
const BACKUP_ELIGIBLE = 0x08;
const BACKED_UP = 0x10;
const KNOWN_FLAGS = PRESENT | VERIFIED | BACKUP_ELIGIBLE | BACKED_UP;
/** Hash of the RP id, flags, counter; no attested credential and no extensions follow in an assertion of ours. */
const AUTHENTICATOR_DATA_BYTES = 37;

/** What the authenticator signs for: the digest of exactly the statement's bytes. Base64url. */
export const challengeOf = (payload: Uint8Array): string => sha256(payload).toString("base64url");

/**
 * Checks an assertion over a challenge, with nothing but the key and the party: the same online, before every change,
 * and years later offline. ES256 only, because `key` can be nothing else. User presence and verification are required.
 */
export const verifyAssertion = (
  assertion: Assertion,
  challenge: string,
  key: EvidenceKey,
  party: RelyingParty,
): AssertionVerdict => {
  const { authenticatorData } = assertion;
  if (authenticatorData.length !== AUTHENTICATOR_DATA_BYTES) return { fault: "FORMAT", signCount: 0 };
  const fault =
    clientFault(assertion, challenge, party) ??
    authenticatorFault(assertion, party) ??
    signatureFault(assertion, key) ??
    ((authenticatorData[32]! & VERIFIED) === 0 ? "VERIFICATION" : null);
  return { fault, signCount: Buffer.from(authenticatorData).readUInt32BE(33) };
};

const clientFault = (
  { clientDataJSON }: Assertion,
  challenge: string,
  { origin }: RelyingParty,
): AssertionFault | null => {
  const client = parseClientData(clientDataJSON);
  if (client === null) return "FORMAT";
  if (client.type !== "webauthn.get") return "TYPE";
  if (client.challenge !== challenge) return "CHALLENGE";
  if (client.origin !== origin || (client.crossOrigin ?? false) !== false || client.topOrigin !== undefined)
    return "ORIGIN";
  return null;
};

/** Browsers may add members; they may not write one twice. */
const parseClientData = (bytes: Uint8Array): Readonly<Record<string, unknown>> | null => {
  try {
    const { value } = parseStrictJsonBytes(bytes);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
};

const authenticatorFault = ({ authenticatorData }: Assertion, { rpId }: RelyingParty): AssertionFault | null => {
  const flags = authenticatorData[32]!;
  if (!sha256(rpId).equals(authenticatorData.subarray(0, 32))) return "RP_ID";
  if ((flags & ~KNOWN_FLAGS) !== 0 || ((flags & BACKED_UP) !== 0 && (flags & BACKUP_ELIGIBLE) === 0)) return "FORMAT";
  return (flags & PRESENT) === 0 ? "PRESENCE" : null;
};

const signatureFault = (
  { authenticatorData, clientDataJSON, signature }: Assertion,
  key: EvidenceKey,
): AssertionFault | null => {
  try {
    assertLowSDer(signature);
    return isSignedBy(key, Buffer.concat([authenticatorData, sha256(clientDataJSON)]), signature) ? null : "SIGNATURE";
  } catch {
    return "SIGNATURE";
  }
};

const sha256 = (data: Uint8Array | string): Buffer => createHash("sha256").update(data).digest();

/** Authenticators write either of the two valid signatures; one of them is kept, so that the same proof is the same bytes. */
export const normalised = (assertion: Assertion): Assertion => ({
  ...assertion,
  signature: toLowS(assertion.signature),
});

/**
 * The bytes of a decision proven by an assertion, stored where an approver's DSSE envelope would be: the same payload,
 * and the assertion instead of the signature over the PAE. Canonical JSON.
 */
export const assertedEnvelope = (payload: Uint8Array, assertion: Assertion): Uint8Array => {
  const { authenticatorData, clientDataJSON, signature } = normalised(assertion);
  return canonicalBytes({
    payload: toBase64(payload),
    payloadType: PAYLOAD_TYPE,
    webauthn: {
      authenticatorData: toBase64(authenticatorData),
      clientDataJSON: toBase64(clientDataJSON),
      signature: toBase64(signature),
    },
  });
};

/** Whether bytes claim to be such a decision; which kind they are is decided by their members, never by trying. */
export const isAssertedEnvelope = (envelope: Uint8Array): boolean => {
  try {
    return Object.hasOwn(parseStrictJsonBytes(envelope).value as object, "webauthn");
  } catch {
    return false;
  }
};

/** The counterpart of `verifyEnvelope`. Throws EvidenceError for other bytes than ours, DECISION_REFUSED for a bad assertion. */
export const verifyAssertedEnvelope = (
  envelope: Uint8Array,
  key: EvidenceKey,
  party: RelyingParty,
  wanted: PredicateType,
): { readonly statement: Statement; readonly payload: Uint8Array; readonly signCount: number } => {
  const value = parseCanonicalJson(envelope);
  assertMembers(value, ["payload", "payloadType", "webauthn"], "envelope");
  assertMembers(value.webauthn, ["authenticatorData", "clientDataJSON", "signature"], "assertion");
  if (value.payloadType !== PAYLOAD_TYPE) throw refused("FORMAT", `payload type ${String(value.payloadType)}`);
  const payload = fromBase64(value.payload);
  const { authenticatorData, clientDataJSON, signature } = value.webauthn;
  const assertion = {
    authenticatorData: fromBase64(authenticatorData),
    clientDataJSON: fromBase64(clientDataJSON),
    signature: fromBase64(signature),
  };
  const { fault, signCount } = verifyAssertion(assertion, challengeOf(payload), key, party);
  if (fault !== null) throw refused(fault, "the authenticator's assertion does not hold");
  return { statement: parseStatement(payload, wanted), payload, signCount };
};

const refused = (fault: AssertionFault, why: string): CordonError =>
  new CordonError("DECISION_REFUSED", `${fault}: ${why}`);

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

const fromBase64 = (text: unknown): Uint8Array => {
  const bytes = Buffer.from(typeof text === "string" ? text : "", "base64");
  if (toBase64(bytes) !== text) throw refused("FORMAT", "expected canonical base64");
  return bytes;
};
