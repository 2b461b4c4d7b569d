import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { sum } from "../base/lists.ts";
import type { LogFileRead, ScanInventory, ScanRequest, ScanResult } from "../case/scan.ts";
import { BASELINE_SERIES } from "../sql/tables.ts";
import { deliveryOf, type Ingest, ingest } from "./ingest.ts";
import { inputOf } from "./ingest-account.ts";
import { gapsOf } from "./ingest-gaps.ts";
import type { FileReport } from "./ingest-report.ts";
import { machineFault } from "./machineFault.ts";
import { createBaselineStage } from "./trail-baseline.ts";
import { createCountedStage, NotCounted } from "./trail-counted.ts";
import { type Duck, openDuck, rowsOf } from "./trail-duckdb.ts";
import { rowFilesOf } from "./trail-rows.ts";
import { isSideLines, sideLogsIn, writeSideTables } from "./trail-side.ts";
import { createCaseStage, recordsIn } from "./trail-stage.ts";
import { writeCaseTable } from "./trail-table.ts";

export interface ScanPlace {
  readonly logsDir: string;
  /** Holds what is unfinished; removed at the end. Its DuckDB file is the lock of the scan, which the system releases when we die. */
  readonly workDir: string;
  /** The finished case table. */
  readonly parquet: string;
  /** The files that were read, a `LogFileRead` a line. */
  readonly files: string;
  /** Of what is known of log files by their content; null: none is kept. */
  readonly indexDir: string | null;
  readonly memoryLimitMb: number;
  readonly threads: number;
}

/** One scan of a logs folder into a case table. `progress` hears a fraction from 0 to 1. */
export const runScan = async (
  request: ScanRequest,
  place: ScanPlace,
  progress: (done: number) => void,
): Promise<ScanResult> => {
  try {
    return await scanOnce(request, place, progress, false);
  } catch (error) {
    if (!(error instanceof NotCounted)) throw error;
    return scanOnce(request, place, progress, true);
  }
};

/** `isPlain`: nothing is counted but by the SQL. */
const scanOnce = async (
  request: ScanRequest,
  place: ScanPlace,
  progress: (done: number) => void,
  isPlain: boolean,
): Promise<ScanResult> => {
  const { logsDir, workDir, indexDir, threads } = place;
  await mkdir(workDir, { recursive: true });
  const duck = await openLock({
    ...place,
    database: join(workDir, "lock.duckdb"),
    folders: [workDir],
    spillFolder: workDir,
  });
  try {
    for (const left of await readdir(workDir)) if (left.endsWith(".jsonl")) await rm(join(workDir, left));
    const stage = await stageOf(duck.connection, request, place, isPlain);
    const reports: FileReport[] = [];
    const report = (one: FileReport, done: number): void => {
      reports.push(one);
      progress(done);
    };
    const { outside } = await ingest({
      ...{ request, logsDir, indexDir, threads, report },
      ...{ linesDir: workDir, lines: stage.take, counting: stage.counting },
    });
    const finished = join(workDir, "case.parquet");
    const kept = await stage.finish(finished, reports);
    reports.sort(byName);
    await writeFile(place.files, reports.map((one) => `${JSON.stringify(toLogFile(one))}\n`).join(""), { flush: true });
    const [from, to] = [rowFilesOf(finished), rowFilesOf(place.parquet)];
    for (const one of ["rows", "likes"] as const) await moved(from[one], to[one]);
    await rename(finished, place.parquet);
    return resultOf(reports, outside, kept, await engineOf(duck));
  } finally {
    duck.close();
  }
};

/**
 * Opens the database by which a scan is held. One that was killed, or had no more room, while it made its file left half of
 * it, which nobody holds: DuckDB takes the file's lock before it looks inside. Nothing in it is needed: it is made anew.
 */
const openLock = async (options: Parameters<typeof openDuck>[0]): Promise<Awaited<ReturnType<typeof openDuck>>> => {
  try {
    return await openDuck(options);
  } catch (error) {
    if (isLocked(error as Error) || machineFault(error) !== null) throw error;
    for (const file of [options.database, `${options.database}.wal`]) await rm(file, { force: true });
    return openDuck(options);
  }
};

/** What is not there was left by a scan that was cut off. */
const moved = async (from: string, to: string): Promise<void> => {
  if (existsSync(from)) await rename(from, to);
  else await rm(to, { force: true });
};

/** Another process holds the scan's DuckDB file: it is at work, and its result will appear. */
export const isLocked = (error: Error): boolean => /Could not set lock on file/.test(error.message);

interface Stage {
  take(lines: string): Promise<void>;
  /** Writes the table; answers the number of events in it. */
  finish(target: string, reports: readonly FileReport[]): Promise<number>;
  readonly counting: Ingest["counting"];
}

const stageOf = async (
  connection: DuckDBConnection,
  request: ScanRequest,
  place: ScanPlace,
  isPlain: boolean,
): Promise<Stage> => {
  if (request.series !== BASELINE_SERIES) {
    const stage = createCaseStage(connection, request, place.workDir);
    return {
      take: stage.take,
      counting: null,
      finish: async (target, reports) => {
        const kept = await writeCaseTable(
          connection,
          { pieces: await stage.pieces(), rows: stage.rows() },
          stage.copies,
          target,
        );
        await writeSideTables(connection, stage.sideLines, reports, place);
        return kept;
      },
    };
  }
  const counted = isPlain ? null : await createCountedStage(connection, request);
  const stage = counted ?? createBaselineStage(connection, request, place.workDir);
  return {
    counting: counted?.counting ?? null,
    finish: stage.finish,
    take: async (lines) => {
      if (!isSideLines(lines)) await stage.take(recordsIn(lines));
      await rm(lines);
    },
  };
};

const engineOf = async (duck: Duck): Promise<string> => {
  const [row] = await rowsOf(duck.connection, "SELECT version() AS version");
  return `DuckDB ${row?.version}`;
};

const toLogFile = ({ name, bytes, sha256, kind, records }: FileReport): LogFileRead => ({
  file: name,
  ...{ bytes, sha256, kind, records },
});

const byName = (a: FileReport, b: FileReport): number => (a.name < b.name ? -1 : 1);

const resultOf = (
  reports: readonly FileReport[],
  outside: readonly string[],
  kept: number,
  engine: string,
): ScanResult => ({
  engine,
  filesRead: reports.filter(isRead).length,
  filesSetAside: reports.filter(({ lost }) => lost > 0).map((one) => ({ file: one.name, reason: reasonOf(one) })),
  bytesScanned: sum(
    reports.filter(({ kind }) => kind === "cloudtrail" || kind === "archive").map(({ bytes }) => bytes),
  ),
  eventsSeen: sum(reports.map(({ inWindow }) => inWindow)),
  eventsKept: kept,
  watermark: extreme(
    reports.map(({ watermark }) => watermark),
    (a, b) => a > b,
  ),
  earliest: extreme(
    reports.map(({ earliest }) => earliest),
    (a, b) => a < b,
  ),
  inventory: inventoryOf(reports, outside),
});

/** A CloudTrail file read to its end: it has records, or is an empty delivery (`{"Records":[]}`). */
const isRead = ({ kind, lost }: FileReport): boolean => kind === "cloudtrail" && lost === 0;

const reasonOf = ({ lost, reasons, records, sides }: FileReport): string => {
  if (/^[A-Z].*\.$/s.test(reasons[0]!)) return reasons[0]!;
  const what = `${lost === 1 ? "One part" : `${lost} parts`} could not be understood: ${reasons.join(", ")}`;
  const kept = records + sides.reduce((total, { entries }) => total + entries, 0);
  return kept === 0 ? `${what}.` : `${what}; ${kept} records of the file were kept.`;
};

const inventoryOf = (reports: readonly FileReport[], outside: readonly string[]): ScanInventory => {
  const read = reports.filter(isRead);
  const hours = new Set(read.map(({ name }) => deliveryOf(name)?.slice(0, 13)).filter((hour) => hour !== undefined));
  return {
    deliveryHours: hours.size === 0 ? null : [...hours].sort(),
    deliveryGaps: gapsOf(reports),
    digestFiles: reports.filter(({ kind }) => kind === "digest").map(({ name }) => name),
    otherLogs: sideLogsIn(reports),
    filesOutside: outside.length,
    aggregatedRecords: sum(reports.map(({ aggregated }) => aggregated)),
    input: inputOf(reports, outside),
  };
};

const extreme = (times: readonly (string | null)[], isBefore: (a: string, b: string) => boolean): string | null =>
  times.reduce((best, time) => (time !== null && (best === null || isBefore(time, best)) ? time : best), null);
