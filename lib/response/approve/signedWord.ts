import type { z } from "zod";
import { sha256Hex } from "../../base/jcs.ts";
import type { Signer } from "../../base/signer.ts";
import { visible } from "../../base/visible.ts";
import { keep, type MARK } from "../../case/documents.ts";
import type { Decision } from "../../core/plan/decision.ts";
import { ineligible } from "../../core/plan/eligibility.ts";
import { proofFault } from "../../core/plan/proof.ts";
import { signStatement } from "../../evidence/dsse.ts";
import type { PredicateType, Statement } from "../../evidence/statement.ts";
import type { Ports } from "../../ports/ports.ts";
import { gateInputOf, readPlan } from "../contain/planRecords.ts";
import { openProven } from "../contain/storedDecisions.ts";
import type { Submission } from "./decisions.ts";
import { noteRefusal } from "./refusals.ts";

/** What people sign beside decisions, a review or a mark: who says it about which case, and how that is proven. */
export interface Word extends Pick<Decision, "caseId" | "assurance"> {
  readonly approver: { readonly humanId: string };
}

export interface OpenedWord<Said extends Word> {
  readonly said: Said;
  /** SHA-256 (hex) of what it is about. */
  readonly subject: string;
  readonly keyFingerprint: string;
  /** SHA-256 (hex) of the envelope: what the audit trail and the ledger know it by. */
  readonly digest: string;
}

export interface WordRefusal {
  readonly code: string;
  readonly why: string;
  readonly claimedBy?: string;
}

export type WordReceipt =
  | { readonly recorded: true; readonly repeated: boolean }
  | { readonly recorded: false; readonly code: string; readonly why: string };

/** What a hostile text may put into the audit trail by being refused. */
const MAXIMUM_WHY = 300;

export const signWord = async (
  place: Pick<Submission, "caseId" | "planId">,
  statement: Statement,
  signer: Signer,
): Promise<Submission> => {
  const publicKey = await signer.publicKey();
  const { envelope } = await signStatement({ statement, sign: signer.sign, publicKey });
  return { ...place, envelope, publicKey };
};

/** Checks signature or assertion, canonical form and schema; says why not in a text that is safe to print. */
export const openWord = <Said extends Word>(
  submission: Submission,
  { name, type, schema }: { readonly name: string; readonly type: PredicateType; readonly schema: z.ZodType<Said> },
  { settings }: Pick<Ports, "settings">,
): OpenedWord<Said> | WordRefusal => {
  try {
    const { statement, key, asserted } = openProven(submission, settings.webauthn, type);
    const said = schema.parse(statement.predicate);
    if ((said.assurance === "webauthn") !== asserted) throw new Error(`it claims ${said.assurance} and is not`);
    if (said.caseId !== submission.caseId) throw new Error("it is about another case");
    const subject = statement.subject[0].digest.sha256;
    return { said, subject, keyFingerprint: key.fingerprint, digest: sha256Hex(submission.envelope) };
  } catch (error) {
    const why = visible(`not a signed ${name}: ${(error as Error).message}`);
    return { code: "UNREADABLE", why: why.slice(0, MAXIMUM_WHY) };
  }
};

/** Why this person may not say it: no approver with this key, a proof too weak, or, by the plan, one who shares an identity with a suspect. */
export const speakerFault = async (
  { said: { caseId, approver, assurance }, keyFingerprint }: OpenedWord<Word>,
  planId: string | null,
  ports: Ports,
): Promise<WordRefusal | null> => {
  const { humanId } = approver;
  const { settings } = ports;
  const refusal = (why: string | null): WordRefusal | null =>
    why === null ? null : { code: "INELIGIBLE", why, claimedBy: humanId };
  const known = settings.approvers.find((one) => one.humanId === humanId && one.keys.includes(keyFingerprint));
  if (known === undefined) return refusal("no approver of the policy has this name and key");
  const proof = proofFault(known, keyFingerprint, assurance);
  if (proof !== null || planId === null) return refusal(proof);
  const input = await gateInputOf(await readPlan(caseId, planId, ports), [], ports);
  return refusal(ineligible(known, input, settings, input.detectedAt));
};

/** First the document, then the ledger, which does not forget; the line of the audit trail is for the caller to write. */
export const keepWord = async (
  { caseId, envelope, publicKey }: Submission,
  document: ReturnType<(typeof MARK)["at"]>,
  digest: string,
  ports: Ports,
): Promise<void> => {
  const at = ports.clock.now();
  await keep(ports.cases, caseId, document, {
    envelope: Buffer.from(envelope).toString("base64"),
    publicKey: Buffer.from(publicKey).toString("base64"),
    receivedAt: at,
  });
  await ports.ledger.append({ type: "review", caseId, digest, at });
};

/** Every refusal is a line of the audit trail. */
export const refuseWord = async (
  { caseId, planId, envelope }: Submission,
  refused: WordRefusal,
  actor: string,
  ports: Ports,
): Promise<WordReceipt> => {
  const content = sha256Hex(envelope);
  await noteRefusal({ ...refused, caseId, planId, actor, source: "unproven", content }, ports);
  return { recorded: false, code: refused.code, why: refused.why };
};
