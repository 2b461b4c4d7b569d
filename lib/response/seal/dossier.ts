import type { CaseHead } from "../../case/case.ts";
import type { CaseView } from "../../case/caseView.ts";
import {
  ACCESS_LOG,
  ACTION,
  CLASSIFICATION,
  DETECTIONS,
  DISCOVERED,
  FINDING,
  FLOW_LOGS,
  find,
  LIKELIHOOD,
  PIVOTS,
  PLAN,
  PRINCIPALS,
  REPORT_DATA,
  ROLE_CHAIN,
  SENSITIVITY_HINTS,
  VERIFICATION,
} from "../../case/documents.ts";
import type { ReportData } from "../../case/reportData.ts";
import { renderPlan } from "../../core/plan/renderPlan.ts";
import type { ReadPorts } from "../../ports/ports.ts";
import type { CaseDossier, PlanPart, Spending } from "../../report/dossier.ts";
import { judge, storedDecisions } from "../approve/decisions.ts";
import { caseView } from "../caseView.ts";
import { findWatch } from "../contain/watchActivity.ts";
import { queryNotes } from "../investigate/reportData.ts";
import { spendingOf } from "./spending.ts";

const NO_DATA: ReportData = { hours: [], objects: [], objectsTotal: 0, denied: [], story: [], queries: [] };

/** What of a dossier is told by the deployment, and not by documents: it is sealed in `case.json`, so that the report can be made again. */
export interface Judged {
  readonly head: CaseHead;
  readonly view: CaseView;
  readonly spending: Spending | null;
  readonly plans: Readonly<Record<string, Pick<PlanPart, "verdict" | "decisions">>>;
}

/** Reads everything a report is made of from the case as it is now. */
export const dossierOf = async (
  caseId: string,
  meta: Pick<CaseDossier, "revision" | "kind" | "sealedAt">,
  ports: ReadPorts,
): Promise<CaseDossier> => {
  const view = await caseView(caseId, ports);
  const plans = await Promise.all(view.plans.map(({ planId }) => judgedPlan(caseId, planId, ports)));
  const judged = {
    head: await ports.cases.head(caseId),
    view,
    spending: await spendingOf(caseId, ports),
    plans: Object.fromEntries(plans),
  };
  return dossierFrom(meta, judged, ports.cases);
};

const judgedPlan = async (caseId: string, planId: string, ports: ReadPorts) => {
  const plan = (await find(ports.cases, caseId, PLAN.at(planId)))!;
  const decisions = await storedDecisions(caseId, planId, ports);
  return [planId, { verdict: await judge(plan, decisions, ports), decisions }] as const;
};

/** The same from what is sealed: documents, audit trail, and what was judged. */
export const dossierFrom = async (
  meta: Pick<CaseDossier, "revision" | "kind" | "sealedAt">,
  { head, view, spending, plans }: Judged,
  cases: ReadPorts["cases"],
): Promise<CaseDossier> => {
  const { caseId } = head;
  const data = (await find(cases, caseId, REPORT_DATA)) ?? NO_DATA;
  return {
    ...meta,
    ...data,
    queries: await queryNotes(caseId, { cases }),
    head,
    view,
    finding: (await find(cases, caseId, FINDING))!,
    principals: (await find(cases, caseId, PRINCIPALS)) ?? [],
    discovered: await find(cases, caseId, DISCOVERED),
    detections: (await find(cases, caseId, DETECTIONS)) ?? [],
    classification: await find(cases, caseId, CLASSIFICATION),
    roleChain: await find(cases, caseId, ROLE_CHAIN),
    likelihood: await find(cases, caseId, LIKELIHOOD),
    pivots: await find(cases, caseId, PIVOTS),
    hints: await find(cases, caseId, SENSITIVITY_HINTS),
    accessLog: await find(cases, caseId, ACCESS_LOG),
    flowLogs: await find(cases, caseId, FLOW_LOGS),
    spending,
    clocks: [],
    plans: await Promise.all(view.plans.map(({ planId }) => planPart(caseId, planId, plans[planId]!, cases))),
    events: await cases.events(caseId),
  };
};

const planPart = async (
  caseId: string,
  planId: string,
  judged: Judged["plans"][string],
  cases: ReadPorts["cases"],
): Promise<PlanPart> => {
  const plan = (await find(cases, caseId, PLAN.at(planId)))!;
  const records = await Promise.all(plan.actions.map(({ id }) => find(cases, caseId, ACTION.at(planId, id))));
  return {
    plan,
    shown: renderPlan(plan),
    ...judged,
    records: records.filter((record) => record !== null),
    looks: (await find(cases, caseId, VERIFICATION.at(planId))) ?? [],
    watch: await findWatch(plan, { cases }),
  };
};
