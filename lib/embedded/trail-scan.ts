import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ScanInventory, ScanRequest, ScanResult } from "../ports.ts";
import { caseTableParameters } from "../sql/case-table.ts";
import { deliveryOf, ingest } from "./ingest.ts";
import { ACCESS_LOG_COLUMNS } from "./ingest-access-log.ts";
import { gapsOf } from "./ingest-gaps.ts";
import { ACCESS_LABEL, type FileReport } from "./ingest-reader.ts";
import { CLOUDTRAIL_LOGS, RECORD_TYPE } from "./ingest-schema.ts";
import { type Duck, openDuck, quoted, rowsOf } from "./trail-duckdb.ts";
import { writeCaseTable } from "./trail-table.ts";

const CASE_TABLE = await readFile(new URL("../sql/case-table.sql", import.meta.url), "utf8");

export interface ScanPlace {
  readonly logsDir: string;
  /** Holds what is unfinished; removed at the end. Its DuckDB file is the lock of the scan, which the system releases when we die. */
  readonly workDir: string;
  /** The finished case table. */
  readonly parquet: string;
  /** The finished table of server access log entries; written only where such logs were given. */
  readonly accessParquet: string;
  readonly memoryLimitMb: number;
  readonly threads: number;
}

/** One scan of a logs folder into a case table. `progress` hears a fraction from 0 to 1. */
export const runScan = async (
  request: ScanRequest,
  place: ScanPlace,
  progress: (done: number) => void,
): Promise<ScanResult> => {
  const { logsDir, workDir, threads } = place;
  await mkdir(workDir, { recursive: true });
  const duck = await openDuck({
    ...place,
    database: join(workDir, "lock.duckdb"),
    folders: [workDir],
    spillFolder: workDir,
  });
  try {
    const stage = createStage(duck.connection, request, workDir);
    const reports: FileReport[] = [];
    const report = (one: FileReport, done: number): void => {
      reports.push(one);
      progress(done);
    };
    const { outside } = await ingest({ request, logsDir, linesDir: workDir, threads, report, lines: stage.take });
    const kept = await writeCaseTable(duck.connection, await stage.pieces(), join(workDir, "case.parquet"));
    await stage.writeAccess(join(workDir, "access.parquet"), place.accessParquet, reports);
    await rename(join(workDir, "case.parquet"), place.parquet);
    return resultOf(reports.sort(byName), outside, kept, await engineOf(duck));
  } finally {
    duck.close();
  }
};

interface Stage {
  take(lines: string): Promise<void>;
  /** Parquet files with what was selected; at least one, if only for its columns. */
  pieces(): Promise<readonly string[]>;
  /** S3 may log a request twice: equal entries are one. */
  writeAccess(unfinished: string, target: string, reports: readonly FileReport[]): Promise<void>;
}

/** Runs `case-table.sql` over each file of lines as soon as it is there. */
const createStage = (connection: DuckDBConnection, request: ScanRequest, workDir: string): Stage => {
  const parameters = [...caseTableParameters(request)];
  const pieces: string[] = [];
  const accessLines: string[] = [];
  const select = async (from: string): Promise<void> => {
    const piece = join(workDir, `piece-${pieces.length}.parquet`);
    await connection.run(`CREATE OR REPLACE TEMP VIEW batch AS ${from}`);
    await connection.run(`CREATE OR REPLACE TEMP VIEW cloudtrail_logs AS ${CLOUDTRAIL_LOGS}`);
    await connection.run(`COPY (${CASE_TABLE}) TO ${quoted(piece)} (FORMAT parquet, ROW_GROUP_SIZE 16384)`, parameters);
    pieces.push(piece);
  };
  return {
    take: async (lines) => {
      if (basename(lines).startsWith(ACCESS_LABEL)) {
        accessLines.push(lines);
        return;
      }
      await select(`SELECT r, file FROM read_json(${quoted(lines)}, format = 'newline_delimited',
        columns = {file: 'VARCHAR', r: ${quoted(RECORD_TYPE)}}, compression = 'uncompressed', maximum_object_size = 8388608)`);
      await rm(lines);
    },
    pieces: async () => {
      if (pieces.length === 0)
        await select(`SELECT CAST(NULL AS ${RECORD_TYPE}) AS r, CAST(NULL AS VARCHAR) AS file WHERE false`);
      return pieces;
    },
    writeAccess: async (unfinished, target, reports) => {
      if (!reports.some(({ kind }) => kind === "access-log")) return;
      const nothing = join(workDir, `${ACCESS_LABEL}none.jsonl`);
      await writeFile(nothing, "");
      const files = [nothing, ...accessLines].map(quoted).join(", ");
      await connection.run(`COPY (SELECT DISTINCT * FROM read_json([${files}], format = 'newline_delimited',
        columns = ${ACCESS_LOG_COLUMNS}, compression = 'uncompressed')) TO ${quoted(unfinished)} (FORMAT parquet)`);
      await rename(unfinished, target);
    },
  };
};

const engineOf = async (duck: Duck): Promise<string> => {
  const [row] = await rowsOf(duck.connection, "SELECT version() AS version");
  return `DuckDB ${row?.version}`;
};

const byName = (a: FileReport, b: FileReport): number => (a.name < b.name ? -1 : 1);

const resultOf = (reports: readonly FileReport[], outside: number, kept: number, engine: string): ScanResult => ({
  engine,
  filesRead: reports.filter(isRead).length,
  filesSetAside: reports.filter(({ lost }) => lost > 0).map((one) => ({ file: one.name, reason: reasonOf(one) })),
  bytesScanned: sum(
    reports.filter(({ kind }) => kind === "json"),
    ({ bytes }) => bytes,
  ),
  eventsSeen: sum(reports, ({ inWindow }) => inWindow),
  eventsKept: kept,
  watermark: extreme(
    reports.map(({ latest }) => latest),
    (a, b) => a > b,
  ),
  earliest: extreme(
    reports.map(({ earliest }) => earliest),
    (a, b) => a < b,
  ),
  inventory: inventoryOf(reports, outside),
});

/** A CloudTrail file read to its end: it has records, or is an empty delivery (`{"Records":[]}`). */
const isRead = ({ kind, lost, records, strangers }: FileReport): boolean =>
  kind === "json" && lost === 0 && (records > 0 || strangers === 0);

const reasonOf = ({ kind, lost, reasons, records }: FileReport): string => {
  if (kind === "unreadable") return reasons[0]!;
  const what = `${lost === 1 ? "One part" : `${lost} parts`} could not be read: ${reasons.join(", ")}`;
  return records === 0 ? `${what}.` : `${what}; ${records} other records of the file were kept.`;
};

const inventoryOf = (reports: readonly FileReport[], outside: number): ScanInventory => {
  const read = reports.filter(isRead);
  const hours = new Set(read.map(({ name }) => deliveryOf(name)?.slice(0, 13)).filter((hour) => hour !== undefined));
  return {
    deliveryHours: hours.size === 0 ? null : [...hours].sort(),
    deliveryGaps: gapsOf(reports),
    digestFiles: reports.filter(({ kind }) => kind === "digest").map(({ name }) => name),
    accessLogFiles: reports.filter(({ kind }) => kind === "access-log").length,
    otherFiles: reports.filter((one) => !["digest", "access-log"].includes(one.kind) && one.lost === 0 && !isRead(one))
      .length,
    filesOutside: outside,
    aggregatedRecords: sum(reports, ({ aggregated }) => aggregated),
    otherRecords: sum(reports, ({ strangers }) => strangers),
  };
};

const sum = (reports: readonly FileReport[], of: (report: FileReport) => number): number =>
  reports.reduce((total, report) => total + of(report), 0);

const extreme = (times: readonly (string | null)[], isBefore: (a: string, b: string) => boolean): string | null =>
  times.reduce((best, time) => (time !== null && (best === null || isBefore(time, best)) ? time : best), null);
