import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { CordonError } from "../../lib/base/errors.ts";
import { toRecordLine } from "../../lib/embedded/ingest-normalise.ts";
import { CLOUDTRAIL_LOGS, RECORD_TYPE } from "../../lib/embedded/ingest-schema.ts";
import { createWanted, type LogRecord } from "../../lib/embedded/ingest-wanted.ts";
import { openDuck, quoted, rowsOf } from "../../lib/embedded/trail-duckdb.ts";
import { caseTableParameters } from "../../lib/sql/case-table.ts";
import { getObject, NO_INDICATORS, requestOf, tempDir } from "../embedded/trailWorld.ts";

const SQL = readFileSync(new URL("../../lib/sql/case-table.sql", import.meta.url), "utf8");
const request = (buckets: readonly string[]) => requestOf({ buckets });

test("case-table.sql has as many places as it is given parameters", () => {
  assert.equal(
    SQL.match(/\?/g)?.filter((_, at) => at >= 0).length,
    caseTableParameters(request([])).length + questionMarksInPatterns(),
  );
});

/** `(?:` and `(?s)` in regular expressions, and the `?` of a repetition. */
const questionMarksInPatterns = (): number => (SQL.match(/'[^'\n]*'/g) ?? []).join("").split("?").length - 1;

test("the window is widened to whole seconds, and by a day of delivery on both sides", () => {
  const times = { from: "2026-03-01T00:00:00.400Z", to: "2026-03-01T10:00:00.001Z", indicators: NO_INDICATORS };
  assert.deepEqual(caseTableParameters(times).slice(0, 4), [
    "2026/02/28",
    "2026/03/02",
    "2026-03-01T00:00:00Z",
    "2026-03-01T10:00:01Z",
  ]);
  assert.throws(() => caseTableParameters({ ...times, from: "yesterday" }), CordonError);
});

test("every indicator is in exactly one text, whole, and no text is longer than Athena takes with its quotes", () => {
  const value = fc.stringMatching(/^[!-~]{1,90}$/).filter((text) => text !== "*");
  fc.assert(
    fc.property(fc.uniqueArray(value, { maxLength: 60 }), (values) => {
      const texts = caseTableParameters(requestOf({ principalIds: values })).slice(4);
      assert.equal(texts.length, 16);
      for (const text of texts) assert.ok(`'${text.replaceAll("'", "''")}'`.length <= 1024);
      const lines = texts.filter((text) => text !== " ").flatMap((text) => text.split("\n"));
      assert.deepEqual(lines.toSorted(), [...values].sort());
    }),
  );
});

test("a value that no identifier can equal is left out; values that do not fit are refused, not dropped", () => {
  assert.deepEqual(caseTableParameters(requestOf({ principalIds: ["a\nb", " ", "AIDA1"] })).slice(4, 6), [
    "AIDA1",
    " ",
  ]);
  const many = Array.from({ length: 400 }, (_, at) => `arn:aws:iam::111122223333:user/with/a/path/${at}`);
  assert.throws(
    () => caseTableParameters(requestOf({ arns: many })),
    (error) => error instanceof CordonError && error.code === "INPUT_INVALID",
  );
});

const KEY = "AKIATHIEF";
const SESSION = "AROATHIEF:night";
const BUCKET = "exports";
const maybe = (...values: readonly unknown[]) => fc.constantFrom(...values, undefined, null, "other", "", 7, {}, []);

/** Records in which the indicators, and things like them, stand in every place and in the wrong ones. */
const anyRecord = fc.record({
  eventSource: fc.constantFrom(
    "s3.amazonaws.com",
    "sts.amazonaws.com",
    "iam.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "guardduty.amazonaws.com",
    "macie2.amazonaws.com",
    "ec2.amazonaws.com",
  ),
  eventName: fc.constantFrom(
    "GetObject",
    "PutObject",
    "CopyObject",
    "UploadPartCopy",
    "AssumeRole",
    "CreateAccessKey",
    "UpdateAccessKey",
    "StopLogging",
    "GetTrail",
    "PutBucketPolicy",
    "DeleteBucketPolicy",
    "CreateJob",
    "JobCreated",
    "CreateMultipartUpload",
    "DeleteObjects",
    "UpdateDetector",
    "SelectResourceConfig",
    "HeadBucket",
    "SubmitMultiRegionAccessPointRoutes",
  ),
  eventCategory: maybe("Data", "Management", "Aggregated", "Insight", "NetworkActivity"),
  sourceIPAddress: maybe("203.0.113.77"),
  userIdentity: maybe(
    { accessKeyId: KEY },
    { principalId: SESSION },
    { principalId: "AROATHIEF:other" },
    { principalId: "AROATHIEF" },
    { principalId: "AROAOTHER:x", sessionContext: { sessionIssuer: { principalId: "AROATHIEF", arn: "arn:x" } } },
    { arn: "arn:aws:iam::1:user/dev", sessionContext: {} },
    JSON.stringify({ accessKeyId: KEY }),
  ),
  requestParameters: maybe(
    { bucketName: BUCKET },
    { bucketName: "x", "x-amz-copy-source": `/${BUCKET}/k` },
    { bucketName: "x", "x-amz-copy-source": `${BUCKET}%2Fk` },
    { "x-amz-copy-source": `${BUCKET}?versionId=1` },
    { accessKeyId: KEY },
    { key: KEY },
    JSON.stringify({ bucketName: BUCKET }),
    { bucketName: { name: BUCKET } },
  ),
  responseElements: maybe(
    { credentials: { accessKeyId: KEY } },
    { assumedRoleUser: { assumedRoleId: SESSION } },
    { assumedRoleUser: { assumedRoleId: "AROATHIEF:z" } },
    { accessKey: { accessKeyId: KEY } },
  ),
  resources: maybe(
    [{ ARN: `arn:aws:s3:::${BUCKET}` }],
    [{ type: "x" }, { arn: `arn:aws:s3:::${BUCKET}` }],
    { ARN: `arn:aws:s3:::${BUCKET}` },
    [{ ARN: `arn:aws:s3:::${BUCKET}/k` }],
  ),
});

test("the readers pass on every record that the SQL keeps", async (context) => {
  const asked = requestOf({
    accessKeyIds: [KEY],
    principalIds: [SESSION, "AROATHIEF"],
    arns: ["arn:aws:iam::1:user/dev"],
    addresses: ["203.0.113.77"],
    buckets: [BUCKET],
  });
  const folder = tempDir(context);
  const records = fc
    .sample(anyRecord, { numRuns: 4_000, seed: 11 })
    .map((members, at): LogRecord => ({ ...getObject(), ...members, eventID: String(at) }));
  writeFileSync(
    join(folder, "all.jsonl"),
    records.map((record) => `${toRecordLine(record, "f", false).line}\n`).join(""),
  );
  const duck = await openDuck({
    database: ":memory:",
    folders: [folder],
    spillFolder: folder,
    memoryLimitMb: 256,
    threads: 2,
  });
  context.after(() => duck.close());
  await duck.connection.run(
    `CREATE TEMP VIEW batch AS SELECT r, file FROM read_json(${quoted(join(folder, "all.jsonl"))}, format = 'newline_delimited', columns = {file: 'VARCHAR', r: ${quoted(RECORD_TYPE)}})`,
  );
  await duck.connection.run(`CREATE TEMP VIEW cloudtrail_logs AS ${CLOUDTRAIL_LOGS}`);
  const kept = await rowsOf(duck.connection, SQL, caseTableParameters(asked));
  const wanted = createWanted(asked);
  assert.ok(kept.length > 400, String(kept.length));
  const lost = kept.filter(({ eventid }) => !wanted(records[Number(eventid)]!));
  assert.deepEqual(lost, []);
  assert.ok(records.filter(wanted).length < records.length, "and it does leave some out");
});
