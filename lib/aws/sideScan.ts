import { CordonError } from "../base/errors.ts";
import type { Row, ScanRequest, SideLogFound } from "../case/scan.ts";
import { isKept, isOfLake, LOG_SOURCES, type LogId, type OfKept, type OfLake } from "../logs/index.ts";
import type { Athena, ExecutionState } from "./athena.ts";
import { createTableAs, tableName } from "./athenaText.ts";
import { columnsOf, countOf, entriesOf, type SideLogPlaces } from "./sideLogs.ts";

export interface SideOptions {
  readonly athena: Athena;
  readonly database: string;
  readonly sideLogs: SideLogPlaces;
}

/** What was begun for one log: the table of its entries and a count of all its lines, or why not; nothing for tables that AWS keeps. */
export type SideStart = { readonly log: LogId } & (
  | { readonly kept: true }
  | { readonly table: string; readonly tableExecution: string; readonly countExecution: string }
  | { readonly reason: string }
);

/** What came of it. `table` is null where it failed, and `found` says why. */
export interface SideFinished {
  readonly table: string | null;
  readonly found: SideLogFound;
  /** Of both statements, as far as they came to their end. */
  readonly bytesScanned: number;
}

/** No log beside CloudTrail keeps a case waiting longer. */
export const SIDE_SECONDS = 600;

const NO_FILES = "none of its files lies where the deployment was told, for these days";

/** Begins to read each log that was given, beside the scan of CloudTrail. Never throws. */
export const startSides = async (
  options: SideOptions,
  scan: { readonly request: ScanRequest; readonly table: string; readonly seed: string },
): Promise<readonly SideStart[]> =>
  Promise.all(
    LOG_SOURCES.filter(({ id }) => options.sideLogs[id] !== undefined).map(async (source) =>
      isOfLake(source) ? startSide(options, source, scan) : { log: source.id, kept: true },
    ),
  );

const startSide = async (
  { athena, database, sideLogs }: SideOptions,
  source: OfLake,
  { request, table, seed }: { readonly request: ScanRequest; readonly table: string; readonly seed: string },
): Promise<SideStart> => {
  const { id: log } = source;
  const own = `${table}_${log.replaceAll("-", "_")}`;
  try {
    const entries = entriesOf(source, sideLogs[log]!, request);
    const sql = createTableAs(tableName(database, own), entries.sql);
    const tableExecution = await athena.start({ sql, parameters: entries.parameters, seed: `${seed}|${log}` });
    const countExecution = await athena.start({
      ...countOf(source, sideLogs[log]!, request),
      seed: `${seed}|${log}|count`,
    });
    return { log, table: own, tableExecution, countExecution };
  } catch (error) {
    return { log, reason: (error as Error).message };
  }
};

/** What came of every log, or null while one is still read. `isLate`: what still runs is stopped. Never throws. */
export const lookAtSides = async (
  options: SideOptions,
  starts: readonly SideStart[],
  isLate: boolean,
): Promise<readonly SideFinished[] | null> => {
  const seen = await Promise.all(starts.map((start) => lookAtSide(options, start, isLate)));
  const ended = seen.filter((one) => one !== null);
  return ended.length === seen.length ? ended : null;
};

const lookAtSide = async ({ athena }: SideOptions, start: SideStart, isLate: boolean): Promise<SideFinished | null> => {
  if ("reason" in start) return failed(start, start.reason);
  if ("kept" in start) return { table: null, bytesScanned: 0, found: foundIn(start, NOTHING) };
  const executions = [start.tableExecution, start.countExecution];
  try {
    const states = await Promise.all(executions.map((id) => athena.look(id)));
    const bytesScanned = states.reduce((sum, one) => sum + (one.state === "done" ? one.bytesScanned : 0), 0);
    const fault = states.find((one) => one.state === "failed");
    if (fault === undefined && states.some(isRunning)) {
      if (!isLate) return null;
      await Promise.all(executions.map((id) => athena.stop(id)));
      return failed(start, `reading it was stopped after ${SIDE_SECONDS} seconds`);
    }
    if (fault !== undefined) return failed(start, fault.reason, bytesScanned);
    const [row = {}] = await athena.read(start.countExecution);
    if (Number(row.files) === 0) return failed(start, NO_FILES, bytesScanned);
    return { table: start.table, found: foundIn(start, row), bytesScanned };
  } catch (error) {
    return failed(start, (error as Error).message);
  }
};

const isRunning = ({ state }: ExecutionState): boolean => state === "running";

const failed = ({ log }: SideStart, reason: string, bytesScanned = 0): SideFinished => ({
  ...{ table: null, bytesScanned },
  found: { log, files: 0, entries: 0, unread: 0, earliest: null, latest: null, failed: reason },
});

const foundIn = ({ log }: SideStart, row: Row): SideLogFound => ({
  log,
  files: Number(row.files),
  entries: Number(row.entries),
  unread: Number(row.unread),
  earliest: textOrNull(row.earliest),
  latest: textOrNull(row.latest),
});

const NOTHING: Row = { files: 0, entries: 0, unread: 0, earliest: null, latest: null };

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);

/**
 * The tables of such logs that a query speaks of: the name in it, and what stands there. Logs of one kind are one table.
 * Throws QUERY_FAILED for one that is not there.
 */
export const sideTablesIn = (
  sql: string,
  finished: readonly SideFinished[],
  database: string,
): readonly (readonly [name: string, from: string])[] =>
  [...Map.groupBy(LOG_SOURCES.filter(isOfLake), ({ table }) => table)]
    .filter(([name]) => speaksOf(sql, name))
    .map(([name, sources]) => {
      const sides = finished.filter(({ found }) => sources.some(({ id }) => id === found.log));
      const tables = sides.flatMap(({ table }) => (table === null ? [] : [tableName(database, table)]));
      if (tables.length === 0)
        throw new CordonError("QUERY_FAILED", `${name}: ${sides[0]?.found.failed ?? "the log was not given"}`);
      const columns = columnsOf(sources[0]!);
      return [
        name,
        tables.length === 1
          ? tables[0]!
          : `(${tables.map((one) => `SELECT ${columns} FROM ${one}`).join(" UNION ALL ")})`,
      ];
    });

const speaksOf = (sql: string, table: string): boolean => new RegExp(`\\b(FROM|JOIN)\\s+${table}\\b`, "i").test(sql);

/** Tables that AWS keeps and a query speaks of: the name in it, and what can stand there for a bucket, best first. Null: it speaks of none. */
export const keptTablesIn = (
  sql: string,
  places: SideLogPlaces,
  bucket: string | undefined,
): { readonly name: string; readonly places: readonly string[] } | null => {
  const source = LOG_SOURCES.find((one): one is OfKept => isKept(one) && speaksOf(sql, one.table));
  if (source === undefined) return null;
  const place = places[source.id]?.kept;
  if (place === undefined) throw new CordonError("QUERY_FAILED", `${source.table}: the log was not given`);
  return { name: source.table, places: source.lake.placesOf(place, bucket ?? "") };
};
