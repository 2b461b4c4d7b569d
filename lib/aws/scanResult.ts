import type { Row, ScanInventory, ScanRequest, ScanResult, SideLogFound } from "../case/scan.ts";
import { windowParameters } from "../sql/case-table.ts";
import { BASELINE_SERIES, tableOf } from "../sql/tables.ts";
import type { Athena } from "./athena.ts";
import type { ListLogFiles, LogFile, LogFiles } from "./logFiles.ts";

export interface FinishedScan {
  readonly request: ScanRequest;
  /** The case table, as an identifier of SQL. */
  readonly table: string;
  readonly bytesScanned: number;
  readonly engine: string;
  readonly otherLogs: readonly SideLogFound[];
}

/** Files at each end of the window that are opened once more, for the first and last event time in them. */
const EDGE_FILES = 20;

/**
 * What a scan found. Athena tells bytes only; files and hours come from their names in S3, and the watermark from a small
 * query over the newest and the oldest files alone, so that the lake is not read twice.
 */
export const resultOf = async (
  athena: Athena,
  listFiles: ListLogFiles,
  { request, table, bytesScanned, engine, otherLogs }: FinishedScan,
): Promise<ScanResult> => {
  const [firstDay, lastDay] = windowParameters(request);
  const files = await listFiles(firstDay, lastDay);
  const kept = await one(athena, tableOf(request).summary.replace("?", table), [], table);
  const edges = files === null ? edgesUnlisted(request, kept) : await edgesOf(athena, files.logs, table);
  const base = {
    engine,
    bytesScanned,
    filesSetAside: [],
    eventsSeen: null,
    eventsKept: Number(kept.kept),
    watermark: textOrNull(edges.latest),
    earliest: textOrNull(edges.earliest),
  };
  // Files in which nothing was found cannot be counted without a listing: the number is then a lower bound.
  if (files === null)
    return {
      ...base,
      filesRead: Number(kept.files),
      ...(otherLogs.length === 0 ? {} : { inventory: inventoryOf(null, otherLogs) }),
    };
  return { ...base, filesRead: files.logs.length, inventory: inventoryOf(files, otherLogs) };
};

/** A case table reaches as far as the lake, for it holds every change of settings; habits of a few identities do not tell. */
const edgesUnlisted = ({ series }: ScanRequest, kept: Row): Row => (series === BASELINE_SERIES ? {} : kept);

const edgesOf = async (athena: Athena, logs: readonly LogFile[], table: string): Promise<Row> => {
  const sorted = logs.toSorted((a, b) => (a.delivered < b.delivered ? -1 : 1));
  const edge = [...new Set([...sorted.slice(0, EDGE_FILES), ...sorted.slice(-EDGE_FILES)])];
  if (edge.length === 0) return { earliest: null, latest: null };
  const days = [...new Set(edge.map(({ day }) => day))];
  const paths = edge.map(({ path }) => path);
  const sql = `SELECT min(eventtime) AS earliest, max(eventtime) AS latest FROM cloudtrail_logs
WHERE day IN (${places(days)}) AND "$path" IN (${places(paths)}) AND eventid IS NOT NULL`;
  return one(athena, sql, [...days, ...paths], table);
};

const places = (values: readonly string[]): string => values.map(() => "?").join(", ");

const one = async (athena: Athena, sql: string, parameters: readonly string[], seed: string): Promise<Row> =>
  (await athena.run({ sql, parameters, seed })).rows[0] ?? {};

/** Only requests are read (the case table filters the category), so that summaries are neither counted nor seen here. */
const inventoryOf = (files: LogFiles | null, otherLogs: readonly SideLogFound[]): ScanInventory => ({
  deliveryHours: files === null ? null : [...new Set(files.logs.map(({ delivered }) => delivered.slice(0, 13)))].sort(),
  digestFiles: files?.digests ?? [],
  otherLogs,
  filesOutside: 0,
  aggregatedRecords: 0,
});

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);
