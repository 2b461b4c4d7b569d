import * as z from "zod";
import { CordonError } from "../../base/errors.ts";
import { distinct } from "../../base/lists.ts";
import { DISCOVERED, FINDING, find, PRINCIPALS, read, readAll, SCAN_ROUND, write } from "../../case/documents.ts";
import type { Finding } from "../../case/finding.ts";
import { NOTHING_DISCOVERED } from "../../case/principal.ts";
import type { Indicators, ScanRequest, ScanRound } from "../../case/scan.ts";
import { stableIdOf } from "../../core/principal/principal.ts";
import { openedBuckets } from "../../core/theft/opening.ts";
import { orderedBuckets } from "../../core/theft/theftOrders.ts";
import type { Ports, ReadPorts } from "../../ports/ports.ts";
import { hoursFrom, secondsFrom } from "../time.ts";
import { upstreamOf } from "./chain.ts";
import { keepLogFiles } from "./logFiles.ts";
import { accountsConcerned } from "./scanAccounts.ts";
import { judgeScan } from "./scanLimit.ts";

export interface ScanOutput {
  readonly next: "wait" | "done";
  readonly round: number;
  readonly ticket: string;
  /** 0 to 1 while the scan runs; null where the engine cannot tell. */
  readonly progress?: number | null;
  readonly waitUntil: string;
}

/** Starts the scan of the next round of indicators; a repeated attempt of the same round starts nothing twice. */
export const startScan = async ({ caseId }: { caseId: string }, ports: Ports): Promise<ScanOutput> => {
  const rounds = await scanRounds(caseId, ports);
  const open = rounds.find(({ result }) => result === null);
  const request = open?.request ?? (await nextRequest(caseId, rounds.length + 1, ports));
  const { estimate, refused } = await judgeScan(request, limitOf(request, ports), ports);
  await write(ports.cases, caseId, roundOf(request.round), { request, estimate, refused, result: null });
  if (refused !== null) return refuse(caseId, refused, ports);
  const ticket = await ports.trail.start(request);
  await ports.cases.append(caseId, {
    type: "scan.started",
    actor: "startScan",
    data: {
      round: request.round,
      from: request.from,
      to: request.to,
      accounts: request.accounts ?? "all",
      indicators: { ...request.indicators },
    },
  });
  return { next: "wait", round: request.round, ticket, waitUntil: nextLook(ports) };
};

/** The first scan decides; later rounds of a case read the same days again, and a chase is not broken off midway. */
const limitOf = ({ round }: ScanRequest, { settings }: Ports) => ({
  maximumBytes: round === 1 ? (settings.scan?.maximumBytes ?? null) : null,
  setting: "settings, scan.maximumBytes",
});

const refuse = async (caseId: string, reason: string, { cases }: Ports): Promise<never> => {
  await cases.append(caseId, { type: "scan.refused", actor: "startScan", data: { reason } });
  throw new CordonError("SCAN_FAILED", reason);
};

/** What of an output the check goes on with. */
export const StartedScan = z.object({ round: z.int(), ticket: z.string() });

export const checkScan = async (
  input: { readonly caseId: string; readonly scan: z.output<typeof StartedScan> },
  ports: Ports,
): Promise<ScanOutput> => {
  const { round, ticket } = input.scan;
  const status = await ports.trail.check(ticket);
  if (status.state === "running")
    return { next: "wait", round, ticket, progress: status.progress, waitUntil: nextLook(ports) };
  if (status.state === "failed") throw new CordonError("SCAN_FAILED", status.reason);
  const kept = await read(ports.cases, input.caseId, roundOf(round));
  const table = await ports.trail.table(ticket);
  await write(ports.cases, input.caseId, roundOf(round), { ...kept, result: status.result, table });
  const files = await keepLogFiles(input.caseId, `round-${threeDigits(round)}`, ticket, ports);
  await ports.cases.append(input.caseId, {
    type: "scan.finished",
    actor: "checkScan",
    data: {
      round,
      filesRead: status.result.filesRead,
      filesSetAside: status.result.filesSetAside.length,
      bytesScanned: status.result.bytesScanned,
      eventsKept: status.result.eventsKept,
      watermark: status.result.watermark,
      filesSha256: files,
      tableSha256: table?.sha256 ?? null,
    },
  });
  return { next: "done", round, ticket, waitUntil: nextLook(ports) };
};

export const scanRounds = (caseId: string, { cases }: Pick<ReadPorts, "cases">): Promise<readonly ScanRound[]> =>
  readAll(cases, caseId, SCAN_ROUND);

const threeDigits = (round: number): string => String(round).padStart(3, "0");
const roundOf = (round: number) => SCAN_ROUND.at(threeDigits(round));

const nextLook = ({ clock, settings }: Ports): string => secondsFrom(clock.now(), settings.waits.scan);

/** The window: lookback before the first signal, to now or well after the last one: theft goes on until containment. */
const nextRequest = async (caseId: string, round: number, ports: Ports): Promise<ScanRequest> => {
  const finding = await read(ports.cases, caseId, FINDING);
  const { lookbackHours, lookaheadHours } = ports.settings;
  const ahead = hoursFrom(finding.window.lastSeen, lookaheadHours);
  const now = ports.clock.now();
  const indicators = await indicatorsOf(caseId, finding, ports);
  const accounts = await accountsConcerned(caseId, finding, indicators.buckets, ports);
  return {
    caseId,
    round,
    from: hoursFrom(finding.window.firstSeen, -lookbackHours),
    to: ahead < now ? ahead : now,
    ...(accounts === undefined ? {} : { accounts }),
    indicators,
  };
};

export const indicatorsOf = async (caseId: string, finding: Finding, { cases }: Ports): Promise<Indicators> => {
  const dossiers = (await find(cases, caseId, PRINCIPALS)) ?? [];
  const found = (await find(cases, caseId, DISCOVERED)) ?? NOTHING_DISCOVERED;
  const suspects = [...finding.principals, ...found.suspects];
  const upstream = await upstreamOf(caseId, { cases });
  return {
    accessKeyIds: distinct([
      ...suspects.map(({ accessKeyId }) => accessKeyId),
      ...[...dossiers.flatMap(({ keys }) => keys), ...found.keys].map(({ accessKeyId }) => accessKeyId),
      ...upstream.accessKeyIds,
    ]),
    principalIds: distinct([
      ...upstream.principalIds,
      ...suspects.flatMap(({ principalId }) => (principalId === null ? [] : [principalId, stableIdOf(principalId)])),
    ]),
    arns: distinct(suspects.flatMap(({ arn, issuerArn }) => [arn, issuerArn])),
    addresses: distinct([...finding.addresses.map(({ ip }) => ip), ...found.addresses]),
    // Where the actor ordered a copy to (replication, batch), and what they opened to outsiders: what arrived there, and
    // what others read there, is part of the theft.
    buckets: distinct([
      ...finding.buckets.map(({ name }) => name),
      ...found.buckets,
      ...orderedBuckets(found.changes),
      ...openedBuckets(found.changes, finding.accountId),
    ]),
  };
};
