/** A baseline that is counted while the logs are read is held against its SQL over lines of all records: the same rows, the same reports. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import type { Row, ScanRequest } from "../../lib/case/scan.ts";
import { filesUnder } from "../../lib/embedded/ingest-folder.ts";
import { createReader } from "../../lib/embedded/ingest-reader.ts";
import type { FileReport } from "../../lib/embedded/ingest-report.ts";
import { RECORD_TYPE } from "../../lib/embedded/ingest-schema.ts";
import { type BaselineStage, createBaselineStage } from "../../lib/embedded/trail-baseline.ts";
import { createCountedStage, NotCounted } from "../../lib/embedded/trail-counted.ts";
import { openDuck, quoted, rowsOf } from "../../lib/embedded/trail-duckdb.ts";
import { BASELINE_SERIES } from "../../lib/sql/tables.ts";
import { runs } from "../sample.ts";
import { type Chance, chanceOf, hostileFile } from "./hostileLogs.ts";
import { FIXTURES, folderOf, getObject, INVICTUS, OTRF, requestOf, scan, tempDir } from "./trailWorld.ts";

interface Counted {
  readonly reports: readonly FileReport[];
  readonly rows: readonly Row[];
  /** Of those kept, how many the exact reader had to see. */
  readonly lines: number;
}

const countBy = async (
  context: TestContext,
  logsDir: string,
  request: ScanRequest,
  isPlain: boolean,
): Promise<Counted> => {
  const linesDir = tempDir(context);
  const duck = await openDuck({
    ...{ database: ":memory:", folders: [linesDir], spillFolder: linesDir, memoryLimitMb: 200, threads: 1 },
  });
  try {
    const counted = isPlain ? null : await createCountedStage(duck.connection, request);
    const stage: BaselineStage = counted ?? createBaselineStage(duck.connection, request, linesDir);
    const how = counted === null ? { isPlain } : { counting: counted.counting.key };
    const reader = createReader({ request, logsDir, linesDir, label: "x", ...how });
    const reports: FileReport[] = [];
    for (const name of (await filesUnder(logsDir)).names) {
      reports.push(...(await reader.read(name)));
      counted?.counting.take(reader.counted());
    }
    let lines = 0;
    for (const file of reader.finished(true).filter((one) => /\/x\.\d+\.jsonl$/.test(one))) {
      lines += readFileSync(file, "utf8").split("\n").length - 1;
      await stage.take(`SELECT r, file FROM read_json(${quoted(file)}, format = 'newline_delimited',
        columns = {file: 'VARCHAR', r: ${quoted(RECORD_TYPE)}}, maximum_object_size = 8388608)`);
    }
    const target = join(linesDir, "baseline.parquet");
    await stage.finish(target);
    return { reports, lines, rows: await rowsOf(duck.connection, `SELECT * FROM read_parquet(${quoted(target)})`) };
  } finally {
    duck.close();
  }
};

/** Answers what was counted, and how many records the exact reader had to see. */
const assertSame = async (context: TestContext, logsDir: string, request: ScanRequest): Promise<Counted> => {
  const plain = await countBy(context, logsDir, request, true);
  const counted = await countBy(context, logsDir, request, false);
  assert.deepEqual(counted.reports, plain.reports);
  for (const [at, row] of plain.rows.entries()) assert.deepEqual(counted.rows[at], row);
  assert.equal(counted.rows.length, plain.rows.length);
  return counted;
};

const WHENEVER = { from: "2000-01-01T00:00:00Z", to: "2040-01-01T00:00:00Z", series: BASELINE_SERIES };
const REAL = requestOf(
  {
    principalIds: ["AIDATFQR7NSC5AU2ZV3IE", "AROA5FLZVX4OAQPFXRE5D", "AIDATHIEF"],
    buckets: ["mordors3stack-s3bucket-llp2yingx64a", "stratus-red-team-bdbp-lhfzvgcamn", "customer-records"],
  },
  WHENEVER,
);

test("real deliveries are counted to what the SQL counts", async (context) => {
  let calls = 0;
  for (const folder of [OTRF, INVICTUS, join(FIXTURES, "field-cases")])
    calls += (await assertSame(context, folder, REAL)).rows.length;
  assert.ok(calls > 20, `${calls}`);
});

const SUBJECTS = requestOf(
  { principalIds: ["AIDATHIEF", "AROAROLE", "a b"], buckets: ["exports", "stolen", "alias-s3alias"] },
  { ...WHENEVER, from: "2026-03-01T00:00:00Z", to: "2026-03-03T00:00:00Z" },
);
const ABSENT = undefined;
const IDENTITIES: readonly unknown[] = [
  { type: "IAMUser", principalId: "AIDATHIEF", accessKeyId: "AKIATHIEF" },
  {
    type: "AssumedRole",
    principalId: "AROAROLE:someone",
    sessionContext: { sessionIssuer: { principalId: "AROAROLE" } },
  },
  { type: "AssumedRole", principalId: "AROAROLE:x", sessionContext: { sessionIssuer: {}, webIdFederationData: {} } },
  { principalId: "AIDATHIEF", sessionContext: { sessionIssuer: null } },
  { principalId: "AIDATHIEF", sessionContext: null },
  { principalId: "AIDAOTHER", sessionContext: { sessionissuer: { principalId: "AROAROLE" } } },
  { principalId: "AIDAOTHER", session_context: { sessionIssuer: { principalId: "AROAROLE" } } },
  { principalId: "AIDAOTHER", sessionContext: { sessionIssuer: { PrincipalId: "AROAROLE" } } },
  { principalId: "AIDAOTHER", sessionContext: { sessionIssuer: { principalId: "" } } },
  { principalId: "AIDAOTHER", sessionContext: { sessionIssuer: { principalId: "-" }, principalId: "AROAROLE" } },
  { principalId: "AIDAOTHER" },
  { principal_id: "AIDATHIEF" },
  { principalid: "AIDATHIEF", principalId: null },
  { principalId: ":AIDATHIEF" },
  { principalId: "AIDATHIEF:" },
  { principalId: "a b" },
  { principalId: "AIDATHIEF:Zoë" },
  { principalId: "AIDATHIEF:ses\\sion" },
  { principalId: "AIDATHIEF", accessKeyId: "AKIA****" },
  { principalId: "AIDATHIEF", access_key_id: "REDACTED" },
  { principalId: "AIDATHIEF", accessKeyId: "AKIAXXXXXXXXXXXXXXXX" },
  { principalId: "AIDATHIEF", arn: "\ufffd", accessKeyId: null },
  { principalId: ["AIDATHIEF"], invokedBy: "AIDATHIEF" },
  { type: "AWSService", invokedBy: "cloudtrail.amazonaws.com" },
  { type: "AWSAccount", principalId: "AIDATHIEF", accountId: "999988887777" },
  {},
];
const ADDRESSES: readonly unknown[] = [
  ...["203.0.113.77", "203.0.113.78", "198.51.100.1", "AWS Internal", "redacted.example", "10.*.0.1", "-", "", "none"],
  ...["2001:db8::1", "cloudtrail.amazonaws.com", "203.0.113.77", "nöne"],
];
const AGENTS: readonly unknown[] = [
  ...["aws-cli/2.36", "[Boto3/1.2 Linux]", "-", "none", "node", "", "Mozilla \\ 5", "Ünicode", null, ABSENT],
  ...["aws-cli/2.36", 5, "undefined", "x".repeat(4097), "aws-cli/2.36 a"],
];
const ERRORS: readonly unknown[] = [
  ...[...Array(12).fill(ABSENT), null, "", "AccessDenied", "NoSuchKey", "success", "Client.UnauthorizedOperation", 0],
];
const CATEGORIES: readonly unknown[] = [
  ...[...Array(9).fill("Data"), "Management", "management", "NetworkActivity", "Insight", "Aggregated", null, ABSENT],
  ...["Datx", "Managemenx", ""],
];
const CALLS: readonly unknown[] = [
  ..."GetObject GetObject PutObject ListObjects HeadObject DeleteObject GetObjectTorrent GetTableData".split(" "),
  ..."SelectObjectContent GetObjectAnnotation GetBucketAcl getobject AssumeRole None PutObject".split(" "),
];
const BUCKETS: readonly unknown[] = [
  ...["exports", "exports", "stolen", "other", "arn:aws:s3:eu-west-1:1:accesspoint/a", "alias-s3alias", "", null, 7],
  ...[ABSENT, ABSENT, "é", "ar", "arn", 'a"b', "a\\b", "exports\n"],
];
const KEYS: readonly unknown[] = [
  "a.csv",
  "b.csv",
  "c/d e",
  "d",
  "e",
  "f%20",
  "g",
  "h",
  "é",
  ABSENT,
  "",
  12,
  null,
  "a\\b",
];
const BYTES: readonly unknown[] = [
  ...[100, 100, 0, 1532.5, -1, 1e21, "100", null, ABSENT, 54975581388800, 54975581388801, 999999999999999, true],
];
const RESOURCES: readonly unknown[] = [
  [
    { type: "AWS::S3::Object", ARN: "arn:aws:s3:::exports/a" },
    { type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::exports" },
  ],
  [{ type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::stolen" }],
  [{ type: "AWS::KMS::Key", ARN: "arn:aws:kms:eu-west-1:1:key/x" }],
  ...[{ Type: "AWS::S3::Bucket", arn: "arn:aws:s3:::exports" }, [], null, ABSENT, [null]],
];
const TIMES: readonly string[] = [
  "2026-03-01T00:00:00Z",
  "2026-03-01T00:59:59Z",
  "2026-03-02T10:07:08Z",
  "2026-03-03T00:00:00Z",
];

/**
 * An event by its number, now and then with something that another copy of it does not have. Whatever copies share an id
 * has one key, or none.
 */
const countable = (number: number, chance: Chance): Record<string, unknown> => {
  const own = chanceOf(number + 1);
  const from = <T>(all: readonly T[], oneIn: number): T => {
    const chooser = chance.isOnce(40) ? chance : own;
    return chooser.isOnce(oneIn) ? chooser.of(all) : all[chooser.below(Math.min(2, all.length))]!;
  };
  const shared = `shared-${(number % KEYS.length) + KEYS.length * own.below(30)}-of-an-event`;
  return getObject({
    eventID: own.isOnce(25) ? `e-${number}` : `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    ...(own.isOnce(3) ? { sharedEventID: own.of([shared, shared, "", null, "-", "none"]) } : {}),
    eventTime: from(TIMES, 3),
    userIdentity: from(IDENTITIES, 8),
    sourceIPAddress: from(ADDRESSES, 15),
    userAgent: from(AGENTS, 15),
    errorCode: from(ERRORS, 9),
    eventCategory: from(CATEGORIES, 15),
    eventName: from(CALLS, 2),
    requestParameters: chance.isOnce(50)
      ? null
      : { bucketName: from(BUCKETS, 8), key: KEYS[number % KEYS.length], Host: { key: "no", a: "]}" } },
    additionalEventData: chance.isOnce(50) ? null : { SignatureVersion: "SigV4", bytesTransferredOut: from(BYTES, 12) },
    resources: from(RESOURCES, 3),
  });
};

/** As JSON may be written, too. */
const NUMBERS: readonly string[] = ["100.0", "1e2", "100.50", "100 ", "-0", "0.0", "100.000"];
const written = (record: Record<string, unknown>, chance: Chance): string => {
  let text = JSON.stringify(record);
  if (chance.isOnce(12)) text = text.replace(/(?<="bytesTransferredOut":)100/, chance.of(NUMBERS));
  if (chance.isOnce(25))
    text = text.replace(/"(principalId|bucketName|userAgent|key|eventID)":(?=")/, '"$1":"AIDATHIEF","$1":');
  if (chance.isOnce(25)) text = text.replaceAll(/([[{:,])(?=["{[])/g, "$1 \n");
  return chance.isOnce(40) ? text.replace("AIDATHIEF", "AIDA\\u0054HIEF") : text;
};

const FILES = runs(100, 4_000);
const IN_FOLDER = 100;

test(`${FILES} files of events that are told more than once, and otherwise, are counted to what the SQL counts`, async (context) => {
  const totals = { calls: 0, kept: 0, lines: 0 };
  for (let first = 0; first < FILES; first += IN_FOLDER) {
    const folder = join(tempDir(context), "logs");
    mkdirSync(folder);
    for (let file = first; file < first + IN_FOLDER; file++) {
      const chance = chanceOf(file);
      const records = Array.from({ length: 40 }, () =>
        written(countable(first * 40 + chance.below(3_000), chance), chance),
      );
      writeFileSync(join(folder, `${file}.json.gz`), gzipSync(`{"Records":[${records.join(",")}]}`, { level: 1 }));
    }
    const { rows, lines, reports } = await assertSame(context, folder, SUBJECTS);
    totals.calls += rows.reduce((sum, row) => sum + Number(row.calls), 0);
    totals.kept += reports.reduce((sum, { inWindow }) => sum + inWindow, 0);
    totals.lines += lines;
  }
  // Both ways are taken, and much is counted.
  assert.ok(
    totals.calls > FILES && totals.lines < totals.kept / 1.3 && totals.lines > totals.kept / 20,
    JSON.stringify(totals),
  );
});

const HOSTILE = runs(100, 4_000);
const IN_HOSTILE = 10;

test(`${HOSTILE} hostile files are counted to what the SQL counts`, async (context) => {
  let same = 0;
  for (let first = 0; first < HOSTILE; first += IN_HOSTILE) {
    const real = Array.from({ length: 60 }, (_, at) => countable(first + at, chanceOf(at)));
    const folder = join(tempDir(context), "logs");
    mkdirSync(folder);
    for (let seed = first; seed < first + IN_HOSTILE; seed++)
      writeFileSync(join(folder, `${seed}.json.gz`), hostileFile(real, seed));
    try {
      same += (await assertSame(context, folder, SUBJECTS)).rows.length > 0 ? 1 : 0;
    } catch (error) {
      if (!(error instanceof NotCounted)) throw error;
    }
  }
  assert.ok(same > HOSTILE / IN_HOSTILE / 2, `${same}`);
});

test("a baseline whose copies of an event name two objects is counted by the SQL", async (context) => {
  const copy = (key: string, eventTime: string): unknown =>
    getObject({ eventTime, requestParameters: { bucketName: "exports", key } });
  const logsDir = folderOf(context, {
    "a.json": JSON.stringify({ Records: [copy("a", TIMES[0]!), copy("b", TIMES[1]!)] }),
  });
  await assert.rejects(countBy(context, logsDir, SUBJECTS, false), NotCounted);
  const { trail } = await scan(context, logsDir, SUBJECTS);
  const { rows } = await trail.query(SUBJECTS.caseId, "all", "SELECT * FROM baseline_hours", [], BASELINE_SERIES);
  assert.deepEqual(rows, (await countBy(context, logsDir, SUBJECTS, true)).rows);
  assert.equal(rows.length, 1);
});
