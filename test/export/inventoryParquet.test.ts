import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { sha256Hex } from "../../lib/base/jcs.ts";
import { createSpools } from "../../lib/base/spool.ts";
import { inventoryFiles } from "../../lib/export/inventory.ts";
import { PARQUET_FROM_ROWS, parquetInto } from "../../lib/export/inventoryParquet.ts";
import type { InventoriedObject } from "../../lib/export/schemas/inventory.ts";
import { wholeFiles } from "../evidence/wholeZip.ts";

/** Keys that an attacker could choose, empty lists, nulls, large numbers: every kind of value a column can hold. */
const KEYS = [
  "plain.txt",
  "",
  "=cmd|' /C calc'!A0",
  "line\nbreak",
  "tab\tquote\"'",
  "\u202egpj.exe",
  "データ/😀.csv",
  "nul\u0000byte",
];
const objectAt = (index: number): InventoriedObject => ({
  bucket: `bucket-${index % 3}`,
  key: `${KEYS[index % KEYS.length]}${index}`,
  versionId: index % 4 === 0 ? null : `v${index}`,
  path: index % 2 === 0 ? "download" : "server-side-copy",
  certainty: (["certain", "likely", "upper-bound"] as const)[index % 3]!,
  calls: index,
  bytesOut: index % 5 === 0 ? null : index * 1_000_003,
  size: index % 7 === 0 ? null : Number.MAX_SAFE_INTEGER - index,
  whole: [true, false, null][index % 3]!,
  firstAt: "2026-02-23T01:02:03Z",
  lastAt: "2026-02-23T04:05:06Z",
  principals: Array.from({ length: index % 3 }, (_, at) => `arn:aws:iam::111122223333:user/u ${at}`),
  accessKeyIds: index % 2 === 0 ? [] : ["AKIAIOSFODNN7EXAMPLE"],
  addresses: ["198.51.100.7", "2001:db8::1"].slice(0, index % 3),
  restoredFirst: index % 11 === 0,
  destination:
    index % 6 === 0 ? { bucket: "away", key: `k${index}`, accountId: index % 12 === 0 ? null : "444455556666" } : null,
  ...(index % 9 === 0 ? {} : { eventIds: [`e${index}`, `f${index}`].slice(0, (index % 2) + 1) }),
  ...(index % 13 === 0 ? { openedBy: `event-${index}` } : {}),
  sensitivity:
    index % 8 === 0
      ? {
          state: "found",
          severity: "High",
          categories: { CREDIT_CARD_NUMBER: index, EMAIL_ADDRESS: 1 },
          source: "scanner",
        }
      : { state: "not-classified", severity: null, categories: null, source: null },
});
const many = (count: number): readonly InventoriedObject[] =>
  Array.from({ length: count }, (_, index) => objectAt(index));

/** Both files as DuckDB reads them, brought to the same shape; what is left after taking one from the other, both ways. */
const DIFFERENCE = `
  WITH lines AS (
    SELECT row_number() OVER () AS row, json FROM read_ndjson_objects('{jsonl}')
  ), expected AS (
    SELECT row, json->>'bucket' AS bucket, json->>'key' AS key, json->>'versionId' AS versionId, json->>'path' AS path,
      json->>'certainty' AS certainty, (json->>'calls')::BIGINT AS calls, (json->>'bytesOut')::BIGINT AS bytesOut,
      (json->>'size')::BIGINT AS size, (json->>'whole')::BOOLEAN AS whole, json->>'firstAt' AS firstAt, json->>'lastAt' AS lastAt,
      (json->'principals')::VARCHAR[] AS principals, (json->'accessKeyIds')::VARCHAR[] AS accessKeyIds,
      (json->'addresses')::VARCHAR[] AS addresses, (json->>'restoredFirst')::BOOLEAN AS restoredFirst,
      json->>'$.destination.bucket' AS destinationBucket, json->>'$.destination.key' AS destinationKey,
      json->>'$.destination.accountId' AS destinationAccountId, coalesce((json->'eventIds')::VARCHAR[], []) AS eventIds,
      json->>'$.sensitivity.state' AS sensitivity, json->>'$.sensitivity.severity' AS severity,
      json->>'$.sensitivity.categories' AS categories, json->>'$.sensitivity.source' AS sensitivitySource,
      CASE WHEN json->>'openedBy' IS NULL THEN NULL ELSE json_object('openedBy', json->>'openedBy')::VARCHAR END AS more FROM lines
  ), got AS (SELECT file_row_number + 1 AS row, * EXCLUDE (file_row_number) FROM read_parquet('{parquet}', file_row_number = true))
  SELECT (SELECT count(*) FROM got) AS rows,
    (SELECT count(*) FROM (SELECT * FROM expected EXCEPT ALL SELECT * FROM got)) AS missing,
    (SELECT count(*) FROM (SELECT * FROM got EXCEPT ALL SELECT * FROM expected)) AS added`;

const readBack = async (files: ReadonlyMap<string, Uint8Array>): Promise<readonly number[]> => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-parquet-"));
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
    const sql = DIFFERENCE.replace("{jsonl}", join(folder, "objects.jsonl")).replace(
      "{parquet}",
      join(folder, "objects.parquet"),
    );
    const [row] = (await connection.runAndReadAll(sql)).getRows();
    return row!.map(Number);
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
};

const filesOf = (objects: readonly InventoriedObject[]) => wholeFiles(inventoryFiles(objects, createSpools()));

const toParquet = (objects: readonly InventoriedObject[]): Uint8Array => {
  const pieces: Buffer[] = [];
  const parquet = parquetInto({
    add: (piece) => void pieces.push(Buffer.from(piece)),
    done: () => Buffer.concat(pieces),
  });
  for (const one of objects) parquet.add(one);
  return parquet.done();
};

test("a large inventory is Parquet too, and DuckDB reads the same rows in the same order out of both", async () => {
  const files = filesOf(many(PARQUET_FROM_ROWS + 1));
  assert.deepEqual(await readBack(files), [PARQUET_FROM_ROWS + 1, 0, 0]);
});

test("a row changed, left out or exchanged shows in that comparison", async () => {
  const objects = many(PARQUET_FROM_ROWS);
  const files = filesOf(objects);
  const against = async (others: readonly InventoriedObject[]) =>
    (await readBack(new Map([...files, ["objects.parquet", toParquet(others)]]))).slice(1);
  assert.deepEqual(await against(objects.with(7, { ...objects[7]!, size: 1 })), [1, 1]);
  assert.deepEqual(await against(objects.slice(1)), [PARQUET_FROM_ROWS, PARQUET_FROM_ROWS - 1]);
  assert.deepEqual(await against(objects.with(3, objects[4]!).with(4, objects[3]!)), [2, 2]);
});

test("a small inventory has no Parquet, and the same objects give the same bytes", () => {
  assert.deepEqual([...filesOf(many(PARQUET_FROM_ROWS - 1)).keys()], ["objects.jsonl", "objects.csv"]);
  assert.equal(sha256Hex(toParquet(many(2000))), sha256Hex(toParquet(many(2000))));
  assert.equal(Buffer.from(toParquet([]).subarray(0, 4)).toString(), "PAR1");
});
