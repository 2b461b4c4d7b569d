import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { INNER_NAMES } from "../../lib/embedded/ingest-normalise.ts";
import { createReader } from "../../lib/embedded/ingest-reader.ts";
import { NAMED, READ } from "./oddShapes.ts";
import { BYTES, type Files, OBJECTS, THEFT, THIEF } from "./theftShapes.ts";
import { folderOf, requestOf, scan, tempDir } from "./trailWorld.ts";

const REQUEST = requestOf({ ...THIEF, addresses: ["198.51.100.77"], buckets: ["harbor-ledgers-0391"] });
const TAKEN = `SELECT count(DISTINCT object_key) AS objects, count(*) AS calls, CAST(sum(bytes_out) AS bigint) AS bytes
  FROM case_events WHERE eventname = 'GetObject' AND errorcode IS NULL AND access_key_id = 'AKIAQ3EXAMPLEFIELD01'`;

for (const [shape, filesOf] of Object.entries(READ))
  test(`read as it is: ${shape}`, async (context) => {
    const scanned = await scan(context, folderOf(context, filesOf(THEFT)), REQUEST);
    assert.deepEqual(scanned.result.filesSetAside, []);
    assert.deepEqual(await scanned.rows(TAKEN), [{ objects: OBJECTS, calls: OBJECTS, bytes: BYTES }]);
  });

for (const [shape, filesOf] of Object.entries(NAMED))
  test(`named: ${shape}`, async (context) => {
    const files: Files = filesOf(THEFT);
    const linesDir = tempDir(context);
    const reader = createReader({ request: REQUEST, logsDir: folderOf(context, files), linesDir, label: "x" });
    for (const name of Object.keys(files)) {
      const reports = await reader.read(name);
      assert.ok(reports.some(({ lost, reasons }) => lost > 0 && reasons.length > 0));
    }
  });

test("two records of one shared id that say different things are told apart", async (context) => {
  const sharedEventID = "11111111-1111-4111-8111-111111111111";
  const records = THEFT.map((one) => ({ ...one, sharedEventID }));
  const scanned = await scan(context, folderOf(context, { "a.json": JSON.stringify({ Records: records }) }), REQUEST);
  assert.deepEqual(await scanned.rows("SELECT is_contested FROM case_events"), [{ is_contested: true }]);
});

test("inner names that the case table asks for are spelt as CloudTrail does, whatever a table made of them", () => {
  const sql = ["case-table", "reads"].map((name) =>
    readFileSync(new URL(`../../lib/sql/${name}.sql`, import.meta.url), "utf8"),
  );
  const asked = sql
    .flatMap((text) => [...text.matchAll(/'\$\.([A-Za-z.]+)'/g)])
    .flatMap(([, path]) => path!.split("."));
  const inOrders = ["JobId", "locationArn", "ReplicationConfiguration", "Role"];
  assert.deepEqual(
    asked.filter((name) => !INNER_NAMES.includes(name) && !inOrders.includes(name) && name !== name.toLowerCase()),
    [],
  );
});
