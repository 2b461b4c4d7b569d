/** Records told as rows of others are held against the plain reader: the same reports, the same case table. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import type { Row } from "../../lib/case/scan.ts";
import { filesUnder } from "../../lib/embedded/ingest-folder.ts";
import { createReader } from "../../lib/embedded/ingest-reader.ts";
import type { FileReport } from "../../lib/embedded/ingest-report.ts";
import { openDuck, rowsOf } from "../../lib/embedded/trail-duckdb.ts";
import { rowFilesOf, wholeTable } from "../../lib/embedded/trail-rows.ts";
import { isSideLines } from "../../lib/embedded/trail-side.ts";
import { createCaseStage } from "../../lib/embedded/trail-stage.ts";
import { writeCaseTable } from "../../lib/embedded/trail-table.ts";
import { runs } from "../sample.ts";
import { type Chance, chanceOf, hostileFile } from "./hostileLogs.ts";
import { FIXTURES, folderOf, getObject, INVICTUS, OTRF, requestOf, tempDir } from "./trailWorld.ts";

const ALL = requestOf({ everything: true });

interface Read {
  readonly reports: readonly FileReport[];
  readonly table: readonly Row[];
  readonly told: number;
}

const readBy = async (context: TestContext, logsDir: string, isPlain: boolean): Promise<Read> => {
  const workDir = tempDir(context);
  const reader = createReader({ request: ALL, logsDir, linesDir: workDir, label: "x", isPlain });
  const reports: FileReport[] = [];
  for (const name of (await filesUnder(logsDir)).names) reports.push(...(await reader.read(name)));
  const duck = await openDuck({
    ...{ database: ":memory:", folders: [workDir], spillFolder: workDir },
    ...{ memoryLimitMb: 400, threads: 1 },
  });
  try {
    const stage = createCaseStage(duck.connection, ALL, workDir);
    for (const lines of reader.finished(true)) if (!isSideLines(lines)) await stage.take(lines);
    const target = join(workDir, "table.parquet");
    const pieces = { pieces: await stage.pieces(), rows: stage.rows() };
    await writeCaseTable(duck.connection, pieces, stage.copies, target);
    const { rows } = rowFilesOf(target);
    const told = existsSync(rows) ? await rowsOf(duck.connection, `SELECT count(*) AS n FROM '${rows}'`) : [];
    const table = await rowsOf(duck.connection, `SELECT * FROM (${wholeTable(target)}) ORDER BY event_key`);
    return { reports, table: table.map(withoutVarying), told: Number(told[0]?.n ?? 0) };
  } finally {
    duck.close();
  }
};

/** Of the JSON texts what a row does not hold for itself, in the table of either reader. */
const withoutVarying = (row: Row): Row => {
  if (!String(row.eventsource).startsWith("s3.a") || String(row.eventsource).length !== 16) return row;
  const request = without(
    row.requestparameters,
    /^(?:key|prefix|marker|uploadId|partNumber|start-after|continuation-token)$/,
  );
  const additional = without(row.additionaleventdata, /^(?:bytesTransferred(?:In|Out)|x-amz-id-2)$/);
  const resources = String(row.resources).replaceAll(/(arn:aws:s3:::[^/"]*\/)(?:[^"\\]|\\.)*/g, "$1");
  const response = without(row.responseelements, /^x-amz-version-id$/);
  return { ...row, requestparameters: request, additionaleventdata: additional, responseelements: response, resources };
};

const without = (text: unknown, names: RegExp): string => {
  const value: unknown = JSON.parse(String(text ?? null));
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return JSON.stringify(Object.entries(value).filter(([name]) => !names.test(name)));
};

const assertSame = async (context: TestContext, logsDir: string): Promise<Read> => {
  const [plain, read] = [await readBy(context, logsDir, true), await readBy(context, logsDir, false)];
  assert.equal(plain.told, 0);
  assert.deepEqual(read.reports, plain.reports);
  assert.equal(read.table.length, plain.table.length);
  for (const [at, row] of plain.table.entries()) assert.deepEqual(read.table[at], row);
  return read;
};

test("of real deliveries the table is the same, told as rows or record by record", async (context) => {
  for (const folder of [OTRF, INVICTUS, join(FIXTURES, "field-cases")]) await assertSame(context, folder);
});

const KEYS: readonly unknown[] = [
  ...["a.csv", "a/b c.csv", "x", "tab\there", "é東", 'quo"te', "back\\slash", "sl/ash", "", null, 7, "\ud83d"],
  ...["=1+1", "'", "null", "-", "no-id-1234567890", "a".repeat(1024), "\u0000", " lead", "trail ", ","],
];
const BYTES: readonly unknown[] = [0, 1, 99_999, 54_975_581_388_800, 9e15, -1, 1.5, 1e3, "5", null, undefined, "", {}];
const IDS: readonly unknown[] = [
  "none",
  "-",
  "",
  null,
  12,
  undefined,
  "no-id-12345678901",
  "0123456789",
  "same-event-id-twice",
];

/** A record as others are, with what varies drawn anew, and now and then something that no other has. */
const likeOthers = (chance: Chance, number: number): string => {
  const [key, out] = [
    number % 7 === 0 ? chance.of(KEYS) : `data/${number}.csv`,
    number % 9 === 0 ? chance.of(BYTES) : number,
  ];
  const arn = `arn:aws:s3:::exports/${chance.isOnce(9) ? chance.of(KEYS) : key}`;
  const record = getObject({
    eventTime: `2026-11-2${chance.below(9)}T0${chance.below(9)}:10:${10 + chance.below(60)}Z`,
    eventName: chance.of([
      "GetObject",
      "GetObject",
      "HeadObject",
      "PutObject",
      "DeleteObject",
      "ListObjects",
      "CopyObject",
    ]),
    eventID: chance.isOnce(14) ? chance.of(IDS) : `event-${chance.below(900)}-of-many`,
    requestID: chance.isOnce(14) ? chance.of(IDS) : `request-${number}`,
    sharedEventID: chance.isOnce(6) ? chance.of([...IDS, `shared-event-${chance.below(40)}`]) : undefined,
    requestParameters: {
      bucketName: chance.of(["exports", "exports", "other"]),
      key,
      ...(chance.isOnce(7) ? { prefix: chance.of(KEYS) } : {}),
      ...(chance.isOnce(20) ? { "x-amz-copy-source": "exports/a.csv" } : {}),
    },
    additionalEventData: {
      bytesTransferredOut: out,
      ...(chance.isOnce(12) ? { bytesTransferredIn: chance.of(BYTES) } : {}),
      "x-amz-id-2": `${number}/${chance.of(KEYS)}`,
    },
    resources: [
      { type: "AWS::S3::Object", ARN: arn },
      { accountId: "111122223333", type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::exports" },
    ],
    ...(chance.isOnce(15) ? { errorCode: "AccessDenied" } : {}),
    ...(chance.isOnce(15) ? { sourceIPAddress: chance.of(["203.0.113.8", "2001:DB8::1", "***"]) } : {}),
    ...(chance.isOnce(25) ? { eventSource: chance.of(["kms.amazonaws.com", "s3express.amazonaws.com"]) } : {}),
    ...(chance.isOnce(30) ? { eventCategory: chance.of(["Insight", "Data", null, "Management"]) } : {}),
  });
  const text = JSON.stringify(record);
  if (chance.isOnce(40)) return text.replace('"bucketName"', '"key":"twice","bucketName"');
  if (chance.isOnce(40)) return text.replace('"bytesTransferredOut"', '"bytesTransferredOut":3,"bytesTransferredOut"');
  if (chance.isOnce(40)) return text.replace("data/", String.raw`\u0064ata/`);
  if (chance.isOnce(40)) return JSON.stringify(Object.fromEntries(Object.entries(record).toReversed()));
  return chance.isOnce(40) ? text.replaceAll(",", " ,\n") : text;
};

const FOLDERS = runs(12, 600);

test(`${FOLDERS} folders of records that are like others, and not quite: the table is the same`, async (context) => {
  let [told, lost, contested] = [0, 0, 0];
  for (let seed = 1; seed <= FOLDERS; seed++) {
    const chance = chanceOf(seed);
    const files = Array.from({ length: 3 }, (_, file): [string, Uint8Array] => {
      const records = Array.from({ length: 150 }, (_, at) => likeOthers(chance, file * 150 + at));
      const text = `{"Records":[${records.join(chance.of([",", ", ", "\n,"]))}]}`;
      return [`${file}.json.gz`, gzipSync(chance.isOnce(6) ? text.slice(0, chance.below(text.length)) : text)];
    });
    const read = await assertSame(context, folderOf(context, Object.fromEntries(files)));
    told += read.told;
    lost += read.reports.reduce((sum, report) => sum + report.lost, 0);
    contested += read.table.filter((row) => row.is_contested === true).length;
  }
  assert.ok(told > FOLDERS * 30 && lost > FOLDERS && contested > FOLDERS, JSON.stringify({ told, lost, contested }));
});

const HOSTILE = runs(150, 20_000);

test(`${HOSTILE} hostile files make the same table`, async (context) => {
  const real = Array.from({ length: 40 }, (_, at) =>
    getObject({ eventID: `event-${at}-of-many`, requestID: `request-${at}` }),
  );
  const IN_FOLDER = 50;
  for (let first = 0; first < HOSTILE; first += IN_FOLDER) {
    const logs = join(tempDir(context), "logs");
    mkdirSync(logs);
    for (let seed = first; seed < first + IN_FOLDER; seed++)
      writeFileSync(join(logs, `${seed}.json.gz`), hostileFile(real, seed));
    await assertSame(context, logs);
  }
});
