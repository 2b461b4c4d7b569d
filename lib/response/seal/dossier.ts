import { ACTION, DISCOVERED, FINDING, find, PLAN, PRINCIPALS, VERIFICATION } from "../../case/documents.ts";
import type { AccessLogSummary } from "../../core/logs/accessLog.ts";
import type { FlowSummary } from "../../core/logs/flowLog.ts";
import { renderPlan } from "../../core/plan/renderPlan.ts";
import type { RoleChain } from "../../core/principal/roleChain.ts";
import type { Pivots } from "../../core/theft/pivots.ts";
import type { SensitivityHints } from "../../core/theft/sensitivity.ts";
import type { Ports } from "../../ports/ports.ts";
import type { CaseDossier, Opinion, PlanPart } from "../../report/dossier.ts";
import { judge, storedDecisions } from "../approve/decisions.ts";
import { caseView } from "../caseView.ts";
import { findWatch } from "../contain/watchActivity.ts";
import { findDocument } from "../documents.ts";
import { queryNotes } from "../investigate/reportData.ts";
import { spendingOf } from "./spending.ts";

/** Figures for the report that `quantify` and `detect` leave behind: `report-data.json` and `detections.json`. */
export type ReportData = Pick<
  CaseDossier,
  "hours" | "objects" | "objectsTotal" | "prefixes" | "denied" | "story" | "queries"
>;

const NO_DATA: ReportData = { hours: [], objects: [], objectsTotal: 0, denied: [], story: [], queries: [] };

/** Reads everything a report is made of from the case as it is now. */
export const dossierOf = async (
  caseId: string,
  meta: Pick<CaseDossier, "revision" | "kind" | "sealedAt">,
  ports: Ports,
): Promise<CaseDossier> => {
  const { cases } = ports;
  const view = await caseView(caseId, ports);
  const data = (await findDocument<ReportData>(cases, caseId, "report-data.json")) ?? NO_DATA;
  return {
    ...meta,
    ...data,
    queries: await queryNotes(caseId, ports),
    head: await cases.head(caseId),
    view,
    finding: (await find(cases, caseId, FINDING))!,
    principals: (await find(cases, caseId, PRINCIPALS)) ?? [],
    discovered: await find(cases, caseId, DISCOVERED),
    detections: (await findDocument<CaseDossier["detections"]>(cases, caseId, "detections.json")) ?? [],
    classification: await findDocument<Record<string, unknown>>(cases, caseId, "classification.json"),
    roleChain: await findDocument<RoleChain>(cases, caseId, "role-chain.json"),
    likelihood: await findDocument<Opinion>(cases, caseId, "likelihood.json"),
    pivots: await findDocument<Pivots>(cases, caseId, "pivots.json"),
    hints: await findDocument<SensitivityHints>(cases, caseId, "sensitivity-hints.json"),
    accessLog: await findDocument<AccessLogSummary>(cases, caseId, "access-log.json"),
    flowLogs: await findDocument<FlowSummary>(cases, caseId, "flow-logs.json"),
    spending: await spendingOf(caseId, ports),
    clocks: (await findDocument<CaseDossier["clocks"]>(cases, caseId, "clocks.json")) ?? [],
    plans: await Promise.all(view.plans.map(({ planId }) => planPart(caseId, planId, ports))),
    events: await cases.events(caseId),
  };
};

const planPart = async (caseId: string, planId: string, ports: Ports): Promise<PlanPart> => {
  const { cases } = ports;
  const plan = (await find(cases, caseId, PLAN.at(planId)))!;
  const decisions = await storedDecisions(caseId, planId, ports);
  const records = await Promise.all(plan.actions.map(({ id }) => find(cases, caseId, ACTION.at(planId, id))));
  return {
    plan,
    shown: renderPlan(plan),
    verdict: await judge(plan, decisions, ports),
    decisions,
    records: records.filter((record) => record !== null),
    looks: (await find(cases, caseId, VERIFICATION.at(planId))) ?? [],
    watch: await findWatch(plan, ports),
  };
};
