import assert from "node:assert/strict";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { CordonError } from "../../lib/base/errors.ts";
import type { Row, ScanRequest } from "../../lib/case/scan.ts";
import { networkOf } from "../../lib/core/theft/network.ts";
import { baselineSubjects, baselineTableParameters } from "../../lib/sql/baseline-table.ts";
import { BASELINE_SERIES } from "../../lib/sql/tables.ts";
import { delivered, getObject, INVICTUS, requestOf, scan, tempDir } from "../embedded/trailWorld.ts";

const HABITS = readFileSync(new URL("../../lib/sql/baseline-habits.sql", import.meta.url), "utf8");
const WINDOW = { from: "2026-10-21T00:00:00.000Z", to: "2026-11-20T23:00:00.000Z" };
const baselineRequest = (
  principalIds: readonly string[],
  buckets: readonly string[],
  window = WINDOW,
): ScanRequest => ({
  ...requestOf({ principalIds, buckets }, window),
  series: BASELINE_SERIES,
});

/** Lays records out as one file a delivery, scans them, and asks the table. */
const hoursOf = async (
  context: TestContext,
  files: readonly (readonly unknown[])[],
  request: ScanRequest,
): Promise<{ readonly rows: readonly Row[]; readonly habits: readonly Row[]; readonly kept: number }> => {
  const logs = join(tempDir(context), "logs");
  mkdirSync(logs, { recursive: true });
  for (const [at, records] of files.entries()) writeFileSync(join(logs, `${at}.json.gz`), delivered(...records));
  const { trail, result } = await scan(context, logs, request);
  const ask = async (sql: string, parameters: readonly string[]): Promise<readonly Row[]> =>
    (await trail.query(request.caseId, "test", sql, parameters, BASELINE_SERIES)).rows;
  return {
    kept: result.eventsKept,
    rows: await ask(
      "SELECT * FROM baseline_hours ORDER BY hour, stable_id, sourceip, useragent, bucket, eventname",
      [],
    ),
    habits: await ask(HABITS, baselineSubjects(request.indicators)),
  };
};

const read = (id: number, members: Readonly<Record<string, unknown>> = {}): Record<string, unknown> =>
  getObject({ eventID: `00000000-0000-4000-8000-${String(id).padStart(12, "0")}`, ...members });
const session = (name: string) => ({
  type: "AssumedRole",
  principalId: `AROABACKUP:${name}`,
  arn: `arn:aws:sts::111122223333:assumed-role/backup/${name}`,
  accountId: "111122223333",
  accessKeyId: `ASIA${name}`,
  sessionContext: {
    sessionIssuer: { type: "Role", principalId: "AROABACKUP", arn: "arn:aws:iam::111122223333:role/backup" },
  },
});

test("calls of an hour are counted once, over files, sessions of a role together, without what was refused or lies outside", async (context) => {
  const at = (time: string) => ({ eventTime: `2026-11-${time}Z`, userIdentity: session("a") });
  const { rows, kept } = await hoursOf(
    context,
    [
      [read(1, at("10T05:01:00")), read(2, { ...at("10T05:02:00"), userIdentity: session("b") })],
      [
        read(2, { ...at("10T05:02:00"), userIdentity: session("b") }),
        read(3, { ...at("10T05:59:59"), requestParameters: { bucketName: "exports", key: "b.csv" } }),
        read(4, { ...at("10T05:10:00"), errorCode: "AccessDenied" }),
        read(5, at("20T23:00:00")),
        read(6, { ...at("10T05:10:00"), eventCategory: "Aggregated" }),
      ],
    ],
    baselineRequest(["AROABACKUP"], []),
  );
  assert.deepEqual(rows, [
    {
      hour: "2026-11-10T05",
      stable_id: "AROABACKUP",
      sourceip: "203.0.113.77",
      network: "203.0.113.0/24",
      useragent: "aws-cli/2.36",
      bucket: "exports",
      eventname: "GetObject",
      calls: 3,
      objects: 2,
      bytes_out: 300,
      first_at: "2026-11-10T05:01:00Z",
      last_at: "2026-11-10T05:59:59Z",
    },
  ]);
  assert.equal(kept, 3);
});

test("a bucket's habits are anybody's, an identity's are its own, and others leave no trace", async (context) => {
  const { habits } = await hoursOf(
    context,
    [
      [
        read(1, { eventTime: "2026-11-10T05:01:00Z" }),
        read(2, { eventTime: "2026-11-11T06:01:00Z", userIdentity: session("a"), sourceIPAddress: "2001:DB8::7" }),
        read(3, {
          eventTime: "2026-11-11T06:02:00Z",
          requestParameters: { bucketName: "logs", key: "x" },
          resources: [],
        }),
        read(4, {
          eventTime: "2026-11-11T06:02:00Z",
          userIdentity: session("a"),
          requestParameters: { bucketName: "logs", key: "x" },
          resources: [],
        }),
      ],
    ],
    baselineRequest(["AIDATHIEF"], ["exports"]),
  );
  const told = (scope: string, dimension: string) =>
    habits
      .filter((row) => row.scope === scope && row.dimension === dimension)
      .map((row) => [row.subject, row.told_value, row.calls]);
  assert.deepEqual(told("identity", "bucket"), [
    ["AIDATHIEF", "exports", 1],
    ["AIDATHIEF", "logs", 1],
  ]);
  assert.deepEqual(told("identity", "hour"), [
    ["AIDATHIEF", "2026-11-10T05", 1],
    ["AIDATHIEF", "2026-11-11T06", 1],
  ]);
  assert.deepEqual(told("bucket", "identity"), [
    ["exports", "AIDATHIEF", 1],
    ["exports", "AROABACKUP", 1],
  ]);
  assert.deepEqual(told("bucket", "network"), [
    ["exports", "2001:db8:0::/48", 1],
    ["exports", "203.0.113.0/24", 1],
  ]);
});

test("a network in SQL is the network in code, for addresses of every form and for names of services", async (context) => {
  const addresses = [
    "203.0.113.77",
    "8.8.8.8",
    "2001:db8::1",
    "2001:db8:1::",
    "2001:db8:1:2:3:4:5:6",
    "2A05:D018:0:1::1",
    "2600::1",
    "fe80:1::",
    "s3.amazonaws.com",
    "AWS Internal",
    "cloudtrail.amazonaws.com",
  ];
  const { rows } = await hoursOf(
    context,
    [addresses.map((sourceIPAddress, at) => read(at, { sourceIPAddress, eventTime: "2026-11-10T05:01:00Z" }))],
    baselineRequest(["AIDATHIEF"], []),
  );
  assert.deepEqual(
    new Map(rows.map((row) => [row.sourceip, row.network])),
    new Map(rows.map((row) => [row.sourceip, networkOf(row.sourceip as string)])),
  );
  assert.equal(rows.length, addresses.length);
});

test("hostile names stay data: quotes, line breaks and markup in agents and keys", async (context) => {
  const userAgent = `x'; DROP TABLE baseline_hours; --\n<script>`;
  const { rows } = await hoursOf(
    context,
    [
      [
        read(1, {
          userAgent,
          eventTime: "2026-11-10T05:01:00Z",
          requestParameters: { bucketName: "o'brien", key: "a'\n" },
        }),
      ],
    ],
    baselineRequest(["AIDATHIEF"], ["o'brien"]),
  );
  assert.deepEqual(
    rows.map((row) => [row.useragent, row.bucket]),
    [[userAgent, "o'brien"]],
  );
});

test("the invictus attacker's baseline counts each of his successful calls once, as the files themselves do", async (context) => {
  const window = { from: "2023-06-10T00:00:00.000Z", to: "2023-07-11T00:00:00.000Z" };
  const records = globSync(join(INVICTUS, "*.json.gz")).flatMap(
    (path) => JSON.parse(gunzipSync(readFileSync(path)).toString()).Records,
  );
  const { principalId } = records.find(
    ({ userIdentity }) => userIdentity?.accessKeyId === "AKIATFQR7NSC8Q4X20BJ",
  ).userIdentity;
  const done = records.filter(({ userIdentity: by, errorCode }) => by?.principalId === principalId && !errorCode);
  const { result } = await scan(context, INVICTUS, baselineRequest([principalId], [], window));
  assert.ok(done.length > 1000);
  assert.equal(result.eventsKept, new Set(done.map(({ eventID }) => eventID)).size);
  assert.equal(result.earliest, "2023-07-10T11:42:18Z");
});

test("identities that do not fit the statement are refused, not cut", () => {
  const many = Array.from({ length: 250 }, (_, at) => `AROAEXAMPLE${String(at).padStart(10, "0")}`);
  assert.throws(
    () => baselineTableParameters(baselineRequest(many, [])),
    (error) => error instanceof CordonError && error.code === "INPUT_INVALID",
  );
  assert.equal(baselineTableParameters(baselineRequest(many.slice(0, 100), ["b"])).length, 12);
});
