import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { CordonError } from "../core/errors.ts";
import type { QueryRun, ScanEstimate, ScanRequest, ScanResult, ScanStatus, Trail } from "../ports.ts";
import { BASELINE_SERIES, type LakeTable, tableOf } from "../sql/tables.ts";
import { filesNear } from "./ingest.ts";
import { digestsUnder } from "./trail-digests.ts";
import { type Duck, openDuck, quoted, rowsOf } from "./trail-duckdb.ts";
import { integrityOf } from "./trail-integrity.ts";
import { runScan } from "./trail-scan.ts";
import { openSideTables } from "./trail-side.ts";

export interface TrailOptions {
  /** The folder with the logs, of any depth. */
  readonly logsDir: string;
  readonly caseDir: (caseId: string) => string;
  /** For DuckDB; Node comes on top (about 150 MB). */
  readonly memoryLimitMb: number;
  readonly threads: number;
}

/** A query sorts and counts what the scan left; beyond this it spills to disk. */
const QUERY_MEMORY_MB = 300;

/** The baseline comes after the first figures and may take its time: it counts in little memory. */
const MODEST = { memoryLimitMb: 260, threads: 1 };

/** A scan of this process. Keyed by work folder, so that two trails over one folder do not run it twice. */
interface Job {
  progress: number;
  failure: string | null;
}

const jobs = new Map<string, Job>();

/**
 * CloudTrail on this machine: DuckDB over a folder of log files. A scan runs in this process and leaves
 * `trail/round-<n>.parquet` and `.json` in the case folder (`.access.parquet`, `.flow.parquet` and `.identity.parquet` too where such logs were given); a scan that was cut off is run again by the next `check`,
 * in whichever process that is. While another process runs it, `check` says `running`.
 */
export const createTrail = (options: TrailOptions): Trail => {
  const open = new Map<string, { readonly parquet: string; readonly duck: Duck }>();
  let last: Promise<unknown> = Promise.resolve();
  /** One query after another: a newer round closes the table of the older one. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  /** A scan has the memory to itself; tables are opened again when they are next asked. */
  const closeAll = async (): Promise<void> => {
    for (const { duck } of open.values()) duck.close();
    open.clear();
  };
  return {
    start: async (request) => {
      const place = placeOf(options, request);
      await keepRequest(place, request);
      if ((await readResult(place)) === null) {
        await inTurn(closeAll);
        launch(options, place, request);
      }
      return ticketOf(request);
    },
    check: (ticket) => check(options, ticket),
    digests: (files) => digestsUnder(options.logsDir, files),
    estimate: (window) => estimate(options.logsDir, window),
    integrity: (window) => integrityOf(options.logsDir, window),
    query: (caseId, name, sql, parameters, series) =>
      inTurn(async () => {
        const folder = join(options.caseDir(caseId), folderOf(series));
        const parquet = await newestTable(folder);
        if (open.get(folder)?.parquet !== parquet) {
          open.get(folder)?.duck.close();
          open.set(folder, { parquet, duck: await openTable(options, folder, parquet, tableOf({ series })) });
        }
        return runQuery(open.get(folder)!.duck, parquet, name, sql, parameters);
      }),
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
    workDir: `${base}.work`,
  };
};

/** Stores what was asked, so that any process can run it; the same round must not ask something else. */
const keepRequest = async (place: Place, request: ScanRequest): Promise<void> => {
  await mkdir(place.folder, { recursive: true });
  const text = JSON.stringify(request, null, 1);
  const stored = await readText(place.request);
  if (stored === null) await writeWhole(place.request, text);
  else if (JSON.stringify(JSON.parse(stored)) !== JSON.stringify(request))
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
  if (job?.failure !== undefined && job.failure !== null) return { state: "failed", reason: job.failure };
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
      else job.failure = error.message;
    },
  );
};

const scan = async (options: TrailOptions, place: Place, request: ScanRequest, job: Job): Promise<void> => {
  const { parquet, workDir } = place;
  const { memoryLimitMb, threads } = request.series === BASELINE_SERIES ? { ...options, ...MODEST } : options;
  const logsDir = resolve(options.logsDir);
  const result = await runScan(request, { logsDir, workDir, parquet, memoryLimitMb, threads }, (done) => {
    job.progress = done;
  });
  await writeWhole(place.result, JSON.stringify(result, null, 1));
  await rm(workDir, { recursive: true, force: true });
};

/** Another process holds the scan's DuckDB file: it is at work, and its result will appear. */
const isLocked = (error: Error): boolean => /Could not set lock on file/.test(error.message);

const readResult = async (place: Place): Promise<ScanResult | null> => {
  const text = await readText(place.result);
  return text === null ? null : (JSON.parse(text) as ScanResult);
};

const readText = (path: string): Promise<string | null> =>
  readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });

const writeWhole = async (path: string, text: string): Promise<void> => {
  const unfinished = `${path}.${process.pid}.new`;
  await writeFile(unfinished, text, { flush: true });
  await rename(unfinished, path);
};

/** The case table of the newest finished round. */
const newestTable = async (folder: string): Promise<string> => {
  const names = await readdir(folder).catch(() => []);
  const rounds = names.flatMap((name) => /^round-(\d+)\.json$/.exec(name)?.[1] ?? []).map(Number);
  if (rounds.length === 0) throw new CordonError("QUERY_FAILED", `${folder}: expected a finished scan, got none`);
  return join(resolve(folder), `round-${Math.max(...rounds)}.parquet`);
};

const openTable = async (
  options: TrailOptions,
  folder: string,
  parquet: string,
  { name }: Pick<LakeTable, "name">,
): Promise<Duck> => {
  const duck = await openDuck({
    ...options,
    memoryLimitMb: Math.min(options.memoryLimitMb, QUERY_MEMORY_MB),
    database: ":memory:",
    folders: [resolve(folder)],
    spillFolder: join(resolve(folder), "spill"),
  });
  await duck.connection.run(`CREATE VIEW ${name} AS SELECT * FROM read_parquet(${quoted(parquet)})`);
  await openSideTables(duck.connection, parquet);
  return duck;
};

const runQuery = async (
  duck: Duck,
  parquet: string,
  name: string,
  sql: string,
  parameters: readonly string[],
): Promise<QueryRun> => {
  try {
    const rows = await rowsOf(duck.connection, sql, parameters);
    return { name, sql, parameters, engine: "DuckDB", bytesScanned: (await stat(parquet)).size, rows };
  } catch (cause) {
    throw new CordonError("QUERY_FAILED", `query ${name}: ${(cause as Error).message}`, { cause });
  }
};
