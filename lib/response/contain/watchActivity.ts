import { FINDING, find, read, WATCH, write } from "../../case/documents.ts";
import { ofType } from "../../case/events.ts";
import type { Breach, Look, Plan, Watch, WatchRound } from "../../case/plan.ts";
import { type AfterRow, successesAfter } from "../../core/plan/afterCut.ts";
import { type CutChangeRow, changesToCut } from "../../core/plan/cutChanges.ts";
import type { Ports, ReadPorts } from "../../ports/ports.ts";
import { ask } from "../investigate/queries.ts";
import { accountsConcerned } from "../investigate/scanAccounts.ts";
import { hoursFrom, secondsFrom } from "../time.ts";
import { type WatchScope, watchScopeOf } from "./watchScope.ts";

/** What one look at the logs brought. */
export interface Activity {
  /** Breaches that people have not been told of. */
  readonly news: readonly Breach[];
  readonly isOver: boolean;
  readonly watch: Watch | null;
}

/** CloudTrail delivers within 5 minutes on average and promises no time (CloudTrail user guide); 15 are seldom exceeded. */
const DELIVERY_SECONDS = 15 * 60;
/** Scans in the course of a watch; each reads the days concerned of the whole lake, and costs that. */
const SCANS = 3;
/** How long after its end a watch still waits for a scan that runs. */
const PATIENCE_SECONDS = 15 * 60;

/**
 * One look at the logs: takes up the scan that was started, judges what it brought, starts the next. Never throws: a log
 * that cannot be read must not end the watch over the settings; it is written down as not known.
 */
export const watchActivity = async (plan: Plan, looks: readonly Look[], ports: Ports): Promise<Activity> => {
  try {
    return await lookAtLogs(plan, looks, ports);
  } catch (error) {
    await ports.cases.append(plan.caseId, {
      type: "watch.failed",
      actor: "watchContainment",
      data: { planId: plan.planId, why: (error as Error).message },
    });
    return { news: [], isOver: ports.clock.now() >= endOf(looks, ports), watch: await findWatch(plan, ports) };
  }
};

export const findWatch = (
  { caseId, planId }: Pick<Plan, "caseId" | "planId">,
  { cases }: Pick<ReadPorts, "cases">,
): Promise<Watch | null> => find(cases, caseId, WATCH.at(planId));

/** When the watch is over: its length after the last verification. */
export const endOf = (looks: readonly Look[], { settings }: Pick<ReadPorts, "settings">): string => {
  const began = looks.findLast(({ during }) => during === "verify") ?? looks[0]!;
  return hoursFrom(began.at, settings.watchMinutes / 60);
};

const lookAtLogs = async (plan: Plan, looks: readonly Look[], ports: Ports): Promise<Activity> => {
  const until = endOf(looks, ports);
  const scope = await watchScopeOf(plan, looks, ports);
  if (scope.since === null || ports.settings.watchMinutes === 0)
    return { news: [], isOver: ports.clock.now() >= until, watch: null };
  const before = (await findWatch(plan, ports)) ?? begun(plan, scope.since, until);
  const looked = await takeUp({ ...before, from: scope.since, until }, plan, scope, ports);
  const isOver = isDone(looked, ports);
  const watch = isOver ? looked : await startNext(looked, plan, scope, ports);
  await write(ports.cases, plan.caseId, WATCH.at(plan.planId), watch);
  const known = await toldBreaches(plan, ports);
  return { news: watch.breaches.filter((breach) => !known.has(nameOf(breach))), isOver, watch };
};

/** Breaches on record that a notice was about: what was found when the host fell over is news to the next look. */
const toldBreaches = async ({ caseId, planId }: Plan, { cases }: Ports): Promise<ReadonlySet<string>> => {
  const events = await cases.events(caseId);
  const toldOf = new Set(ofType(events, "notice.sent").map(({ data }) => data.about));
  const told = [
    ...ofType(events, "containment.touched", planId),
    ...ofType(events, "containment.breached", planId).filter(({ seq }) => toldOf.has(seq)),
  ];
  return new Set(told.flatMap(({ data }) => data.breaches).map(nameOf));
};

const begun = ({ planId }: Plan, from: string, until: string): Watch => ({
  schema: "cordon/watch/v1",
  planId,
  from,
  until,
  rounds: [],
  settledUntil: null,
  breaches: [],
  notKnown: [],
});

/** More calls of the same kind are the same breach. */
const nameOf = ({ is, call, by, accessKeyId, address, bucket, eventKey }: Breach): string =>
  JSON.stringify([is, call, by, accessKeyId, address, bucket, is === "removed" || is === "rewritten" ? eventKey : ""]);

const lagOf = ({ settings }: Ports): number => Math.min(settings.waits.lateLogs ?? 0, DELIVERY_SECONDS);

const runningIn = ({ rounds }: Watch): WatchRound | undefined => rounds.find(({ state }) => state === "running");

const takeUp = async (watch: Watch, plan: Plan, scope: WatchScope, ports: Ports): Promise<Watch> => {
  const open = runningIn(watch);
  if (open === undefined) return watch;
  const status = await ports.trail.check(open.ticket).catch((error: Error) => failed(error.message));
  if (status.state === "running") return watch;
  if (status.state === "failed") return withRound(watch, { ...open, state: "failed", why: status.reason });
  const { engine, filesRead, bytesScanned, eventsKept, watermark } = status.result;
  const result = { engine, filesRead, bytesScanned, eventsKept, watermark };
  const done: WatchRound = { ...open, state: "done", why: "", result };
  try {
    return { ...settled(withRound(watch, done), done, ports), breaches: await breachesOf(watch, plan, scope, ports) };
  } catch (error) {
    return withRound(watch, { ...done, state: "failed", why: (error as Error).message });
  }
};

const failed = (reason: string) => ({ state: "failed", reason }) as const;

const withRound = (watch: Watch, round: WatchRound): Watch => ({
  ...watch,
  rounds: watch.rounds.map((one) => (one.round === round.round ? round : one)),
  notKnown:
    round.state === "failed"
      ? [...watch.notKnown, `Logs until ${round.to} were not read: ${round.why}`]
      : watch.notKnown,
});

/** Files come late and out of order: what is older than the lag when it was read, and than the newest event, is all there. */
const settled = (watch: Watch, { to, result }: WatchRound, ports: Ports): Watch => {
  const watermark = watermarkOf(result);
  if (watermark === null || watermark <= watch.from) return watch;
  const [safe] = [secondsFrom(to, -lagOf(ports)), watermark].sort();
  return safe! > watch.from ? { ...watch, settledUntil: safe! } : watch;
};

const watermarkOf = (result: WatchRound["result"]): string | null =>
  result === null || result.watermark === null ? null : secondsFrom(result.watermark, 0);

/** Whether logs of the time after the cut come in at all. */
const isLive = ({ rounds, from }: Watch): boolean => rounds.some(({ result }) => (watermarkOf(result) ?? "") > from);

/** Every scan reads all since the cut, so that what was delivered late replaces what was found before. */
const breachesOf = async (watch: Watch, plan: Plan, scope: WatchScope, ports: Ports): Promise<readonly Breach[]> => {
  const series = seriesOf(plan);
  const rows = await ask<AfterRow>(plan.caseId, "after-cut", [watch.from], ports, series);
  const changes = await ask<CutChangeRow>(plan.caseId, "cut-changes", [watch.from], ports, series);
  const found = [
    ...successesAfter(rows, scope.promised, scope.actor),
    ...changesToCut(changes, scope.guarded, scope.ownRequestIds),
  ];
  const names = new Set(found.map(nameOf));
  return [...watch.breaches.filter((breach) => !names.has(nameOf(breach))), ...found];
};

export const seriesOf = ({ planId }: Pick<Plan, "planId">): string => `watch-${planId}`;

const isDone = (watch: Watch, ports: Ports): boolean => {
  const now = ports.clock.now();
  const lag = lagOf(ports);
  if (now < watch.until) return false;
  if (now >= secondsFrom(watch.until, lag + PATIENCE_SECONDS)) return true;
  if (runningIn(watch) !== undefined || !watch.rounds.some(({ to }) => to >= watch.until)) return false;
  if (!isLive(watch) || (watch.settledUntil ?? "") >= watch.until) return true;
  return watch.rounds.some(({ to }) => to >= secondsFrom(watch.until, lag));
};

const startNext = async (watch: Watch, plan: Plan, scope: WatchScope, ports: Ports): Promise<Watch> => {
  if (runningIn(watch) !== undefined || !isDue(watch, ports)) return watch;
  const to = ports.clock.now();
  const round = watch.rounds.length + 1;
  const { caseId } = plan;
  const finding = await read(ports.cases, caseId, FINDING);
  const accounts = await accountsConcerned(caseId, finding, [], ports);
  const request = {
    ...{ caseId, round, series: seriesOf(plan), from: watch.from, to, indicators: scope.indicators },
    ...(accounts === undefined ? {} : { accounts }),
  };
  const ticket = await ports.trail.start(request);
  const begun: WatchRound = { round, startedAt: to, to, ticket, state: "running", why: "", result: null };
  return { ...watch, rounds: [...watch.rounds, begun] };
};

/** The scans of a watch are spread over it; one follows at its end and, where files come late, one when they are there. */
const isDue = ({ rounds, until }: Watch, ports: Ports): boolean => {
  const now = ports.clock.now();
  const last = rounds.at(-1);
  if (last === undefined) return true;
  const whenDue = [until, secondsFrom(until, lagOf(ports))];
  if (now >= until) return whenDue.some((mark) => now >= mark && last.to < mark);
  return now >= secondsFrom(last.startedAt, (ports.settings.watchMinutes * 60) / SCANS);
};
