import { CordonError } from "../../base/errors.ts";
import { canonicalJson, digestOf } from "../../base/jcs.ts";
import { brokenLink, timeOf } from "../../case/auditTrail.ts";
import type { CaseHead } from "../../case/case.ts";
import type { StoredDecision } from "../../case/decision.ts";
import { parse } from "../../case/document.ts";
import { DISCOVERED, FINDING, find, namesOf, PLAN } from "../../case/documents.ts";
import { aboutPlan, type CaseEvent, endOf, eventFault, ofType } from "../../case/events.ts";
import type { Finding } from "../../case/finding.ts";
import type { Plan } from "../../case/plan.ts";
import type { SignedDecision } from "../../core/plan/decision.ts";
import { toSuspect } from "../../core/plan/eligibility.ts";
import { type GateVerdict, gate } from "../../core/plan/gate.ts";
import type { GateInput } from "../../core/plan/gateInput.ts";
import { planDigestOf, shownDigestOf } from "../../core/plan/renderPlan.ts";
import { approvalPolicyOf } from "../../core/settings.ts";
import type { ReadPorts } from "../../ports/ports.ts";
import { hoursFrom } from "../time.ts";
import { envelopeDigestOf, isOnRecord, openStored, readDecisions } from "./storedDecisions.ts";

/** A case opened later than this after the finding replays the past: then its opening counts as the detection. */
const REPLAY_HOURS = 7 * 24;
/**
 * A plan as it is stored. Throws DOCUMENT_MISSING, and DOCUMENT_CONFLICT when the bytes are not the canonical JSON that
 * was written: two programs could read such a plan differently.
 */
export const readPlan = async (caseId: string, planId: string, { cases }: ReadPorts): Promise<Plan> => {
  const document = PLAN.at(planId);
  const bytes = await cases.read(caseId, document.name);
  if (bytes === null) throw new CordonError("DOCUMENT_MISSING", `${caseId} has no document ${document.name}`);
  const plan = parse(document, bytes, caseId);
  if (canonicalJson(plan) !== Buffer.from(bytes).toString("utf8"))
    throw new CordonError("DOCUMENT_CONFLICT", `${caseId}: ${document.name} is not as it was written`);
  return plan;
};

/** The gate over everything as it is stored at this moment. */
export const judge = async (plan: Plan, decisions: readonly SignedDecision[], ports: ReadPorts): Promise<GateVerdict> =>
  gate(await gateInputOf(plan, decisions, ports));

/** What the gate looks at, read and computed anew. */
export const gateInputOf = async (
  plan: Plan,
  decisions: readonly SignedDecision[],
  ports: ReadPorts,
): Promise<GateInput> => {
  const { cases, settings, clock } = ports;
  const [head, events] = [await cases.head(plan.caseId), await cases.events(plan.caseId)];
  const finding = await find(cases, plan.caseId, FINDING);
  const found = await find(cases, plan.caseId, DISCOVERED);
  return {
    plan,
    planDigest: planDigestOf(plan),
    shownDigest: shownDigestOf(plan),
    policyDigest: digestOf(approvalPolicyOf(settings)),
    decisions,
    settings,
    suspects: [...plan.suspects, ...(found?.suspects ?? []).map(toSuspect)],
    detectedAt: detectionOf(head, finding),
    now: timeOf(events, clock.now()),
    supersededBy: await newerPlan(plan, ports),
    begun: ofType(events, "execution.started", plan.planId).length > 0,
    fault: await faultIn(plan, head, events, ports),
    ended: hasEnded(plan, events),
  };
};

/** An approver added while a finding waited to be looked at came after detection, whenever the case was opened. */
const detectionOf = ({ openedAt }: CaseHead, finding: Finding | null): string =>
  finding !== null && finding.createdAt < openedAt && hoursFrom(finding.createdAt, REPLAY_HOURS) > openedAt
    ? finding.createdAt
    : openedAt;

/** A question that was closed before anything was carried out stays closed. */
const hasEnded = ({ planId }: Plan, events: readonly CaseEvent[]): boolean => endOf(events, planId) !== null;

/** Why the records of a case cannot be relied upon, or null: then nothing is carried out, whatever they say. */
const faultIn = async (
  plan: Plan,
  head: CaseHead,
  events: readonly CaseEvent[],
  ports: ReadPorts,
): Promise<string | null> => {
  const line = brokenLink(events);
  if (line !== null) return `the audit trail does not hold together at line ${line}`;
  if (plan.deployment !== ports.ledger.origin) return "the plan is of another deployment";
  if (plan.caseId !== head.caseId || plan.accountId !== head.accountId || plan.region !== head.region)
    return "the plan is of another case, account or region";
  const odd = events.map(eventFault).find((fault) => fault !== null);
  if (odd !== undefined) return `the audit trail holds a line that this version did not write so: ${odd}`;
  const ofPlan = aboutPlan(events, plan.planId);
  const [proposed] = ofType(ofPlan, "plan.proposed");
  if (proposed?.data.digest !== planDigestOf(plan)) return "the plan is not the one that was proposed";
  return decisionFault(plan.planId, ofPlan, await readDecisions(plan.caseId, plan.planId, ports), ports);
};

/** What was once on record must be there and be readable still: it may be a denial. */
const decisionFault = (
  planId: string,
  ofPlan: readonly CaseEvent[],
  stored: readonly StoredDecision[],
  { settings }: ReadPorts,
): string | null => {
  const there = stored.map(envelopeDigestOf);
  if (ofType(ofPlan, "decision.recorded").some(({ data }) => !there.includes(data.envelope)))
    return "a decision on record is missing from the case";
  const unreadable = stored.some(
    (one) => isOnRecord(planId, one, ofPlan) && openStored(one, settings.webauthn) === null,
  );
  return unreadable ? "a decision on record cannot be read" : null;
};

/** `contain-2` takes the place of `contain-1`. */
const newerPlan = async (plan: Plan, { cases }: ReadPorts): Promise<string | null> => {
  const newest = (await plansLike(plan.caseId, plan.planId, cases)).at(-1);
  if (newest === undefined || numbered(newest)[1] <= numbered(plan.planId)[1]) return null;
  const next = await find(cases, plan.caseId, PLAN.at(newest));
  return next === null ? null : planDigestOf(next);
};

/** The plans of a case that take each other's place (`contain-1`, `contain-2` …), oldest first. */
export const plansLike = async (
  caseId: string,
  planId: string,
  cases: ReadPorts["cases"],
): Promise<readonly string[]> => {
  const [series] = numbered(planId);
  return (await planIdsOf(caseId, cases))
    .filter((other) => numbered(other)[0] === series)
    .toSorted((a, b) => numbered(a)[1] - numbered(b)[1]);
};

/** Ids of the plans of a case, by the names of their documents. */
export const planIdsOf = async (caseId: string, cases: ReadPorts["cases"]): Promise<readonly string[]> =>
  (await namesOf(cases, caseId, PLAN)).map((name) => name.slice("plans/".length, -".json".length));

export const numbered = (planId: string): readonly [string, number] => {
  const [, series, number] = /^(.*?)(\d+)$/.exec(planId) ?? [];
  return [series ?? planId, Number(number ?? 0)];
};
