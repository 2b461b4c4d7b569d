import * as z from "zod";
import { CordonError } from "../base/errors.ts";
import { canonicalBytes, digestOf, sha256Hex } from "../base/jcs.ts";
import { PLAN, read } from "../case/documents.ts";
import type { Plan } from "../case/plan.ts";
import { type Decision, DecisionSchema } from "../core/plan/decision.ts";
import { planDigestOf, shownDigestOf } from "../core/plan/renderPlan.ts";
import type { Settings } from "../core/settings.ts";
import { parsePublicKey } from "../evidence/publicKey.ts";
import { makeStatement, PREDICATE_TYPES, parseStatement } from "../evidence/statement.ts";
import {
  type Assertion,
  assertedEnvelope,
  challengeOf,
  normalised,
  type RelyingParty,
  verifyAssertion,
} from "../evidence/webauthn.ts";
import type { Ports } from "../ports/ports.ts";
import type { Receipt, Submission } from "../response/approve/decisions.ts";
import { noteRefusal } from "../response/approve/refusals.ts";
import type { Place, ToSign } from "./decide.ts";

/** A statement may be signed for this long after it was prepared; then it is prepared anew. */
export const STATEMENT_SECONDS = 5 * 60;
/** Prepared by one machine of ours and taken by another: so far may their clocks be apart. */
const CLOCKS_APART_MS = 60_000;

const Base64Url = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,8192}$/)
  .transform((text) => new Uint8Array(Buffer.from(text, "base64url")));

/** What the browser sends back: the statement it was given, and what the authenticator made of it. */
export const AssertedSchema = z.strictObject({
  credentialId: z.string().regex(/^[A-Za-z0-9_-]{1,1400}$/),
  payload: Base64Url,
  authenticatorData: Base64Url,
  clientDataJSON: Base64Url,
  signature: Base64Url,
});
export type Asserted = z.output<typeof AssertedSchema>;

/** A passkey or security key of an approver. */
export interface Credential {
  /** Base64url. */
  readonly credentialId: string;
  readonly humanId: string;
  /** DER SubjectPublicKeyInfo, P-256; its SHA-256 stands among the approver's `keys` in the settings. */
  readonly publicKey: Uint8Array;
}

export interface CredentialStore {
  of(humanId: string): Promise<readonly Credential[]>;
  /**
   * Takes the counter of a used credential over, atomically. False when it did not grow: a copy of the authenticator,
   * or an old answer. 0 after 0 is allowed: passkeys that are synchronised do not count. So is the very same answer
   * (`proof`, its digest) again: a request that was sent twice.
   */
  advance(credentialId: string, signCount: number, proof: string): Promise<boolean>;
}

/** The security keys that the policy lists for somebody. */
export const credentialsOf = (approvers: Settings["approvers"], humanId: string): readonly Credential[] =>
  (approvers.find((one) => one.humanId === humanId)?.securityKeys ?? []).map(({ credentialId, publicKey }) => ({
    ...{ credentialId, humanId },
    publicKey: new Uint8Array(Buffer.from(publicKey, "base64")),
  }));

/** Decisions by security key: every one needs its own touch, bound to exactly its statement. */
export interface Ceremony {
  readonly party: RelyingParty;
  readonly credentials: CredentialStore;
  readonly submit: (submission: Submission) => Promise<Receipt>;
}

/** The statement to sign for an answer, made here so that the browser needs no canonical JSON of its own. */
export const prepareStatement = async (
  plan: Plan,
  answer: ToSign,
  ceremony: Ceremony,
  { clock }: Ports,
): Promise<Readonly<Record<string, unknown>>> => {
  const { humanId, ...rest } = answer;
  const decision: Decision = { ...rest, ...boundTo(plan, humanId), decidedAt: clock.now() };
  const payload = canonicalBytes(
    makeStatement(PREDICATE_TYPES.approval, { name: "plan", sha256: planDigestOf(plan) }, decision),
  );
  const credentials = await ceremony.credentials.of(humanId);
  return {
    payload: Buffer.from(payload).toString("base64url"),
    challenge: challengeOf(payload),
    rpId: ceremony.party.rpId,
    credentialIds: credentials.map(({ credentialId }) => credentialId),
  };
};

const boundTo = (plan: Plan, humanId: string) =>
  ({
    caseId: plan.caseId,
    planId: plan.planId,
    planNonce: plan.nonce,
    shownDigest: shownDigestOf(plan),
    approver: { humanId },
    channel: "page",
    assurance: "webauthn",
  }) as const;

/**
 * Submits an answer with its assertion: the statement must be the one that this answer leads to now, the credential one
 * of this human, and the assertion must hold. Refusals are lines of the audit trail.
 */
export const submitAsserted = async (
  { caseId, planId }: Place,
  answer: ToSign,
  asserted: Asserted,
  ceremony: Ceremony,
  ports: Ports,
): Promise<Receipt> => {
  const plan = await read(ports.cases, caseId, PLAN.at(planId));
  const wrong = statementFault(plan, answer, asserted.payload, ports);
  const proven = wrong === null ? await provenBy(asserted, answer.humanId, ceremony) : { fault: wrong };
  if ("credential" in proven)
    return ceremony.submit({
      caseId,
      planId,
      envelope: assertedEnvelope(asserted.payload, asserted),
      publicKey: proven.credential.publicKey,
    });
  const { fault } = proven;
  const refused = { code: fault, why: WHY[fault] ?? "The security key's answer does not hold. Nothing was decided." };
  await noteRefusal({ caseId, planId, actor: "page", source: `human:${answer.humanId}`, ...refused }, ports);
  return { recorded: false, ...refused };
};

export const WHY: Readonly<Record<string, string>> = {
  STATEMENT: "What was signed is not this answer. Nothing was decided.",
  STALE: "The answer was prepared too long ago. Decide again.",
  UNKNOWN_CREDENTIAL: "This security key is not registered for you.",
  COUNTER: "This security key has answered something newer already, or there is a copy of it. Nothing was decided.",
  VERIFICATION: "The security key did not check who you are. Use its PIN or fingerprint.",
};

/** Everything but the time must be what we would write ourselves; the time must be recent. */
const statementFault = (
  plan: Plan,
  answer: ToSign,
  payload: Uint8Array,
  { clock }: Ports,
): "STATEMENT" | "STALE" | null => {
  const { humanId, ...rest } = answer;
  const decision = decisionOf(payload, planDigestOf(plan));
  if (decision === null) return "STATEMENT";
  const { decidedAt, ...said } = decision;
  if (digestOf(said) !== digestOf({ ...rest, ...boundTo(plan, humanId) })) return "STATEMENT";
  return isRecent(decidedAt, clock.now()) ? null : "STALE";
};

export const isRecent = (at: string, now: string): boolean => {
  const age = Date.parse(now) - Date.parse(at);
  return age > -CLOCKS_APART_MS && age < STATEMENT_SECONDS * 1000;
};

const decisionOf = (payload: Uint8Array, planDigest: string): Decision | null => {
  try {
    const { subject, predicate } = parseStatement(payload, PREDICATE_TYPES.approval);
    return subject[0].digest.sha256 === planDigest ? DecisionSchema.parse(predicate) : null;
  } catch (error) {
    if (error instanceof CordonError || error instanceof z.ZodError) return null;
    throw error;
  }
};

/** The credential of this human that answered, or why the answer does not hold. */
export const provenBy = async (
  asserted: Asserted,
  humanId: string,
  ceremony: Ceremony,
): Promise<{ readonly credential: Credential } | { readonly fault: string }> => {
  const credential = (await ceremony.credentials.of(humanId)).find(
    ({ credentialId }) => credentialId === asserted.credentialId,
  );
  if (credential === undefined) return { fault: "UNKNOWN_CREDENTIAL" };
  const fault = await assertionFault(asserted, credential, ceremony);
  return fault === null ? { credential } : { fault };
};

const assertionFault = async (
  asserted: Asserted,
  { credentialId, publicKey }: Credential,
  { party, credentials }: Ceremony,
): Promise<string | null> => {
  const assertion = lowS(asserted);
  if (assertion === null) return "SIGNATURE";
  const { fault, signCount } = verifyAssertion(
    assertion,
    challengeOf(asserted.payload),
    parsePublicKey(publicKey),
    party,
  );
  if (fault !== null) return fault;
  return (await credentials.advance(credentialId, signCount, sha256Hex(assertion.signature))) ? null : "COUNTER";
};

const lowS = (assertion: Assertion): Assertion | null => {
  try {
    return normalised(assertion);
  } catch {
    return null;
  }
};
