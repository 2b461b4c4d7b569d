import { sha256Hex } from "../../base/jcs.ts";
import { visible } from "../../base/visible.ts";
import type { StoredDecision } from "../../case/decision.ts";
import { DECISION, readSound } from "../../case/documents.ts";
import { type CaseEvent, ofType } from "../../case/events.ts";
import { DecisionSchema, decidesNothing, type SignedDecision } from "../../core/plan/decision.ts";
import { MAX_ENVELOPE_BYTES, verifyEnvelope } from "../../evidence/dsse.ts";
import { type EvidenceKey, parsePublicKey } from "../../evidence/publicKey.ts";
import { PREDICATE_TYPES, type PredicateType, type Statement } from "../../evidence/statement.ts";
import { isAssertedEnvelope, type RelyingParty, verifyAssertedEnvelope } from "../../evidence/webauthn.ts";
import type { ReadPorts } from "../../ports/ports.ts";

export interface SignedBytes {
  /** DSSE envelope, the bytes. */
  readonly envelope: Uint8Array;
  /** DER SubjectPublicKeyInfo of the key it is signed with. */
  readonly publicKey: Uint8Array;
}

/** What a hostile text may put into the audit trail by being refused. */
const MAXIMUM_WHY = 300;

/** SHA-256 (hex) of the envelope: what the audit trail and the ledger know a decision by. */
export const envelopeDigestOf = ({ envelope }: StoredDecision): string => sha256Hex(Buffer.from(envelope, "base64"));

/** Every decision document of a plan, on record or not. One that is spoilt is left out: the ledger tells that it is missing. */
export const readDecisions = (
  caseId: string,
  planId: string,
  { cases }: ReadPorts,
): Promise<readonly StoredDecision[]> => readSound(cases, caseId, DECISION.at(planId, "*", "*"));

/**
 * All decisions about a plan whose signatures hold. One that is not on record in the audit trail (a crash, or a file
 * that somebody put there) approves nothing; what it denies, takes back or stops is heeded all the same.
 */
export const storedDecisions = async (
  caseId: string,
  planId: string,
  ports: ReadPorts,
): Promise<readonly SignedDecision[]> => {
  const events = await ports.cases.events(caseId);
  const stored = await readDecisions(caseId, planId, ports);
  return stored.flatMap((one) => {
    const signed = openStored(one, ports.settings.webauthn);
    if (signed === null) return [];
    return isOnRecord(planId, one, events) ? [signed] : withoutApprovals(signed);
  });
};

export const isOnRecord = (planId: string, stored: StoredDecision, events: readonly CaseEvent[]): boolean => {
  const digest = envelopeDigestOf(stored);
  return ofType(events, "decision.recorded", planId).some(
    ({ data }) => data.envelope === digest && data.receivedAt === stored.receivedAt,
  );
};

const withoutApprovals = (signed: SignedDecision): readonly SignedDecision[] => {
  const { decision } = signed;
  const denials = Object.entries(decision.choices).filter(([, choice]) => choice === "deny");
  return decidesNothing(decision.kind) || denials.length > 0
    ? [{ ...signed, decision: { ...decision, choices: Object.fromEntries(denials) } }]
    : [];
};

export const openStored = (
  { envelope, publicKey, receivedAt }: StoredDecision,
  party: RelyingParty | undefined,
): SignedDecision | null => {
  const opened = openSigned(
    { envelope: Buffer.from(envelope, "base64"), publicKey: Buffer.from(publicKey, "base64") },
    receivedAt,
    party,
  );
  return "code" in opened ? null : opened;
};

/**
 * Checks signature or assertion, canonical form and schema, in this order; says why not in a text that is safe to print.
 * The kind of proof is told by the envelope's members, and the decision must claim that kind and no other: a file on a
 * disk must not pass for a touch on a security key.
 */
export const openSigned = (
  signed: SignedBytes,
  receivedAt: string,
  party: RelyingParty | undefined,
): SignedDecision | { readonly code: "UNREADABLE"; readonly why: string } => {
  try {
    const { statement, key, asserted } = openProven(signed, party, PREDICATE_TYPES.approval);
    const decision = DecisionSchema.parse(statement.predicate);
    if ((decision.assurance === "webauthn") !== asserted) throw new Error(`it claims ${decision.assurance} and is not`);
    return { decision, keyFingerprint: key.fingerprint, planDigest: statement.subject[0].digest.sha256, receivedAt };
  } catch (error) {
    const why = visible(`not a signed decision: ${(error as Error).message}`);
    return { code: "UNREADABLE", why: why.slice(0, MAXIMUM_WHY) };
  }
};

/** A statement that a person proved, by a key file or by a security key, which is told by the envelope's members. */
export interface Proven {
  readonly statement: Statement;
  readonly key: EvidenceKey;
  /** By a security key. */
  readonly asserted: boolean;
}

/** Throws when the signature or assertion does not hold, or the statement is of another type. */
export const openProven = (
  { envelope, publicKey }: SignedBytes,
  party: RelyingParty | undefined,
  type: PredicateType,
): Proven => {
  if (envelope.length > MAX_ENVELOPE_BYTES) throw new Error(`envelope over ${MAX_ENVELOPE_BYTES} bytes`);
  const key = parsePublicKey(publicKey);
  if (!isAssertedEnvelope(envelope))
    return { statement: verifyEnvelope(envelope, key, type).statement, key, asserted: false };
  if (party === undefined) throw new Error("no page is set up for decisions by security key (settings: webauthn)");
  return { statement: verifyAssertedEnvelope(envelope, key, party, type).statement, key, asserted: true };
};
