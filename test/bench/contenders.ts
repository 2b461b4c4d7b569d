/**
 * One contender of `npm run bench`, alone in its process:  node test/bench/contenders.ts NAME FOLDER
 * Prints one line of JSON: what it counted, its CPU seconds, its peak memory.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import type { Indicators, ScanRequest } from "../../lib/case/scan.ts";
import { createTrail } from "../../lib/embedded/trail.ts";
import { BASELINE_SERIES } from "../../lib/sql/tables.ts";

const CORES = 2;
const DAY_MS = 86_400_000;

interface Outcome {
  readonly records?: number;
  readonly kept?: number;
}
type Contender = (folder: string) => Promise<Outcome>;

/** The log files of the folder. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(folder, "logs"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json.gz"))
    .map((entry) => join(entry.parentPath, entry.name));

const shares = (folder: string): readonly (readonly string[])[] =>
  Array.from({ length: CORES }, (_, core) => filesIn(folder).filter((_, at) => at % CORES === core));

/** F: the same files, each as one call of gunzipSync with Node's defaults, in as many workers as cores, and nothing else. */
const floor: Contender = async (folder) => {
  await Promise.all(
    shares(folder).map((files) => once(new Worker(new URL(import.meta.url), { workerData: files }), "message")),
  );
  return {};
};

if (!isMainThread) {
  for (const file of workerData as readonly string[]) gunzipSync(readFileSync(file));
  parentPort!.postMessage("done");
}

const NOBODY: Indicators = { accessKeyIds: [], principalIds: [], arns: [], addresses: [], buckets: [] };

interface Incident {
  readonly first: string;
  readonly last: string;
  readonly keys: readonly string[];
  readonly addresses: readonly string[];
  readonly ids: readonly string[];
  readonly buckets: readonly string[];
}

const incidentIn = (folder: string): Incident => {
  const { thief, firstTheftAt, lastTheftAt, objects } = JSON.parse(readFileSync(join(folder, "truth.json"), "utf8"));
  return {
    first: firstTheftAt,
    last: lastTheftAt,
    keys: thief.accessKeyIds,
    addresses: thief.addresses,
    ids: thief.principals.map(({ principalId }: { principalId: string }) => principalId),
    buckets: [...new Set<string>(objects.map(({ bucket }: { bucket: string }) => bucket))].sort(),
  };
};

const near = (time: string, days: number): string => new Date(Date.parse(time) + days * DAY_MS).toISOString();

/** Rounds of scans by one trail over one case, as the investigation runs them. Counts the last one. */
const scans =
  (requestsOf: (incident: Incident) => readonly Partial<ScanRequest>[]): Contender =>
  async (folder) => {
    const incident = incidentIn(folder);
    const home = mkdtempSync(join(tmpdir(), "cordon-bench-"));
    const caseDir = (): string => join(home, "case");
    const trail = createTrail({
      ...{ logsDir: join(folder, "logs"), caseDir, indexDir: join(home, "index") },
      ...{ memoryLimitMb: 400, threads: CORES },
    });
    let outcome: Outcome = {};
    for (const [at, request] of requestsOf(incident).entries()) {
      const started = performance.now();
      const ticket = await trail.start({
        caseId: "case-bench",
        round: at + 1,
        from: near(incident.first, -7),
        to: near(incident.last, 1),
        indicators: NOBODY,
        ...request,
      });
      let status = await trail.check(ticket);
      for (; status.state === "running"; status = await trail.check(ticket)) await setTimeout(10);
      if (status.state === "failed") throw new Error(status.reason);
      outcome = { records: status.result.eventsSeen ?? 0, kept: status.result.eventsKept, ...lasted(started) };
    }
    rmSync(home, { recursive: true, force: true });
    return outcome;
  };

const lasted = (started: number): { readonly seconds: number } => ({ seconds: (performance.now() - started) / 1000 });

const few = ({ keys }: Incident): Partial<ScanRequest> => ({ indicators: { ...NOBODY, accessKeyIds: keys.slice(1) } });
/** The stolen key, which its owner uses all week too. */
const many = ({ keys }: Incident, more: Partial<Indicators> = {}): Partial<ScanRequest> => ({
  indicators: { ...NOBODY, accessKeyIds: keys, ...more },
});
/** An operator of the incident with events in nearly every file (`lib/incident/cast.ts`). */
const BUSY = "AIDAOMAR4OPSX3EXAMPLE";
const baseline = ({ ids, buckets, first }: Incident): Partial<ScanRequest> => ({
  series: BASELINE_SERIES,
  from: near(first, -30),
  to: first,
  indicators: { ...NOBODY, principalIds: ids, buckets },
});

const RECORD = 'STRUCT("eventName" VARCHAR, "eventTime" VARCHAR)[]';
const duckdb: Contender = async (folder) => {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", { threads: String(CORES) });
  const connection = await instance.connect();
  const files = filesIn(folder).map((file) => `'${file}'`);
  const rows = await connection.runAndReadAll(`SELECT count(*) FROM (SELECT unnest("Records") r FROM
    read_json([${files.join(",")}], columns = {Records: '${RECORD}'}, format = 'unstructured', compression = 'gzip',
    maximum_object_size = 33554432)) WHERE r."eventTime" >= '2000'`);
  return { records: Number(rows.getRows()[0]![0]) };
};

/** ClickHouse inside Node. 550 MB, so it is no dependency: install it anywhere and name the folder in BENCH_MODULES. */
const chdb: Contender = async (folder) => {
  const { query } = createRequire(join(process.env.BENCH_MODULES ?? ".", "here.js"))("chdb");
  const text: string = query(
    `SELECT count() FROM (SELECT arrayJoin(Records) AS r FROM file('${join(folder, "logs")}/**/*.json.gz', JSONEachRow,
      'Records Array(Tuple(eventName String, eventTime String))')) WHERE r.eventTime >= '2000'`,
    "CSV",
  );
  return { records: Number(text.trim()) };
};

const jq: Contender = async (folder) => {
  const counts = await Promise.all(
    shares(folder).map(async (files) => {
      const one = spawn("sh", ["-c", "xargs gzip -dc | jq '.Records | length'"], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      one.stdin.end(files.join("\n"));
      let text = "";
      for await (const part of one.stdout) text += part;
      return text
        .trim()
        .split("\n")
        .reduce((sum, line) => sum + Number(line), 0);
    }),
  );
  return { records: counts.reduce((sum, count) => sum + count, 0) };
};

export const CONTENDERS: Readonly<Record<string, Contender>> = {
  floor,
  chdb,
  duckdb,
  jq,
  "one scan, much kept": scans((incident) => [many(incident)]),
  "one scan, little kept": scans((incident) => [few(incident)]),
  "second round, by the index": scans((incident) => [few(incident), few(incident)]),
  "second round, busy identity": scans((incident) => [few(incident), many(incident, { principalIds: [BUSY] })]),
  baseline: scans((incident) => [baseline(incident)]),
};

const [, script, name, folder] = process.argv;
if (isMainThread && script === import.meta.filename && name !== undefined) {
  const outcome = await CONTENDERS[name]!(folder!);
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.stdout.write(
    `${JSON.stringify({ ...outcome, cpu: (userCPUTime + systemCPUTime) / 1e6, mb: Math.round(maxRSS / 1024) })}\n`,
  );
  process.exit(0);
}
