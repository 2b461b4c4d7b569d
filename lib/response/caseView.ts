import type { CaseEvent, CaseHead } from "../case/case.ts";
import type { LogIntegrity } from "../case/scan.ts";
import type { Finding } from "../core/finding/finding.ts";
import type { BucketHours } from "../core/logs/bucketHours.ts";
import type { OtherLog } from "../core/logs/otherLogs.ts";
import type { GateVerdict } from "../core/plan/gate.ts";
import type { Plan } from "../core/plan/plan.ts";
import { fingerprintOf, planDigestOf } from "../core/plan/renderPlan.ts";
import type { PrincipalRef } from "../core/principal/principal.ts";
import type { Ports } from "../ports/ports.ts";
import { judge, storedDecisions } from "./approve/decisions.ts";
import { type DueReview, reviewsDue } from "./approve/reviewsDue.ts";
import type { ActionRecord } from "./contain/applyContainment.ts";
import { ENDS } from "./contain/planRecords.ts";
import type { Discovered } from "./contain/scene.ts";
import { findDocument } from "./documents.ts";

/** How much: null as a whole where it cannot be known. `bytes` null: objects known, their size not. */
export interface Amount {
  readonly objects: number;
  readonly calls: number;
  readonly bytes: number | null;
}

/** The machine's view of a case: `cordon show CASE --json`, described by `docs/schemas/case.schema.json`. Kept stable. */
export interface CaseView {
  readonly caseId: string;
  readonly status: CaseHead["status"];
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly finding: { readonly id: string; readonly type: string; readonly severity: number; readonly sample: boolean };
  readonly principal: {
    readonly type: string;
    readonly arn: string | null;
    readonly principalId: string | null;
    readonly accessKeyIds: readonly string[];
    readonly roleSession: string | null;
    readonly issuerArn: string | null;
  } | null;
  readonly theft: TheftView;
  readonly coverage: CoverageView;
  readonly plan: PlanView | null;
  readonly plans: readonly PlanView[];
  readonly notKnown: readonly string[];
  /** Reviews that are due because one person broke the glass, until somebody gave them. */
  readonly reviews: readonly GlassReview[];
  /** By when somebody must say whether what is cut off stays cut off; null when nothing is in force. */
  readonly quarantine: Pick<DueReview, "planId" | "actions" | "dueAt" | "overdue"> | null;
  readonly evidence: readonly { readonly revision: number; readonly path: string; readonly digest: string }[];
}

/** A review that somebody owes, because one person acted alone. */
export interface GlassReview extends Pick<DueReview, "planId" | "actions" | "dueAt" | "overdue"> {
  readonly humanId: string;
}

export interface TheftView {
  readonly certain: Amount | null;
  readonly likely: Amount | null;
  readonly upperBound: Amount | null;
  readonly notKnown: readonly string[];
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  readonly buckets: readonly string[];
  readonly addresses: readonly string[];
}

export interface CoverageView {
  readonly watermark: string | null;
  readonly filesRead: number;
  readonly filesSetAside: number;
  readonly setAside: readonly { readonly file: string; readonly reason: string }[];
  readonly buckets: readonly {
    readonly name: string;
    readonly dataEvents: "covered" | "partly" | "absent" | "unknown";
    /** Absent in cases written before hours were counted. */
    readonly hours?: BucketHours;
  }[];
  readonly holes: readonly string[];
  /** Log files against CloudTrail's digests; absent until that was checked. `holes` are among those of the coverage. */
  readonly integrity?: Pick<LogIntegrity, "counts" | "notes"> & {
    readonly says: string;
    readonly holes: readonly string[];
  };
  /** Logs beside CloudTrail: given and used, or not. */
  readonly otherLogs?: readonly OtherLog[];
}

export interface PlanView {
  readonly planId: string;
  readonly digest: string;
  readonly fingerprint: string;
  readonly mode: Plan["mode"];
  readonly expiresAt: string;
  readonly status: "proposed" | "approved" | "denied" | "expired" | "executing" | "executed" | "superseded" | "empty";
  /** Why no decision can count any more though nothing was carried out; null: it was, or one can. */
  readonly closed: string | null;
  readonly actions: readonly {
    readonly id: string;
    readonly kind: string;
    readonly target: string;
    readonly reversibility: string;
    readonly status: string;
  }[];
}

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
export const caseView = async (caseId: string, ports: Ports): Promise<CaseView> => {
  const { cases } = ports;
  const head = await cases.head(caseId);
  const finding = (await findDocument<Finding>(cases, caseId, "finding.json"))!;
  const discovered = await findDocument<Discovered>(cases, caseId, "discovered.json");
  const plans = await plansOf(caseId, ports);
  return {
    caseId,
    status: head.status,
    openedAt: head.openedAt,
    closedAt: head.closedAt,
    finding: { id: finding.id, type: finding.type, severity: finding.severity, sample: finding.sample },
    principal: principalOf(finding, discovered),
    theft: (await findDocument<TheftView>(cases, caseId, "theft-summary.json")) ?? (await unread(caseId, ports)),
    coverage: (await findDocument<CoverageView>(cases, caseId, "coverage-summary.json")) ?? UNREAD_COVERAGE,
    plan: plans.find(({ planId }) => planId === "contain-1") ?? plans[0] ?? null,
    plans,
    notKnown: head.notKnown.map(({ step, reason }) => `${step}: ${reason}`),
    ...splitReviews(await reviewsDue(caseId, ports)),
    evidence: head.sealed.map(({ revision, path, digest }) => ({ revision, path, digest })),
  };
};

/** Nothing was read yet, or a scan was refused before it began. */
const unread = async (caseId: string, { cases }: Ports): Promise<TheftView> => {
  const round = await findDocument<{ refused?: string | null }>(cases, caseId, "scans/round-001.json");
  return round?.refused == null ? UNREAD : { ...UNREAD, notKnown: [`The logs were not read: ${round.refused}.`] };
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

const plansOf = async (caseId: string, ports: Ports): Promise<readonly PlanView[]> => {
  const names = (await ports.cases.names(caseId, "plans/")).filter((name) => name.endsWith(".json"));
  const plans = await Promise.all(names.map((name) => findDocument<Plan>(ports.cases, caseId, name)));
  return Promise.all(plans.filter((plan) => plan !== null).map((plan) => viewPlan(plan, ports)));
};

const viewPlan = async (plan: Plan, ports: Ports): Promise<PlanView> => {
  const verdict = await judge(plan, await storedDecisions(plan.caseId, plan.planId, ports), ports);
  const records = await Promise.all(
    plan.actions.map(({ id }) =>
      findDocument<ActionRecord>(ports.cases, plan.caseId, `actions/${plan.planId}/${id}.json`),
    ),
  );
  const digest = planDigestOf(plan);
  const status = await statusOf(plan, verdict, ports);
  return {
    planId: plan.planId,
    digest,
    fingerprint: fingerprintOf(digest),
    mode: plan.mode,
    expiresAt: plan.expiresAt,
    status,
    closed: ["denied", "expired", "superseded"].includes(status) ? await whyClosed(plan, verdict, ports) : null,
    actions: plan.actions.map((action, index) => ({
      id: action.id,
      kind: action.kind,
      target: action.target.label,
      reversibility: action.reversibility,
      status: records[index]?.status ?? verdict.actions[index]!.state,
    })),
  };
};

/** How a question was closed before anything was carried out, or null. */
const endOf = async ({ caseId, planId }: Plan, { cases }: Ports): Promise<CaseEvent["data"] | null> =>
  (await cases.events(caseId)).find(({ type, data }) => ENDS.includes(type) && data.planId === planId)?.data ?? null;

/** What closed it first, for that it was closed before says nothing; and how many people are missing. */
const whyClosed = async (plan: Plan, verdict: GateVerdict, ports: Ports): Promise<string> => {
  const end = verdict.closed === "ENDED" ? await endOf(plan, ports) : null;
  const [code, why] = end === null ? [verdict.closed, verdict.why] : [end.code, String(end.why)];
  return code === "TOO_FEW" ? [why, ...new Set(verdict.actions.map((action) => action.why))].join("; ") : why;
};

const statusOf = async (plan: Plan, verdict: GateVerdict, ports: Ports): Promise<PlanView["status"]> => {
  if (plan.actions.length === 0) return "empty";
  const events = (await ports.cases.events(plan.caseId))
    .filter(({ data }) => data.planId === plan.planId)
    .map(({ type }) => type);
  if (events.includes("execution.finished"))
    return verdict.state !== "closed" && verdict.actions.some(({ state }) => state === "waiting")
      ? "proposed"
      : "executed";
  if (events.includes("execution.started")) return "executing";
  if (verdict.state === "open") return "approved";
  if (verdict.state === "waiting") return "proposed";
  if (
    verdict.closed === "SUPERSEDED" ||
    (verdict.closed === "ENDED" && (await endOf(plan, ports))?.code === "SUPERSEDED")
  )
    return "superseded";
  return verdict.actions.some(({ denials }) => denials.length > 0) ? "denied" : "expired";
};
