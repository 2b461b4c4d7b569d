import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { CordonError } from "../../lib/base/errors.ts";
import { canonicalJson } from "../../lib/base/jcs.ts";
import { delivered, finish, getObject, INVICTUS, OTRF, requestOf, scan, tempDir, trailOf } from "./trailWorld.ts";

test("the OTRF theft: two reads of one object, 178 bytes, by the role session alone", async (context) => {
  const { result, rows } = await scan(context, OTRF, requestOf({ accessKeyIds: ["ASIA5FLZVX4OPVKKVBMX"] }));
  assert.equal(result.filesRead, 1);
  assert.equal(result.eventsSeen, 103);
  assert.equal(result.watermark, "2020-09-14T01:13:20Z");
  assert.deepEqual(
    await rows(
      `SELECT object_key, bucket, principal_arn, sourceip, count(*) AS calls, CAST(sum(bytes_out) AS bigint) AS bytes, min(eventtime) AS first_at,
         max(eventtime) AS last_at FROM case_events WHERE eventname = 'GetObject' GROUP BY 1, 2, 3, 4`,
    ),
    [
      {
        object_key: "ring.txt",
        bucket: "mordors3stack-s3bucket-llp2yingx64a",
        principal_arn:
          "arn:aws:sts::123456789123:assumed-role/MordorNginxStack-BankingWAFRole-9S3E0UAE1MM0/i-0317f6c6b66ae9c40",
        sourceip: "1.2.3.4",
        calls: 2,
        bytes: 178,
        first_at: "2020-09-14T01:02:34Z",
        last_at: "2020-09-14T01:13:20Z",
      },
    ],
  );
  assert.deepEqual(
    await rows("SELECT eventname, count(*) AS n FROM case_events WHERE eventname LIKE 'List%' GROUP BY 1 ORDER BY 1"),
    [
      { eventname: "ListBuckets", n: 2 },
      { eventname: "ListObjects", n: 7 },
    ],
  );
});

test("the invictus attacker: 2,104 events in 55 files, and no object event at all", async (context) => {
  const { result, rows } = await scan(
    context,
    INVICTUS,
    requestOf({ accessKeyIds: ["AKIATFQR7NSC8Q4X20BJ"], addresses: ["192.168.10.20"] }),
  );
  assert.equal(result.filesRead, 55);
  assert.deepEqual(result.filesSetAside, []);
  assert.equal(result.eventsSeen, 2900);
  assert.equal(result.earliest, "2023-07-10T11:42:18Z");
  assert.equal(result.watermark, "2023-07-10T12:37:50Z");
  assert.deepEqual(result.inventory?.deliveryHours, ["2023-07-10T11", "2023-07-10T12"]);
  const [counts] = await rows(
    `SELECT count(*) FILTER (WHERE access_key_id = 'AKIATFQR7NSC8Q4X20BJ') AS attacker, count_if(eventcategory = 'Data') AS data FROM case_events`,
  );
  assert.deepEqual(counts, { attacker: 2104, data: 0 });
});

test("the invictus bucket policy was opened 12:22:41 and removed 12:28:24, and StopLogging failed three times", async (context) => {
  const { rows } = await scan(context, INVICTUS, requestOf({ buckets: ["stratus-red-team-bdbp-lhfzvgcamn"] }));
  assert.deepEqual(
    await rows(
      "SELECT eventname, eventtime FROM case_events WHERE bucket = 'stratus-red-team-bdbp-lhfzvgcamn' AND eventname LIKE '%BucketPolicy' AND eventname NOT LIKE 'Get%' ORDER BY 2",
    ),
    [
      { eventname: "PutBucketPolicy", eventtime: "2023-07-10T12:22:41Z" },
      { eventname: "DeleteBucketPolicy", eventtime: "2023-07-10T12:28:24Z" },
    ],
  );
  assert.deepEqual(
    await rows(
      "SELECT eventname, count(*) AS n, count_if(errorcode IS NULL) AS done FROM case_events WHERE eventname IN ('StopLogging', 'DeleteTrail') GROUP BY 1 ORDER BY 1",
    ),
    [
      { eventname: "DeleteTrail", n: 3, done: 2 },
      { eventname: "StopLogging", n: 3, done: 0 },
    ],
  );
});

test("the same request gives the same ticket, and another request for the same round is refused", async (context) => {
  const home = tempDir(context);
  const trail = trailOf(OTRF, home);
  const request = requestOf({ addresses: ["1.2.3.4"] });
  const ticket = await trail.start(request);
  assert.equal(await trail.start(request), ticket);
  // As a step that is tried again has it: read from the case, where members are in the order of their names.
  assert.equal(await trail.start(JSON.parse(canonicalJson(request))), ticket);
  await finish(trail, ticket);
  const before = readFileSync(join(home, "case-1/trail/round-1.json"), "utf8");
  assert.equal(await trailOf(OTRF, home).start(request), ticket);
  assert.equal(readFileSync(join(home, "case-1/trail/round-1.json"), "utf8"), before);
  await assert.rejects(
    trail.start(requestOf({ addresses: ["5.6.7.8"] })),
    (error) => error instanceof CordonError && error.code === "DOCUMENT_CONFLICT",
  );
});

test("a scan that was cut off is run again by check, in a process that never started it", async (context) => {
  const home = tempDir(context);
  const request = requestOf({ accessKeyIds: ["ASIA5FLZVX4OPVKKVBMX"] });
  mkdirSync(join(home, "case-1/trail/round-1.work"), { recursive: true });
  writeFileSync(join(home, "case-1/trail/round-1.request.json"), JSON.stringify(request));
  writeFileSync(join(home, "case-1/trail/round-1.work/lines-0.0.jsonl"), '{"half a li');
  const trail = trailOf(OTRF, home);
  assert.equal((await trail.check("case-1#1")).state, "running");
  assert.equal((await finish(trail, "case-1#1")).eventsKept, 12);
  // The work folder goes after the result is there: a reader need not wait for the tidying up.
  while (existsSync(join(home, "case-1/trail/round-1.work"))) await new Promise((done) => setTimeout(done, 10));
  const left = readdirSync(join(home, "case-1/trail")).sort();
  assert.deepEqual(left, ["round-1.files.jsonl", "round-1.json", "round-1.parquet", "round-1.request.json"]);
});

test("a query goes to the newest finished round", async (context) => {
  const home = tempDir(context);
  const trail = trailOf(OTRF, home);
  await finish(trail, await trail.start(requestOf({ accessKeyIds: ["ASIA5FLZVX4OPVKKVBMX"] })));
  const count = async (): Promise<unknown> =>
    (await trail.query("case-1", "count", "SELECT count(*) AS n FROM case_events", [])).rows[0]?.n;
  assert.equal(await count(), 12);
  await finish(trail, await trail.start(requestOf({ addresses: ["1.2.3.4"] }, { round: 2 })));
  assert.equal(await count(), 98);
});

test("a ticket that was never started, and a query before any scan, are failures in words", async (context) => {
  const trail = trailOf(OTRF, tempDir(context));
  assert.equal((await trail.check("case-1#1")).state, "failed");
  await assert.rejects(
    trail.query("case-1", "x", "SELECT 1 AS one", []),
    (error) => error instanceof CordonError && error.code === "QUERY_FAILED",
  );
});

test("a logs folder that is not there fails the scan, and a later start may heal it", async (context) => {
  const home = tempDir(context);
  const logs = join(home, "logs");
  const trail = trailOf(logs, home);
  const request = requestOf({ accessKeyIds: ["AKIATHIEF"] });
  const ticket = await trail.start(request);
  await assert.rejects(finish(trail, ticket));
  mkdirSync(logs);
  writeFileSync(join(logs, "a.json.gz"), delivered(getObject()));
  await trail.start(request);
  assert.equal((await finish(trail, ticket)).eventsKept, 1);
});

test("an empty folder gives an empty case table with all its columns", async (context) => {
  const { result, rows } = await scan(context, tempDir(context), requestOf({ accessKeyIds: ["AKIATHIEF"] }));
  assert.equal(result.filesRead, 0);
  assert.equal(result.watermark, null);
  assert.deepEqual(await rows("SELECT event_key, bytes_out, source_file FROM case_events"), []);
});

test("the case table has the columns that lib/sql/README.md promises, in their types", async (context) => {
  const { rows } = await scan(context, OTRF, requestOf({ addresses: ["1.2.3.4"] }));
  const readme = readFileSync(new URL("../../lib/sql/README.md", import.meta.url), "utf8");
  const promised = readme.split("\n").flatMap((line) => {
    const [, names, type] = /^\| (`[^|]+)\| (varchar|bigint|boolean) *\|/.exec(line) ?? [];
    return (names?.match(/`([a-z_]+)`/g) ?? []).map((name) => [name.replaceAll("`", ""), type!.toUpperCase()] as const);
  });
  assert.ok(promised.length > 40);
  const real = await rows("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM case_events)");
  assert.deepEqual(new Map(real.map((row) => [String(row.column_name), String(row.column_type)])), new Map(promised));
});

test("parameters are bound, never pasted, and a query reaches no file", async (context) => {
  const { rows, home } = await scan(context, OTRF, requestOf({ addresses: ["1.2.3.4"] }));
  assert.deepEqual(await rows("SELECT ? AS text", "x' OR '1'='1"), [{ text: "x' OR '1'='1" }]);
  rmSync(join(home, "elsewhere"), { force: true });
  await assert.rejects(
    rows("SELECT * FROM read_text('/etc/hostname')"),
    (error) => error instanceof CordonError && error.code === "QUERY_FAILED",
  );
  await assert.rejects(rows("COPY (SELECT 1) TO '/tmp/cordon-elsewhere'"), (error) => error instanceof CordonError);
});

test("a series has tables of its own, and names of users are indicators of calls to IAM about them", async (context) => {
  const logs = tempDir(context);
  const iam = { eventSource: "iam.amazonaws.com", additionalEventData: null, resources: [] };
  const Records = [
    getObject({ eventID: "e1" }),
    getObject({ ...iam, eventID: "e2", eventName: "DeleteUserPolicy", requestParameters: { userName: "zoe" } }),
    getObject({ ...iam, eventID: "e3", eventName: "PutRolePolicy", requestParameters: { roleName: "app" } }),
    getObject({ eventID: "e4", resources: [], requestParameters: { bucketName: "other", key: "zoe" } }),
  ].map((record) => ({ ...record, userIdentity: { type: "IAMUser", principalId: "AIDAX", accessKeyId: "AKIAX" } }));
  writeFileSync(join(logs, "a.json.gz"), gzipSync(JSON.stringify({ Records })));
  const scanned = await scan(context, logs, requestOf({ buckets: ["exports"] }));
  const watch = { ...requestOf({ iamNames: ["zoe", "app"] }), series: "watch-contain-1" };
  await finish(scanned.trail, await scanned.trail.start(watch));
  const idsOf = async (series?: string): Promise<readonly unknown[]> =>
    (await scanned.trail.query("case-1", "t", "SELECT eventid FROM case_events ORDER BY eventid", [], series)).rows.map(
      ({ eventid }) => eventid,
    );
  assert.deepEqual(await idsOf(), ["e1"]);
  assert.deepEqual(await idsOf("watch-contain-1"), ["e2", "e3"]);
  await assert.rejects(idsOf("../x"), { code: "INPUT_INVALID" });
});
