/** Logs beside CloudTrail, the same files twice: in a folder for the embedded host, in a lake for the trail port of AWS, whose Athena is Trino. */

import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { AthenaClient } from "@aws-sdk/client-athena";
import { createAthena } from "../../lib/aws/athena.ts";
import type { Objects } from "../../lib/aws/objects.ts";
import type { SideLogPlaces } from "../../lib/aws/sideLogs.ts";
import { createTrail } from "../../lib/aws/trail.ts";
import { wholeOf } from "../../lib/base/content.ts";
import type { Row, ScanRequest, ScanResult } from "../../lib/case/scan.ts";
import { writeIncident } from "../../lib/incident/incident.ts";
import { flowColumns } from "../../lib/logs/flow-log.ts";
import type { Trail } from "../../lib/ports/ports.ts";
import { optionsAt } from "../aws/wire.ts";
import { finish, requestOf, trailOf } from "../embedded/trailWorld.ts";
import { startAthenaGateway } from "./athenaGateway.ts";
import type { Trino } from "./trinoServer.ts";
import { type LogRecord, rawTable, recordsIn, write } from "./trinoWorlds.ts";

const TEST_ONLY = new URL("../../../shared/data/test-only/elastic/", import.meta.url).pathname;
const OWNER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
/** Fields of the customer's own, in his order: what a NAT gateway hides, and which service it was. */
export const FLOW_FIELDS =
  "version interface-id instance-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr pkt-src-aws-service protocol packets bytes start end action".split(
    " ",
  );

export interface SideWorld {
  readonly request: ScanRequest;
  readonly embedded: Scanned;
  readonly lake: Scanned;
  /** Access logs without folders by day. */
  readonly flat: Scanned;
  stop(): Promise<void>;
}

export interface Scanned {
  readonly trail: Trail;
  readonly result: ScanResult;
}

type Files = ReadonlyMap<string, Uint8Array | string>;

export const createSideWorld = async (home: string, trino: Trino): Promise<SideWorld> => {
  const { cloudTrail, access, okta } = await incidentFiles(join(home, "sides"));
  const files = new Map([...byDay(access), ...flowFiles(), ...okta, ...summaries()]);
  const metadata = metadataOf(cloudTrail);
  const logs = join(home, "logs/sides");
  const lake = join(home, "trino/files/sides");
  for (const [path, records] of cloudTrail) {
    write(join(logs, path), gzipSync(JSON.stringify({ Records: records })));
    write(join(lake, "raw", path), gzipSync(records.map((record) => `${JSON.stringify(record)}\n`).join("")));
  }
  for (const [path, text] of files) {
    write(join(logs, path), Buffer.from(text));
    write(join(lake, path), Buffer.from(text));
  }
  for (const [name, rows] of Object.entries(metadata))
    write(join(logs, `metadata/${name}.csv`), Buffer.from(csvOf(rows)));
  for (const [name, text] of access) write(join(lake, "flat", name), Buffer.from(text));
  for (const [schema, tables] of Object.entries({ sides: TABLES, sides_flat: [FLAT] })) {
    await trino.query("default", `CREATE SCHEMA hive."${schema}"`);
    for (const table of [rawTable("sides", cloudTrail), ...tables]) await trino.query(schema, table);
  }
  await trino.query("default", `CREATE SCHEMA hive."b_${METADATA_BUCKET}"`);
  for (const [name, rows] of Object.entries(metadata)) await trino.query("default", keptTable(name, rows));
  const gateway = await startAthenaGateway({ trino, paths: { trino: "local:///sides/", athena: "s3://sides/" } });
  const embedded = trailOf(logs, join(home, "cases/sides"));
  const scanned = async (trail: Trail): Promise<Scanned> => ({
    trail,
    result: await finish(trail, await trail.start(REQUEST)),
  });
  const open = async (): Promise<SideWorld> => ({
    request: REQUEST,
    embedded: await scanned(embedded),
    lake: await scanned(awsTrail(gateway.endpoint, "sides", ALL)),
    flat: await scanned(
      awsTrail(gateway.endpoint, "sides_flat", { "s3-access-log": { flatFolders: ["s3://sides/flat/"] } }),
    ),
    stop: gateway.close,
  });
  try {
    return await open();
  } catch (error) {
    await gateway.close();
    throw error;
  }
};

const ALL: SideLogPlaces = {
  "s3-access-log": { flatFolders: [] },
  "vpc-flow-log": { flatFolders: [] },
  "okta-system-log": { flatFolders: [] },
  "entra-sign-in-log": { flatFolders: [] },
  "cloudtrail-aggregated": { flatFolders: [] },
  "s3-metadata": { flatFolders: [], kept: { catalogs: [{ name: "hive", account: null, keyArn: null }] } },
};

const REQUEST: ScanRequest = requestOf(
  {
    addresses: ["185.220.101.34", "203.0.113.77", "2001:db8::77"],
    buckets: ["acme-customer-records", "exports"],
    arns: ["arn:aws:iam::123456789012:user/developer-jane"],
    principalIds: ["AROA5FLZVX4OAMSW6BCRH:i-0317f6c6b66ae9c40", "O'Hara"],
  },
  { caseId: "case-20260223-0123456789", from: "2026-02-20T00:00:00.000Z", to: "2026-02-23T09:00:00.000Z" },
);

const awsTrail = (endpoint: string, database: string, sideLogs: SideLogPlaces): Trail => {
  const clock = { now: () => new Date(performance.timeOrigin + performance.now()).toISOString() };
  return createTrail({
    athena: createAthena({
      ...{ athena: new AthenaClient(optionsAt(endpoint)), workgroup: "cordon", database, clock },
      ...{ querySeconds: 120, pollMs: 50 },
    }),
    ...{
      database,
      sideLogs,
      clock,
      scanSeconds: 300,
      objects: objectsInMemory(),
      securityLake: null,
      everyAccount: null,
      lake: null,
    },
    logs: { list: async () => null, measure: async () => null },
    reader: {
      digests: async () => new Map(),
      integrity: async () => {
        throw new Error("not asked");
      },
    },
  });
};

const objectsInMemory = (): Objects => {
  const held = new Map<string, Uint8Array>();
  return {
    bucket: "cases",
    keyOf: (name) => name,
    read: async (name) => (held.has(name) ? { bytes: held.get(name)!, etag: "1" } : null),
    has: async (name) => held.has(name),
    create: async (name, body) => !held.has(name) && held.set(name, wholeOf(body)) !== undefined,
    readLarge: async (name) => held.get(name) ?? null,
    replace: async () => false,
    write: async (name, body) => void held.set(name, wholeOf(body)),
    list: async (prefix) => [...held.keys()].filter((name) => name.startsWith(prefix)).sort(),
    folders: async () => [],
  };
};

/** Two incidents of the generator; what belongs to neither, but is hard to read, in files of its own. */
const incidentFiles = async (home: string) => {
  const cloudTrail = new Map<string, readonly LogRecord[]>();
  const texts = new Map<string, string>();
  for (const variant of ["access-log", "federated"] as const) {
    const dir = join(home, variant);
    await writeIncident(dir, { variant, seed: "sides", backgroundEvents: 200 });
    for (const path of globSync("AWSLogs/**/*.json.gz", { cwd: join(dir, "logs") }))
      cloudTrail.set(path, recordsIn(join(dir, "logs", path)));
    for (const path of globSync("{s3-access,okta}/*", { cwd: join(dir, "logs") }))
      texts.set(path, readFileSync(join(dir, "logs", path), "utf8"));
  }
  const of = (folder: string) =>
    [...texts].filter(([path]) => path.startsWith(folder)).map(([path, text]) => [basename(path), text] as const);
  return {
    cloudTrail,
    access: new Map([...of("s3-access/"), ["2026-02-22-10-00-00-0123456789ABCDEF", HARD_ACCESS_LINES]]),
    okta: new Map<string, Uint8Array | string>([
      ...of("okta/").map(([name, text]) => [`okta/2026/02/23/04/${name}`, text] as const),
      ["okta/2026/02/22/00/hard.jsonl.gz", gzipSync(HARD_EVENTS)],
      ["entra/2026/02/22/00/hard.jsonl.gz", gzipSync(HARD_SIGN_INS)],
    ]),
  };
};

/** As S3 lays out access logs by day of delivery. */
const byDay = (access: ReadonlyMap<string, string>): Files =>
  new Map(
    [...access].map(([name, text]) => [
      `access/123456789012/us-east-1/acme-customer-records/${name.slice(0, 10).replaceAll("-", "/")}/${name}`,
      text,
    ]),
  );

const accessLine = (key: string, agent: string, uri = `GET /${key} HTTP/1.1`): string =>
  `${OWNER} exports [22/Feb/2026:09:01:57 +0000] 203.0.113.77 - DD6CC733AEXAMPLE REST.GET.OBJECT ${key} "${uri}" 206 - 4194304 4406583 41754 28 "-" "${agent}" 3HL4kqtJvjVBH40Nrjfkd s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader exports.s3.eu-central-1.amazonaws.com TLSv1.2 - -`;

const realLines = (name: string): string =>
  existsSync(join(TEST_ONLY, name)) ? readFileSync(join(TEST_ONLY, name), "utf8") : "";

/** Keys and agents that an actor might choose; lines that are none; and, where it is there, Elastic's sample. */
const HARD_ACCESS_LINES = `${[
  accessLine("a/b+c%2Bd.csv", "aws-cli/2"),
  accessLine("bad%ZZ%", 'x" 200 - 0 0 "y" - - SigV4 - QueryString "z'),
  accessLine("%E4%B8%AD%27%22%0A%09%3Cscript%3E%1B%5B31m", "S3Console/0.4, aws-internal/3"),
  accessLine("%FF%FE.bin", "-"),
  accessLine("$1\\1${2}.txt", "$9 \\u0041"),
  accessLine("a.csv", "curl/8", "GET /b/a.csv?X-Amz-Algorithm=AWS4-HMAC-SHA256&x-amz-expires=3600 HTTP/1.1"),
  accessLine("a.csv", "curl/8").replace("22/Feb", "22/Foo"),
  accessLine("twice", "curl/8"),
  accessLine("twice", "curl/8"),
  accessLine("-", "curl/8")
    .replace("REST.GET.OBJECT", "REST.GET.BUCKET")
    .replace("206 - 4194304 4406583", "403 AccessDenied 243 -"),
  "this is no line of an access log",
  "",
].join("\n")}\n${realLines("test-s3-server-access.log")}`;

const AT = Date.parse("2026-02-22T12:00:00Z") / 1000;
const flow = (values: readonly (string | number)[]): string => values.join(" ");
const record = (from: string, to: string, bytes: number, instance = "-", service = "-", at = AT): string =>
  flow([2, "eni-1", instance, "10.0.0.5", "198.51.100.1", from, to, service, 6, 20, bytes, at, at + 60, "ACCEPT"]);

/** One file in the customer's order, under the path that VPC gives. */
const flowFiles = (): Files => {
  const lines = [
    FLOW_FIELDS.join(" "),
    record("10.0.0.5", "203.0.113.77", 10),
    record("10.0.0.5", "2001:db8::77", 11),
    record("10.0.0.6", "198.51.100.9", 5_000, "i-0317f6c6b66ae9c40"),
    record("52.219.1.1", "10.0.0.6", 7_000_000, "i-0317f6c6b66ae9c40", "S3"),
    record("10.0.0.7", "198.51.100.8", 10_000_000),
    record("10.0.0.7", "198.51.100.8", 9_999_999),
    record("100.127.0.1", "fd00::1", 90_000_000),
    record("FD00::1", "2001:db8::1", 90_000_000),
    record("198.51.100.8", "10.0.0.7", 90_000_000),
    record("10.0.0.5", "203.0.113.77", 10, "-", "-", AT - 86_400 * 30),
    record("10.0.0.5", "203.0.113.77", 10, "-", "-", 253_402_300_800),
    flow([2, "eni-1", "-", "-", "-", "-", "-", "-", "-", "-", "-", AT, AT + 60, "-"]),
    `${record("10.0.0.5", "203.0.113.77", 10)} one-too-many`,
    "2 eni-1",
    record("10.0.0.5", "203.0.113.77", 10, "';DROP"),
  ];
  const name = "123456789012_vpcflowlogs_us-east-1_fl-0123456789abcdef0_20260222T1205Z_0a1b2c3d.log.gz";
  return new Map([
    [`flow/AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/02/22/${name}`, gzipSync(`${lines.join("\n")}\n`)],
  ]);
};

const event = (members: Row | object): string =>
  JSON.stringify({
    uuid: "u-1",
    published: "2026-02-22T12:00:00.5Z",
    eventType: "user.session.start",
    actor: { id: "00u", type: "User", alternateId: "ana.analyst@example.com", displayName: "Ana" },
    outcome: { result: "SUCCESS", reason: "" },
    ...members,
  });

/** Events about something else, with control characters, as Elastic keeps them, and lines that are none. */
const HARD_EVENTS = `${[
  event({ uuid: "u-2", eventType: "app.generic.import" }),
  event({
    uuid: "u-3",
    published: "2026-02-22T12:00:01Z",
    target: [
      { type: "AppInstance", displayName: "AWS\nIAM" },
      { type: "AppUser", alternateId: "ana\u0007" },
      { type: "AppInstance", displayName: "second" },
      { type: "AppInstance" },
    ],
  }),
  JSON.stringify({ event: { original: event({ uuid: "u-4", client: { ipAddress: "203.0.113.77" } }) } }),
  event({ uuid: "u-5", target: "none", actor: null, client: { userAgent: { rawUserAgent: "'; --" } } }),
  JSON.stringify({ uuid: "u-6", published: "2026-02-22T12:00:00.000Z", eventType: "user.session.start" }),
  "",
].join("\n")}\n`;

const signIn = (members: object): object => ({
  ...{ id: "s-1", createdDateTime: "2026-02-22T12:00:00Z", userPrincipalName: "ana@example.com", appId: "a" },
  ...{ status: { errorCode: 0 }, appDisplayName: "AWS", resourceDisplayName: "AWS", isInteractive: true },
  ...members,
});
const step = (members: object): object => ({
  ...{ authenticationMethod: "SMS", succeeded: true, authenticationStepRequirement: "Multi-factor authentication" },
  ...members,
});

/** Both forms, codes as numbers and texts, steps as lists and texts, control characters, and lines that are none. */
const HARD_SIGN_INS = `${[
  signIn({}),
  signIn({ id: "s-2", status: { errorCode: 50126, failureReason: "Wrong\npassword" }, ipAddress: "2001:DB8::77" }),
  signIn({ id: "s-3", status: { errorCode: 50140 }, signInEventTypes: ["nonInteractiveUser"] }),
  signIn({ id: "s-4", status: { errorCode: 0, additionalDetails: "MFA requirement satisfied by claim in the token" } }),
  signIn({
    id: "s-5",
    authenticationDetails: [step({}), step({ succeeded: false }), step({ authenticationMethod: "a\u0007b" })],
  }),
  signIn({
    id: "s-6",
    authenticationDetails: JSON.stringify([step({}), step({})]),
    sessionId: "x",
    correlationId: "y",
  }),
  {
    ...{ category: "NonInteractiveUserSignInLogs", resultType: "0", time: "2026-02-22T12:00:00Z" },
    properties: signIn({ id: "s-7", createdDateTime: "2026-02-22T12:00:00.1234567+00:00", status: {} }),
  },
  { event: { original: JSON.stringify({ properties: signIn({ id: "s-8", userPrincipalName: "'; DROP--" }) }) } },
  signIn({ id: "s-9", createdDateTime: "soon" }),
  signIn({ id: "s-10", status: null }),
  { properties: null },
]
  .map((one) => JSON.stringify(one))
  .join("\n")}\n`;

const count = (name: unknown, value: unknown) => ({ name, value });
const summaryOf = (dimension: string, statistics: readonly object[], details: unknown, over: object = {}): object => ({
  ...{ eventVersion: "1.0", accountId: "123456789012", eventId: `s-${dimension}`, awsRegion: "us-east-1" },
  ...{ eventCategory: "Aggregated", eventType: "AwsAggregatedEvent", eventSource: "s3.amazonaws.com" },
  timeWindow: { windowStart: "2026-02-22T10:00:00Z", windowEnd: "2026-02-22T10:05:00Z", windowSize: "PT5M" },
  summary: { primaryDimension: { dimension, statistics, aggregationType: "Count" }, details },
  ...over,
});

/** A list, an object with Records, and one event a line; numbers and names that are none. */
const summaries = (): Files => {
  const arn = `arn:aws:s3:::${METADATA_BUCKET}`;
  const gets = [{ dimension: "eventName", statistics: [count("GetObject", 700), count("Put\nObject", 100)] }];
  const list = [summaryOf("resourceARN", [count(arn, 800)], gets)];
  const records = {
    Records: [
      summaryOf("eventName", [count("GetObject", 700)], [{ dimension: "resourceARN", statistics: [count(arn, 700)] }]),
    ],
  };
  const lines = [
    summaryOf("userIdentity", [count("arn:aws:iam::123456789012:user/o'hara", 1), count("x", "5"), count(7, 7)], null),
    summaryOf("resourceARN", [count(arn, 1.5)], [{ statistics: [count("GetObject", 3)] }, 5], { eventId: null }),
    summaryOf("resourceARN", [], {}, { eventSource: "dynamodb.amazonaws.com" }),
  ];
  const folder = "aggregated/AWSLogs/123456789012/CloudTrail-Aggregated/us-east-1/2026/02/22";
  return new Map([
    [`${folder}/a.json.gz`, gzipSync(JSON.stringify(list))],
    [`${folder}/b.json.gz`, gzipSync(JSON.stringify(records))],
    [`${folder}/c.json.gz`, gzipSync(lines.map((line) => JSON.stringify(line)).join("\n"))],
  ]);
};

/** A bucket of the incidents, with tables of S3 Metadata. */
export const METADATA_BUCKET = "acme-customer-records";

type MetadataRow = Readonly<Record<string, string | number | boolean | null>>;

/** Every object that a call names, one written over since, one deleted, one behind a marker. */
const metadataOf = (
  cloudTrail: ReadonlyMap<string, readonly LogRecord[]>,
): Readonly<Record<string, readonly MetadataRow[]>> => {
  const named = [...cloudTrail.values()].flat().flatMap((one) => {
    const { bucketName, key } = ((one as Record<string, unknown>).requestParameters ?? {}) as Record<string, unknown>;
    return bucketName === METADATA_BUCKET && typeof key === "string" && key !== "" ? [key] : [];
  });
  const keys = [...new Set(named)].sort();
  const lying = (key: string, at: number, over: object = {}): MetadataRow => ({
    ...{ bucket: METADATA_BUCKET, key, sequence_number: String(at).padStart(6, "0"), version_id: null },
    ...{ is_delete_marker: false, size: at * 1000, last_modified_date: "2026-01-01 00:00:00.123" },
    ...over,
  });
  const inventory = keys.slice(2).map((key, at) => lying(key, at));
  const journal = [
    ...keys
      .slice(0, 5)
      .map((key, at) => ({ ...lying(key, at), record_type: "CREATE", record_timestamp: "2026-01-02 00:00:00.5" })),
    {
      ...lying(keys[0]!, 9, { size: null, is_delete_marker: null, last_modified_date: null }),
      ...{ record_type: "DELETE", record_timestamp: "2026-02-22 12:00:00.000" },
    },
    {
      ...lying(keys[1]!, 9, { size: 0, is_delete_marker: true, version_id: "v1" }),
      ...{ record_type: "DELETE", record_timestamp: "2026-02-22 12:00:00.000" },
    },
  ];
  return { inventory, journal };
};

const csvOf = (rows: readonly MetadataRow[]): string => {
  const cell = (value: MetadataRow[string] | undefined) => `"${String(value ?? "").replaceAll('"', '""')}"`;
  const names = Object.keys(rows[0]!);
  return [names.join(","), ...rows.map((row) => names.map((name) => cell(row[name])).join(","))].join("\n");
};

/** As S3 keeps it, in Trino's Hive tables in the place of Iceberg's. */
const keptTable = (name: string, rows: readonly MetadataRow[]): string => {
  const names = Object.keys(rows[0]!);
  const types: Readonly<Record<string, string>> = { is_delete_marker: "boolean", size: "bigint" };
  const typeOf = (column: string): string =>
    types[column] ?? (/_(date|timestamp)$/.test(column) ? "timestamp(3)" : "varchar");
  const literal = (column: string, value: MetadataRow[string] | undefined): string =>
    `CAST(${value === null || value === undefined ? "NULL" : `'${String(value).replaceAll("'", "''")}'`} AS ${typeOf(column)})`;
  const values = rows.map((row) => `(${names.map((column) => literal(column, row[column])).join(", ")})`);
  return `CREATE TABLE hive."b_${METADATA_BUCKET}"."${name}" AS SELECT * FROM (VALUES ${values.join(", ")}) t (${names.map((column) => `"${column}"`).join(", ")})`;
};

const day = (column: string): string =>
  `${column} varchar WITH (partition_projection_type = 'DATE', partition_projection_format = 'yyyy/MM/dd',
    partition_projection_range = ARRAY['2025/01/01', 'NOW'], partition_projection_interval = 1, partition_projection_interval_unit = 'DAYS')`;
const oneOf = (column: string, value: string): string =>
  `${column} varchar WITH (partition_projection_type = 'ENUM', partition_projection_values = ARRAY['${value}'])`;

/** The tables of `lib/stack/sideTables.ts` in Trino's words. */
const tableOf = (
  name: string,
  columns: readonly string[],
  folder: string,
  partitions: Readonly<Record<string, string>>,
  template: string,
  separator = "",
): string =>
  `CREATE TABLE ${name} (${[...columns.map((column) => `"${column}" varchar`), ...Object.values(partitions)].join(", ")})
   WITH (external_location = 'local:///sides/${folder}', format = 'TEXTFILE'${separator}${
     template === ""
       ? ""
       : `, partitioned_by = ARRAY[${Object.keys(partitions).map((one) => `'${one}'`)}], partition_projection_enabled = true,
   partition_projection_location_template = 'local:///sides/${folder}/${template}/'`
   })`;

const FLAT = tableOf("access_log_lines", ["line"], "flat", {}, "");
const TABLES = [
  tableOf(
    "access_log_lines",
    ["line"],
    "access",
    { source: oneOf("source", "123456789012/us-east-1/acme-customer-records"), day: day("day") },
    "${source}/${day}",
  ),
  tableOf(
    "flow_log_records",
    flowColumns(FLOW_FIELDS),
    "flow/AWSLogs",
    { account: oneOf("account", "123456789012"), region: oneOf("region", "us-east-1"), day: day("day") },
    "${account}/vpcflowlogs/${region}/${day}",
    ", textfile_field_separator = ' '",
  ),
  tableOf("identity_log_lines", ["line"], "okta", { day: day("day") }, "${day}"),
  tableOf("entra_sign_in_lines", ["line"], "entra", { day: day("day") }, "${day}"),
  tableOf(
    "aggregated_event_lines",
    ["line"],
    "aggregated/AWSLogs",
    { account: oneOf("account", "123456789012"), region: oneOf("region", "us-east-1"), day: day("day") },
    "${account}/CloudTrail-Aggregated/${region}/${day}",
  ),
];
