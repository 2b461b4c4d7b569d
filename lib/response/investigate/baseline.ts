import type { z } from "zod";
import { digestOf } from "../../base/jcs.ts";
import { FINDING, find, LIKELIHOOD, OBJECTS, read, readLines, SENSITIVITY_HINTS, write } from "../../case/documents.ts";
import type { BaselineRound, ScanRequest } from "../../case/scan.ts";
import type { ChangeRow } from "../../core/theft/changeRow.ts";
import { type ActorRow, isActor, type MintedRow } from "../../core/theft/discovery.ts";
import { marksOf } from "../../core/theft/marks.ts";
import type { Ports } from "../../ports/ports.ts";
import { BASELINE_SERIES } from "../../sql/tables.ts";
import { tell } from "../tell.ts";
import { hoursFrom, secondsFrom } from "../time.ts";
import { baselinePolicy, baselineRound, baselineRounds } from "./baselineScan.ts";
import { keepLogFiles } from "./logFiles.ts";
import { ask } from "./queries.ts";
import { type StartedScan, scanRounds } from "./scan.ts";
import { accountsConcerned } from "./scanAccounts.ts";
import { judgeScan } from "./scanLimit.ts";
import { identitiesOf, type WeighInput, writeLikelihood } from "./weigh.ts";
import { firstSignOf } from "./writeTheft.ts";

export interface BaselineOutput {
  /** `changed`: the verdict is another one with the baseline, so that people are asked and told anew. */
  readonly next: "wait" | "done" | "changed";
  readonly round: number;
  readonly ticket: string | null;
  readonly progress?: number | null;
  readonly waitUntil: string;
}

/** Buckets with most objects taken; more would not fit one statement, and tell no more about the actor. */
const MAXIMUM_BUCKETS = 40;

/**
 * Starts the scan of what the identities and buckets in question did in the days before the first sign of the actor.
 * The same question again starts nothing. Where there is no such scan, the opinion says why and stands on the case table.
 */
export const startBaseline = async ({ caseId }: { caseId: string }, ports: Ports): Promise<BaselineOutput> => {
  const policy = baselinePolicy(ports.settings);
  const input = await opinionInput(caseId, ports);
  const rounds = await baselineRounds(caseId, ports);
  const known = rounds.at(-1);
  const accounts = await accountsConcerned(caseId, input.finding, bucketsOf(input), ports);
  const asked = {
    ...requestOf(caseId, rounds.length + 1, policy.days, input),
    ...(accounts === undefined ? {} : { accounts }),
  };
  if (!policy.enabled || (known !== undefined && known.result !== null && isSame(known.request, asked)))
    return concluded(caseId, input, rounds.length, ports);
  const request = known !== undefined && isSame(known.request, asked) ? known.request : asked;
  const limit = { maximumBytes: policy.maximumBytes, setting: "settings, baseline.maximumBytes" };
  const { estimate, refused } = await judgeScan(request, limit, ports);
  await keepRound(caseId, { request, estimate, result: null, reason: refused }, ports);
  if (refused !== null) return concluded(caseId, input, request.round, ports);
  const ticket = await ports.trail.start(request);
  await ports.cases.append(caseId, {
    type: "baseline.started",
    actor: "startBaseline",
    data: { round: request.round, from: request.from, to: request.to, estimate: { ...estimate } },
  });
  return { next: "wait", round: request.round, ticket, waitUntil: nextLook(ports) };
};

export const checkBaseline = async (
  { caseId, baseline: { round, ticket } }: { readonly caseId: string; readonly baseline: z.output<typeof StartedScan> },
  ports: Ports,
): Promise<BaselineOutput> => {
  const status = await ports.trail.check(ticket);
  if (status.state === "running")
    return { next: "wait", round, ticket, progress: status.progress, waitUntil: nextLook(ports) };
  const kept = await read(ports.cases, caseId, baselineRound(round));
  const [result, reason] = status.state === "done" ? [status.result, null] : [null, status.reason];
  await keepRound(caseId, { ...kept, result, reason }, ports);
  const filesSha256 = result === null ? null : await keepLogFiles(caseId, `baseline-${round}`, ticket, ports);
  await ports.cases.append(caseId, {
    type: "baseline.finished",
    actor: "checkBaseline",
    data: { round, state: status.state, reason, bytesScanned: result?.bytesScanned ?? null, filesSha256 },
  });
  return concluded(caseId, await opinionInput(caseId, ports), round, ports);
};

const keepRound = (caseId: string, round: BaselineRound, { cases }: Ports): Promise<void> =>
  write(cases, caseId, baselineRound(round.request.round), round);

/** Whatever became of the scan, the opinion is formed again and tells; another verdict is news for everybody. */
const concluded = async (caseId: string, input: WeighInput, round: number, ports: Ports): Promise<BaselineOutput> => {
  const hints = await find(ports.cases, caseId, SENSITIVITY_HINTS);
  const before = await verdictOf(caseId, ports);
  await writeLikelihood(caseId, input, hints?.rotation.length ?? 0, ports);
  const now = await verdictOf(caseId, ports);
  if (before === now) return { next: "done", round, ticket: null, waitUntil: nextLook(ports) };
  await ports.cases.append(caseId, { type: "verdict.changed", actor: "baseline", data: { before, now, round } });
  const text = `The verdict changed with what came before the theft: ${before ?? "none"} → ${now ?? "none"}. A revision of the evidence follows.`;
  await tell(ports, caseId, "attention", 7, text);
  return { next: "changed", round, ticket: null, waitUntil: nextLook(ports) };
};

const verdictOf = async (caseId: string, { cases }: Ports): Promise<string | null> =>
  (await find(cases, caseId, LIKELIHOOD))?.likelihood ?? null;

const nextLook = ({ clock, settings }: Ports): string => secondsFrom(clock.now(), settings.waits.scan);

const requestOf = (caseId: string, round: number, days: number, input: WeighInput): ScanRequest => {
  const { actors, marks, finding, rounds } = input;
  const until = input.since;
  return {
    caseId,
    round,
    series: BASELINE_SERIES,
    from: hoursFrom(until, -24 * days),
    to: until,
    indicators: {
      principalIds: identitiesOf(actors.filter((row) => isActor(row, marks))),
      buckets: bucketsOf(input),
      // For the partition of bucket ARNs alone.
      arns: rounds.at(-1)?.request.indicators.arns ?? [`arn:${finding.partition}:`],
      accessKeyIds: [],
      addresses: [],
    },
  };
};

const bucketsOf = ({ finding, ledger }: WeighInput): readonly string[] => {
  const taken = ledger.filter(({ certainty }) => certainty !== "upper-bound").map(({ bucket }) => bucket);
  const objects = new Map<string, number>(finding.buckets.map(({ name }) => [name, 0]));
  for (const bucket of taken) objects.set(bucket, (objects.get(bucket) ?? 0) + 1);
  const most = [...objects].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return most
    .slice(0, MAXIMUM_BUCKETS)
    .map(([bucket]) => bucket)
    .sort();
};

/** An earlier first sign found since only shortens the baseline that there is; other identities or buckets need another. */
const isSame = (one: ScanRequest, other: ScanRequest): boolean =>
  digestOf([one.indicators.principalIds, one.indicators.buckets]) ===
  digestOf([other.indicators.principalIds, other.indicators.buckets]);

/** What the opinion was formed of, from the case and its table once more. */
const opinionInput = async (caseId: string, ports: Ports): Promise<WeighInput> => {
  const finding = await read(ports.cases, caseId, FINDING);
  const actors = await ask<ActorRow>(caseId, "actors", [], ports);
  const minted = await ask<MintedRow>(caseId, "minted", [], ports);
  const changes = await ask<ChangeRow>(caseId, "changes", [], ports);
  const marks = marksOf(finding, actors, minted);
  const ledger = await readLines(ports.cases, caseId, OBJECTS);
  const rounds = (await scanRounds(caseId, ports)).filter(({ result }) => result !== null);
  return { finding, marks, actors, changes, ledger, rounds, since: firstSignOf({ finding, marks, actors }) };
};
