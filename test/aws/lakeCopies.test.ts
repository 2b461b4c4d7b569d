import assert from "node:assert/strict";
import { test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Athena, Statement } from "../../lib/aws/athena.ts";
import { type Copy, piecesFor } from "../../lib/aws/lakeCopies.ts";
import type { Objects } from "../../lib/aws/objects.ts";
import { createTrail } from "../../lib/aws/trail.ts";
import { unreadRows } from "../../lib/aws/unreadRows.ts";
import type { Row } from "../../lib/case/scan.ts";

const [A, B] = ["222222222222", "333333333333"];
const PLACE = {
  ...{ bucket: "lake", owner: "999999999999", prefix: "", organizationId: "o-abcdefghij" },
  ...{ accounts: null, regions: ["eu-central-1", "us-east-1"] },
};
const copy = (accounts: readonly string[], firstDay: string, asOf: string): Copy => ({
  ...{ table: "t", accounts, firstDay, lastDay: "2026/11/30", asOf },
});
const WINDOW = { accounts: [A!, B!], firstDay: "2026/11/22", lastDay: "2026/12/01" };

test("what no copy holds is read whole, and of what one holds only deliveries since it was read, less an hour", () => {
  assert.deepEqual(piecesFor(WINDOW, []), [
    { accounts: [A, B], firstDay: "2026/11/22", lastDay: "2026/12/01", since: null },
  ]);
  const copies = [copy([A!], "2026/11/22", "2026-11-30T03:10:00.000Z")];
  assert.deepEqual(piecesFor(WINDOW, copies), [
    { accounts: [B], firstDay: "2026/11/22", lastDay: "2026/12/01", since: null },
    { accounts: [A], firstDay: "2026/11/30", lastDay: "2026/12/01", since: "2026-11-30T02:10:00.000Z" },
  ]);
});

test("the newest of an account's copies counts, if one of them reaches back far enough", () => {
  const copies = [
    copy([A!], "2026/11/22", "2026-11-29T10:00:00.000Z"),
    copy([A!], "2026/11/29", "2026-11-30T09:00:00.000Z"),
  ];
  const [piece, ...none] = piecesFor({ ...WINDOW, accounts: [A!] }, copies);
  assert.deepEqual([piece?.since, none], ["2026-11-30T08:00:00.000Z", []]);
  const short = piecesFor({ ...WINDOW, accounts: [A!] }, [copies[1]!]);
  assert.deepEqual(
    short.map(({ since }) => since),
    [null],
  );
  assert.deepEqual(piecesFor({ ...WINDOW, accounts: [A!], lastDay: "2026/11/28" }, copies), []);
});

/** Athena and a case bucket in memory: what is started is done when it is looked at, unless `states` says otherwise. */
const rig = () => {
  const started: Statement[] = [];
  const states = new Map<number, Awaited<ReturnType<Athena["look"]>>>();
  const kept = new Map<string, Uint8Array>();
  const unread: Row[] = [];
  let isBusy = false;
  let now = "2026-11-30T03:10:00.000Z";
  const athena: Athena = {
    start: async (statement) => `q-${started.push(statement) - 1}`,
    look: async (id) => states.get(Number(id.slice(2))) ?? { state: "done", bytesScanned: 1000, engine: "Athena" },
    stop: async () => undefined,
    read: async () => [],
    run: async (statement) => {
      started.push(statement);
      if (/AS records/.test(statement.sql) && isBusy) throw new Error("Athena is busy");
      if (/AS records/.test(statement.sql)) return { rows: unread, bytesScanned: 10, engine: "Athena" };
      return { rows: [{ kept: 1, files: 1, earliest: null, latest: null }], bytesScanned: 10, engine: "Athena" };
    },
  };
  const objects = {
    create: async (name: string, bytes: Uint8Array) => !kept.has(name) && kept.set(name, bytes).has(name),
    read: async (name: string) => (kept.has(name) ? { bytes: kept.get(name)! } : null),
    list: async (prefix: string) => [...kept.keys()].filter((name) => name.startsWith(prefix)).sort(),
  } as unknown as Objects;
  const trail = createTrail({
    ...{ athena, database: "cordon", objects, sideLogs: {}, scanSeconds: 1800 },
    clock: { now: () => now },
    logs: { list: async () => null, measure: async () => null },
    securityLake: null,
    everyAccount: null,
    lake: { athena, database: "cordon", objects, place: PLACE, now: () => now },
    reader: { digests: async () => new Map(), integrity: () => Promise.reject(new Error("not asked")) },
  });
  const unreadFails = (): void => {
    isBusy = true;
  };
  return { trail, started, states, unread, unreadFails, setNow: (at: string) => (now = at) };
};

const CASE = "case-20261130-0123456789";
const request = (round: number, accounts: readonly string[], over: object = {}) => ({
  ...{ caseId: CASE, round, accounts, from: "2026-11-23T00:00:00.000Z", to: "2026-11-30T03:00:00.000Z" },
  indicators: { accessKeyIds: [], principalIds: [], arns: [], addresses: ["198.51.100.7"], buckets: [] },
  ...over,
});

const untilDone = async ({ trail }: ReturnType<typeof rig>, ticket: string) => {
  for (let look = 0; look < 10; look += 1) {
    const status = await trail.check(ticket);
    if (status.state !== "running") return status;
  }
  throw new Error("still running");
};
const lakeReads = (started: readonly Statement[]): readonly string[] =>
  started.map(({ sql }) => sql).filter((sql) => /FROM cloudtrail_logs\nWHERE account/.test(sql));

test("the first round copies the accounts concerned and asks the copy; a later one reads new accounts and new deliveries only", async () => {
  const world = rig();
  const first = await untilDone(world, await world.trail.start(request(1, [A!])));
  assert.equal(first.state === "done" && first.result.bytesScanned, 2010);
  assert.deepEqual(
    lakeReads(world.started).map((sql) => /account IN \([^)]*\)/.exec(sql)?.[0]),
    [`account IN ('${A}')`],
  );
  assert.match(
    world.started[1]!.sql,
    /WITH cloudtrail_logs AS \(SELECT \* FROM \(SELECT \*, source_path AS "\$path" FROM/,
  );
  world.setNow("2026-11-30T05:00:00.000Z");
  await untilDone(world, await world.trail.start(request(2, [A!, B!])));
  const reads = lakeReads(world.started).slice(1);
  assert.deepEqual(
    reads.map((sql) => /account IN \([^)]*\)/.exec(sql)?.[0]),
    [`account IN ('${B}')`, `account IN ('${A}')`],
  );
  const since = world.started.find(({ sql }) => sql.includes('"$path" >= ?'))!;
  assert.equal(
    since.parameters[2],
    `s3://lake/AWSLogs/o-abcdefghij/${A}/CloudTrail/eu-central-1/2026/11/30/${A}_CloudTrail_eu-central-1_20261130T0210`,
  );
  const table = world.started.find(({ sql }) => /_r2_a1"/.test(sql))!;
  assert.equal(table.sql.match(/UNION ALL/g)?.length, 2);
});

test("records that Athena made nothing of are named by their file, and asked for in the copies alone", async () => {
  const world = rig();
  const file = "s3://lake/AWSLogs/o-abcdefghij/a.json.gz";
  world.unread.push({ source_file: file, records: "3", files: 2 });
  const done = await untilDone(world, await world.trail.start(request(1, [A!])));
  assert.deepEqual(done.state === "done" && done.result.filesSetAside, [
    { file, reason: "Athena made no event of 3 records in it." },
  ]);
  assert.deepEqual(done.state === "done" && done.result.unread, { notKnown: null, unnamedFiles: 1 });
  assert.equal(done.state === "done" && done.result.bytesScanned, 2010, "two statements, and the question");
  const asked = world.started.find(({ sql }) => /AS records/.test(sql))!;
  assert.match(asked.sql, /FROM \(SELECT \*, source_path AS "\$path" FROM/);
  assert.deepEqual(asked.parameters, ["2026/11/22", "2026/12/01"]);
  const [copied] = lakeReads(world.started);
  assert.ok(!copied!.includes("eventid IS NOT NULL"));
});

test("a scan whose question for unread records fails is finished, and says that they are not known", async () => {
  const world = rig();
  world.unreadFails();
  const done = await untilDone(world, await world.trail.start(request(1, [A!])));
  const { filesSetAside, unread } = done.state === "done" ? done.result : assert.fail();
  assert.deepEqual([filesSetAside, unread?.unnamedFiles], [[], 0]);
  assert.match(unread?.notKnown ?? "", /Athena is busy/);
});

test("a scan without a copy says that nobody asked which records could not be read", async () => {
  const world = rig();
  world.states.set(0, { state: "failed", reason: "no such column", retryable: false, submittedAt: null });
  const done = await untilDone(world, await world.trail.start(request(1, [A!])));
  assert.match((done.state === "done" && done.result.unread?.notKnown) || "", /not asked/);
  assert.ok(!world.started.some(({ sql }) => /AS records/.test(sql)));
});

const BROKEN = `s3://lake/AWSLogs/o-abcdefghij/${A}/CloudTrail/eu-central-1/2026/11/30/${A}_CloudTrail_eu-central-1_20261130T0210Z_0123456789abcdef.json.gz`;
/** As Athena words it. */
const spoilt = (file: string) => ({
  ...({ state: "failed", retryable: false, submittedAt: null } as const),
  reason: `HIVE_CURSOR_ERROR: Failed to read file at ${file}`,
});

test("a file that breaks off the copy is left out of the next one by its name, in later rounds and the watch too", async () => {
  const world = rig();
  world.states.set(0, spoilt(BROKEN));
  const first = await untilDone(world, await world.trail.start(request(1, [A!])));
  const aside = [{ file: BROKEN, reason: "Athena could not read it as JSON to its end, and was asked without it" }];
  assert.deepEqual(first.state === "done" && first.result.filesSetAside, aside);
  const [whole, without] = lakeReads(world.started);
  assert.ok(!whole!.includes("NOT IN") && without!.includes(`"$path" NOT IN ('${BROKEN}')`));
  world.setNow("2026-11-30T05:00:00.000Z");
  for (const series of [undefined, "watch-1"]) {
    const over = series === undefined ? {} : { series };
    const later = await untilDone(world, await world.trail.start(request(2, [A!], over)));
    assert.deepEqual(later.state === "done" && later.result.filesSetAside, aside);
  }
});

test("one broken file costs the copies of other accounts nothing, and more broken files than an accident end the scan aloud", async () => {
  const world = rig();
  await untilDone(world, await world.trail.start(request(1, [A!])));
  const before = world.started.length;
  world.setNow("2026-11-30T05:00:00.000Z");
  // Of two pieces the first, new account B, breaks off; what A delivered since is kept.
  world.states.set(before, spoilt(BROKEN));
  const second = await untilDone(world, await world.trail.start(request(2, [A!, B!])));
  assert.equal(second.state === "done" && second.result.filesSetAside.length, 1);
  const anew = lakeReads(world.started.slice(before + 2));
  assert.ok(anew.some((sql) => sql.includes(`account IN ('${B}')`)));

  const hopeless = rig();
  for (let at = 0; at < 40; at += 1) hopeless.states.set(at, spoilt(BROKEN.replace("0123456789abcdef", `${at}`)));
  const ended = await hopeless.trail.start(request(1, [A!])).then((ticket) => untilFailed(hopeless, ticket));
  assert.match(ended, /HIVE_CURSOR_ERROR/);
});

const untilFailed = async ({ trail }: ReturnType<typeof rig>, ticket: string): Promise<string> => {
  for (let look = 0; look < 30; look += 1) {
    const status = await trail.check(ticket);
    if (status.state === "failed") return status.reason;
    assert.equal(status.state, "running");
  }
  throw new Error("still running");
};

test("what is no event for the case table is counted by the question for unread rows: DuckDB's answer", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const good = {
    eventid: "1",
    eventname: "GetObject",
    eventsource: "s3",
    eventtime: "2026-11-24T00:00:00Z",
    eventcategory: "Data",
  };
  const rows = [
    good,
    { ...good, eventcategory: "" },
    { ...good, eventid: null },
    { ...good, eventtime: "2026-11-24 00:00:00" },
    { ...good, eventcategory: "data" },
    { ...good, eventname: null },
  ];
  const values = rows.map(
    (row) =>
      `(${Object.values(row)
        .map((one) => (one === null ? "NULL" : `'${one}'`))
        .join(", ")}, '2026/11/24', 'f', 0), (${Object.values(row)
        .map((one) => (one === null ? "NULL" : `'${one}'`))
        .join(", ")}, '2026/11/24', 'f', 1)`,
  );
  await connection.run(
    `CREATE MACRO regexp_like(s, p) AS regexp_matches(s, p); CREATE TABLE lake AS SELECT * FROM (VALUES ${values.join(", ")}) t(${Object.keys(good).join(", ")}, day, "$path", copy_number)`,
  );
  const { sql, parameters } = unreadRows("lake", ["2026/11/22", "2026/12/01"]);
  const found = await connection.runAndReadAll(sql, [...parameters]);
  assert.deepEqual(
    found.getRowObjects().map((row) => [row.source_file, Number(row.records), Number(row.files)]),
    [["f", 4, 1]],
    "two copies hold the file: a record in it counts once",
  );
  connection.closeSync();
  instance.closeSync();
});

test("the watch asks the copies of the investigation and reads new deliveries only", async () => {
  const world = rig();
  await untilDone(world, await world.trail.start(request(1, [A!])));
  world.setNow("2026-11-30T04:00:00.000Z");
  const watch = request(1, [A!], {
    series: "watch-contain-1",
    from: "2026-11-30T03:30:00.000Z",
    to: "2026-11-30T04:00:00.000Z",
  });
  await untilDone(world, await world.trail.start(watch));
  const [, again] = lakeReads(world.started);
  assert.match(again!, /"\$path" >= \?/);
});

test("the same round started again starts nothing twice, while its copy is being made and afterwards", async () => {
  const world = rig();
  world.states.set(0, { state: "running", submittedAt: null });
  const ticket = await world.trail.start(request(1, [A!]));
  await world.trail.start(request(1, [A!]));
  assert.equal((await world.trail.check(ticket)).state, "running");
  assert.equal(world.started.length, 1);
  world.states.delete(0);
  await world.trail.check(ticket);
  await world.trail.start(request(1, [A!]));
  assert.equal(world.started.length, 2);
});

test("a copy that fails for a passing reason is begun anew; one that fails for good is read past, and one at the limit ends the scan", async () => {
  const failed = (reason: string, retryable: boolean) =>
    ({ state: "failed", reason, retryable, submittedAt: null }) as const;
  const passing = rig();
  passing.states.set(0, failed("busy", true));
  await untilDone(passing, await passing.trail.start(request(1, [A!])));
  assert.equal(lakeReads(passing.started).length, 2);
  const good = rig();
  good.states.set(0, failed("no such column", false));
  await untilDone(good, await good.trail.start(request(1, [A!])));
  assert.match(good.started[1]!.sql, /FROM cloudtrail_logs\n {2}WHERE account IN/);
  const capped = rig();
  capped.states.set(0, failed("Bytes scanned limit was exceeded", false));
  assert.equal((await untilDone(capped, await capped.trail.start(request(1, [A!])))).state, "failed");
});
