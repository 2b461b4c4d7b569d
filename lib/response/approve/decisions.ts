import { digestOf, sha256Hex } from "../../base/jcs.ts";
import { timeOf } from "../../case/auditTrail.ts";
import type { StoredDecision } from "../../case/decision.ts";
import { DECISION, find, keep } from "../../case/documents.ts";
import type { Plan } from "../../case/plan.ts";
import type { SignedDecision } from "../../core/plan/decision.ts";
import { type GateVerdict, gate } from "../../core/plan/gate.ts";
import { refusal } from "../../core/plan/refusal.ts";
import type { Ports } from "../../ports/ports.ts";
import { gateInputOf, judge, readPlan } from "../contain/planRecords.ts";
import {
  envelopeDigestOf,
  isOnRecord,
  openSigned,
  openStored,
  type SignedBytes,
  storedDecisions,
} from "../contain/storedDecisions.ts";
import { oneAtATime } from "../oneAtATime.ts";
import { tell } from "../tell.ts";
import { barredNow, hasBegun, type Why } from "./barred.ts";
import { recordBreakGlass } from "./breakGlass.ts";
import { noteRefusal } from "./refusals.ts";

export { judge } from "../contain/planRecords.ts";
export { storedDecisions } from "../contain/storedDecisions.ts";

export interface Submission extends SignedBytes {
  readonly caseId: string;
  readonly planId: string;
}

export type Receipt =
  | {
      readonly recorded: true;
      readonly verdict: GateVerdict;
      /** The same decision was recorded before; this one changed nothing. */
      readonly repeated: boolean;
      /** What the person must know besides, or absent. */
      readonly note?: string;
    }
  | { readonly recorded: false; readonly code: string; readonly why: string };

/** A submission as it was opened and judged. */
interface Heard {
  readonly submission: Submission;
  readonly opened: SignedDecision;
  readonly plan: Plan;
  /** What the gate said before this decision. */
  readonly before: GateVerdict;
}

/**
 * Records one signed decision, whatever comes of it, and wakes the execution that waits. The same decision again gives
 * the same receipt; another one of the same human is refused (withdraw first). Every refusal is a line of the audit
 * trail. Nothing is executed here. Throws AUDIT_UNAVAILABLE when the decision cannot be put on record: then it does not
 * count, and submitting it again completes it.
 */
export const submitDecision = (submission: Submission, ports: Ports): Promise<Receipt> =>
  oneAtATime(ports.cases, `decide ${submission.caseId}/${submission.planId}`, () => submit(submission, ports));

const submit = async (submission: Submission, ports: Ports): Promise<Receipt> => {
  const { caseId, planId } = submission;
  const plan = await readPlan(caseId, planId, ports);
  const receivedAt = timeOf(await ports.cases.events(caseId), ports.clock.now());
  const opened = openSigned(submission, receivedAt, ports.settings.webauthn);
  if ("code" in opened) return refuse(submission, opened, ports);
  const input = await gateInputOf(plan, await storedDecisions(caseId, planId, ports), ports);
  const heard = { submission, opened, plan, before: gate(input) };
  const refused = refusal(input, opened);
  if (refused !== null && refused.code !== "LATE") return refuse(submission, refused, ports, opened);
  const stored = await find(ports.cases, caseId, slotOf(planId, opened));
  if (stored !== null) return repeat(heard, stored, ports);
  const barred = refused ?? (await barredNow(opened, plan, heard.before, ports));
  if (barred !== null) return refuse(submission, barred, ports, opened);
  return record(heard, ports);
};

/** One place per plan, kind and human: whoever creates it first has decided. */
const slotOf = (planId: string, { decision }: SignedDecision) =>
  DECISION.at(planId, decision.kind, decision.approver.humanId);

const record = async (heard: Heard, ports: Ports): Promise<Receipt> => {
  const { submission, opened, plan } = heard;
  const mine: StoredDecision = {
    envelope: Buffer.from(submission.envelope).toString("base64"),
    publicKey: Buffer.from(submission.publicKey).toString("base64"),
    receivedAt: opened.receivedAt,
  };
  const stored = await keep(ports.cases, plan.caseId, slotOf(plan.planId, opened), mine);
  if (digestOf(stored) !== digestOf(mine)) return repeat(heard, stored, ports);
  await putOnRecord(plan, stored, opened, ports);
  return receipt(heard, false, ports);
};

/** The same again is the same; whoever wants to decide otherwise must take the first decision back. */
const repeat = async (heard: Heard, stored: StoredDecision, ports: Ports): Promise<Receipt> => {
  const { submission, opened, plan } = heard;
  const before = openStored(stored, ports.settings.webauthn);
  if (before === null || sameChoice(before) !== sameChoice(opened)) {
    const { humanId } = opened.decision.approver;
    const why = `${humanId} has decided otherwise before; withdraw that first`;
    return refuse(submission, { code: "CONFLICT", why }, ports, opened);
  }
  if (!isOnRecord(plan.planId, stored, await ports.cases.events(plan.caseId)))
    await putOnRecord(plan, stored, before, ports);
  return receipt(heard, true, ports);
};

/** Two decisions say the same when they differ in nothing but their reason, the way they came and the second of it. */
const sameChoice = ({ decision }: SignedDecision): string =>
  digestOf({ ...decision, decidedAt: "", reason: "", channel: "", assurance: "" });

/** First the ledger, which does not forget, then the audit trail, by which the gate counts. */
const putOnRecord = async (
  plan: Plan,
  stored: StoredDecision,
  { decision, keyFingerprint }: SignedDecision,
  ports: Ports,
): Promise<void> => {
  const { caseId, planId } = plan;
  const { kind, choices, reason, channel, assurance, approver } = decision;
  const envelope = envelopeDigestOf(stored);
  await ports.ledger.append({ type: "decision", caseId, digest: envelope, at: ports.clock.now() });
  if (kind === "break-glass")
    await recordBreakGlass(plan, { humanId: approver.humanId, envelope, actions: Object.keys(choices) }, ports);
  const isNews = !isOnRecord(planId, stored, await ports.cases.events(caseId));
  if (kind === "stop" && isNews) await tell(ports, caseId, "attention", 9, stopped(plan));
  await ports.cases.append(caseId, {
    type: "decision.recorded",
    actor: `human:${approver.humanId}`,
    data: {
      planId,
      kind,
      choices,
      reason,
      channel,
      assurance,
      envelope,
      keyFingerprint,
      receivedAt: stored.receivedAt,
    },
  });
};

/** Who it was stands in the case: a notice names nobody. */
const stopped = ({ caseId, planId }: Plan): string =>
  `An approver stopped ${planId}: no further change is made. What was made before stays, is listed in the case and can be released: cordon rollback ${caseId}`;

const receipt = async ({ opened, plan }: Heard, repeated: boolean, ports: Ports): Promise<Receipt> => {
  const { caseId, planId } = plan;
  const verdict = await judge(plan, await storedDecisions(caseId, planId, ports), ports);
  if (verdict.state !== "waiting") await ports.decisions.wake(caseId, planId, "decided");
  const overtaken =
    opened.decision.kind === "withdraw" && !repeated && hasBegun(plan, await ports.cases.events(caseId));
  return overtaken ? { recorded: true, verdict, repeated, note: OVERTAKEN } : { recorded: true, verdict, repeated };
};

/** The executor looks again after it has written that it begins, and we look after we have written: one sees the other. */
const OVERTAKEN = "The plan is being carried out: what was begun before stays as it is. Look at the case.";

const refuse = async (
  { caseId, planId, envelope }: Submission,
  { code, why }: Why,
  ports: Ports,
  opened?: SignedDecision,
): Promise<Receipt> => {
  const claimed = opened === undefined ? {} : { claimedBy: opened.decision.approver.humanId };
  const source = opened === undefined ? "unproven" : provenSource(opened, ports);
  const content = sha256Hex(envelope);
  await noteRefusal({ caseId, planId, actor: "gate", source, code, why, content, ...claimed }, ports);
  return { recorded: false, code, why };
};

/** The name in a decision is proven only by a key that the policy gives this name. */
const provenSource = ({ decision, keyFingerprint }: SignedDecision, { settings }: Ports): string => {
  const { humanId } = decision.approver;
  return settings.approvers.some((known) => known.humanId === humanId && known.keys.includes(keyFingerprint))
    ? `human:${humanId}`
    : "unproven";
};
