import { mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ScanInventory, ScanRequest, ScanResult, SetAside } from "../ports.ts";
import { caseTableParameters } from "../sql/case-table.ts";
import { deliveryOf, type Inventory, type LogFile, takeInventory } from "./ingest.ts";
import { loadBatch, loadLines } from "./ingest-batch.ts";
import { type Salvage, salvage } from "./ingest-irregular.ts";
import { type Duck, openDuck, quoted, rowsOf } from "./trail-duckdb.ts";
import { writeCaseTable } from "./trail-table.ts";

const CASE_TABLE = await readFile(new URL("../sql/case-table.sql", import.meta.url), "utf8");
/** Irregular files are rewritten in heaps of about this many bytes on disk, to be read like a batch. */
const HEAP_BYTES = 16 * 1024 * 1024;

export interface ScanPlace {
  readonly logsDir: string;
  /** Holds what is unfinished; removed at the end. */
  readonly workDir: string;
  /** The finished case table. */
  readonly parquet: string;
  readonly memoryLimitMb: number;
  readonly threads: number;
}

/** What the batches add up to. */
interface Tally {
  readonly filesRead: string[];
  readonly setAside: SetAside[];
  readonly others: string[];
  records: number;
  aggregated: number;
  strangers: number;
  bytes: number;
  earliest: string | null;
  latest: string | null;
  stages: number;
}

/** One scan of a logs folder into a case table. `progress` hears a fraction from 0 to 1. */
export const runScan = async (
  request: ScanRequest,
  place: ScanPlace,
  progress: (done: number) => void,
): Promise<ScanResult> => {
  await mkdir(place.workDir, { recursive: true });
  const duck = await openDuck({ ...place, database: join(place.workDir, "lock.duckdb"), ...foldersOf(place) });
  try {
    const inventory = await takeInventory(place.logsDir, request.from, request.to);
    const tally = await readAll(duck, request, place, inventory, progress);
    const kept = await writeCaseTable(
      duck.connection,
      place.workDir,
      tally.stages,
      join(place.workDir, "case.parquet"),
    );
    await rename(join(place.workDir, "case.parquet"), place.parquet);
    return resultOf(tally, inventory, kept, await engineOf(duck));
  } finally {
    duck.close();
  }
};

const foldersOf = ({ logsDir, workDir }: ScanPlace): { folders: readonly string[]; spillFolder: string } => ({
  folders: [logsDir, workDir],
  spillFolder: join(workDir, "spill"),
});

const engineOf = async (duck: Duck): Promise<string> => {
  const [row] = await rowsOf(duck.connection, "SELECT version() AS version");
  return `DuckDB ${row?.version}`;
};

const readAll = async (
  duck: Duck,
  request: ScanRequest,
  place: ScanPlace,
  inventory: Inventory,
  progress: (done: number) => void,
): Promise<Tally> => {
  const tally = newTally(inventory);
  const total = [...inventory.batches.flat(), ...inventory.irregular].reduce((sum, { bytes }) => sum + bytes, 1);
  const irregular = [...inventory.irregular];
  for (const batch of inventory.batches.length > 0 ? inventory.batches : [[]]) {
    const refused = await loadBatch(duck.connection, batch, place.logsDir);
    irregular.push(...refused);
    await takeBatch(duck.connection, request, place, tally);
    readWhole(
      tally,
      batch.filter((file) => !refused.includes(file)),
      await countPerFile(duck.connection),
    );
    progress(tally.bytes / total);
  }
  for (const heap of heapsOf(irregular)) {
    const lines = join(place.workDir, "irregular.jsonl");
    const salvaged = await salvage(heap, lines);
    await loadLines(duck.connection, lines);
    await takeBatch(duck.connection, request, place, tally);
    for (const [at, one] of salvaged.entries()) readInParts(tally, heap[at]!, one);
    progress(tally.bytes / total);
  }
  return tally;
};

const newTally = (inventory: Inventory): Tally => ({
  filesRead: [],
  setAside: [...inventory.setAside],
  others: [...inventory.others],
  records: 0,
  aggregated: 0,
  strangers: 0,
  bytes: 0,
  earliest: null,
  latest: null,
  stages: 0,
});

/** Counts the loaded batch and stages what `case-table.sql` selects from it. */
const takeBatch = async (
  connection: DuckDBConnection,
  request: ScanRequest,
  place: ScanPlace,
  tally: Tally,
): Promise<void> => {
  const [, , from, to] = caseTableParameters(request);
  const [counts] = await rowsOf(connection, COUNT, [from!, to!]);
  tally.records += Number(counts?.records);
  tally.aggregated += Number(counts?.aggregated);
  tally.earliest = first(tally.earliest, counts?.earliest as string | null, (a, b) => a < b);
  tally.latest = first(tally.latest, counts?.latest as string | null, (a, b) => a > b);
  const stage = join(place.workDir, `stage-${tally.stages}.parquet`);
  await connection.run(`COPY (${CASE_TABLE}) TO ${quoted(stage)} (FORMAT parquet)`, [...caseTableParameters(request)]);
  tally.stages++;
};

const COUNT = `SELECT count(*) FILTER (eventid IS NOT NULL AND eventtime >= ? AND eventtime < ?) AS records,
  count(*) FILTER (eventcategory = 'Aggregated') AS aggregated,
  min(eventtime) FILTER (eventid IS NOT NULL) AS earliest, max(eventtime) FILTER (eventid IS NOT NULL) AS latest
  FROM cloudtrail_logs`;

const countPerFile = async (connection: DuckDBConnection): Promise<ReadonlyMap<string, readonly [number, number]>> => {
  const rows = await rowsOf(
    connection,
    `SELECT file, count(*) AS objects, count(r."eventID") AS records FROM batch GROUP BY file`,
  );
  return new Map(rows.map((row) => [String(row.file), [Number(row.objects), Number(row.records)] as const]));
};

const first = (a: string | null, b: string | null, isFirst: (a: string, b: string) => boolean): string | null => {
  if (a === null || b === null) return a ?? b;
  return isFirst(b, a) ? b : a;
};

/** A file without any object is an empty delivery; one with objects but no record is something else with `Records`. */
const readWhole = (
  tally: Tally,
  files: readonly LogFile[],
  counts: ReadonlyMap<string, readonly [number, number]>,
): void => {
  for (const { name, bytes } of files) {
    const [objects, records] = counts.get(name) ?? [0, 0];
    tally.bytes += bytes;
    tally.strangers += objects - records;
    (objects > 0 && records === 0 ? tally.others : tally.filesRead).push(name);
  }
};

const readInParts = (tally: Tally, file: LogFile, { name, records, strangers, lost }: Salvage): void => {
  tally.bytes += file.bytes;
  if (records > 0) tally.strangers += strangers;
  if (lost.length > 0) tally.setAside.push({ file: name, reason: reasonOf(records, lost) });
  else (records > 0 ? tally.filesRead : tally.others).push(name);
};

const reasonOf = (records: number, lost: readonly string[]): string => {
  const kinds = [...new Set(lost)].slice(0, 3).join(", ");
  const what =
    lost.length === 1 ? `One part could not be read: ${kinds}` : `${lost.length} parts could not be read: ${kinds}`;
  return records === 0 ? `${what}.` : `${what}; ${records} other records of the file were kept.`;
};

const heapsOf = (files: readonly LogFile[]): readonly (readonly LogFile[])[] => {
  const heaps: LogFile[][] = [];
  let size = 0;
  for (const file of files) {
    if (heaps.length === 0 || size + file.bytes > HEAP_BYTES) {
      heaps.push([]);
      size = 0;
    }
    heaps.at(-1)!.push(file);
    size += file.bytes;
  }
  return heaps;
};

const resultOf = (tally: Tally, inventory: Inventory, kept: number, engine: string): ScanResult => ({
  engine,
  filesRead: tally.filesRead.length,
  filesSetAside: tally.setAside.toSorted((a, b) => (a.file < b.file ? -1 : 1)),
  bytesScanned: tally.bytes,
  eventsSeen: tally.records,
  eventsKept: kept,
  watermark: tally.latest,
  earliest: tally.earliest,
  inventory: inventoryOf(tally, inventory),
});

const inventoryOf = (tally: Tally, inventory: Inventory): ScanInventory => {
  const hours = new Set(
    tally.filesRead.map((name) => deliveryOf(name)?.slice(0, 13)).filter((hour) => hour !== undefined),
  );
  return {
    deliveryHours: hours.size === 0 ? null : [...hours].sort(),
    digestFiles: inventory.digests,
    otherFiles: tally.others.length,
    filesOutside: inventory.outside,
    aggregatedRecords: tally.aggregated,
    otherRecords: tally.strangers,
  };
};

/** Whether a file is there. */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Removes what a scan left unfinished. */
export const clearWork = (workDir: string): Promise<void> => rm(workDir, { recursive: true, force: true });
