import { CordonError } from "../base/errors.ts";
import { isSameRequest, type LogFileRead, type ScanEstimate, type ScanRequest, type ScanResult } from "../case/scan.ts";
import type { ScanStatus, Trail } from "../ports/ports.ts";
import { BASELINE_SERIES, tableOf } from "../sql/tables.ts";
import { createTableAs, overTable, tableName } from "./athenaText.ts";
import { brokenFileIn, withoutFiles } from "./brokenFiles.ts";
import { beginReading, type LakeOptions, lakeOf, lookAtReading, type Reading } from "./lakeCopies.ts";
import { ofAccounts } from "./lakeScope.ts";
import type { LogLister } from "./logFiles.ts";
import { logWindow, resultOf } from "./scanResult.ts";
import { type SecurityLake, securityLakeOf } from "./securityLake.ts";
import { lookAtSides, SIDE_SECONDS, startSides } from "./sideScan.ts";
import { type Attempt, type Finished, finished, folderOf, readJson, ticketOf } from "./trailPlaces.ts";
import { type QueryOptions, query } from "./trailQuery.ts";
import { type UnreadFound, unreadFiles, unreadRows, withUnread } from "./unreadRows.ts";

/** This port keeps `<case>/trail/round-<n>/` in the folder of all cases. */
export interface TrailOptions extends QueryOptions {
  readonly logs: LogLister;
  /** Where what is read of the lake is kept for the case; null: every round reads the lake. */
  readonly lake: LakeOptions | null;
  /** Where CloudTrail's events are taken from Security Lake; null: from the log files. */
  readonly securityLake: SecurityLake | null;
  /** Asked where a scan is of all accounts and the table of the lake wants them named; null: it knows them. */
  readonly everyAccount: (() => Promise<readonly string[]>) | null;
  /** Reads log files themselves, for custody and digests. */
  readonly reader: Required<Pick<Trail, "digests" | "integrity">>;
  /** A scan of the lake that takes longer is stopped; Athena itself ends a query after 30 minutes unless raised. */
  readonly scanSeconds: number;
}

/** A scan that Athena itself calls retryable is begun anew this often; anything else is reported. */
const ATTEMPTS = 3;

/**
 * CloudTrail by Athena. A scan is one CTAS into a table of its own per case, round and attempt; what was asked, what was
 * started and what came of it lie in the case bucket, so that any Lambda goes on where another stopped.
 */
export const createTrail = (options: TrailOptions): Trail => ({
  start: async (asked) => {
    const request = await withAccounts(options, asked);
    await keepRequest(options, request);
    const ticket = ticketOf(request);
    if ((await finished(options, folderOf(ticket))) !== null) return ticket;
    const last = await lastAttempt(options, ticket);
    if (last === null && (await readOnce(options, ticket, request))) return ticket;
    const ended = last === null ? null : await options.athena.look(last.executionId);
    if (last === null || ended?.state === "failed") await launch(options, ticket, request, (last?.number ?? 0) + 1);
    return ticket;
  },
  check: (ticket) => check(options, ticket),
  // A folder of Parquet files that Athena wrote.
  table: async () => null,
  files: (ticket) => filesOf(options, ticket),
  estimate: (window) => estimate(options, window),
  ...options.reader,
  query: (caseId, name, sql, parameters, series) => query(options, { caseId, series }, { name, sql, parameters }),
});

/** Athena bills compressed bytes as they lie in S3, and prunes by delivery day. */
const estimate = async (
  { logs, securityLake, everyAccount }: TrailOptions,
  window: Pick<ScanRequest, "from" | "to" | "accounts">,
): Promise<ScanEstimate> => {
  if (securityLake !== null)
    return { bytes: null, files: null, reason: "the files of Security Lake are not listed beforehand" };
  const accounts = window.accounts ?? (await everyAccount?.());
  const measured = await logs.measure({ ...logWindow(window), accounts });
  if (measured === null)
    return { bytes: null, files: null, reason: "the log files are too many to list, or may not be listed" };
  return { bytes: measured.bytes, files: measured.files, reason: null };
};

/** As S3 lists them: Athena reads in places where nobody can hash; sizes and names are known at once, digests when the case is sealed. */
const filesOf = async (options: TrailOptions, ticket: string): Promise<readonly LogFileRead[] | null> => {
  const request = await readJson<ScanRequest>(options, `${folderOf(ticket)}request.json`);
  const files = request === null ? null : await options.logs.list(logWindow(request));
  if (files === null) return null;
  return files.logs
    .map(({ path, bytes }) => ({ file: path, bytes, sha256: null, kind: "json", records: null }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
};

/** Of an organisation every statement names the accounts that it reads. */
const withAccounts = async ({ everyAccount }: TrailOptions, request: ScanRequest): Promise<ScanRequest> =>
  request.accounts !== undefined || everyAccount === null ? request : { ...request, accounts: await everyAccount() };

/** The same round must not ask something else than it did. */
const keepRequest = async ({ objects }: TrailOptions, request: ScanRequest): Promise<void> => {
  const ticket = ticketOf(request);
  const name = `${folderOf(ticket)}request.json`;
  if (await objects.create(name, Buffer.from(JSON.stringify(request)))) return;
  const stored = await objects.read(name);
  if (stored !== null && isSameRequest(JSON.parse(Buffer.from(stored.bytes).toString("utf8")), request)) return;
  throw new CordonError(
    "DOCUMENT_CONFLICT",
    `scan ${ticket}: expected the request stored for this round, got another one`,
  );
};

const lastAttempt = async (options: TrailOptions, ticket: string): Promise<Attempt | null> => {
  const names = await options.objects.list(`${folderOf(ticket)}attempt-`);
  return names.length === 0 ? null : readJson<Attempt>(options, names.at(-1)!);
};

/** Names of the tables of a round begin with this. */
const roundTable = ({ caseId, series, round }: ScanRequest): string =>
  `${[caseId, ...(series === undefined ? [] : [series])].join("_").replaceAll("-", "_")}_r${round}`;

/**
 * Begins to copy what this round needs of the lake and no copy of the case has yet. False: the round reads the lake itself.
 * The days before are summed up by their query and not copied.
 */
const readOnce = async (
  options: TrailOptions,
  ticket: string,
  request: ScanRequest,
  without: readonly string[] | null = null,
): Promise<boolean> => {
  const { lake, objects } = options;
  if (lake === null || request.accounts === undefined || request.series === BASELINE_SERIES) return false;
  const number = (await objects.list(`${folderOf(ticket)}lake-`)).length + 1;
  const last = number === 1 ? null : await readingOf(options, ticket);
  const broken = without ?? last?.without ?? [];
  if (number > ATTEMPTS + broken.length) return false;
  if (last !== null && (await lookAtReading(lake, request.caseId, last)).state !== "failed") return true;
  const as = { table: roundTable(request), number, broken };
  const reading = await beginReading(lake, { ...request, accounts: request.accounts }, as);
  return objects.create(`${folderOf(ticket)}lake-${number}.json`, Buffer.from(JSON.stringify(reading)));
};

const readingOf = async (options: TrailOptions, ticket: string): Promise<Reading | null> => {
  const names = await options.objects.list(`${folderOf(ticket)}lake-`);
  return names.length === 0 ? null : readJson<Reading>(options, names.at(-1)!);
};

/** The copies are being made, or are whole and the table is begun; one that fails at a file is made without it, one that fails for good is read past. */
const checkReading = async (
  options: TrailOptions,
  ticket: string,
  request: ScanRequest,
  reading: Reading,
): Promise<ScanStatus> => {
  const seen = await lookAtReading(options.lake!, request.caseId, reading);
  const isOver = Date.parse(options.clock.now()) >= Date.parse(reading.at) + options.scanSeconds * 1000;
  if (seen.state === "done") await launch(options, ticket, request, 1, seen, seen.without);
  else if (seen.state === "running" && isOver) {
    for (const { executionId } of reading.begun) await options.athena.stop(executionId);
    return {
      state: "failed",
      reason: `Athena: the copy was stopped after ${options.scanSeconds} seconds; what it read is billed`,
    };
  } else if (seen.state === "failed") {
    // What was stopped at the limit of the workgroup would meet it again.
    if (/bytes scanned limit/i.test(seen.reason)) return { state: "failed", reason: seen.reason };
    const without = reading.without ?? [];
    const broken = brokenFileIn(seen.reason, without);
    const isAnew = broken !== null || seen.retryable;
    const left = broken === null ? without : [...without, broken];
    if (!isAnew || !(await readOnce(options, ticket, request, left)))
      await launch(options, ticket, request, 1, null, left);
  }
  return { state: "running", progress: null };
};

const LOGS = "cloudtrail_logs";

const overLake = ({ securityLake }: TrailOptions, select: string, request: ScanRequest): string =>
  securityLake === null
    ? ofAccounts(select, request.accounts)
    : overTable(select, LOGS, securityLakeOf(securityLake, request));

/** `copies`: the tables that the round asks in the place of the lake, and what reading for them took. */
const launch = async (
  options: TrailOptions,
  ticket: string,
  request: ScanRequest,
  number: number,
  copies: { readonly tables: readonly string[]; readonly bytesScanned: number } | null = null,
  without: readonly string[] = [],
): Promise<void> => {
  const { athena, database, objects, clock } = options;
  const table = `${roundTable(request)}_a${number}`;
  const select = tableOf(request).select;
  const from =
    copies === null
      ? overLake(options, withoutFiles(select, without), request)
      : overTable(select, LOGS, lakeOf(database, copies.tables));
  const sql = createTableAs(tableName(database, table), from);
  const seed = `${ticket}|${number}`;
  const executionId = await athena.start({ sql, parameters: tableOf(request).parametersOf(request), seed });
  // What a series reads is about CloudTrail alone: no query of one asks another log.
  const sides = request.series === undefined ? await startSides(options, { request, table, seed }) : [];
  const attempt: Attempt = {
    ...{ number, table, executionId, at: clock.now(), sides },
    ...(copies === null ? {} : { copies }),
    ...(without.length === 0 ? {} : { without }),
  };
  await objects.create(`${folderOf(ticket)}attempt-${number}.json`, Buffer.from(JSON.stringify(attempt)));
};

const check = async (options: TrailOptions, ticket: string): Promise<ScanStatus> => {
  const known = await finished(options, folderOf(ticket));
  if (known !== null) return { state: "done", result: known.result };
  const request = await readJson<ScanRequest>(options, `${folderOf(ticket)}request.json`);
  const attempt = await lastAttempt(options, ticket);
  const reading = attempt === null && request !== null ? await readingOf(options, ticket) : null;
  if (reading !== null) return checkReading(options, ticket, request!, reading);
  if (request === null || attempt === null) return { state: "failed", reason: `No scan ${ticket} was ever started.` };
  const seen = await options.athena.look(attempt.executionId);
  switch (seen.state) {
    case "running":
      return stopIfLate(options, attempt);
    case "failed": {
      const without = attempt.without ?? [];
      const broken = options.securityLake === null ? brokenFileIn(seen.reason, without) : null;
      if (broken !== null) {
        await launch(options, ticket, request, attempt.number + 1, attempt.copies ?? null, [...without, broken]);
        return { state: "running", progress: null };
      }
      if (!seen.retryable || attempt.number >= ATTEMPTS) return { state: "failed", reason: seen.reason };
      await launch(options, ticket, request, attempt.number + 1, attempt.copies ?? null, without);
      return { state: "running", progress: null };
    }
    case "done": {
      const sides = await lookAtSides(options, attempt.sides ?? [], isLate(options, attempt, SIDE_SECONDS));
      if (sides === null) return { state: "running", progress: null };
      const bytesScanned = seen.bytesScanned + (attempt.copies?.bytesScanned ?? 0);
      return {
        state: "done",
        result: await finish(options, ticket, request, { ...attempt, ...seen, bytesScanned, sides }),
      };
    }
  }
};

const isLate = ({ clock }: TrailOptions, { at }: Attempt, seconds: number): boolean =>
  Date.parse(clock.now()) >= Date.parse(at) + seconds * 1000;

const stopIfLate = async (options: TrailOptions, attempt: Attempt): Promise<ScanStatus> => {
  const { athena, scanSeconds } = options;
  if (!isLate(options, attempt, scanSeconds)) return { state: "running", progress: null };
  const reading = (attempt.sides ?? []).flatMap((side) =>
    "tableExecution" in side ? [side.tableExecution, side.countExecution] : [],
  );
  for (const executionId of [attempt.executionId, ...reading]) await athena.stop(executionId);
  return {
    state: "failed",
    reason: `Athena: the scan was stopped after ${scanSeconds} seconds; what it read is billed`,
  };
};

const finish = async (
  options: TrailOptions,
  ticket: string,
  request: ScanRequest,
  ended: Required<Pick<Finished, "table" | "sides">> &
    Pick<Attempt, "copies" | "without"> & { readonly bytesScanned: number; readonly engine: string },
): Promise<ScanResult> => {
  const { sides, engine } = ended;
  const bytesScanned = sides.reduce((sum, side) => sum + side.bytesScanned, ended.bytesScanned);
  const table = tableName(options.database, ended.table);
  const otherLogs = sides.map(({ found }) => found);
  const scan = { request, table, bytesScanned, engine, otherLogs, without: ended.without ?? [] };
  const [found, unread] = await Promise.all([
    resultOf(options.athena, options.logs, scan),
    unreadOf(options, ticket, request, ended),
  ]);
  const done: Finished = {
    ...{ table: ended.table, sides, at: options.clock.now() },
    result: withUnread(found, unread),
  };
  await options.objects.create(`${folderOf(ticket)}result.json`, Buffer.from(JSON.stringify(done)));
  return (await finished(options, folderOf(ticket)))!.result;
};

const NOT_ASKED =
  "Athena was not asked which records it could not parse; where no copy is kept for the case, that reads the logs a second time";

/** Asked of the copies: they are small, and the lake itself is not read once more for it. */
const unreadOf = async (
  { athena, database }: TrailOptions,
  ticket: string,
  request: ScanRequest,
  { copies }: Pick<Attempt, "copies">,
): Promise<UnreadFound> => {
  if (copies === undefined) return { notKnown: NOT_ASKED };
  const { firstDay, lastDay } = logWindow(request);
  return unreadFiles(athena, unreadRows(lakeOf(database, copies.tables), [firstDay, lastDay]), ticket);
};
