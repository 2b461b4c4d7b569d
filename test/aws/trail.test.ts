import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { AthenaClient } from "@aws-sdk/client-athena";
import { S3Client } from "@aws-sdk/client-s3";
import { createAthena } from "../../lib/aws/athena.ts";
import { createLogLister } from "../../lib/aws/logFiles.ts";
import { createLogReader } from "../../lib/aws/logReader.ts";
import { createObjects } from "../../lib/aws/objects.ts";
import type { SideLogPlaces } from "../../lib/aws/sideLogs.ts";
import { createTrail } from "../../lib/aws/trail.ts";
import { canonicalJson } from "../../lib/base/jcs.ts";
import type { ScanRequest, ScanResult } from "../../lib/case/scan.ts";
import type { Trail } from "../../lib/ports/ports.ts";
import { createS3Model, type S3Model } from "./s3Model.ts";
import { json, optionsAt, type Reply, refusal, serve, type Wire } from "./wire.ts";

const CASE = "case-20260223-0123456789";
const REQUEST: ScanRequest = {
  caseId: CASE,
  round: 1,
  from: "2026-02-22T10:00:00.000Z",
  to: "2026-02-23T10:00:00.000Z",
  indicators: {
    accessKeyIds: ["AKIAEXAMPLE"],
    principalIds: [],
    arns: [],
    addresses: ["198.51.100.7"],
    buckets: ["o'brien"],
  },
};

/** An execution as the model holds it: what Athena is to answer about it. */
interface Execution {
  readonly sql: string;
  readonly token: string;
  readonly input: Readonly<Record<string, any>>;
  status: Readonly<Record<string, unknown>>;
}

interface Rig {
  readonly trail: () => Trail;
  readonly executions: readonly Execution[];
  readonly stopped: readonly string[];
  readonly seen: readonly Wire[];
  readonly s3: S3Model;
  setNow(at: string): void;
}

type Decide = (execution: Execution, index: number) => Readonly<Record<string, unknown>>;
type Rows = (sql: string) => {
  readonly columns: readonly (readonly [string, string])[];
  readonly rows: readonly (readonly (string | null)[])[];
};

const DONE = { State: "SUCCEEDED" };
const edges: Rows = (sql) => {
  if (sql.includes("AS kept"))
    return {
      columns: [
        ["kept", "bigint"],
        ["files", "bigint"],
        ["earliest", "varchar"],
        ["latest", "varchar"],
      ],
      rows: [["42", "3", "2026-02-22T11:00:00Z", "2026-02-23T09:00:00Z"]],
    };
  return {
    columns: [
      ["earliest", "varchar"],
      ["latest", "varchar"],
    ],
    rows: [["2026-02-22T09:55:01Z", "2026-02-23T09:58:59Z"]],
  };
};

/** Athena as its API reference describes it: a token twice is one execution, results come in pages behind a header row. */
const rig = async (
  t: TestContext,
  decide: Decide = () => DONE,
  rows: Rows = edges,
  meddle: (wire: Wire, index: number) => Reply | null = () => null,
  sideLogs: SideLogPlaces = {},
): Promise<Rig> => {
  const s3 = createS3Model();
  const executions: Execution[] = [];
  const stopped: string[] = [];
  let now = "2026-02-23T10:05:00.000Z";
  const operations: Readonly<Record<string, (input: any) => Reply>> = {
    StartQueryExecution: (input) => {
      const known = executions.findIndex(({ token }) => token === input.ClientRequestToken);
      if (known === -1) executions.push({ sql: input.QueryString, token: input.ClientRequestToken, input, status: {} });
      const at = known === -1 ? executions.length - 1 : known;
      executions[at]!.status = known === -1 ? decide(executions[at]!, at) : executions[at]!.status;
      return json(200, { QueryExecutionId: `q-${at}` });
    },
    GetQueryExecution: ({ QueryExecutionId }) =>
      json(200, {
        QueryExecution: {
          Status: executions[Number(QueryExecutionId.slice(2))]!.status,
          Statistics: { DataScannedInBytes: 1000 },
          EngineVersion: { EffectiveEngineVersion: "Athena engine version 3" },
        },
      }),
    StopQueryExecution: ({ QueryExecutionId }) => {
      stopped.push(QueryExecutionId);
      return json(200, {});
    },
    GetQueryResults: ({ QueryExecutionId, NextToken }) => {
      const { columns, rows: all } = rows(executions[Number(QueryExecutionId.slice(2))]!.sql);
      const header = columns.map(([name]) => name);
      const [from, size] = [Number(NextToken ?? 0), 2];
      const listed = [header, ...all];
      const Rows = listed
        .slice(from, from + size)
        .map((row) => ({ Data: row.map((value) => (value === null ? {} : { VarCharValue: value })) }));
      const more = from + size < listed.length ? { NextToken: String(from + size) } : {};
      return json(200, {
        ...more,
        ResultSet: {
          Rows,
          ResultSetMetadata: { ColumnInfo: columns.map(([Name, Type]) => ({ Name, Type, CatalogName: "hive" })) },
        },
      });
    },
  };
  const server = await serve((wire, index) => {
    const odd = meddle(wire, index);
    if (odd !== null) return odd;
    const operation = wire.headers["x-amz-target"]?.split(".")[1];
    return operation === undefined ? s3.answer(wire) : operations[operation]!(JSON.parse(wire.body.toString("utf8")));
  });
  t.after(server.close);
  const clock = { now: () => now };
  const setNow = (at: string): void => {
    now = at;
  };
  const client = new S3Client(optionsAt(server.endpoint));
  const place = {
    bucket: "lake",
    owner: "333333333333",
    prefix: "",
    organizationId: null,
    accounts: ["222222222222"],
    regions: ["eu-central-1"],
  };
  const trail = () =>
    createTrail({
      athena: createAthena({
        athena: new AthenaClient(optionsAt(server.endpoint)),
        workgroup: "cordon",
        database: "cordon",
        clock,
        querySeconds: 1,
        pollMs: 1,
      }),
      database: "cordon",
      objects: createObjects({
        s3: client,
        bucket: "cases",
        owner: "111111111111",
        folder: "cases/",
        fault: "SCAN_FAILED",
      }),
      logs: createLogLister(client, place),
      securityLake: null,
      everyAccount: null,
      lake: null,
      reader: createLogReader({
        s3: client,
        place,
        logs: createLogLister(client, place),
        keysOf: async () => [],
        clock,
      }),
      sideLogs,
      clock,
      scanSeconds: 1800,
    });
  return { trail, executions, stopped, seen: server.seen, s3, setNow };
};

const put = (s3: S3Model, day: string, name: string): void =>
  void s3.objects.set(
    `lake/AWSLogs/222222222222/CloudTrail/eu-central-1/${day}/222222222222_CloudTrail_eu-central-1_${name}.json.gz`,
    Buffer.from("x"),
  );

test("a scan is one CTAS of the shared text, in the capped workgroup, without reuse of results", async (t) => {
  const { trail, executions } = await rig(t);
  assert.equal(await trail().start(REQUEST), `${CASE}#1`);
  const [{ sql, input }] = executions as [Execution];
  assert.equal(
    sql,
    `CREATE TABLE "cordon"."case_20260223_0123456789_r1_a1" WITH (format = 'PARQUET', write_compression = 'ZSTD') AS\n${readFileSync(new URL("../../lib/sql/case-table.sql", import.meta.url), "utf8")}`,
  );
  assert.deepEqual(
    [
      input.WorkGroup,
      input.QueryExecutionContext.Database,
      input.ResultReuseConfiguration.ResultReuseByAgeConfiguration.Enabled,
    ],
    ["cordon", "cordon", false],
  );
  assert.equal(input.ResultConfiguration, undefined);
  assert.equal(input.ExecutionParameters.length, 20);
  assert.deepEqual(input.ExecutionParameters.slice(0, 4), [
    "'2026/02/21'",
    "'2026/02/24'",
    "'2026-02-22T10:00:00Z'",
    "'2026-02-23T10:00:00Z'",
  ]);
  assert.ok(input.ExecutionParameters[4].includes("o''brien"));
  assert.ok(input.ClientRequestToken.length >= 32 && input.ClientRequestToken.length <= 128);
});

test("starting again, also by another Lambda, starts nothing twice", async (t) => {
  const { trail, executions } = await rig(t, () => ({ State: "RUNNING" }));
  await Promise.all([trail().start(REQUEST), trail().start(REQUEST)]);
  await trail().start(REQUEST);
  assert.equal(executions.length, 1);
  assert.deepEqual(await trail().check(`${CASE}#1`), { state: "running", progress: null });
});

test("the same round cannot ask something else", async (t) => {
  const { trail } = await rig(t);
  await trail().start(REQUEST);
  // As a step that is tried again has it: read from the case, where members are in the order of their names.
  await trail().start(JSON.parse(canonicalJson(REQUEST)));
  await assert.rejects(trail().start({ ...REQUEST, to: "2026-02-23T11:00:00.000Z" }), { code: "DOCUMENT_CONFLICT" });
});

test("a start whose answer was lost is the same execution", async (t) => {
  let lost = 0;
  const { trail, executions } = await rig(
    t,
    () => DONE,
    edges,
    (wire) => (wire.headers["x-amz-target"]?.endsWith("StartQueryExecution") && lost++ === 0 ? "drop" : null),
  );
  await trail().start(REQUEST);
  assert.deepEqual([executions.length, lost], [1, 2]);
});

test("what lies among CloudTrail's files without the name of one is set aside by name; what Athena passes over is irrelevant", async (t) => {
  const { trail, s3 } = await rig(t);
  put(s3, "2026/02/22", "20260222T0955Z_aaaaaaaaaaaaaaaa");
  const folder = "AWSLogs/222222222222/CloudTrail/eu-central-1/2026/02/22/";
  for (const name of ["events.csv", "_hidden.json", "events.json.gz", ".part", ""])
    s3.objects.set(`lake/${folder}${name}`, Buffer.from("x"));
  await trail().start(REQUEST);
  const status = await trail().check(`${CASE}#1`);
  const { inventory, filesSetAside } = status.state === "done" ? status.result : assert.fail();
  assert.deepEqual(
    filesSetAside.map(({ file }) => file),
    [`${folder}events.csv`, `${folder}events.json.gz`],
  );
  assert.deepEqual(
    [inventory?.input?.files, inventory?.input?.notUnderstood, inventory?.input?.irrelevant.map(({ files }) => files)],
    [6, 2, [3]],
  );
});

test("a finished scan tells what Athena read, the files by their names, and the last event in the newest of them", async (t) => {
  const { trail, s3, executions } = await rig(t);
  put(s3, "2026/02/22", "20260222T0955Z_aaaaaaaaaaaaaaaa");
  put(s3, "2026/02/23", "20260223T0955Z_bbbbbbbbbbbbbbbb");
  put(s3, "2026/02/23", "20260223T1000Z_cccccccccccccccc");
  s3.objects.set("lake/AWSLogs/222222222222/CloudTrail-Digest/eu-central-1/2026/02/23/d.json.gz", Buffer.from("x"));
  await trail().start(REQUEST);
  const status = await trail().check(`${CASE}#1`);
  assert.equal(status.state, "done");
  const { inventory, unread, ...result } = status.state === "done" ? status.result : assert.fail();
  assert.deepEqual(result, {
    engine: "Athena (Athena engine version 3)",
    bytesScanned: 1000,
    filesSetAside: [],
    eventsSeen: null,
    eventsKept: 42,
    watermark: "2026-02-23T09:58:59Z",
    earliest: "2026-02-22T09:55:01Z",
    filesRead: 3,
  });
  assert.ok(unread?.notKnown, "no copy of the lake was asked what could not be read");
  assert.deepEqual(inventory?.deliveryHours, ["2026-02-22T09", "2026-02-23T09", "2026-02-23T10"]);
  assert.equal(inventory?.digestFiles.length, 1);
  assert.deepEqual(inventory?.input, {
    files: 4,
    read: [
      { kind: "cloudtrail", files: 3, records: null },
      { kind: "digest", files: 1, records: null },
    ],
    ...{ irrelevant: [], outside: [], notUnderstood: 0, inPart: null, accounts: ["222222222222"] },
  });
  const edge = executions.find(({ sql }) => sql.includes('"$path" IN'))!;
  assert.deepEqual(edge.input.ExecutionParameters.slice(0, 2), ["'2026/02/22'", "'2026/02/23'"]);
  assert.ok(edge.input.ExecutionParameters[2].startsWith("'s3://lake/AWSLogs/222222222222/CloudTrail/"));
  const before = executions.length;
  assert.deepEqual(await trail().check(`${CASE}#1`), status);
  assert.equal(executions.length, before);
});

test("an estimate is the size of the files of the delivery days, and not known where they may not be listed", async (t) => {
  const { trail, s3 } = await rig(t);
  put(s3, "2026/02/21", "20260221T0955Z_aaaaaaaaaaaaaaaa");
  put(s3, "2026/02/23", "20260223T0955Z_bbbbbbbbbbbbbbbb");
  put(s3, "2026/02/25", "20260225T0955Z_cccccccccccccccc");
  assert.deepEqual(await trail().estimate!(REQUEST), { bytes: 2, files: 2, reason: null });
  const denied = await rig(
    t,
    () => DONE,
    edges,
    (wire) =>
      wire.path.startsWith("/lake") ? { status: 403, body: "<Error><Code>AccessDenied</Code></Error>" } : null,
  );
  const { bytes, reason } = await denied.trail().estimate!(REQUEST);
  assert.deepEqual([bytes, typeof reason], [null, "string"]);
});

test("the baseline is a CTAS of its own text into a table of its own, which its query is bound to", async (t) => {
  const { trail, executions } = await rig(t);
  const request: ScanRequest = {
    ...REQUEST,
    series: "baseline",
    indicators: { ...REQUEST.indicators, principalIds: ["AIDAEXAMPLE"] },
  };
  const ticket = await trail().start(request);
  const text = readFileSync(new URL("../../lib/sql/baseline-table.sql", import.meta.url), "utf8");
  assert.match(executions[0]!.sql, /^CREATE TABLE "cordon"."case_20260223_0123456789_baseline_r1_a1" WITH/);
  assert.ok(executions[0]!.sql.endsWith(text));
  assert.deepEqual(executions[0]!.input.ExecutionParameters.slice(4, 12), [
    "'AIDAEXAMPLE'",
    "' '",
    "' '",
    "' '",
    "'o''brien'",
    "' '",
    "' '",
    "' '",
  ]);
  assert.equal((await trail().check(ticket)).state, "done");
  await trail().query(CASE, "habits", "SELECT * FROM baseline_hours", [], "baseline");
  assert.match(
    executions.at(-1)!.sql,
    /^WITH baseline_hours AS \(SELECT \* FROM "cordon"\."case_20260223_0123456789_baseline_r1_a1"\)/,
  );
});

test("where the log bucket may not be listed, the case table itself bounds what is known", async (t) => {
  const { trail } = await rig(
    t,
    () => DONE,
    edges,
    (wire) =>
      wire.path.startsWith("/lake") ? { status: 403, body: "<Error><Code>AccessDenied</Code></Error>" } : null,
  );
  await trail().start(REQUEST);
  const status = await trail().check(`${CASE}#1`);
  const result = status.state === "done" ? status.result : assert.fail();
  assert.deepEqual([result.filesRead, result.watermark, result.inventory], [3, "2026-02-23T09:00:00Z", undefined]);
});

const failures: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp, number])[] = [
  [
    "a query that is wrong",
    {
      State: "FAILED",
      AthenaError: { ErrorCategory: 2, ErrorType: 1006, Retryable: false, ErrorMessage: "SYNTAX_ERROR" },
    },
    /fault of the query, type 1006.*SYNTAX_ERROR/,
    1,
  ],
  [
    "a scan over its cap",
    { State: "CANCELLED", StateChangeReason: "Bytes scanned limit was exceeded" },
    /CANCELLED.*Bytes scanned limit/,
    1,
  ],
  [
    "a fault of Athena that does not end",
    { State: "FAILED", AthenaError: { ErrorCategory: 1, Retryable: true, ErrorMessage: "internal" } },
    /fault of the service.*internal/,
    3,
  ],
];
for (const [what, status, reason, runs] of failures) {
  test(`${what} ends as failed with Athena's own reason, after ${runs} attempt(s)`, async (t) => {
    const { trail, executions } = await rig(t, () => status);
    await trail().start(REQUEST);
    let seen = await trail().check(`${CASE}#1`);
    for (let look = 0; look < 5 && seen.state === "running"; look += 1) seen = await trail().check(`${CASE}#1`);
    assert.match(seen.state === "failed" ? seen.reason : "", reason);
    assert.equal(executions.length, runs);
    assert.equal(new Set(executions.map(({ token }) => token)).size, runs);
  });
}

test("a retryable failure is begun anew into another table, and the second result counts", async (t) => {
  const { trail, executions } = await rig(t, (_execution, index) =>
    index === 0 ? { State: "FAILED", AthenaError: { ErrorCategory: 1, Retryable: true } } : DONE,
  );
  await trail().start(REQUEST);
  assert.equal((await trail().check(`${CASE}#1`)).state, "running");
  assert.equal((await trail().check(`${CASE}#1`)).state, "done");
  assert.match(executions[1]!.sql, /case_20260223_0123456789_r1_a2/);
});

const brokenAt = (file: string) => ({
  State: "FAILED",
  AthenaError: {
    ...{ ErrorCategory: 2, ErrorType: 401, Retryable: false },
    ErrorMessage: `HIVE_CURSOR_ERROR: Failed to read file at ${file}`,
  },
});
const LOG = (n: number): string =>
  `s3://lake/AWSLogs/111111111111/CloudTrail/eu-central-1/2026/02/22/111111111111_CloudTrail_eu-central-1_20260222T100${n}Z_x.json.gz`;

test("a file that Athena breaks off at is left out by its name and named, and takes no other down", async (t) => {
  const { trail, executions } = await rig(t, ({ sql }) => {
    const scans = sql.startsWith("CREATE TABLE");
    const next = [LOG(1), LOG(2)].find((file) => !sql.includes(file));
    return scans && next !== undefined ? brokenAt(next) : DONE;
  });
  await trail().start(REQUEST);
  const seen = [await trail().check(`${CASE}#1`), await trail().check(`${CASE}#1`), await trail().check(`${CASE}#1`)];
  assert.deepEqual(
    seen.map(({ state }) => state),
    ["running", "running", "done"],
  );
  const [third] = executions.filter(({ sql }) => sql.includes(LOG(2)));
  assert.ok(third!.sql.includes(`"$path" NOT IN ('${LOG(1)}', '${LOG(2)}') AND day >= ? AND day <= ?`));
  const result = seen[2]!.state === "done" ? seen[2]!.result : assert.fail();
  assert.deepEqual(
    result.filesSetAside.map(({ file }) => file),
    [LOG(1), LOG(2)],
  );
});

test("a file that is named again though it was left out, one in no bucket, and a sixth end the scan with Athena's reason", async (t) => {
  const ends = async (message: (index: number) => string): Promise<number> => {
    const { trail, executions } = await rig(t, (_execution, index) => brokenAt(message(index)));
    await trail().start(REQUEST);
    let seen = await trail().check(`${CASE}#1`);
    for (let look = 0; look < 9 && seen.state === "running"; look += 1) seen = await trail().check(`${CASE}#1`);
    assert.match(seen.state === "failed" ? seen.reason : "", /HIVE_CURSOR_ERROR/);
    return executions.length;
  };
  assert.equal(await ends(() => LOG(1)), 2);
  assert.equal(await ends(() => "a file without a name"), 1);
  assert.equal(await ends(() => "s3://lake/x') OR 1=1 --.json"), 1);
  assert.equal(await ends((index) => LOG(index)), 6);
});

test("a scan that takes too long is stopped, because it costs", async (t) => {
  const { trail, stopped, setNow } = await rig(t, () => ({ State: "RUNNING" }));
  await trail().start(REQUEST);
  setNow("2026-02-23T10:35:01.000Z");
  assert.equal((await trail().check(`${CASE}#1`)).state, "failed");
  assert.deepEqual(stopped, ["q-0"]);
});

test("a query that failed in an earlier attempt of its step is run anew, and not answered with that failure for ever", async (t) => {
  let broken = true;
  const submitted = ["2026-02-23T10:05:00.000Z", "2026-02-23T10:06:00.000Z"];
  const { trail, executions, setNow } = await rig(t, ({ sql }) => {
    const SubmissionDateTime = Date.parse(submitted[broken ? 0 : 1]!) / 1000;
    if (!sql.includes("SELECT 1 FROM case_events") || !broken) return { ...DONE, SubmissionDateTime };
    return { State: "FAILED", SubmissionDateTime, AthenaError: { ErrorCategory: 2, Retryable: false } };
  });
  await trail().start(REQUEST);
  await trail().check(`${CASE}#1`);
  const query = () => trail().query(CASE, "one", "SELECT 1 FROM case_events", []);
  await assert.rejects(query(), { name: "CordonError" });
  broken = false;
  setNow(submitted[1]!);
  const before = executions.length;
  assert.ok((await query()).rows.length > 0);
  assert.equal(executions.length, before + 1);
});

test("a case table whose data the lifecycle took refuses, instead of answering that nobody did anything", async (t) => {
  const { trail, setNow } = await rig(t);
  await trail().start(REQUEST);
  await trail().check(`${CASE}#1`);
  setNow("2026-05-22T10:00:00.000Z");
  assert.ok((await trail().query(CASE, "one", "SELECT 1 FROM case_events", [])).rows.length > 0);
  setNow("2026-05-23T10:06:00.000Z");
  await assert.rejects(trail().query(CASE, "two", "SELECT 1 FROM case_events", []), { code: "QUERY_FAILED" });
});

test("a query runs over the newest round's table and its pages become rows of the right types", async (t) => {
  const columns = [
    ["name", "varchar"],
    ["calls", "bigint"],
    ["huge", "bigint"],
    ["share", "double"],
    ["ok", "boolean"],
    ["gone", "varchar"],
    ["empty", "varchar"],
  ] as const;
  const rows = Array.from({ length: 5 }, (_, at) => [
    `n${at}`,
    String(at),
    "9007199254740993",
    "0.5",
    "true",
    null,
    "",
  ]);
  const { trail, executions } = await rig(
    t,
    () => DONE,
    (sql) => (sql.includes("AS name") ? { columns, rows } : edges(sql)),
  );
  for (const round of [1, 2]) {
    await trail().start({ ...REQUEST, round });
    await trail().check(`${CASE}#${round}`);
  }
  const run = await trail().query(
    CASE,
    "actors",
    "-- Finds: x.\nWITH a AS (SELECT 1 AS one) SELECT 'x' AS name FROM case_events WHERE bucket = ?",
    ["it's"],
  );
  assert.equal(
    run.sql,
    `-- Finds: x.\nWITH case_events AS (SELECT * FROM "cordon"."case_20260223_0123456789_r2_a1"),\na AS (SELECT 1 AS one) SELECT 'x' AS name FROM case_events WHERE bucket = ?`,
  );
  assert.deepEqual(executions.at(-1)!.input.ExecutionParameters, ["'it''s'"]);
  assert.deepEqual([run.rows.length, run.bytesScanned, run.parameters], [5, 1000, ["it's"]]);
  assert.deepEqual(run.rows[4], {
    name: "n4",
    calls: 4,
    huge: "9007199254740993",
    share: 0.5,
    ok: true,
    gone: null,
    empty: "",
  });
});

test("a series has tables of its own: the watch's rounds never stand in for the case table", async (t) => {
  const { trail, executions } = await rig(t);
  const finish = async (request: ScanRequest): Promise<void> => {
    const ticket = await trail().start(request);
    assert.equal((await trail().check(ticket)).state, "done");
  };
  await finish(REQUEST);
  for (const round of [1, 2]) await finish({ ...REQUEST, round, series: "watch-contain-1" });
  const tableRead = async (series?: string): Promise<string | undefined> => {
    await trail().query(
      CASE,
      "probe",
      `SELECT count(*) AS n${series === undefined ? "" : ", 1 AS one"} FROM case_events`,
      [],
      series,
    );
    return /FROM "cordon"\."(\w+)"/.exec(executions.at(-1)!.sql)?.[1];
  };
  assert.equal(await tableRead(), "case_20260223_0123456789_r1_a1");
  assert.equal(await tableRead("watch-contain-1"), "case_20260223_0123456789_watch_contain_1_r2_a1");
  await assert.rejects(tableRead("../other"), { code: "INPUT_INVALID" });
  await assert.rejects(tableRead("watch-contain-2"), { code: "QUERY_FAILED" });
});

test("a query that hangs is stopped and said to have been", { timeout: 120_000 }, async (t) => {
  let late = false;
  const { trail, stopped, setNow } = await rig(
    t,
    ({ sql }) => (sql.includes("slow") ? { State: "RUNNING" } : DONE),
    edges,
    (wire) => {
      if (wire.body.includes("'slow'")) late = true;
      else if (late) setNow("2026-02-23T11:00:00.000Z");
      return null;
    },
  );
  await trail().start(REQUEST);
  await trail().check(`${CASE}#1`);
  await assert.rejects(trail().query(CASE, "slow", "SELECT 'slow' FROM case_events", []), {
    code: "QUERY_FAILED",
    name: "CordonError",
  });
  assert.equal(stopped.length, 1);
});

test("throttling that does not end is a TransientError, which the machine retries; a denial is not", async (t) => {
  for (const [reply, name] of [
    [refusal(400, "ThrottlingException"), "TransientError"],
    [refusal(400, "AccessDeniedException"), "CordonError"],
    [refusal(500, "InternalServerException"), "TransientError"],
  ] as const) {
    const { trail } = await rig(
      t,
      () => DONE,
      edges,
      (wire) => (wire.headers["x-amz-target"] === undefined ? null : reply),
    );
    await assert.rejects(trail().start(REQUEST), { name, code: "QUERY_FAILED" });
  }
});

const SIDE_LOGS: SideLogPlaces = { "vpc-flow-log": { flatFolders: [] }, "s3-access-log": { flatFolders: [] } };
const counts: Rows = (sql) =>
  sql.includes("AS unread")
    ? {
        columns: [
          ["files", "bigint"],
          ["entries", "bigint"],
          ["unread", "bigint"],
          ["earliest", "varchar"],
          ["latest", "varchar"],
        ],
        rows: [[sql.includes("flow_log") ? "0" : "2", "5", "1", "2026-02-22T11:00:00Z", "2026-02-22T12:00:00Z"]],
      }
    : edges(sql);

const doneIn = async (trail: Trail) => {
  const status = await trail.check(await trail.start(REQUEST));
  assert.ok(status.state === "done");
  return status.result;
};

/** The logs beside CloudTrail among what was set aside, and what is the matter with each. */
const asideOf = (files: ScanResult["filesSetAside"]): readonly string[] =>
  files
    .filter(({ file }) => /^[a-z0-9-]+-log$/.test(file))
    .map(({ file, reason }) => `${file}: ${/not read|no entry (in the window|of \d+ lines?)/.exec(reason)?.[0]}`);

test("logs beside CloudTrail are read beside the scan, and their tables are bound to the names in queries", async (t) => {
  const { trail, executions } = await rig(
    t,
    () => DONE,
    counts,
    () => null,
    SIDE_LOGS,
  );
  const { inventory, bytesScanned, filesSetAside } = await doneIn(trail());
  assert.deepEqual(asideOf(filesSetAside), ["s3-access-log: no entry of 1 line", "vpc-flow-log: not read"]);
  // The scan and two statements a log, a thousand bytes each.
  assert.equal(bytesScanned, 5000);
  assert.deepEqual(
    inventory?.otherLogs?.map(({ log, files, entries, unread, failed }) => [
      log,
      files,
      entries,
      unread,
      typeof failed,
    ]),
    [
      ["s3-access-log", 2, 5, 1, "undefined"],
      ["vpc-flow-log", 0, 0, 0, "string"],
    ],
  );
  await trail().query(CASE, "q", "SELECT count(*) FROM access_log a JOIN case_events USING (requestid)", []);
  assert.match(
    executions.at(-1)!.sql,
    /access_log AS \(SELECT \* FROM "cordon"\."case_20260223_0123456789_r1_a1_s3_access_log"\)/,
  );
  const asked = executions.length;
  await assert.rejects(trail().query(CASE, "q", "SELECT * FROM flow_log", []), { code: "QUERY_FAILED" });
  await assert.rejects(trail().query(CASE, "q", "SELECT * FROM identity_log", []), { code: "QUERY_FAILED" });
  assert.equal(executions.length, asked);
});

test("a log beside CloudTrail that cannot be read fails itself and not the scan", async (t) => {
  const broken: Decide = ({ sql }) =>
    sql.includes("access_log")
      ? { State: "FAILED", AthenaError: { ErrorCategory: 2, ErrorMessage: "Access Denied", Retryable: false } }
      : DONE;
  const { trail } = await rig(t, broken, counts, () => null, SIDE_LOGS);
  const { eventsKept, inventory, filesSetAside } = await doneIn(trail());
  assert.equal(eventsKept, 42);
  assert.deepEqual(asideOf(filesSetAside), ["s3-access-log: not read", "vpc-flow-log: not read"]);
  assert.match(inventory?.otherLogs?.find(({ log }) => log === "s3-access-log")?.failed ?? "", /Access Denied/);
});

test("a log beside CloudTrail that was given and has nothing of the window is a hole by its name", async (t) => {
  const nothing: Rows = (sql) => {
    const answer = counts(sql);
    return sql.includes("AS unread") ? { ...answer, rows: [["2", "0", "0", null, null]] } : answer;
  };
  const { trail } = await rig(
    t,
    () => DONE,
    nothing,
    () => null,
    SIDE_LOGS,
  );
  const { filesSetAside } = await doneIn(trail());
  assert.deepEqual(asideOf(filesSetAside), [
    "s3-access-log: no entry in the window",
    "vpc-flow-log: no entry in the window",
  ]);
});

test("a log beside CloudTrail that takes too long is waited for ten minutes, then stopped and given up", async (t) => {
  const slow: Decide = ({ sql }) => (sql.includes("flow_log") ? { State: "RUNNING" } : DONE);
  const { trail, stopped, setNow } = await rig(t, slow, counts, () => null, SIDE_LOGS);
  const ticket = await trail().start(REQUEST);
  assert.equal((await trail().check(ticket)).state, "running");
  setNow("2026-02-23T10:15:00.000Z");
  assert.equal((await trail().check(ticket)).state, "done");
  assert.equal(stopped.length, 2);
});

test("a series reads CloudTrail alone", async (t) => {
  const { trail, executions } = await rig(
    t,
    () => DONE,
    counts,
    () => null,
    SIDE_LOGS,
  );
  await trail().start({ ...REQUEST, series: "watch" });
  assert.equal(executions.length, 1);
});

const KEPT = { catalogs: [{ name: "s3tablescatalog/aws-s3", account: null, keyArn: null }] };
const NOT_THERE = (table: string) => ({
  State: "FAILED",
  StateChangeReason: `TABLE_NOT_FOUND: line 1:15: Table 's3tablescatalog/aws-s3.b_exports_eu.${table}' does not exist`,
  AthenaError: { ErrorCategory: 2, Retryable: false },
});
const OVER_METADATA = "SELECT count(*) AS objects FROM object_metadata WHERE bucket = ?";

test("S3 Metadata tables are asked where they lie, of one bucket; one that has no journal is asked for its inventory", async (t) => {
  const decide: Decide = ({ sql }) =>
    sql.includes('"journal"') && !sql.startsWith("CREATE") ? NOT_THERE("journal") : DONE;
  const { trail, executions } = await rig(t, decide, edges, () => null, {
    "s3-metadata": { flatFolders: [], kept: KEPT },
  });
  const result = await doneIn(trail());
  assert.deepEqual(
    result.inventory?.otherLogs?.map(({ log, failed }) => [log, failed]),
    [["s3-metadata", undefined]],
  );
  assert.ok(!result.filesSetAside.some(({ file }) => file === "s3-metadata"));
  const before = executions.length;
  const run = await trail().query(CASE, "bucket-objects", OVER_METADATA, ["exports.eu"]);
  assert.equal(executions.length, before + 2);
  assert.match(run.sql, /WITH object_metadata AS \(SELECT \* FROM \(SELECT/);
  assert.match(run.sql, /FROM "s3tablescatalog\/aws-s3"\."b_exports_eu"\."inventory"/);
  assert.deepEqual(executions.at(-1)!.input.ExecutionParameters, ["'exports.eu'"]);
});

test("a bucket without S3 Metadata tables gives no rows; another failure, a name that is none, and tables that were not given are not taken for that", async (t) => {
  const refusal = { State: "FAILED", StateChangeReason: "Insufficient Lake Formation permission(s) on b_exports_eu" };
  let answer: Execution["status"] = NOT_THERE("inventory");
  const decide: Decide = ({ sql }) => (sql.includes("b_exports_eu") ? answer : DONE);
  const { trail, executions } = await rig(t, decide, edges, () => null, {
    "s3-metadata": { flatFolders: [], kept: KEPT },
  });
  await doneIn(trail());
  assert.deepEqual((await trail().query(CASE, "q", OVER_METADATA, ["exports.eu"])).rows, []);
  const before = executions.length;
  assert.deepEqual((await trail().query(CASE, "q", OVER_METADATA, ['x" UNION SELECT'])).rows, []);
  assert.equal(executions.length, before, "no name of a bucket: nobody is asked");
  answer = { ...refusal, AthenaError: { ErrorCategory: 2, Retryable: false } };
  await assert.rejects(trail().query(CASE, "q2", OVER_METADATA, ["exports.eu"]), /Lake Formation/);
  const bare = await rig(t);
  await doneIn(bare.trail());
  await assert.rejects(bare.trail().query(CASE, "q", OVER_METADATA, ["exports.eu"]), { code: "QUERY_FAILED" });
});
