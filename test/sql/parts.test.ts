import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CLOUDTRAIL_LOGS, RECORD_TYPE } from "../../lib/embedded/ingest-schema.ts";
import { openDuck, quoted, rowsOf } from "../../lib/embedded/trail-duckdb.ts";
import { writeCaseTable } from "../../lib/embedded/trail-table.ts";
import { caseTableParameters, inParts } from "../../lib/sql/case-table.ts";
import { tableOf } from "../../lib/sql/tables.ts";

/** Copies of one event that a reader may meet: the same, told differently, with another name in two accounts, without a key. */
const EVENTS: readonly Readonly<Record<string, unknown>>[] = [
  { eventID: "once" },
  { eventID: "twice" },
  { eventID: "twice" },
  { eventID: "differs", bytes: 1 },
  { eventID: "differs", bytes: 2 },
  { eventID: "refused-or-not", errorCode: "AccessDenied" },
  { eventID: "refused-or-not" },
  { eventID: "mine", sharedEventID: "shared", accessKeyId: null },
  { eventID: "theirs", sharedEventID: "shared" },
  { eventID: "one-id", sharedEventID: "a", key: "x" },
  { eventID: "one-id", sharedEventID: "b", key: "y" },
  { eventID: "one-id-the-same", sharedEventID: "c" },
  { eventID: "one-id-the-same", sharedEventID: "d" },
  { eventID: "shared-differs-1", sharedEventID: "e", key: "x" },
  { eventID: "shared-differs-2", sharedEventID: "e", key: "y" },
];

const recordOf = ({ bytes = 10, key = "k", accessKeyId = "AKIA1", ...more }: (typeof EVENTS)[number]): string =>
  JSON.stringify({
    ...{ eventTime: "2026-11-01T10:00:00Z", eventSource: "s3.amazonaws.com", eventName: "GetObject" },
    ...{ eventCategory: "Data", sourceIPAddress: "192.0.2.1", requestID: "r" },
    userIdentity: { type: "IAMUser", principalId: "AIDA1", arn: "arn:aws:iam::111122223333:user/a", accessKeyId },
    requestParameters: { bucketName: "b", key },
    additionalEventData: { bytesTransferredOut: bytes },
    ...more,
  });

const REQUEST = {
  ...{ caseId: "c", round: 1, from: "2026-11-01T00:00:00.000Z", to: "2026-11-02T00:00:00.000Z" },
  indicators: { accessKeyIds: [], principalIds: [], arns: [], addresses: [], buckets: ["b"] },
};

test("a lake read in parts gives the rows that case-table.sql gives over all of it, wherever the copies of an event lie", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-parts-"));
  const duck = await openDuck({
    ...{ database: ":memory:", folders: [folder], spillFolder: folder, memoryLimitMb: 200, threads: 2 },
  });
  const { connection } = duck;
  const parameters = [...caseTableParameters(REQUEST)];
  const over = async (events: readonly (readonly [string, string])[]): Promise<void> => {
    const rows = events.map(([file, record]) => `(CAST(${quoted(record)} AS JSON), ${quoted(file)})`).join(", ");
    await connection.run(`CREATE OR REPLACE TEMP TABLE batch AS SELECT from_json(j, ${quoted(JSON.stringify(RECORD_TYPE))}) AS r, file
      FROM (VALUES ${rows}) t(j, file)`);
    await connection.run(`CREATE OR REPLACE TEMP VIEW cloudtrail_logs AS ${CLOUDTRAIL_LOGS}`);
  };
  try {
    const { select } = tableOf({});
    const { rows, copies } = inParts(select);
    const all = EVENTS.map((event, at) => [`file-${at}`, recordOf(event)] as const);
    await over(all);
    const whole = await rowsOf(connection, `SELECT * FROM (${select}) ORDER BY event_key`, parameters);
    assert.equal(whole.length, 10);
    assert.deepEqual(
      whole.filter((row) => row.is_contested === true).map((row) => row.event_key),
      ["a", "b", "differs", "e", "refused-or-not"],
    );
    for (const parts of [1, 2, 3, 15]) {
      const pieces: string[] = [];
      for (let part = 0; part < parts; part += 1) {
        await over(all.filter((_, at) => at % parts === part));
        const piece = join(folder, `${parts}-${part}.parquet`);
        await connection.run(`COPY (${rows}) TO ${quoted(piece)} (FORMAT parquet)`, parameters);
        pieces.push(piece);
      }
      const target = join(folder, `${parts}.parquet`);
      assert.equal(await writeCaseTable(connection, { pieces, rows: null }, copies, target), whole.length);
      assert.deepEqual(
        await rowsOf(connection, `SELECT * FROM read_parquet(${quoted(target)}) ORDER BY event_key`),
        whole,
        `${parts} parts`,
      );
      for (const name of ["twice", "requests", "chosen"]) await connection.run(`DROP TABLE ${name}`);
    }
  } finally {
    duck.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
