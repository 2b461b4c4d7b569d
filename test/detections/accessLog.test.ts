import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Row } from "../../lib/case/scan.ts";
import { isFiring, LEADING_COLUMNS, parametersOf } from "../../lib/core/theft/detection.ts";
import { detections } from "../../lib/detections/index.ts";
import { openDuck, quoted, rowsOf } from "../../lib/embedded/trail-duckdb.ts";
import { at, HOUR, OFFICE_IP, THIEF_IP, USER } from "./events.ts";

/** The members of S3's server access log that the detection reads (Amazon S3 user guide, "log format"). */
const COLUMNS = [
  "bucket",
  "request_at",
  "remote_ip",
  "requester",
  "request_id",
  "operation",
  "object_key",
  "http_status",
];
const { card, sql } = detections.find((one) => one.card.id === "s3-access-new-address-access-log")!;

const folder = mkdtempSync(join(tmpdir(), "cordon-access-log-"));
const duck = await openDuck({
  database: ":memory:",
  folders: [folder],
  spillFolder: join(folder, "spill"),
  memoryLimitMb: 200,
  threads: 1,
});
after(() => {
  duck.close();
  rmSync(folder, { recursive: true, force: true });
});

type Request = readonly [seconds: number, address: string, status: string, operation?: string];

const run = async (requests: readonly Request[]): Promise<readonly Row[]> => {
  const values = requests.map(
    ([seconds, address, status, operation = "REST.GET.OBJECT"], n) =>
      `(${["acme-data", at(seconds), address, USER.arn, `R${n}`, operation, `k${n}`, status].map(quoted).join(", ")}, 100)`,
  );
  await duck.connection.run(
    `CREATE OR REPLACE TABLE access_log (${COLUMNS.map((name) => `${name} VARCHAR`).join(", ")}, bytes_sent BIGINT)`,
  );
  await duck.connection.run(`INSERT INTO access_log VALUES ${values.join(", ")}`);
  return rowsOf(duck.connection, sql, parametersOf(card, { ownAccounts: [] }));
};

test("s3-access-new-address-access-log: fires on ranged reads, status 206, from an address that comes 20 hours later", async () => {
  const rows = await run([
    [0, OFFICE_IP, "200"],
    [20 * HOUR, THIEF_IP, "206"],
    [20 * HOUR + 1, THIEF_IP, "206"],
  ]);
  assert.deepEqual(
    rows.map((row) => [isFiring(card, row), row.sourceip, row.events, row.objects, row.bytes_out]),
    [[true, THIEF_IP, 2, 2, 200]],
  );
  assert.deepEqual(Object.keys(rows[0]!).slice(0, LEADING_COLUMNS.length), [...LEADING_COLUMNS]);
});

test("s3-access-new-address-access-log: stays quiet on the address that was always there, a look-alike", async () => {
  assert.deepEqual(
    await run([
      [0, OFFICE_IP, "200"],
      [20 * HOUR, OFFICE_IP, "206"],
    ]),
    [],
  );
});

test("s3-access-new-address-access-log: stays quiet on a new address that was refused, or only expired something", async () => {
  assert.deepEqual(
    await run([
      [0, OFFICE_IP, "200"],
      [20 * HOUR, THIEF_IP, "403"],
      [20 * HOUR, THIEF_IP, "304"],
      [20 * HOUR, "-", "200", "S3.EXPIRE.OBJECT"],
    ]),
    [],
  );
});
