/**
 * Athena's engine is Trino: a real Trino 476 runs every shared SQL text over the same rows as DuckDB, and each result
 * must be equal, row by row. `npm run test:trino`; needs Java 24 and Maven, and fetches 450 MB once.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { gzipSync } from "node:zlib";
import { overTable } from "../../lib/aws/athenaText.ts";
import { brokenFileIn } from "../../lib/aws/brokenFiles.ts";
import { copyOf, lakeOf } from "../../lib/aws/lakeCopies.ts";
import { ofAccounts } from "../../lib/aws/lakeScope.ts";
import { securityLakeOf } from "../../lib/aws/securityLake.ts";
import type { Row } from "../../lib/case/scan.ts";
import { parametersOf } from "../../lib/core/theft/detection.ts";
import { detections } from "../../lib/detections/index.ts";
import { BASELINE_SERIES } from "../../lib/sql/tables.ts";
import { OFFICE_IP, THIEF_IP, USER } from "../detections/events.ts";
import { installTrino } from "./trinoInstall.ts";
import { makeSecurityLake } from "./trinoSecurityLake.ts";
import { startTrino, type Trino } from "./trinoServer.ts";
import { createSideWorld, METADATA_BUCKET, type Scanned, type SideWorld } from "./trinoSides.ts";
import {
  BASELINE_PARAMETERS,
  createWorld,
  HABITS,
  incidentRecords,
  invictusRecords,
  otrfRecords,
  RAW_PARAMETERS,
  requestOf,
  scenarioWorld,
  type World,
} from "./trinoWorlds.ts";

const SQL = new URL("../../lib/sql/", import.meta.url).pathname;
const BLANK = " ";
const JANE = ["AKIAJANEDEV2Q7EXAMPLE", "AIDAJANEDEV2Q7EXAMPLE"];
const JSON_COLUMNS = [
  "requestparameters",
  "responseelements",
  "additionaleventdata",
  "serviceeventdetails",
  "resources",
];

const BUCKETS = ["acme-customer-records", "acme-finance-exports", "acme-analytics-raw"];
/** Every bucket of the incidents as if it had been open all the time. */
const OPENINGS = BUCKETS.map((bucket) => `2000-01-01T00:00:00Z 2040-01-01T00:00:00Z ${bucket}`).join("\n");
const inFour = (values: readonly string[]): readonly string[] => [values.join("\n"), BLANK, BLANK, BLANK];

/** What the queries of lib/sql are asked with: everything that any of the worlds knows as suspicious. */
const keys = [[...JANE, "ASIA5FLZVX4OPVKKVBMX", "AKIATFQR7NSC8Q4X20BJ"].join("\n"), BLANK, BLANK, BLANK];
const ids = [JANE.join("\n"), "O'Hara\nAROA5FLZVX4OAMSW6BCRH:i-0317f6c6b66ae9c40\nAROA5FLZVX4OAMSW6BCRH", BLANK, BLANK];
const addresses = ["1.2.3.4\n192.168.10.20", "185.220.101.34"];
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  reads: ["2000-01-01T00:00:00Z", ...keys, ...ids, ...addresses],
  "theft-hours": ["2000-01-01T00:00:00Z", ...keys, ...ids, ...addresses],
  "uncounted-reads": ["2000-01-01T00:00:00Z", ...keys, ...ids],
  suspects: [BUCKETS[0]!, JANE[0]!, "185.220.101.34", BLANK, ...Array<string>(4).fill(JANE[1]!), "2000", "2040"],
  dependants: [...ids, ...keys, ...addresses, "no"],
  baseline: ids,
  "opened-reads": [OPENINGS, BLANK, BLANK, BLANK, "123456789012", ...keys, ...ids, ...addresses],
  "after-cut": ["2000-01-01T00:00:00Z"],
  "cut-changes": ["2000-01-01T00:00:00Z"],
  "baseline-habits": [...inFour(HABITS), ...inFour(BUCKETS)],
};

/** Tables of logs beside CloudTrail, which these worlds have none of: a world of their own is further below. */
const isOfCloudTrail = (name: string): boolean =>
  !/\bFROM\s+(access_log|flow_log|identity_log|object_metadata|aggregated_events)/i.test(
    readFileSync(join(SQL, name), "utf8"),
  );

const installed = installTrino();
const skip = typeof installed === "string" ? `no Trino: ${installed}` : false;
const home = mkdtempSync(join(tmpdir(), "cordon-trino-"));
const worlds: World[] = [];
let trino: Trino;
let sides: SideWorld;

before(async () => {
  if (typeof installed === "string") return;
  trino = await startTrino(installed, join(home, "trino"));
  const all = {
    addresses: ["1.2.3.4", "192.168.10.20", "185.220.101.34"],
    buckets: BUCKETS,
    accessKeyIds: JANE,
  };
  worlds.push(await createWorld("otrf", requestOf(all), otrfRecords(), home, trino));
  worlds.push(await createWorld("invictus", requestOf(all), invictusRecords(), home, trino));
  worlds.push(await createWorld("incidents", requestOf(all, WEEK), await incidentRecords(home), home, trino));
  const everybody = {
    ...all,
    addresses: [THIEF_IP, OFFICE_IP],
    accessKeyIds: [USER.accessKeyId],
    buckets: ["acme-data"],
  };
  worlds.push(await createWorld("scenarios", requestOf(everybody), scenarioWorld(), home, trino));
  sides = await createSideWorld(home, trino);
});

after(async () => {
  await sides?.stop();
  await trino?.stop();
  rmSync(home, { recursive: true, force: true });
});

/** The bundled stories happen in this week. */
const WEEK = { from: "2026-02-15T00:00:00.000Z", to: "2026-02-24T00:00:00.000Z" };

const queries = [
  ...readdirSync(SQL)
    .filter((name) => name.endsWith(".sql") && !/-table\.sql$/.test(name) && isOfCloudTrail(name))
    .map((name) => ({
      name: `sql/${name}`,
      sql: readFileSync(join(SQL, name), "utf8"),
      parameters: PARAMETERS[name.slice(0, -4)] ?? [],
    })),
  ...detections
    .filter(({ sql }) => !/\bFROM\s+access_log\b/i.test(sql))
    .map(({ card, sql }) => ({
      name: `detections/${card.id}`,
      sql,
      parameters: parametersOf(card, { ownAccounts: ["123456789012"], suspects: [USER.accessKeyId] }),
    })),
];

/** Queries that gave rows at all: agreement on nothing proves little. */
const answered = new Set<string>();

for (const { name, sql, parameters } of queries)
  test(`${name}: Trino and DuckDB give the same rows`, { skip }, async () => {
    for (const world of worlds) {
      const series = name === "sql/baseline-habits.sql" ? BASELINE_SERIES : undefined;
      const mine = await world.trail.query(world.request.caseId, name, sql, parameters, series);
      const theirs = await trino.query(world.name, sql, parameters);
      const rows = theirs.rows.map((row) =>
        Object.fromEntries(theirs.columns.map((column, at) => [column.name, row[at]])),
      );
      assert.deepEqual(rows, mine.rows, `${name} over ${world.name}`);
      if (rows.length > 0) answered.add(name);
    }
  });

test("case-table.sql: Trino over the partitioned raw table selects the case table that DuckDB made", {
  skip,
}, async () => {
  const sql = readFileSync(join(SQL, "case-table.sql"), "utf8");
  for (const world of worlds) {
    const theirs = await trino.query(world.name, sql, RAW_PARAMETERS(world));
    const names = theirs.columns.map(({ name }) => name);
    const rows = theirs.rows.map((row) =>
      comparable(Object.fromEntries(names.map((name, at) => [name, row[at] as Row[string]]))),
    );
    const mine = await world.trail.query(
      world.request.caseId,
      "all",
      "SELECT * FROM case_events ORDER BY event_key",
      [],
    );
    const byKey = (a: Row, b: Row): number => (String(a.event_key) < String(b.event_key) ? -1 : 1);
    assert.ok(mine.rows.length > 0, world.name);
    assert.deepEqual(rows.toSorted(byKey), mine.rows.map(comparable).toSorted(byKey), world.name);
  }
});

/** Rows of a text in Trino, in no order. */
const caseRows = async (world: World, sql: string): Promise<readonly string[]> => {
  const { columns, rows } = await trino.query(world.name, sql, RAW_PARAMETERS(world));
  const named = rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at] as Row[string]])));
  return named.map((row) => JSON.stringify(comparable(row))).toSorted();
};

test("over an organisation: a table whose accounts are injected wants them named, and gives the same case table", {
  skip,
}, async () => {
  const sql = readFileSync(join(SQL, "case-table.sql"), "utf8");
  const injected = sql.replace("FROM cloudtrail_logs", "FROM cloudtrail_injected");
  for (const world of worlds) {
    const whole = await caseRows(world, sql);
    assert.ok(whole.length > 0);
    assert.deepEqual(await caseRows(world, ofAccounts(injected, world.accounts)), whole, world.name);
    await assert.rejects(caseRows(world, injected), /account/i);
  }
});

test("the lake is read once: the case table from a compact copy is that from the lake, and a range of names is all that is opened", {
  skip,
}, async (context) => {
  const sql = readFileSync(join(SQL, "case-table.sql"), "utf8");
  for (const world of worlds) {
    const [firstDay, lastDay] = RAW_PARAMETERS(world) as [string, string];
    const place = { bucket: "lake", owner: "", prefix: "", organizationId: null, accounts: null, regions: REGIONS };
    const inTrino = (text: string): string => text.replace(" write_compression = 'ZSTD',", "");
    const whole = copyOf({ accounts: world.accounts, firstDay, lastDay, since: null }, place, "copy_whole");
    const all = await trino.query(world.name, inTrino(whole.sql), whole.parameters);
    const from = overTable(sql, "cloudtrail_logs", lakeOf(world.name, ["copy_whole"]));
    assert.deepEqual(await caseRows(world, from), await caseRows(world, sql), world.name);
    // The same events twice, as where two readings overlap, are each one event.
    const twice = overTable(sql, "cloudtrail_logs", lakeOf(world.name, ["copy_whole", "copy_whole"]));
    assert.deepEqual(await caseRows(world, twice), await caseRows(world, sql), world.name);
    if (world.name !== "incidents") continue;
    const since = { accounts: world.accounts, firstDay: "2026/02/18", lastDay, since: "2026-02-23T00:00:00.000Z" };
    const late = copyOf(since, place, "copy_late");
    const places = late.parameters.map((one) => one.replace("s3://lake/", `local:///${world.name}/raw/`));
    const some = await trino.query(world.name, inTrino(late.sql), places);
    context.diagnostic(`${some.physicalInputBytes} of ${all.physicalInputBytes} bytes`);
    assert.ok(some.physicalInputBytes * 2 < all.physicalInputBytes);
    const [[files]] = (await trino.query(world.name, "SELECT count(DISTINCT source_path) FROM copy_late")).rows as [
      [number],
    ];
    assert.ok(files > 0);
  }
});

test("a file that is no JSON, or ends in its middle, ends the whole scan and is named; without it the others are read", {
  skip,
}, async (context) => {
  const lines = (ids: readonly string[]) => gzipSync(ids.map((eventid) => `${JSON.stringify({ eventid })}\n`).join(""));
  const many = lines(Array.from({ length: 5000 }, (_, n) => `${n}-${Math.sin(n)}`));
  const broken = { cut: many.subarray(0, many.length / 2), text: gzipSync("a mail, and no record\n") };
  await trino.query("default", 'CREATE SCHEMA IF NOT EXISTS hive."broken"');
  for (const [name, bytes] of Object.entries(broken)) {
    const folder = join(home, "trino/files/broken", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "good.json.gz"), lines(["1", "2"]));
    writeFileSync(join(folder, "bad.json.gz"), bytes);
    const place = `external_location = 'local:///broken/${name}', format = 'JSON'`;
    await trino.query("broken", `CREATE TABLE t_${name} (eventid varchar) WITH (${place})`);
    const message = await trino.query("broken", `SELECT count(eventid) FROM t_${name}`).then(
      () => "no error",
      (error: Error) => error.message,
    );
    context.diagnostic(`${name}: ${message.slice(0, 200)}`);
    assert.equal(
      brokenFileIn(message.replaceAll("local:///", "s3://lake/"), []),
      `s3://lake/broken/${name}/bad.json.gz`,
    );
    const rest = `SELECT count(eventid) FROM t_${name} WHERE "$path" NOT IN ('local:///broken/${name}/bad.json.gz')`;
    assert.deepEqual((await trino.query("broken", rest)).rows, [[2]]);
  }
});

/** Of JSON text what it says: members of Security Lake are texts and in another order. Ids of files are of the lake. */
const asSaid = (row: string): string => {
  const { source_file: _, additionaleventdata, ...rest } = JSON.parse(row) as Readonly<Record<string, unknown>>;
  const said = Object.entries(additionaleventdata ?? {}).map(([name, value]) => [name, String(value)]);
  return JSON.stringify({ ...rest, said: said.toSorted(([a], [b]) => (a! < b! ? -1 : 1)) });
};

test("Security Lake (Parquet of its columns): the case table from OCSF is that from CloudTrail's own files", {
  skip,
}, async () => {
  const sql = readFileSync(join(SQL, "case-table.sql"), "utf8");
  for (const [name, records] of [
    ["otrf", otrfRecords()],
    ["invictus", invictusRecords()],
    ["scenarios", scenarioWorld()],
  ] as const) {
    const world = worlds.find((one) => one.name === name)!;
    await makeSecurityLake(name, records, home, trino);
    const tables = { database: name, tables: ["security_lake"] };
    const from = overTable(
      sql,
      "cloudtrail_logs",
      securityLakeOf(tables, { ...world.request, accounts: world.accounts }),
    );
    const [theirs, own] = [await caseRows(world, from), await caseRows(world, sql)];
    assert.ok(own.length > 0, name);
    assert.deepEqual(theirs.map(asSaid).toSorted(), own.map(asSaid).toSorted(), name);
    const none = securityLakeOf(tables, { ...world.request, accounts: ["999999999999"] });
    assert.deepEqual(await caseRows(world, overTable(sql, "cloudtrail_logs", none)), []);
  }
});

const REGIONS = ["eu-central-1", "us-east-1"];

test("baseline-table.sql: Trino over the partitioned raw table counts the habits that DuckDB counted", {
  skip,
}, async () => {
  const sql = readFileSync(join(SQL, "baseline-table.sql"), "utf8");
  for (const world of worlds) {
    const { columns, rows } = await trino.query(world.name, sql, BASELINE_PARAMETERS(world));
    const all = "SELECT * FROM baseline_hours ORDER BY 1, 2, 3, 5, 6, 7";
    const mine = await world.trail.query(world.request.caseId, "all", all, [], BASELINE_SERIES);
    assert.ok(mine.rows.length > 0, world.name);
    assert.deepEqual(
      rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]]))),
      mine.rows,
      world.name,
    );
  }
});

test("most queries had rows to agree on", { skip }, (context) => {
  const silent = queries.filter(({ name }) => !answered.has(name)).map(({ name }) => name);
  context.diagnostic(`${answered.size} of ${queries.length} queries gave rows; none: ${silent.join(", ")}`);
  assert.ok(answered.size >= 20, String(answered.size));
});

test("the raw table is pruned to the days of the window", { skip }, async () => {
  const sql = readFileSync(join(SQL, "case-table.sql"), "utf8");
  const world = worlds.find(({ name }) => name === "incidents")!;
  const [, , ...rest] = RAW_PARAMETERS(world);
  const all = await trino.query(world.name, sql, ["2026/01/01", "2026/12/31", ...rest]);
  const oneDay = await trino.query(world.name, sql, ["2026/02/18", "2026/02/18", ...rest]);
  assert.ok(
    oneDay.physicalInputBytes * 3 < all.physicalInputBytes,
    `${oneDay.physicalInputBytes} of ${all.physicalInputBytes}`,
  );
});

const rowsOf = async ({ trail }: Scanned, sql: string, parameters: readonly string[] = []): Promise<readonly Row[]> =>
  (await trail.query(sides.request.caseId, "asked", sql, parameters)).rows;
/** Rows in no order, with the names of files alone: the two lakes lie in different places. */
const entriesIn = async (scanned: Scanned, table: string): Promise<readonly string[]> =>
  (await rowsOf(scanned, `SELECT * FROM ${table}`))
    .map((row) => JSON.stringify({ ...row, source_file: String(row.source_file).split("/").at(-1) }))
    .toSorted();

for (const [table, least] of [
  ["access_log", 320],
  ["flow_log", 7],
  ["identity_log", 16],
  ["aggregated_events", 4],
] as const)
  test(`${table}: Trino reads from the raw files what the embedded host reads`, { skip }, async (context) => {
    const [mine, theirs] = [await entriesIn(sides.embedded, table), await entriesIn(sides.lake, table)];
    context.diagnostic(`${mine.length} entries`);
    assert.ok(mine.length >= least, String(mine.length));
    assert.deepEqual(theirs, mine);
  });

test("access logs without folders by day give the same entries", { skip }, async () => {
  assert.deepEqual(await entriesIn(sides.flat, "access_log"), await entriesIn(sides.embedded, "access_log"));
});

test("both scans say the same of the logs beside CloudTrail; a log that was not given is not in the list", {
  skip,
}, async () => {
  const found = sides.embedded.result.inventory?.otherLogs;
  assert.equal(found?.length, 6);
  // An object that is no event of a provider's is, in a folder of all sorts of files, not a line of that log at all.
  const none: Readonly<Record<string, number>> = { "okta-system-log": 1, "entra-sign-in-log": 3 };
  // Tables that AWS keeps are asked later, where they lie.
  const later = { files: 0, entries: 0, earliest: null, latest: null };
  const inLake = found?.map((one) => ({
    ...{ ...one, unread: one.unread + (none[one.log] ?? 0) },
    ...(one.log === "s3-metadata" ? later : {}),
  }));
  assert.deepEqual(sides.lake.result.inventory?.otherLogs, inLake);
  assert.deepEqual(
    sides.flat.result.inventory?.otherLogs,
    found?.filter(({ log }) => log === "s3-access-log"),
  );
  await assert.rejects(rowsOf(sides.flat, "SELECT * FROM flow_log"), { code: "QUERY_FAILED" });
});

const ARN = `:s3:::${METADATA_BUCKET}`;
const SIDE_QUERIES: Readonly<Record<string, readonly string[]>> = {
  "object-sizes": [METADATA_BUCKET, ...PARAMETERS.reads!],
  "bucket-objects": [METADATA_BUCKET, "2026-02-20T00:00:00Z"],
  "counted-calls": [ARN, ARN, "2000-01-01T00:00:00Z"],
  "access-log-reads": ["2000-01-01T00:00:00Z"],
  "flow-transfers": ["2000-01-01T00:00:00Z"],
  "sign-ins": ["ana.analyst@example.com\nana.analyst", BLANK, "ana.analyst", BLANK, BLANK, BLANK],
};

for (const [name, parameters] of Object.entries(SIDE_QUERIES))
  test(`sql/${name}: Athena's trail and the embedded one give the same rows`, { skip }, async () => {
    const sql = readFileSync(join(SQL, `${name}.sql`), "utf8");
    const mine = await rowsOf(sides.embedded, sql, parameters);
    assert.ok(mine.length > 0);
    assert.deepEqual(await rowsOf(sides.lake, sql, parameters), mine);
  });

for (const { card, sql } of detections.filter(({ card: { table } }) => table !== undefined))
  test(`detections/${card.id}: Athena's trail and the embedded one give the same rows`, { skip }, async () => {
    const parameters = parametersOf(card, { ownAccounts: ["123456789012"] });
    assert.deepEqual(await rowsOf(sides.lake, sql, parameters), await rowsOf(sides.embedded, sql, parameters));
  });

/** JSON texts by their meaning; paths without what is before the logs folder. */
const comparable = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (name === "source_file") return [name, String(value).slice(String(value).indexOf("AWSLogs/"))];
      return [
        name,
        JSON_COLUMNS.includes(name) && typeof value === "string" ? oneOfEachName(JSON.parse(value)) : value,
      ];
    }),
  );

/**
 * Trino's OPENX_JSON knows no case in names: of `Tagging` and `tagging` it keeps the later one. Athena's own CloudTrail
 * format keeps both, as DuckDB does; so this is taken out of the comparison.
 */
const oneOfEachName = (value: unknown): Row[string] => {
  if (Array.isArray(value)) return value.map(oneOfEachName) as unknown as Row[string];
  if (typeof value !== "object" || value === null) return value as Row[string];
  const last = new Map(
    Object.entries(value).map(([name, one]) => [name.toLowerCase(), [name, oneOfEachName(one)] as const]),
  );
  return Object.fromEntries([...last.values()]) as unknown as Row[string];
};
