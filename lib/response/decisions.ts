import { type Decision, DecisionSchema, type SignedDecision } from "../core/decision.ts";
import { gate, type GateVerdict } from "../core/gate.ts";
import type { Plan } from "../core/plan.ts";
import { planDigestOf, shownDigestOf } from "../core/renderPlan.ts";
import { policyOf } from "../core/settings.ts";
import { verifyEnvelope } from "../evidence/dsse.ts";
import { digestOf, sha256Hex } from "../evidence/jcs.ts";
import { parsePublicKey } from "../evidence/publicKey.ts";
import { PREDICATE_TYPES } from "../evidence/statement.ts";
import type { Ports } from "../ports.ts";
import { findDocument, keepDocument, readDocument } from "./documents.ts";

/** A decision as it is stored: the envelope as it came, the key it was signed with, and when it arrived here. */
export interface StoredDecision {
  readonly envelope: string;
  /** DER SubjectPublicKeyInfo, base64. */
  readonly publicKey: string;
  readonly receivedAt: string;
}

export interface Submission {
  readonly caseId: string;
  readonly planId: string;
  /** DSSE envelope, the bytes. */
  readonly envelope: Uint8Array;
  /** DER SubjectPublicKeyInfo of the key it is signed with. */
  readonly publicKey: Uint8Array;
}

export type Receipt =
  | { readonly recorded: true; readonly verdict: GateVerdict; readonly repeated: boolean }
  | { readonly recorded: false; readonly code: string; readonly why: string };

/**
 * Records one signed decision, whatever comes of it, and wakes the execution that waits. The same decision again gives
 * the same receipt; another one of the same human is refused (withdraw first). Nothing is executed here.
 */
export const submitDecision = async (submission: Submission, ports: Ports): Promise<Receipt> => {
  const { caseId, planId } = submission;
  const plan = await readDocument<Plan>(ports.cases, caseId, `plans/${planId}.json`);
  const opened = openSigned(submission, ports.clock.now());
  if ("code" in opened) return refuse(caseId, planId, opened.code, opened.why, ports);
  const before = await judge(plan, [...(await storedDecisions(caseId, planId, ports)), opened], ports);
  const refusal = before.refused.find(({ humanId }) => humanId === opened.decision.approver.humanId);
  if (refusal !== undefined && opened.decision.kind !== "withdraw") return refuse(caseId, planId, refusal.code, refusal.why, ports);
  return record(submission, opened, plan, ports);
};

const record = async (submission: Submission, opened: SignedDecision, plan: Plan, ports: Ports): Promise<Receipt> => {
  const { caseId, planId } = submission;
  const { humanId } = opened.decision.approver;
  const name = `decisions/${planId}/${humanId}${opened.decision.kind === "withdraw" ? ".withdrawal" : ""}.json`;
  const mine: StoredDecision = {
    envelope: Buffer.from(submission.envelope).toString("base64"),
    publicKey: Buffer.from(submission.publicKey).toString("base64"),
    receivedAt: opened.receivedAt,
  };
  const stored = await keepDocument(ports.cases, caseId, name, mine);
  const repeated = stored.receivedAt !== mine.receivedAt;
  if (repeated && !sameChoice(stored, opened)) {
    return refuse(caseId, planId, "CONFLICT", `${humanId} has decided otherwise before; withdraw that first`, ports);
  }
  if (!repeated) {
    await ports.ledger.append({ type: "decision", caseId, digest: sha256Hex(submission.envelope), at: ports.clock.now() });
    await ports.cases.append(caseId, { type: "decision.recorded", actor: `human:${humanId}`, data: { planId, kind: opened.decision.kind, choices: opened.decision.choices, reason: opened.decision.reason, channel: opened.decision.channel, assurance: opened.decision.assurance } });
  }
  const verdict = await judge(plan, await storedDecisions(caseId, planId, ports), ports);
  if (verdict.state !== "waiting") await ports.decisions.wake(caseId, planId, "decided");
  return { recorded: true, verdict, repeated };
};

/** Two decisions say the same when they differ in nothing but the second they were made in. */
const sameChoice = (stored: StoredDecision, opened: SignedDecision): boolean => {
  const before = openStored(stored);
  if (before === null) return false;
  return digestOf({ ...before.decision, decidedAt: "", reason: "" }) === digestOf({ ...opened.decision, decidedAt: "", reason: "" });
};

/** Every refusal leaves a line in the audit trail. */
const refuse = async (caseId: string, planId: string, code: string, why: string, ports: Ports): Promise<Receipt> => {
  await ports.cases.append(caseId, { type: "decision.refused", actor: "gate", data: { planId, code, why } });
  return { recorded: false, code, why };
};

/** All decisions recorded about a plan whose signatures hold; a file that does not verify is no decision. */
export const storedDecisions = async (caseId: string, planId: string, { cases }: Ports): Promise<readonly SignedDecision[]> => {
  const names = await cases.names(caseId, `decisions/${planId}/`);
  const stored = await Promise.all(names.map((name) => readDocument<StoredDecision>(cases, caseId, name)));
  return stored.map(openStored).filter((signed) => signed !== null);
};

const openStored = ({ envelope, publicKey, receivedAt }: StoredDecision): SignedDecision | null => {
  const opened = openSigned({ envelope: Buffer.from(envelope, "base64"), publicKey: Buffer.from(publicKey, "base64") }, receivedAt);
  return "code" in opened ? null : opened;
};

const openSigned = (signed: Pick<Submission, "envelope" | "publicKey">, receivedAt: string): SignedDecision | { readonly code: string; readonly why: string } => {
  try {
    const key = parsePublicKey(signed.publicKey);
    const { statement } = verifyEnvelope(signed.envelope, key, PREDICATE_TYPES.approval);
    const decision: Decision = DecisionSchema.parse(statement.predicate);
    return { decision, keyFingerprint: key.fingerprint, planDigest: statement.subject[0].digest.sha256, receivedAt };
  } catch (error) {
    return { code: "UNREADABLE", why: `not a signed decision: ${(error as Error).message}` };
  }
};

/** The gate over everything as it is stored at this moment. */
export const judge = async (plan: Plan, decisions: readonly SignedDecision[], ports: Ports): Promise<GateVerdict> => {
  const head = await ports.cases.head(plan.caseId);
  return gate({
    plan,
    planDigest: planDigestOf(plan),
    shownDigest: shownDigestOf(plan),
    policyDigest: digestOf(policyOf(ports.settings)),
    decisions,
    settings: ports.settings,
    detectedAt: head.openedAt,
    now: ports.clock.now(),
    supersededBy: await newerPlan(plan, ports),
  });
};

const newerPlan = async (plan: Plan, { cases }: Ports): Promise<string | null> => {
  const next = plan.planId.replace(/\d+$/, (number) => String(Number(number) + 1));
  const newer = await findDocument<Plan>(cases, plan.caseId, `plans/${next}.json`);
  return newer === null ? null : planDigestOf(newer);
};
