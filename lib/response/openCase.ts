import { TransientError } from "../base/errors.ts";
import { digestOf } from "../base/jcs.ts";
import type { CaseHead } from "../case/case.ts";
import { keep, RUN } from "../case/documents.ts";
import { type CaseEvent, ofType } from "../case/events.ts";
import type { Finding } from "../case/finding.ts";
import { opensCase } from "../core/finding/finding.ts";
import { withoutSecrets } from "../evidence/secrets.ts";
import type { Ports } from "../ports/ports.ts";
import { numbered, plansLike } from "./contain/planRecords.ts";
import { caseOf, joinedOf, keepFinding, readEvent } from "./receivedFindings.ts";
import { tell } from "./tell.ts";
import { secondsFrom } from "./time.ts";

export interface OpenCaseInput {
  /**
   * What EventBridge delivered, or what a person handed in: `{finding, manual: true}`, with `exercise: true` in a drill.
   * `joins` names the case that it belongs to, where whoever began the execution has looked already.
   */
  readonly event: unknown;
  /** Name of this execution: a repeated attempt of the same one goes on, another one does not start a second response. */
  readonly execution: string;
}

/** Names of the executions and plans of one run through a case. */
type Run = Readonly<Record<"contain" | "investigate" | "followUp", string>>;

export type OpenCaseOutput =
  | { readonly next: "ignore"; readonly reason: string }
  | { readonly next: "extend"; readonly caseId: string }
  | {
      /** `look`: the logs are read once more, and the question that waits is brought up to date by them. */
      readonly next: "respond" | "look";
      readonly caseId: string;
      readonly executions: Run;
      readonly plans: Readonly<Record<"contain" | "followUp", string>>;
    };

/**
 * Opens the case of a finding, or adds one more copy of it, or another finding of the same actor, to a case that is there
 * already. That never starts a second response beside the first; with news the logs are read again, and after the case has
 * ended the question is asked anew.
 */
export const openCase = async ({ event, execution }: OpenCaseInput, ports: Ports): Promise<OpenCaseOutput> => {
  const { finding, manual, exercise, joins } = readEvent(event);
  if (!manual && !opensCase(finding, ports.settings))
    return { next: "ignore", reason: `${finding.type} with severity ${finding.severity} opens no case here` };
  const caseId = joins ?? (await caseOf(finding, ports));
  const opened = await ports.cases.open(newHead(caseId, { finding, exercise }, execution, ports));
  const head = opened ? null : await ports.cases.head(caseId);
  if (head !== null && head.openedBy !== execution) return extend({ finding, head, event, execution }, ports);
  await keepFinding(caseId, finding, event, ports);
  await announce(caseId, finding, event, ports);
  return { next: "respond", caseId, ...runOf(caseId, 1) };
};

const runOf = (caseId: string, run: number): Pick<OpenCaseOutput & { next: "respond" }, "executions" | "plans"> => {
  const suffix = run === 1 ? "" : `-run-${run}`;
  const name = (what: string): string => `${caseId}-${what}${suffix}`;
  return {
    executions: { contain: name("contain"), investigate: name("investigate"), followUp: name("follow-up") },
    plans: { contain: `contain-${run}`, followUp: `follow-up-${run}` },
  };
};

const newHead = (
  caseId: string,
  { finding, exercise }: { readonly finding: Finding; readonly exercise: boolean },
  execution: string,
  ports: Ports,
): CaseHead => {
  const at = ports.clock.now();
  return {
    caseId,
    status: "open",
    version: 1,
    openedAt: at,
    openedBy: execution,
    updatedAt: at,
    closedAt: null,
    accountId: finding.accountId,
    region: finding.region,
    sample: finding.sample,
    exercise: exercise || finding.sample,
    findings: [],
    revisions: {},
    notKnown: [],
    sealed: [],
  };
};

interface Copy {
  readonly finding: Finding;
  readonly head: CaseHead;
  readonly event: unknown;
  readonly execution: string;
}

/**
 * One more copy, or another finding of the same actor. With news it goes to people, and the logs are read again: at once if
 * nobody reads them now, and with a new question if the case has ended.
 */
const extend = async ({ finding, head, event, execution }: Copy, ports: Ports): Promise<OpenCaseOutput> => {
  const { caseId } = head;
  const events = await ports.cases.events(caseId);
  const begun = ofType(events, "case.reopened").find(({ data }) => data.execution === execution);
  if (begun !== undefined) {
    const isOver = events.some(({ type, seq }) => type === "case.closed" && seq > begun.seq);
    if (begun.data.next === "respond" && !isOver) await reopen(caseId, ports);
    await keepFinding(caseId, finding, event, ports);
    return { next: begun.data.next, caseId, ...runOf(caseId, begun.data.run) };
  }
  const copies = head.findings.filter(({ id }) => id === finding.id);
  const news = newsIn(finding, copies.length === 0 ? null : await joinedOf(caseId, copies, ports.cases));
  const next = news.length === 0 ? null : nextOf(head, events, ports);
  const run = next === null ? null : await takeRun(caseId, await nextRun(caseId, events, ports), execution, ports);
  if (news.length > 0) await tellNews(finding, head, news, ports);
  await ports.cases.append(caseId, {
    type: "case.extended",
    actor: "openCase",
    data: { findingId: finding.id, updatedAt: finding.updatedAt, lastSeen: finding.window.lastSeen },
  });
  if (next === null || run === null) {
    await keepFinding(caseId, finding, event, ports);
    return { next: "extend", caseId };
  }
  await ports.cases.append(caseId, {
    type: "case.reopened",
    actor: "openCase",
    data: { execution, next, run, news },
  });
  if (next === "respond") await reopen(caseId, ports);
  await keepFinding(caseId, finding, event, ports);
  return { next, caseId, ...runOf(caseId, run) };
};

const reopen = (caseId: string, { cases, clock }: Ports): Promise<CaseHead> =>
  cases.update(caseId, (before) => ({ ...before, ...{ status: "open", closedAt: null, updatedAt: clock.now() } }));

/** A case that goes on and has not come to the end of its reading reads with the news in it. */
const nextOf = (head: CaseHead, events: readonly CaseEvent[], { settings }: Ports): "respond" | "look" | null => {
  if (head.sample) return null;
  if (head.closedAt !== null) return "respond";
  const begun = events.findLast(({ type }) => type === "scan.started" || type === "case.reopened")?.seq ?? 0;
  const ended = events.findLast(({ type }) => CLASSIFIED.includes(type))?.seq ?? 0;
  const isLate = settings.waits.lateLogs !== null && ofType(events, "theft.quantified").length < 2;
  return ended > begun && !isLate ? "look" : null;
};

/** The last thing that an investigation does. */
const CLASSIFIED: readonly string[] = ["classification.done", "classification.unavailable", "classification.skipped"];

/** Numbers of plans are not given twice, so that a run is numbered after all of them. */
const nextRun = async (caseId: string, events: readonly CaseEvent[], { cases }: Ports): Promise<number> => {
  const used = [
    ...(await plansLike(caseId, "contain-1", cases)),
    ...(await plansLike(caseId, "follow-up-1", cases)),
  ].map((planId) => numbered(planId)[1]);
  return Math.max(1, ...used, ...ofType(events, "case.reopened").map(({ data }) => data.run)) + 1;
};

/** Longer than a step is tried anew: who took a run and has not begun it by then never will. */
const ABANDONED_SECONDS = 30 * 60;

/**
 * Of two findings that come at once one begins the run. The other tries again, and finds it begun; where that one died, the
 * next run is taken. Throws TransientError.
 */
const takeRun = async (caseId: string, run: number, execution: string, ports: Ports): Promise<number> => {
  const now = ports.clock.now();
  const taken = await keep(ports.cases, caseId, RUN.at(String(run)), { execution, at: now });
  if (taken.execution === execution) return run;
  if (now > secondsFrom(taken.at, ABANDONED_SECONDS)) return takeRun(caseId, run + 1, execution, ports);
  throw new TransientError("CASE_CONFLICT", `${caseId}: ${taken.execution} is beginning run ${run}`);
};

const tellNews = (
  finding: Finding,
  { caseId, closedAt }: CaseHead,
  news: readonly string[],
  ports: Ports,
): Promise<void> =>
  tell(
    ports,
    caseId,
    "attention",
    finding.severity,
    `News of the finding: ${news.join(", ")}.${closedAt === null || finding.sample ? "" : " The case had ended: the logs are read again and the question is asked anew."}`,
  );

/** What a later copy says more than the case knew. */
const newsIn = (now: Finding, before: Finding | null): readonly string[] =>
  before === null ? [`another finding of the same actor, ${now.type}, severity ${now.severity}`] : newsOf(now, before);

const newsOf = (now: Finding, before: Finding): readonly string[] => [
  ...(now.window.lastSeen > before.window.lastSeen ? [`seen again until ${now.window.lastSeen}`] : []),
  ...(now.count > before.count ? [`counted ${now.count} times, not ${before.count}`] : []),
  ...(now.severity > before.severity ? [`severity ${now.severity}, not ${before.severity}`] : []),
];

/**
 * The opening is on the ledger, and under a signature, before anything is analysed: a case that vanishes later leaves its entry
 * behind. It names what opened the case as it was received, so that a statement of suspicion cannot be another one later.
 */
const announce = async (caseId: string, finding: Finding, received: unknown, ports: Ports): Promise<void> => {
  const events = await ports.cases.events(caseId);
  if (events.some(({ type }) => type === "case.opened")) return;
  const statement = digestOf(withoutSecrets(received));
  await ports.ledger.append({
    ...{ type: "case-opened", caseId, digest: digestOf(finding), statement },
    at: ports.clock.now(),
  });
  await ports.ledger.head();
  await tell(
    ports,
    caseId,
    "opened",
    finding.severity,
    `Case opened for ${finding.sample ? "a SAMPLE finding; nothing can be contained" : "a finding"} of severity ${finding.severity}.`,
  );
  await ports.cases.append(caseId, {
    type: "case.opened",
    actor: "openCase",
    data: { findingId: finding.id, type: finding.type, severity: finding.severity, sample: finding.sample },
  });
};
