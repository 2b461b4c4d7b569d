import assert from "node:assert/strict";
import test from "node:test";
import { sampled } from "../sample.ts";
import { BYTES, OBJECTS, SHAPES, THEFT, THIEF } from "./theftShapes.ts";
import { folderOf, requestOf, scan } from "./trailWorld.ts";

const TAKEN = `SELECT count(DISTINCT object_key) AS objects, count(*) AS calls, CAST(sum(bytes_out) AS bigint) AS bytes,
  min(eventtime) AS first_at, max(eventtime) AS last_at, count(DISTINCT sourceip) AS addresses, min(bucket) AS bucket, min(principal_arn) AS arn
  FROM case_events WHERE eventname = 'GetObject' AND errorcode IS NULL AND access_key_id = 'AKIAQ3EXAMPLEFIELD01'`;

const RIGHT = {
  objects: OBJECTS,
  calls: OBJECTS,
  bytes: BYTES,
  first_at: "2026-11-20T14:00:10Z",
  last_at: "2026-11-20T14:11:10Z",
  addresses: 1,
  bucket: "harbor-ledgers-0391",
  arn: "arn:aws:iam::444455556666:user/nadia.k",
};

for (const [shape, filesOf] of sampled(Object.entries(SHAPES), 5))
  test(`one theft of 12 objects is 12 objects, written as: ${shape}`, async (context) => {
    const scanned = await scan(context, folderOf(context, await filesOf(THEFT)), requestOf(THIEF));
    assert.deepEqual(scanned.result.filesSetAside, []);
    assert.equal(scanned.result.eventsSeen, OBJECTS);
    assert.deepEqual(await scanned.rows(TAKEN), [RIGHT]);
  });
