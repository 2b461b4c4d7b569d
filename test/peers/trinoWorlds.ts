import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Row, ScanRequest } from "../../lib/case/scan.ts";
import { writeIncident } from "../../lib/incident/incident.ts";
import type { Trail } from "../../lib/ports/ports.ts";
import { baselineTableParameters } from "../../lib/sql/baseline-table.ts";
import { caseTableParameters } from "../../lib/sql/case-table.ts";
import { BASELINE_SERIES } from "../../lib/sql/tables.ts";
import { OWN } from "../detections/events.ts";
import { scenarioRecords } from "../detections/scenarios/all.ts";
import { finish, INVICTUS, OTRF, requestOf, trailOf } from "../embedded/trailWorld.ts";
import { VARIANT_IDS } from "../incident/variantIds.ts";
import type { Trino } from "./trinoServer.ts";

/** A set of logs that both engines hold: as delivered for DuckDB, one record a line for Trino, under the same names. */
export interface World {
  readonly name: string;
  readonly trail: Trail;
  readonly request: ScanRequest;
  /** Whose logs they are. */
  readonly accounts: readonly string[];
}

export type LogRecord = Readonly<Record<string, unknown>> & { readonly eventTime: string; readonly awsRegion: string };

/** Writes the logs, scans them with the embedded Trail, and declares the same to Trino. */
export const createWorld = async (
  name: string,
  request: ScanRequest,
  records: ReadonlyMap<string, readonly LogRecord[]>,
  home: string,
  trino: Trino,
): Promise<World> => {
  const files = join(home, "trino/files");
  const logs = join(home, "logs", name);
  for (const [path, all] of records) {
    write(join(logs, path), gzipSync(JSON.stringify({ Records: all })));
    write(join(files, name, "raw", path), gzipSync(all.map((record) => `${JSON.stringify(record)}\n`).join("")));
  }
  const trail = trailOf(logs, join(home, "cases", name));
  await finish(trail, await trail.start(request));
  mkdirSync(join(files, name, "case"), { recursive: true });
  copyFileSync(
    join(home, "cases", name, request.caseId, "trail/round-1.parquet"),
    join(files, name, "case/case.parquet"),
  );
  const baseline = baselineOf(request);
  await finish(trail, await trail.start(baseline));
  mkdirSync(join(files, name, "baseline"), { recursive: true });
  copyFileSync(
    join(home, "cases", name, request.caseId, "trail/baseline/round-1.parquet"),
    join(files, name, "baseline/baseline.parquet"),
  );
  await trino.query("default", `CREATE SCHEMA hive."${name}"`);
  await trino.query(name, tableOver(name, "case", "case_events", await columnsOf(trail, request)));
  await trino.query(name, tableOver(name, "baseline", "baseline_hours", await columnsOf(trail, baseline)));
  await trino.query(name, rawTable(name, records));
  await trino.query(name, rawTable(name, records, "cloudtrail_injected", "injected"));
  const accounts = [...new Set([...records.keys()].map((path) => path.split("/")[1]!))];
  return { name, trail, request, accounts };
};

export const write = (path: string, bytes: Uint8Array): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
};

/** The same window again, for the habits of everybody in it. */
export const baselineOf = (request: ScanRequest): ScanRequest => ({
  ...request,
  series: BASELINE_SERIES,
  indicators: { ...request.indicators, principalIds: HABITS },
});

/** Identities of the three worlds, by their stable ids: roles, users, and one that has a quote in it. */
export const HABITS = [
  "AROA5FLZVX4OAMSW6BCRH",
  "AIDATFQR7NSC5AU2ZV3IE",
  "AROATFQR7NSCWWVLB7BES",
  "AIDAJANEDEV2Q7EXAMPLE",
  "O'Hara",
];

const columnsOf = async (trail: Trail, { caseId, series }: ScanRequest): Promise<readonly Row[]> => {
  const table = series === undefined ? "case_events" : "baseline_hours";
  const sql = `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${table})`;
  return (await trail.query(caseId, "columns", sql, [], series)).rows;
};

const tableOver = (name: string, folder: string, table: string, columns: readonly Row[]): string =>
  `CREATE TABLE ${table} (${columns.map((row) => `${row.column_name} ${row.column_type}`).join(", ")})
   WITH (external_location = 'local:///${name}/${folder}', format = 'PARQUET')`;

/** Athena's CloudTrail table in Trino's words, with the partition projection of an organisation's trail. */
export const rawTable = (
  name: string,
  records: ReadonlyMap<string, unknown>,
  table = "cloudtrail_logs",
  accounts: "enum" | "injected" = "enum",
): string => {
  const parts = [...records.keys()].map((path) => path.split("/"));
  const values = (at: number): string => [...new Set(parts.map((part) => `'${part[at]}'`))].join(", ");
  return `CREATE TABLE ${table} (
    eventversion varchar, useridentity ROW(type varchar, principalid varchar, arn varchar, accountid varchar, invokedby varchar,
      accesskeyid varchar, username varchar, onbehalfof ROW(userid varchar, identitystorearn varchar),
      sessioncontext ROW(attributes ROW(mfaauthenticated varchar, creationdate varchar),
        sessionissuer ROW(type varchar, principalid varchar, arn varchar, accountid varchar, username varchar), sourceidentity varchar)),
    eventtime varchar, eventsource varchar, eventname varchar, awsregion varchar, sourceipaddress varchar, useragent varchar,
    errorcode varchar, errormessage varchar, requestparameters varchar, responseelements varchar, additionaleventdata varchar,
    requestid varchar, eventid varchar, readonly varchar, resources ARRAY(ROW(arn varchar, accountid varchar, type varchar)),
    eventtype varchar, recipientaccountid varchar, serviceeventdetails varchar, sharedeventid varchar, vpcendpointid varchar,
    eventcategory varchar, account varchar, region varchar, day varchar)
  WITH (external_location = 'local:///${name}/raw', format = 'OPENX_JSON', partitioned_by = ARRAY['account', 'region', 'day'],
    partition_projection_enabled = true,
    partition_projection_location_template = 'local:///${name}/raw/AWSLogs/\${account}/CloudTrail/\${region}/\${day}/')`.replace(
    "account varchar, region varchar, day varchar)",
    `account varchar WITH (${accounts === "injected" ? "partition_projection_type = 'INJECTED'" : `partition_projection_type = 'ENUM', partition_projection_values = ARRAY[${values(1)}]`}),
    region varchar WITH (partition_projection_type = 'ENUM', partition_projection_values = ARRAY[${values(3)}]),
    day varchar WITH (partition_projection_type = 'DATE', partition_projection_format = 'yyyy/MM/dd', partition_projection_range = ARRAY['2020/01/01', 'NOW'],
      partition_projection_interval = 1, partition_projection_interval_unit = 'DAYS'))`,
  );
};

export const RAW_PARAMETERS = (world: World): readonly string[] => caseTableParameters(world.request);
export const BASELINE_PARAMETERS = (world: World): readonly string[] =>
  baselineTableParameters(baselineOf(world.request));

/** Where CloudTrail would have put a file of records. */
const laidOut = (
  account: string,
  name: string,
  records: readonly LogRecord[],
): readonly [string, readonly LogRecord[]][] =>
  [
    ...Map.groupBy(
      records,
      ({ awsRegion, eventTime }) =>
        `AWSLogs/${account}/CloudTrail/${awsRegion}/${eventTime.slice(0, 10).replaceAll("-", "/")}`,
    ),
  ].map(([folder, part]) => [`${folder}/${name}`, part]);

/** The events of every scenario of every detection, so that each query has rows to agree on. */
export const scenarioWorld = (): ReadonlyMap<string, readonly LogRecord[]> =>
  new Map(laidOut(OWN, "scenarios.json.gz", scenarioRecords as readonly LogRecord[]));

export const recordsIn = (path: string): readonly LogRecord[] =>
  (JSON.parse(gunzipSync(readFileSync(path)).toString()) as { Records: LogRecord[] }).Records;

export const invictusRecords = (): ReadonlyMap<string, readonly LogRecord[]> =>
  new Map(
    globSync(join(INVICTUS, "*.json.gz")).flatMap((path) => laidOut("218007301253", basename(path), recordsIn(path))),
  );

/** As logstash left them, but for the time, which Trino's table reads by its own name. */
export const otrfRecords = (): ReadonlyMap<string, readonly LogRecord[]> => {
  const lines = readFileSync(join(OTRF, "ec2_proxy_s3_exfiltration_2020-09-14011940.json"), "utf8").trim().split("\n");
  const records = lines.map((line) => {
    const { "@timestamp": time, ...record } = JSON.parse(line) as Record<string, string>;
    return { ...record, eventTime: time!.replace(".000Z", "Z") } as unknown as LogRecord;
  });
  return new Map(laidOut("123456789123", "otrf.json.gz", records));
};

/** Every incident of the generator at once: each way out, and each fault of delivery but the damaged files. */
export const incidentRecords = async (home: string): Promise<ReadonlyMap<string, readonly LogRecord[]>> => {
  const all = new Map<string, readonly LogRecord[]>();
  for (const variant of VARIANT_IDS) {
    const dir = join(home, "incident", variant);
    await writeIncident(dir, { variant, seed: "peers", backgroundEvents: 300 });
    for (const path of globSync("**/*.json.gz", { cwd: join(dir, "logs") }))
      for (const records of readable(join(dir, "logs", path))) all.set(path, records);
  }
  return all;
};

const readable = (path: string): readonly (readonly LogRecord[])[] => {
  try {
    return [recordsIn(path)];
  } catch {
    return [];
  }
};

export { requestOf };
