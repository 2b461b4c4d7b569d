import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { CordonError } from "../base/errors.ts";
import { isSameRequest, type LogFileRead, type ScanEstimate, type ScanRequest, type ScanResult } from "../case/scan.ts";
import type { ScanStatus, Trail } from "../ports/ports.ts";
import { BASELINE_SERIES, tableOf } from "../sql/tables.ts";
import { systemIds } from "./clock.ts";
import { filesNear } from "./ingest.ts";
import { machineFault } from "./machineFault.ts";
import { digestsUnder } from "./trail-digests.ts";
import { integrityOf } from "./trail-integrity.ts";
import { createTables, withMoreMemory } from "./trail-query.ts";
import { isLocked, runScan } from "./trail-scan.ts";

export interface TrailOptions {
  /** The folder with the logs, of any depth. */
  readonly logsDir: string;
  readonly caseDir: (caseId: string) => string;
  /** Keeps what is known of log files by their content from one scan to the next. Absent: nothing is kept. */
  readonly indexDir?: string;
  /** For DuckDB; Node comes on top (about 150 MB). */
  readonly memoryLimitMb: number;
  readonly threads: number;
  /** Hears of every scan that ended. */
  readonly onScan?: (result: ScanResult) => void;
}

/** A baseline counts in little memory. */
const MODEST_MB = 170;

/** A scan of this process. Keyed by work folder, so that two trails over one folder do not run it twice. */
interface Job {
  progress: number;
  failure: Error | null;
}

const jobs = new Map<string, Job>();

export interface EmbeddedTrail extends Trail {
  /** Lets go of the tables kept open for queries; they open again when they are asked. */
  close(): Promise<void>;
}

/** A scan is under way in this process for the case of this folder. */
export const isScanning = (caseDir: string): boolean =>
  [...jobs].some(([workDir, { failure }]) => failure === null && workDir.startsWith(`${resolve(caseDir)}${sep}`));

/**
 * CloudTrail on this machine: DuckDB over a folder of log files. A scan runs in this process and leaves
 * `trail/round-<n>.parquet` and `.json` in the case folder (`.access.parquet`, `.flow.parquet` and `.identity.parquet` too where such logs were given); a scan that was cut off is run again by the next `check`,
 * in whichever process that is. While another process runs it, `check` says `running`.
 */
export const createTrail = (options: TrailOptions): EmbeddedTrail => {
  const tables = createTables(options);
  return {
    start: async (request) => {
      const place = placeOf(options, request);
      await keepRequest(place, request);
      if ((await readResult(place)) === null) {
        await tables.close();
        launch(options, place, request);
      }
      return ticketOf(request);
    },
    check: (ticket) => check(options, ticket),
    close: () => tables.close(),
    table: async (ticket) => {
      const { folder, parquet } = placeOf(options, partsOf(ticket));
      return (await digestsUnder(folder, [parquet])).get(parquet) ?? null;
    },
    files: (ticket) => filesRead(placeOf(options, partsOf(ticket))),
    digests: (files) => digestsUnder(options.logsDir, files),
    estimate: (window) => estimate(options.logsDir, window),
    integrity: (window) => integrityOf(options.logsDir, window),
    query: async (caseId, name, sql, parameters, series) => {
      const folder = join(options.caseDir(caseId), folderOf(series));
      return tables.query({ folder, table: tableOf({ series }).name, name, sql, parameters });
    },
  };
};

/** Every file of the window is opened, whatever it turns out to be. */
const estimate = async (logsDir: string, window: Pick<ScanRequest, "from" | "to">): Promise<ScanEstimate> => {
  const files = await filesNear(logsDir, window);
  return { bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), files: files.length, reason: null };
};

interface Place {
  readonly folder: string;
  readonly request: string;
  readonly result: string;
  readonly parquet: string;
  readonly files: string;
  readonly workDir: string;
}

type Which = Pick<ScanRequest, "caseId" | "round" | "series">;

const folderOf = (series: string | undefined): string => {
  if (series === undefined) return "trail";
  if (/^[a-z0-9-]{1,40}$/.test(series)) return join("trail", series);
  throw new CordonError("INPUT_INVALID", `series of scans: expected a-z, 0-9 and -, got ${JSON.stringify(series)}`);
};

const placeOf = (options: TrailOptions, { caseId, round, series }: Which): Place => {
  const folder = join(resolve(options.caseDir(caseId)), folderOf(series));
  const base = join(folder, `round-${round}`);
  return {
    folder,
    request: `${base}.request.json`,
    result: `${base}.json`,
    parquet: `${base}.parquet`,
    files: `${base}.files.jsonl`,
    workDir: `${base}.work`,
  };
};

/** Stores what was asked, so that any process can run it; the same round must not ask something else. */
const keepRequest = async (place: Place, request: ScanRequest): Promise<void> => {
  await mkdir(place.folder, { recursive: true });
  const text = JSON.stringify(request, null, 1);
  const stored = await readText(place.request);
  if (stored === null) await writeWhole(place.request, text);
  else if (!isSameRequest(JSON.parse(stored), request))
    throw new CordonError(
      "DOCUMENT_CONFLICT",
      `scan ${request.caseId}#${request.round}: expected the request stored for this round, got another one`,
    );
};

const check = async (options: TrailOptions, ticket: string): Promise<ScanStatus> => {
  const place = placeOf(options, partsOf(ticket));
  const result = await readResult(place);
  if (result !== null) return { state: "done", result };
  const job = jobs.get(place.workDir);
  if (job?.failure !== undefined && job.failure !== null) {
    if (machineFault(job.failure) === null) return { state: "failed", reason: job.failure.message };
    // Whoever asks tries again when the machine has what it lacked.
    jobs.delete(place.workDir);
    throw job.failure;
  }
  if (job !== undefined) return { state: "running", progress: job.progress };
  const stored = await readText(place.request);
  if (stored === null) return { state: "failed", reason: `No scan ${ticket} was ever started.` };
  launch(options, place, JSON.parse(stored) as ScanRequest);
  return { state: "running", progress: null };
};

const ticketOf = ({ caseId, round, series }: Which): string =>
  [caseId, round, ...(series === undefined ? [] : [series])].join("#");

const partsOf = (ticket: string): Which => {
  const [caseId = "", round, series] = ticket.split("#");
  return { caseId, round: Number(round), ...(series === undefined ? {} : { series }) };
};

/** Begins the scan unless this process runs it already; a failed one is begun again. */
const launch = (options: TrailOptions, place: Place, request: ScanRequest): void => {
  const running = jobs.get(place.workDir);
  if (running !== undefined && running.failure === null) return;
  const job: Job = { progress: 0, failure: null };
  jobs.set(place.workDir, job);
  scan(options, place, request, job).then(
    () => jobs.delete(place.workDir),
    (error: Error) => {
      if (isLocked(error)) jobs.delete(place.workDir);
      else job.failure = error;
    },
  );
};

const scan = async (options: TrailOptions, place: Place, request: ScanRequest, job: Job): Promise<void> => {
  const { parquet, files, workDir } = place;
  const { threads } = options;
  const memoryLimitMb = request.series === BASELINE_SERIES ? MODEST_MB : options.memoryLimitMb;
  const logsDir = resolve(options.logsDir);
  const { indexDir = null } = options;
  const result = await withMoreMemory(memoryLimitMb, (limit) =>
    runScan(request, { logsDir, workDir, parquet, files, indexDir, memoryLimitMb: limit, threads }, (done) => {
      job.progress = done;
    }),
  );
  await writeWhole(place.result, JSON.stringify(result, null, 1));
  await rm(workDir, { recursive: true, force: true });
  options.onScan?.(result);
};

const readResult = async (place: Place): Promise<ScanResult | null> => {
  const text = await readText(place.result);
  return text === null ? null : (JSON.parse(text) as ScanResult);
};

/** Null of a scan made before the files were kept. */
const filesRead = async (place: Place): Promise<readonly LogFileRead[] | null> => {
  const text = await readText(place.files);
  return text === null ? null : parseLines(text);
};

const parseLines = (text: string): readonly LogFileRead[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LogFileRead);

const readText = (path: string): Promise<string | null> =>
  readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });

const writeWhole = async (path: string, text: string): Promise<void> => {
  const unfinished = `${path}.${systemIds.random(6)}.draft`;
  await writeFile(unfinished, text, { flush: true });
  await rename(unfinished, path);
};
