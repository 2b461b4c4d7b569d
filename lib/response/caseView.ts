import type { CaseHead } from "../case/case.ts";
import type { CaseView, PlanView } from "../case/caseView.ts";
import {
  ACTION,
  COVERAGE_SUMMARY,
  DISCOVERED,
  FINDING,
  find,
  PLAN,
  PRINCIPALS,
  read,
  readAll,
  SCAN_ROUND,
  THEFT_SUMMARY,
} from "../case/documents.ts";
import { type EventType, endOf, ofType } from "../case/events.ts";
import type { Finding } from "../case/finding.ts";
import type { Plan } from "../case/plan.ts";
import type { Discovered, PrincipalRef } from "../case/principal.ts";
import type { CoverageView, TheftView } from "../case/theft.ts";
import { stepTold } from "../core/caseState.ts";
import { emptyPlanWarning } from "../core/plan/emptyPlan.ts";
import type { GateVerdict } from "../core/plan/gate.ts";
import { fingerprintOf, planDigestOf } from "../core/plan/renderPlan.ts";
import type { ReadPorts } from "../ports/ports.ts";
import { type DueReview, reviewsDue } from "./approve/reviewsDue.ts";
import { READING, stateOf, type Viewed } from "./caseState.ts";
import { judge, numbered } from "./contain/planRecords.ts";
import { storedDecisions } from "./contain/storedDecisions.ts";

const UNREAD: TheftView = {
  certain: null,
  likely: null,
  upperBound: null,
  notKnown: ["The logs have not been read (yet), so nothing can be said about what was taken."],
  firstAt: null,
  lastAt: null,
  buckets: [],
  addresses: [],
};

const UNREAD_COVERAGE: CoverageView = {
  watermark: null,
  filesRead: 0,
  filesSetAside: 0,
  setAside: [],
  buckets: [],
  holes: [],
};

/** Puts the view together from the documents of the case as they are now. Throws CASE_NOT_FOUND. */
export const caseView = async (caseId: string, ports: ReadPorts): Promise<CaseView> => {
  const { cases } = ports;
  const head = await cases.head(caseId);
  const finding = (await find(cases, caseId, FINDING))!;
  const discovered = await find(cases, caseId, DISCOVERED);
  const viewed = await plansOf(caseId, ports);
  const plans = viewed.map(({ view }) => view);
  return {
    caseId,
    status: head.status,
    state: await stateOf(head, viewed, ports),
    openedAt: head.openedAt,
    closedAt: head.closedAt,
    finding: {
      id: finding.id,
      type: finding.type,
      severity: finding.severity,
      sample: finding.sample,
      ...(finding.sensitiveData === undefined ? {} : { sensitiveData: finding.sensitiveData }),
    },
    principal: principalOf(finding, discovered),
    theft: (await find(cases, caseId, THEFT_SUMMARY)) ?? (await unread(caseId, head, ports)),
    coverage: (await find(cases, caseId, COVERAGE_SUMMARY)) ?? UNREAD_COVERAGE,
    warnings: await warningsOf(head, standing(plans), ports),
    plan: standing(plans),
    plans,
    notKnown: head.notKnown.map(({ step, reason }) => `${stepTold(step)}: ${reason}`),
    ...splitReviews(await reviewsDue(caseId, ports)),
    evidence: head.sealed.map(({ revision, path, digest }) => ({ revision, path, digest })),
  };
};

const warningsOf = async (head: CaseHead, plan: PlanView | null, ports: ReadPorts): Promise<readonly string[]> => [
  ...(await doubted(head, ports)),
  ...(await emptyPlan(head, plan, ports)),
];

/** What was handed in about the account and is not believed. */
const doubted = async ({ caseId }: CaseHead, { cases }: ReadPorts): Promise<readonly string[]> => {
  const doubts = ((await find(cases, caseId, PRINCIPALS)) ?? []).flatMap(({ doubt }) => doubt ?? []);
  return [...new Set(doubts)].map(
    (doubt) => `The snapshot of identities (IAM) is not believed: ${doubt}. Who they are is taken from the logs.`,
  );
};

/** A plan that stops nobody is no quiet end, as long as nothing else has cut the suspects off. */
const emptyPlan = async (head: CaseHead, plan: PlanView | null, { cases }: ReadPorts): Promise<readonly string[]> => {
  if (plan?.status !== "empty" || head.sample || ["contained", "released"].includes(head.status)) return [];
  const warning = emptyPlanWarning(await read(cases, head.caseId, PLAN.at(plan.planId)));
  return warning === null ? [] : [warning];
};

/** The containment plan that counts: of several that took each other's place the newest. */
const standing = (plans: readonly PlanView[]): PlanView | null =>
  plans.findLast(({ planId, status }) => planId.startsWith("contain-") && status !== "superseded") ??
  plans.find(({ planId }) => planId === "contain-1") ??
  plans[0] ??
  null;

/** Nothing was read yet, or a scan was refused before it began. */
const unread = async (caseId: string, { notKnown }: CaseHead, { cases }: ReadPorts): Promise<TheftView> => {
  const round = await find(cases, caseId, SCAN_ROUND.at("001"));
  const failed = notKnown.find(({ step }) => READING.includes(step));
  const reason = round?.refused ?? failed?.reason;
  return reason == null ? UNREAD : { ...UNREAD, notKnown: [`The logs were not read: ${reason}.`] };
};

const splitReviews = (due: readonly DueReview[]): Pick<CaseView, "reviews" | "quarantine"> => {
  const dated = ({ planId, actions, dueAt, overdue }: DueReview) => ({ planId, actions, dueAt, overdue });
  const quarantine = due.find(({ about }) => about === "quarantine");
  return {
    reviews: due.flatMap((one) => (one.humanId === null ? [] : [{ ...dated(one), humanId: one.humanId }])),
    quarantine: quarantine === undefined ? null : dated(quarantine),
  };
};

/** The first principal of the finding, completed by what the logs say of the same identity. */
const principalOf = (finding: Finding, discovered: Discovered | null): CaseView["principal"] => {
  const named = finding.principals[0] ?? discovered?.suspects[0];
  if (named === undefined) return null;
  const all = [named, ...(discovered?.suspects ?? []).filter((other) => sameIdentity(other, named))];
  const first = <K extends keyof PrincipalRef>(key: K): PrincipalRef[K] | null =>
    all.map((ref) => ref[key]).find((value) => value !== null) ?? null;
  const keys = [
    ...all.map(({ accessKeyId }) => accessKeyId),
    ...(discovered?.keys ?? []).map(({ accessKeyId }) => accessKeyId),
  ];
  return {
    type: named.type,
    arn: first("arn"),
    principalId: first("principalId"),
    accessKeyIds: [...new Set(keys.filter((key) => key !== null))],
    roleSession: first("roleSession"),
    issuerArn: first("issuerArn"),
  };
};

const sameIdentity = (a: PrincipalRef, b: PrincipalRef): boolean =>
  (a.principalId !== null && a.principalId === b.principalId) ||
  (a.accessKeyId !== null && a.accessKeyId === b.accessKeyId);

const plansOf = async (caseId: string, ports: ReadPorts): Promise<readonly Viewed[]> => {
  const plans = await readAll(ports.cases, caseId, PLAN);
  const inOrder = plans.toSorted((a, b) => compareIds(a.planId, b.planId));
  return Promise.all(inOrder.map((plan) => viewPlan(plan, inOrder, ports)));
};

/** `contain-2` before `contain-10`. */
const compareIds = (a: string, b: string): number => {
  const [[series, one], [other, two]] = [numbered(a), numbered(b)];
  return series === other ? one - two : series < other ? -1 : 1;
};

const viewPlan = async (plan: Plan, all: readonly Plan[], ports: ReadPorts): Promise<Viewed> => {
  const verdict = await judge(plan, await storedDecisions(plan.caseId, plan.planId, ports), ports);
  const records = await Promise.all(
    plan.actions.map(({ id }) => find(ports.cases, plan.caseId, ACTION.at(plan.planId, id))),
  );
  const digest = planDigestOf(plan);
  const status = await statusOf(plan, verdict, ports);
  const view = {
    planId: plan.planId,
    digest,
    fingerprint: fingerprintOf(digest),
    mode: plan.mode,
    expiresAt: plan.expiresAt,
    status,
    closed: ["denied", "expired", "superseded"].includes(status) ? await whyClosed(plan, verdict, all, ports) : null,
    actions: plan.actions.map((action, index) => ({
      id: action.id,
      kind: action.kind,
      target: action.target.label,
      reversibility: action.reversibility,
      status: records[index]?.status ?? (status === "superseded" ? "void" : verdict.actions[index]!.state),
    })),
  };
  return { plan, verdict, records: records.filter((record) => record !== null), view };
};

/** What closed it first, for that it was closed before says nothing; and how many people are missing. */
const whyClosed = async (plan: Plan, verdict: GateVerdict, all: readonly Plan[], ports: ReadPorts): Promise<string> => {
  const newer = all.find(({ replaces }) => replaces?.planId === plan.planId);
  if (newer !== undefined) return replacedBy(newer);
  const end = verdict.closed === "ENDED" ? endOf(await ports.cases.events(plan.caseId), plan.planId) : null;
  const { code, why } = end?.data ?? { code: verdict.closed, why: verdict.why };
  return code === "TOO_FEW" ? [why, ...new Set(verdict.actions.map((action) => action.why))].join("; ") : why;
};

const replacedBy = ({ planId, replaces }: Plan): string => {
  const people = replaces?.void ?? [];
  return `${planId} takes its place, brought up to date; ${people.length === 0 ? "nobody had approved it" : `what ${people.join(", ")} approved is void`}`;
};

const statusOf = async (plan: Plan, verdict: GateVerdict, ports: ReadPorts): Promise<PlanView["status"]> => {
  if (plan.actions.length === 0) return "empty";
  const events = await ports.cases.events(plan.caseId);
  const has = (type: EventType): boolean => ofType(events, type, plan.planId).length > 0;
  if (has("execution.finished"))
    return verdict.state !== "closed" && verdict.actions.some(({ state }) => state === "waiting")
      ? "proposed"
      : "executed";
  if (has("execution.started")) return "executing";
  if (verdict.state === "open") return "approved";
  if (verdict.state === "waiting") return "proposed";
  if (
    verdict.closed === "SUPERSEDED" ||
    (verdict.closed === "ENDED" && endOf(events, plan.planId)?.data.code === "SUPERSEDED")
  )
    return "superseded";
  return verdict.actions.some(({ denials }) => denials.length > 0) ? "denied" : "expired";
};
