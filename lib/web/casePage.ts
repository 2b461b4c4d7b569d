import { visibleJson } from "../base/visible.ts";
import type { CaseView } from "../case/caseView.ts";
import { DISCOVERED, FINDING, find, REPORT_DATA } from "../case/documents.ts";
import { type CaseEvent, ofType } from "../case/events.ts";
import type { Finding } from "../case/finding.ts";
import type { Decision } from "../core/plan/decision.ts";
import type { Ports } from "../ports/ports.ts";
import { mayAsk } from "../response/approve/requestPlan.ts";
import { caseView } from "../response/caseView.ts";
import { newSuspects } from "../response/contain/newSuspects.ts";
import { whoOf } from "./caseList.ts";
import { type DeedsPage, deedsOf } from "./deeds.ts";
import { type OpinionPage, opinionOf } from "./opinion.ts";
import { type PlanPage, planPage } from "./planPage.ts";
import { type TimelineLine, timelineOf } from "./timeline.ts";

/** Everything one case page shows. Every string was made visible; the page puts them into the document as text only. */
export interface CasePage {
  readonly view: CaseView;
  readonly who: string | null;
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
  readonly deeds: DeedsPage;
  /** When the first change was made, or null. */
  readonly cutAt: string | null;
  readonly scan: ScanPage | null;
  readonly timeline: readonly TimelineLine[];
}

/** The newest scan of the logs, for whoever waits for it. */
export interface ScanPage {
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly from: string;
  readonly to: string;
  readonly round: number;
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

/** Who looks at the page, and with what they decide. */
export interface Reader {
  readonly humanId: string;
  readonly assurance: Decision["assurance"];
}

/** Throws CASE_NOT_FOUND. */
export const casePage = async (caseId: string, { humanId, assurance }: Reader, ports: Ports): Promise<CasePage> => {
  const view = await caseView(caseId, ports);
  const head = await ports.cases.head(caseId);
  const finding = (await find(ports.cases, caseId, FINDING))!;
  const deeds = (await find(ports.cases, caseId, DISCOVERED))?.changes ?? [];
  const plans = await Promise.all(view.plans.map((plan) => planPage(head, plan, humanId, deeds, ports)));
  const events = await ports.cases.events(caseId);
  const page: CasePage = {
    view,
    who: whoOf(view.principal, finding),
    me: humanId,
    assurance,
    exercise: head.exercise,
    finding: findingOf(finding),
    plans: plans.filter((plan) => plan !== null),
    ask: await askPage(view, humanId, ports),
    opinion: await opinionOf(caseId, ports),
    deeds: deedsOf((await find(ports.cases, caseId, REPORT_DATA))?.story ?? []),
    cutAt: ofType(events, "action.applied")[0]?.at ?? null,
    scan: scanOf(events),
    timeline: timelineOf(events),
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

const scanOf = (events: readonly CaseEvent[]): ScanPage | null => {
  const started = ofType(events, "scan.started").at(-1);
  if (started === undefined) return null;
  const { from, to, round } = started.data;
  const finished = ofType(events, "scan.finished").find(({ seq }) => seq > started.seq);
  return { from, to, round, startedAt: started.at, finishedAt: finished?.at ?? null };
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
