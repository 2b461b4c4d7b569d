import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { opened } from "../../lib/embedded/ingest-envelopes.ts";
import { piecesOf } from "../../lib/embedded/ingest-pieces.ts";
import { delivered, getObject, OTRF, requestOf, type Scanned, scan, tempDir } from "./trailWorld.ts";

const MINE = requestOf({ accessKeyIds: ["AKIATHIEF"] });
const WANTED = { accessKeyIds: ["ASIA5FLZVX4OPVKKVBMX"] };

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const numbered = (n: number, members: Readonly<Record<string, unknown>> = {}): Record<string, unknown> =>
  getObject({ eventID: uuid(n), ...members });

const scanFiles = (
  context: TestContext,
  files: Readonly<Record<string, string | Buffer>>,
  request = MINE,
): Promise<Scanned> => {
  const logs = tempDir(context);
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(logs, name, ".."), { recursive: true });
    writeFileSync(join(logs, name), bytes);
  }
  return scan(context, logs, request);
};

const keysOf = async ({ rows }: Scanned): Promise<readonly unknown[]> =>
  (await rows("SELECT object_key FROM case_events ORDER BY object_key, event_key")).map((row) => row.object_key);

const otrfRecords = (): Record<string, unknown>[] =>
  readFileSync(join(OTRF, "ec2_proxy_s3_exfiltration_2020-09-14011940.json"), "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const { "@timestamp": eventTime, ...record } = JSON.parse(line) as Record<string, unknown>;
      return { ...record, eventTime };
    });

const SHAPES: Readonly<
  Record<string, (records: readonly Record<string, unknown>[]) => Readonly<Record<string, string | Buffer>>>
> = {
  "as delivered, packed": (records) => ({
    "AWSLogs/1/CloudTrail/x/2020/09/14/1_CloudTrail_x_20200914T0045Z_abc.json.gz": delivered(...records),
  }),
  "as delivered, plain": (records) => ({ "a.json": JSON.stringify({ Records: records }) }),
  "as delivered, indented": (records) => ({ "a.json": JSON.stringify({ Records: records }, null, 2) }),
  "several deliveries in one packed file": (records) => ({
    "a.json.gz": Buffer.concat([delivered(...records.slice(0, 50)), delivered(...records.slice(50))]),
  }),
  "one record a line": (records) => ({ "a.jsonl": records.map((record) => JSON.stringify(record)).join("\n") }),
  "one record a line, packed, Windows line ends": (records) => ({
    "a.json.gz": gzipSync(records.map((record) => `${JSON.stringify(record)}\r\n`).join("")),
  }),
  "a bare list": (records) => ({ "a.json": JSON.stringify(records) }),
  "one file a record": (records) =>
    Object.fromEntries(records.map((record, at) => [`deep/er/${at}.json`, JSON.stringify(record, null, 1)])),
  "lookup-events": (records) => ({
    "a.json": JSON.stringify({
      NextToken: "x",
      Events: records.map((record) => ({ EventId: record.eventID, CloudTrailEvent: JSON.stringify(record) })),
    }),
  }),
  "EventBridge events": (records) => ({
    "a.json": records
      .map((detail) => JSON.stringify({ "detail-type": "AWS API Call via CloudTrail", detail }))
      .join("\n"),
  }),
  "CloudWatch filter-log-events": (records) => ({
    "a.json": JSON.stringify({ events: records.map((record) => ({ timestamp: 1, message: JSON.stringify(record) })) }),
  }),
  "with a byte order mark": (records) => ({ "a.json": `\uFEFF${JSON.stringify({ Records: records })}` }),
  "nested members as JSON text": (records) => ({
    "a.json": JSON.stringify(
      records.map((record) => ({
        ...record,
        requestParameters: JSON.stringify(record.requestParameters),
        userIdentity: JSON.stringify(record.userIdentity),
      })),
    ),
  }),
};

for (const [shape, filesOf] of Object.entries(SHAPES))
  test(`CloudTrail is read ${shape}`, async (context) => {
    const scanned = await scanFiles(context, filesOf(otrfRecords()), requestOf(WANTED));
    assert.equal(scanned.result.eventsSeen, 103);
    assert.equal(scanned.result.eventsKept, 12);
    assert.deepEqual(scanned.result.filesSetAside, []);
    const [theft] = await scanned.rows(
      "SELECT CAST(sum(bytes_out) AS bigint) AS bytes, min(eventtime) AS first_at FROM case_events WHERE eventname = 'GetObject'",
    );
    assert.deepEqual(theft, { bytes: 178, first_at: "2020-09-14T01:02:34Z" });
  });

const GOOD = delivered(numbered(1, { requestParameters: { bucketName: "exports", key: "good" } }));

const CORRUPT: Readonly<Record<string, Buffer>> = {
  "of zero bytes": Buffer.alloc(0),
  "cut off inside the gzip": delivered(...Array.from({ length: 5 }, (_, at) => numbered(10 + at))).subarray(0, 90),
  "of plain text named .json.gz": Buffer.from("this is no log"),
  "of gzip with no JSON in it": gzipSync("this is no log"),
  "of gzip magic and noise": Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8]),
};

for (const [what, bytes] of Object.entries(CORRUPT))
  test(`a file ${what} is set aside by name, and the run goes on`, async (context) => {
    const scanned = await scanFiles(context, { "bad.json.gz": bytes, "good.json.gz": GOOD });
    assert.deepEqual(
      scanned.result.filesSetAside.map(({ file }) => file),
      ["bad.json.gz"],
    );
    assert.match(scanned.result.filesSetAside[0]!.reason, /^[A-Z0-9].*\.$/s);
    assert.equal(scanned.result.filesRead, 1);
    assert.deepEqual(await keysOf(scanned), ["good"]);
  });

test("what a truncated file holds before the break is kept, and the file is set aside all the same", async (context) => {
  const records = Array.from({ length: 400 }, (_, at) =>
    numbered(at, { requestParameters: { bucketName: "exports", key: uuid(at * 7919) } }),
  );
  const whole = delivered(...records);
  const scanned = await scanFiles(context, { "cut.json.gz": whole.subarray(0, whole.length >> 1) });
  assert.equal(scanned.result.filesSetAside.length, 1);
  const kept = await keysOf(scanned);
  assert.ok(kept.length > 50 && kept.length < 400, String(kept.length));
});

const DAMAGED: Readonly<Record<string, (good: readonly string[]) => Buffer>> = {
  "invalid UTF-8": ([a, b]) =>
    Buffer.concat([
      Buffer.from(`{"Records":[${a},`),
      Buffer.from(b!.replace("aws-cli", "aws-\u0001\u0001"), "latin1").map((byte) => (byte === 1 ? 0xff : byte)),
      Buffer.from("]}"),
    ]),
  "a lone surrogate": ([a, b]) => Buffer.from(`{"Records":[${a},${b!.replace("aws-cli", "aws-\\ud800")}]}`),
  "a duplicate member": ([a, b]) =>
    Buffer.from(`{"Records":[${a},${b!.replace('"eventName"', '"eventName":"ListBuckets","eventName"')}]}`),
  "a userIdentity that is a text": ([a, b]) =>
    Buffer.from(
      `{"Records":[${a},${JSON.stringify({ ...JSON.parse(b!), userIdentity: "dev", sourceIPAddress: "203.0.113.77" })}]}`,
    ),
  "resources that are no list": ([a, b]) =>
    Buffer.from(
      `{"Records":[${a},${JSON.stringify({ ...JSON.parse(b!), resources: { ARN: "arn:aws:s3:::exports" } })}]}`,
    ),
};

for (const [what, bytesOf] of Object.entries(DAMAGED))
  test(`${what} in one record loses no record of the file`, async (context) => {
    const good = [1, 2].map((n) =>
      JSON.stringify(numbered(n, { requestParameters: { bucketName: "exports", key: `k${n}` } })),
    );
    const scanned = await scanFiles(
      context,
      { "a.json.gz": gzipSync(bytesOf(good)) },
      requestOf({ accessKeyIds: ["AKIATHIEF"], addresses: ["203.0.113.77"] }),
    );
    assert.deepEqual(await keysOf(scanned), ["k1", "k2"]);
    // Who it was is in no member then: the record is kept, and the file named.
    const named = what === "a userIdentity that is a text" ? ["a.json.gz"] : [];
    assert.deepEqual(
      scanned.result.filesSetAside.map(({ file }) => file),
      named,
    );
  });

test("one broken record costs that record; the file is named with what was lost", async (context) => {
  const records = [1, 2, 3].map((n) =>
    JSON.stringify(numbered(n, { requestParameters: { bucketName: "exports", key: `k${n}` } })),
  );
  const broken = records.with(1, records[1]!.replace('"aws-cli/2.36"', '"aws-cli/2.36'));
  for (const text of [broken.join("\n"), `{"Records":[${broken.join(",")}]}`]) {
    const scanned = await scanFiles(context, { "a.json": text });
    assert.deepEqual(await keysOf(scanned), ["k1", "k3"]);
    assert.deepEqual(
      scanned.result.filesSetAside.map(({ file }) => file),
      ["a.json"],
    );
  }
});

test("digests, notices, and what a system leaves beside logs are named and no gap; a text that may be a log is one", async (context) => {
  const digest = {
    awsAccountId: "1",
    digestStartTime: "2026-11-20T23:00:00Z",
    digestPublicKeyFingerprint: "ab",
    logFiles: [],
  };
  const scanned = await scanFiles(context, {
    "CloudTrail-Digest/1_CloudTrail-Digest_x_t_x_20261120T230000Z.json.gz": gzipSync(JSON.stringify(digest)),
    "renamed-digest.json": JSON.stringify(digest),
    "flow.log.gz": gzipSync(
      "2 111122223333 eni-1 10.0.0.1 10.0.0.2 443 5000 6 10 840 1795216200 1795216260 ACCEPT OK\n",
    ),
    "notification.json": JSON.stringify({
      Records: [
        {
          eventVersion: "2.1",
          eventSource: "aws:s3",
          eventTime: "2026-11-20T23:10:00.000Z",
          eventName: "ObjectCreated:Put",
          s3: {},
        },
      ],
    }),
    "notes.txt": "AKIATHIEF",
    "config.json": "{}",
    "empty.json.gz": delivered(),
    "good.json.gz": GOOD,
    ".DS_Store": Buffer.from("00000001427564310000", "hex"),
    "__MACOSX/._good.json.gz": Buffer.from("0005160700020000", "hex"),
    "logo.png": Buffer.from("89504e470d0a1a0a", "hex"),
  });
  assert.deepEqual(
    scanned.result.filesSetAside.map(({ file }) => file),
    ["notes.txt"],
  );
  assert.equal(scanned.result.filesRead, 3, "the good one, the empty delivery and the empty object");
  assert.deepEqual(scanned.result.inventory?.digestFiles, [
    "CloudTrail-Digest/1_CloudTrail-Digest_x_t_x_20261120T230000Z.json.gz",
    "renamed-digest.json",
  ]);
  const { irrelevant = [], files } = scanned.result.inventory?.input ?? {};
  assert.equal(files, 11);
  assert.deepEqual(irrelevant.flatMap(({ names }) => names).sort(), [
    ".DS_Store",
    "CloudTrail-Digest/1_CloudTrail-Digest_x_t_x_20261120T230000Z.json.gz",
    "__MACOSX/._good.json.gz",
    "logo.png",
    "notification.json",
    "renamed-digest.json",
  ]);
  assert.equal(scanned.result.eventsSeen, 1);
});

test("a request delivered twice, and to two accounts, is one event: the copy that names the key", async (context) => {
  const once = numbered(1, { sharedEventID: "shared" });
  const owners = numbered(2, {
    sharedEventID: "shared",
    userIdentity: { type: "AWSAccount", principalId: "AIDATHIEF", accountId: "444455556666" },
    recipientAccountId: "999999999999",
  });
  const files = {
    "a.json.gz": delivered(owners, once, once),
    "b.json.gz": delivered(once),
    "c.json.gz": delivered(owners),
  };
  const scanned = await scanFiles(context, files, requestOf({ principalIds: ["AIDATHIEF"] }));
  assert.deepEqual(await scanned.rows("SELECT event_key, eventid, access_key_id FROM case_events"), [
    { event_key: "shared", eventid: uuid(1), access_key_id: "AKIATHIEF" },
  ]);
  assert.equal(scanned.result.eventsKept, 1);
});

test("aggregated and Insight records are counted and never events of the case", async (context) => {
  const scanned = await scanFiles(context, {
    "a.json.gz": delivered(
      numbered(1),
      numbered(2, { eventCategory: "Aggregated", eventType: "AwsAggregatedEvent" }),
      numbered(3, { eventCategory: "Insight", eventType: "AwsCloudTrailInsight" }),
    ),
  });
  assert.equal(scanned.result.eventsKept, 1);
  assert.equal(scanned.result.inventory?.aggregatedRecords, 1);
});

test("a wrapper longer than is held at once is read to its end, and so is what stands before its list, and behind", async () => {
  const record = (eventID: string): string => JSON.stringify(getObject({ eventID, userAgent: "x".repeat(1000) }));
  const all = Array.from({ length: 6000 }, (_, at) => record(uuid(at)));
  const hidden = JSON.stringify({ eventName: "GetObject", eventSource: "s3.amazonaws.com", eventID: uuid(9999) });
  const idsIn = async (text: string): Promise<{ readonly read: number; readonly lost: number }> => {
    const ids = new Set<unknown>();
    let lost = 0;
    for await (const piece of piecesOf(inChunks(Buffer.from(text))))
      for (const one of "lost" in piece ? [piece] : "tail" in piece ? opened(piece.tail, true) : opened(piece.value)) {
        if ("record" in one) ids.add(one.record.eventID);
        else lost++;
      }
    return { read: ids.size, lost };
  };
  assert.deepEqual(await idsIn(`{"event_name":"export","Records":[${all}]}`), { read: 6000, lost: 0 });
  assert.deepEqual(await idsIn(`{"x":1,"Records":[],"event_name":"export","Events":[${all}],"y":2}`), {
    ...{ read: 6000, lost: 0 },
  });
  assert.deepEqual(await idsIn(`{"detail":${hidden},"Records":[${all}]}`), { read: 6001, lost: 0 });
});

async function* inChunks(data: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < data.length; at += 65_536) yield data.subarray(at, at + 65_536);
}

test("an object called like a table is in the bucket of its requests, and a table in its own", async (context) => {
  const read = (n: number, eventSource: string, ...ARNs: readonly string[]) =>
    numbered(n, { eventSource, requestParameters: { key: "k" }, resources: ARNs.map((ARN) => ({ ARN, type: "x" })) });
  const tables = "arn:aws:s3tables:eu-central-1:111122223333:bucket/lake";
  const records = [
    read(1, "s3.amazonaws.com", "arn:aws:s3:::another/table/x", "arn:aws:s3:::exports"),
    read(2, "s3tables.amazonaws.com", `${tables}/table/11111111-1111-4111-8111-111111111111`),
    read(3, "s3tables.amazonaws.com", `${tables}/table/11111111-1111-4111-8111-111111111111`, tables),
  ];
  const { rows } = await scanFiles(context, { "a.json.gz": delivered(...records) });
  assert.deepEqual(await rows("SELECT bucket FROM case_events ORDER BY eventid"), [
    ...[{ bucket: "exports" }, { bucket: "lake" }, { bucket: "lake" }],
  ]);
});

test("the window begins with from and ends before to", async (context) => {
  const times = [
    "2026-11-20T22:59:59Z",
    "2026-11-20T23:00:00Z",
    "2026-11-20T23:30:00.500Z",
    "2026-11-20T23:59:59Z",
    "2026-11-21T00:00:00Z",
  ];
  const scanned = await scanFiles(
    context,
    { "a.json.gz": delivered(...times.map((eventTime, at) => numbered(at, { eventTime }))) },
    requestOf({ accessKeyIds: ["AKIATHIEF"] }, { from: "2026-11-20T23:00:00.000Z", to: "2026-11-21T00:00:00.000Z" }),
  );
  assert.equal(scanned.result.eventsSeen, 3);
  assert.deepEqual(
    (await scanned.rows("SELECT eventtime FROM case_events ORDER BY 1")).map((row) => row.eventtime),
    ["2026-11-20T23:00:00Z", "2026-11-20T23:30:00Z", "2026-11-20T23:59:59Z"],
  );
});

test("files delivered more than a day away from the window stay closed", async (context) => {
  const at = (name: string): Record<string, Buffer> => ({
    [`AWSLogs/1/1_CloudTrail_x_${name}_abc.json.gz`]: Buffer.from("not even gzip"),
  });
  const scanned = await scanFiles(
    context,
    { ...at("20261117T2300Z"), ...at("20261124T0100Z"), "good.json.gz": GOOD },
    requestOf({ accessKeyIds: ["AKIATHIEF"] }, { from: "2026-11-20T00:00:00.000Z", to: "2026-11-21T00:00:00.000Z" }),
  );
  assert.deepEqual(scanned.result.filesSetAside, []);
  assert.equal(scanned.result.inventory?.filesOutside, 2);
});

test("object keys come out as they went in, whatever they are", async (context) => {
  const key = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.string({ unit: "grapheme", maxLength: 50 }),
    fc.constantFrom(
      "'; DROP TABLE case_events; --",
      'a"b\\c',
      "a\nb\r\n",
      "\u0000",
      "\u202Egpj.exe",
      "=cmd|' /C calc'!A0",
      "\u001b[31m",
      "x".repeat(1024),
      "💾".repeat(256),
    ),
  );
  const keys = [...new Set(fc.sample(key, { numRuns: 400, seed: 7 }))].filter(
    (one) => one.isWellFormed() && one !== "",
  );
  const scanned = await scanFiles(context, {
    "a.json.gz": delivered(
      ...keys.map((one, at) =>
        numbered(at, { requestParameters: { bucketName: "exports", key: one }, userAgent: one }),
      ),
    ),
  });
  const rows = await scanned.rows("SELECT eventid, object_key, useragent FROM case_events ORDER BY eventid");
  assert.equal(rows.length, keys.length);
  for (const [at, row] of rows.entries()) assert.deepEqual([row.object_key, row.useragent], [keys[at], keys[at]]);
});

test("a file name with pattern characters and quotes is a file name", async (context) => {
  const scanned = await scanFiles(context, { "we[i]rd '*?{a}.json.gz": GOOD });
  assert.deepEqual(await scanned.rows("SELECT source_file FROM case_events"), [
    { source_file: "we[i]rd '*?{a}.json.gz" },
  ]);
});

const OWNER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
/** After the log format in the S3 user guide. */
const accessLine = (requestId: string, status: string, sent: number, ip = "203.0.113.77", bucket = "exports"): string =>
  `${OWNER} ${bucket} [20/Nov/2026:23:10:00 +0000] ${ip} arn:aws:iam::111122223333:user/dev ${requestId} REST.GET.OBJECT a.csv "GET /a.csv HTTP/1.1" ${status} - ${sent} 300 5 4 "-" "aws-cli" - hostid= SigV4 AES AuthHeader h TLSv1.2 - -`;

test("server access logs among the files give sizes and ranges, beside CloudTrail and never counted twice", async (context) => {
  const lines = [
    accessLine("R1", "206", 100),
    accessLine("R1", "206", 100),
    accessLine("R2", "206", 200),
    accessLine("R3", "403", 50),
    accessLine("R4", "200", 1, "198.51.100.1", "other"),
  ];
  const scanned = await scanFiles(context, {
    "good.json.gz": GOOD,
    "logs/2026-11-20-23-20-00-ABCDEF": `${lines.join("\n")}\n`,
    "more.gz": gzipSync(""),
  });
  assert.equal(scanned.result.inventory?.otherLogs?.[0]?.files, 1);
  assert.deepEqual(scanned.result.filesSetAside, []);
  assert.equal(scanned.result.eventsKept, 1);
});

test("a query over the access log joins on the request id", async (context) => {
  const lines = [
    accessLine("R1", "206", 100),
    accessLine("R1", "206", 100),
    accessLine("R2", "206", 200),
    accessLine("R3", "403", 50),
    accessLine("R4", "200", 1, "198.51.100.1", "other"),
  ];
  const scanned = await scanFiles(
    context,
    { "good.json.gz": GOOD, "logs/2026-11-20-23-20-00-ABCDEF": lines.join("\n") },
    requestOf({ accessKeyIds: ["AKIATHIEF"], buckets: ["exports"] }),
  );
  const sql = readFileSync(new URL("../../lib/sql/access-log-reads.sql", import.meta.url), "utf8");
  assert.deepEqual(
    (await scanned.rows(sql, "2026-11-20T23:00:00Z")).map(
      ({ bucket, object_key, calls, ranged, in_cloudtrail, bytes_sent, object_size }) =>
        [bucket, object_key, calls, ranged, in_cloudtrail, bytes_sent, object_size] as const,
    ),
    [
      ["exports", "a.csv", 1, 1, false, 200, 300],
      ["exports", "a.csv", 1, 1, true, 100, 300],
    ],
  );
});

test("without access logs there is no such table", async (context) => {
  const scanned = await scanFiles(context, { "good.json.gz": GOOD });
  await assert.rejects(scanned.rows("SELECT count(*) AS n FROM access_log"));
});
