import { visibleJson } from "../base/visible.ts";
import type { CaseHead } from "../case/case.ts";
import type { CaseView } from "../case/caseView.ts";
import { FINDING, find, findSound } from "../case/documents.ts";
import type { Finding } from "../case/finding.ts";
import type { Decision } from "../core/plan/decision.ts";
import type { Ports } from "../ports/ports.ts";
import { mayAsk } from "../response/approve/requestPlan.ts";
import { caseView } from "../response/caseView.ts";
import { newSuspects } from "../response/contain/newSuspects.ts";
import { type OpinionPage, opinionOf } from "./opinion.ts";
import { type PlanPage, planPage } from "./planPage.ts";
import { type TimelineLine, timelineOf } from "./timeline.ts";

/** Everything one case page shows. Every string was made visible; the page puts them into the document as text only. */
export interface CasePage {
  readonly view: CaseView;
  readonly me: string;
  /** How this person's decisions are proven. */
  readonly assurance: Decision["assurance"];
  readonly exercise: boolean;
  readonly finding: Pick<Finding, "title" | "accountId" | "region" | "window" | "count" | "api"> & {
    readonly buckets: readonly string[];
    readonly addresses: Finding["addresses"];
  };
  readonly plans: readonly PlanPage[];
  readonly ask: AskPage;
  readonly opinion: OpinionPage;
  readonly timeline: readonly TimelineLine[];
}

/** What this person may ask for now, besides deciding. */
export interface AskPage {
  /** A new containment plan, from the state as it is now. */
  readonly plan: boolean;
  /** Taking back what is in force. */
  readonly release: boolean;
  /** Suspects that no plan speaks of. */
  readonly newSuspects: number;
}

/** Who looks at the page, and with what he decides. */
export interface Reader {
  readonly humanId: string;
  readonly assurance: Decision["assurance"];
}

/** One line of the list of cases. */
export interface CaseLine {
  readonly caseId: string;
  readonly status: CaseHead["status"];
  readonly openedAt: string;
  readonly type: string;
  readonly severity: number | null;
  readonly sample: boolean;
  /** Deadline of the question that waits, or null. */
  readonly deadline: string | null;
}

/** More lines than this help nobody; the command line lists them all. */
const MAXIMUM_LISTED = 200;

/** Throws CASE_NOT_FOUND. */
export const casePage = async (caseId: string, { humanId, assurance }: Reader, ports: Ports): Promise<CasePage> => {
  const view = await caseView(caseId, ports);
  const head = await ports.cases.head(caseId);
  const plans = await Promise.all(view.plans.map((plan) => planPage(head, plan, humanId, ports)));
  const page: CasePage = {
    view,
    me: humanId,
    assurance,
    exercise: head.exercise,
    finding: findingOf((await find(ports.cases, caseId, FINDING))!),
    plans: plans.filter((plan) => plan !== null),
    ask: await askPage(view, humanId, ports),
    opinion: await opinionOf(caseId, ports),
    timeline: timelineOf(await ports.cases.events(caseId)),
  };
  return withTexts(visibleJson(page) as CasePage, page);
};

const askPage = async (view: CaseView, humanId: string, ports: Ports): Promise<AskPage> => {
  const may = async (purpose: "contain" | "release"): Promise<boolean> =>
    ports.machines !== undefined && (await mayAsk(view, { purpose, humanId }, ports)) === null;
  return {
    plan: await may("contain"),
    release: await may("release"),
    newSuspects: (await newSuspects(view.caseId, ports)).length,
  };
};

/** `renderPlan` made its text visible already, and its line feeds are its own: it goes out byte for byte. */
const withTexts = (shown: CasePage, { plans }: CasePage): CasePage => ({
  ...shown,
  plans: shown.plans.map((plan, index) => ({ ...plan, text: plans[index]!.text })),
});

const findingOf = ({
  title,
  accountId,
  region,
  window,
  count,
  api,
  buckets,
  addresses,
}: Finding): CasePage["finding"] => ({
  ...{ title, accountId, region, window, count, api, addresses },
  buckets: buckets.map(({ name }) => name),
});

/** Newest first; those that wait for a decision before all others. */
export const caseList = async (
  ports: Ports,
): Promise<{ readonly cases: readonly CaseLine[]; readonly total: number }> => {
  const heads = await ports.cases.list();
  const open = await ports.decisions.open();
  const waits = (caseId: string): string | null =>
    open.find((question) => question.caseId === caseId)?.deadline ?? null;
  const sorted = heads.toSorted(
    (a, b) => Number(waits(b.caseId) !== null) - Number(waits(a.caseId) !== null) || (a.openedAt < b.openedAt ? 1 : -1),
  );
  const cases = await Promise.all(
    sorted.slice(0, MAXIMUM_LISTED).map((head) => lineOf(head, waits(head.caseId), ports)),
  );
  return visibleJson({ cases, total: heads.length }) as { cases: readonly CaseLine[]; total: number };
};

const lineOf = async (
  { caseId, status, openedAt, sample }: CaseHead,
  deadline: string | null,
  { cases }: Ports,
): Promise<CaseLine> => {
  const finding = await findSound(cases, caseId, FINDING);
  return {
    caseId,
    status,
    openedAt,
    sample,
    deadline,
    type: finding?.type ?? "unknown",
    severity: finding?.severity ?? null,
  };
};
