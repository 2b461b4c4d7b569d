import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { type SizeRow, sizesByTime } from "../../lib/core/logs/objectMetadata.ts";
import { parseObjectRecord } from "../../lib/logs/s3-metadata.ts";
import { delivered, folderOf, getObject, requestOf, scan, tempDir } from "../embedded/trailWorld.ts";

const SQL = new URL("../../lib/sql/", import.meta.url).pathname;
const SIZES = readFileSync(join(SQL, "object-sizes.sql"), "utf8");
const OBJECTS = readFileSync(join(SQL, "bucket-objects.sql"), "utf8");
const KEY = ["AKIATHIEF", " ", " ", " ", " ", " ", " ", " ", " ", " "];
const SINCE = "2026-11-20T00:00:00Z";

/** The first rows of the examples in the S3 user guide (journal and live inventory tables schema). */
const CREATED = {
  bucket: "amzn-s3-demo-bucket",
  key: "Finance/statement1.pdf",
  sequence_number:
    "80e737d8b4d82f776affffffffffffffff006737d8b4d82f776a00000000000000000000000000000000000000000000000072",
  record_type: "CREATE",
  record_timestamp: "2024-11-15 23:26:44.899",
  version_id: "",
  is_delete_marker: false,
  size: 6223,
  last_modified_date: "2024-11-15 23:26:44",
  e_tag: "e131b86632dda753aac4018f72192b83",
  requester: "111122223333",
  source_ip_address: "192.0.2.1",
};

test("a row of the journal, of the live inventory and of an S3 Inventory report", () => {
  const told = {
    ...{
      bucket: "amzn-s3-demo-bucket",
      object_key: "Finance/statement1.pdf",
      version_id: null,
      is_delete_marker: false,
    },
    ...{ recorded_at: "2024-11-15T23:26:44Z", sequence_number: CREATED.sequence_number, object_size: 6223 },
  };
  assert.deepEqual(parseObjectRecord(CREATED), { ...told, record: "CREATE" });
  const { record_type: _, record_timestamp: __, ...lying } = CREATED;
  assert.deepEqual(parseObjectRecord(lying), { ...told, record: "INVENTORY" });
  const asText = { ...lying, size: "6223", is_delete_marker: "FALSE", version_id: "null" };
  assert.deepEqual(parseObjectRecord(asText), { ...told, record: "INVENTORY" });
});

test("a permanent deletion has nothing but its place, its version and its time", () => {
  const row = {
    ...CREATED,
    record_type: "DELETE",
    version_id: "v1",
    size: null,
    is_delete_marker: null,
    last_modified_date: null,
  };
  const { record, recorded_at, object_size, version_id } = parseObjectRecord(row)!;
  assert.deepEqual([record, recorded_at, object_size, version_id], ["DELETE", "2024-11-15T23:26:44Z", null, "v1"]);
});

test("what has no bucket, key or time, another kind of record, or is a call, is no such row", () => {
  for (const member of ["bucket", "key", "record_timestamp"])
    assert.equal(parseObjectRecord({ ...CREATED, [member]: null, last_modified_date: null }), null, member);
  for (const over of [
    { record_type: "RESTORE" },
    { bucket: "Not A Bucket" },
    { record_timestamp: "yesterday", last_modified_date: null },
  ])
    assert.equal(parseObjectRecord({ ...CREATED, ...over }), null);
  assert.equal(parseObjectRecord({ bucket: "exports", key: "a.csv" }), null);
  assert.equal(parseObjectRecord(getObject()), null);
  // A size that is none is not known; the row still tells that the object was there.
  assert.equal(parseObjectRecord({ ...CREATED, size: "-1" })?.object_size, null);
});

const HEADER =
  "bucket,key,sequence_number,record_type,record_timestamp,version_id,is_delete_marker,size,last_modified_date,requester";
const journal = (...rows: readonly string[]): string => [HEADER, ...rows].join("\n");

test("tables exported as CSV and Parquet beside the logs give sizes at the time of the read, of deleted objects too, and how many there were", async (context) => {
  const home = tempDir(context);
  const duck = await (await DuckDBInstance.create(":memory:")).connect();
  await duck.run(`COPY (SELECT * FROM (VALUES
      ('exports', 'a.csv', '09', NULL, false, CAST(900 AS BIGINT), TIMESTAMP '2026-11-21 08:00:00', MAP {'team': 'sales'}),
      ('exports', 'b c.csv', '02', NULL, false, 200, TIMESTAMP '2026-01-02 08:00:00', MAP {}),
      ('exports', 'other.csv', '03', NULL, false, 5000, TIMESTAMP '2026-01-02 08:00:00', MAP {}),
      ('exports', 'hidden.csv', '04', 'v9', true, 0, TIMESTAMP '2026-10-02 08:00:00', NULL))
    t(bucket, key, sequence_number, version_id, is_delete_marker, size, last_modified_date, object_tags))
    TO '${join(home, "inventory.parquet")}' (FORMAT parquet)`);
  const copied = getObject({
    ...{ eventName: "CopyObject", eventID: "00000000-0000-4000-8000-000000000002", requestID: "R2" },
    requestParameters: { bucketName: "elsewhere", key: "mine.csv", "x-amz-copy-source": "exports/b%20c.csv" },
    resources: [],
  });
  const deleted = getObject({
    ...{ eventID: "00000000-0000-4000-8000-000000000003", requestID: "R3" },
    requestParameters: { bucketName: "exports", key: "gone.csv" },
    resources: [],
  });
  const logs = folderOf(context, {
    "cloudtrail.json.gz": delivered(getObject(), copied, deleted),
    "metadata/inventory.parquet": readFileSync(join(home, "inventory.parquet")),
    "metadata/journal.csv": journal(
      "exports,a.csv,01,CREATE,2026-03-01 10:00:00.000,,false,100,2026-03-01 10:00:00.000,111122223333",
      'exports,"gone.csv",05,CREATE,2026-03-01 10:00:00.000,,false,700,2026-03-01 10:00:00.000,111122223333',
      "exports,gone.csv,06,DELETE,2026-11-20 23:30:00.000,,,,,111122223333",
      "exports,long-gone.csv,07,DELETE,2026-06-01 00:00:00.000,,,,,s3.amazonaws.com",
    ),
  });
  const { result, rows } = await scan(
    context,
    logs,
    requestOf({ accessKeyIds: ["AKIATHIEF"] }, { from: "2026-11-20T00:00:00.000Z", to: "2026-11-22T00:00:00.000Z" }),
  );
  assert.deepEqual(result.filesSetAside, []);
  const told = result.inventory?.otherLogs?.find(({ log }) => log === "s3-metadata");
  assert.deepEqual([told?.files, told?.entries, told?.unread], [2, 8, 0]);
  const sizes = (await rows(SIZES, "exports", SINCE, ...KEY)) as unknown as readonly SizeRow[];
  assert.deepEqual(
    sizes.map(({ object_key, object_size }) => [object_key, object_size]),
    [
      ["a.csv", 100],
      ["a.csv", 900],
      ["b c.csv", 200],
      ["gone.csv", 700],
    ],
  );
  const sizeAt = sizesByTime(new Map([["exports", sizes]]));
  // a.csv was read on the 20th, and written over on the 21st: what was taken had 100 bytes.
  assert.equal(sizeAt("exports", "a.csv", null, "2026-11-20T23:10:00Z"), 100);
  assert.equal(sizeAt("exports", "a.csv", null, "2026-11-21T09:00:00Z"), 900);
  assert.equal(sizeAt("exports", "gone.csv", null, "2026-11-20T23:10:00Z"), 700);
  assert.equal(
    sizeAt("exports", "a.csv", null, "2026-02-01T00:00:00Z"),
    null,
    "an earlier content is not in the tables",
  );
  assert.equal(sizeAt("exports", "other.csv", null, "2026-11-20T23:10:00Z"), undefined);
  const [objects] = await rows(OBJECTS, "exports", SINCE);
  // a.csv, b c.csv and other.csv lie there; gone.csv was deleted since; hidden.csv is behind a delete marker; long-gone.csv was gone before.
  assert.deepEqual({ ...objects }, { objects: 3, bytes: 6100, deleted_since: 1, newest_at: "2026-11-21T08:00:00Z" });
  assert.deepEqual(await rows(OBJECTS, "no-such-bucket", SINCE), []);
});

test("versions are told apart by their id, and a version that no table has is of no known size", () => {
  const row = (version_id: string | null, object_size: number, day: string): SizeRow => ({
    ...{ object_key: "k", version_id, object_size, recorded_at: `2026-11-${day}T00:00:00Z`, sequence_number: null },
  });
  const sizeAt = sizesByTime(new Map([["b", [row("v1", 1, "01"), row("v2", 2, "10")]]]));
  assert.deepEqual(
    [sizeAt("b", "k", "v1", "2026-11-20T00:00:00Z"), sizeAt("b", "k", null, "2026-11-05T00:00:00Z")],
    [1, 1],
  );
  assert.equal(sizeAt("b", "k", null, "2026-11-20T00:00:00Z"), 2);
  assert.equal(sizeAt("b", "k", "v0", "2026-11-20T00:00:00Z"), null);
});

test("keys that SQL, CSV and HTML could stumble over are sized like any other", async (context) => {
  const keys = ["it's; DROP TABLE x--.csv", 'quo"te,comma.csv', "ünï/☃.csv", "<b>&amp;+plus.csv", "100%.csv"];
  const logs = folderOf(context, {
    "cloudtrail.json.gz": delivered(
      ...keys.map((key, at) =>
        getObject({
          ...{ eventID: `00000000-0000-4000-8000-00000000001${at}`, requestID: `R${at}` },
          ...{ requestParameters: { bucketName: "exports", key }, resources: [] },
        }),
      ),
    ),
    "m.csv": journal(
      ...keys.map(
        (key, at) =>
          `exports,"${key.replaceAll('"', '""')}",0${at},CREATE,2026-03-01 10:00:00,,false,${at + 1},2026-03-01 10:00:00,1`,
      ),
    ),
  });
  const { rows } = await scan(context, logs, requestOf({ accessKeyIds: ["AKIATHIEF"] }));
  const found = await rows(SIZES, "exports", SINCE, ...KEY);
  assert.deepEqual(
    new Map(found.map(({ object_key, object_size }) => [object_key, object_size])),
    new Map(keys.map((key, at) => [key, at + 1] as const).toSorted()),
  );
});
