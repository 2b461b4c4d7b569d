/** A baseline is counted over fewer members of each record than a case: the rows are those that whole records give. */
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import type { ScanRequest } from "../../lib/case/scan.ts";
import { filesUnder } from "../../lib/embedded/ingest-folder.ts";
import { createReader } from "../../lib/embedded/ingest-reader.ts";
import { CLOUDTRAIL_LOGS, RECORD_TYPE } from "../../lib/embedded/ingest-schema.ts";
import { openDuck, quoted, rowsOf } from "../../lib/embedded/trail-duckdb.ts";
import { BASELINE_SERIES, tableOf } from "../../lib/sql/tables.ts";
import { FIXTURES, INVICTUS, OTRF, requestOf, tempDir } from "./trailWorld.ts";

const REQUEST = requestOf(
  {
    principalIds: ["AIDATFQR7NSC5AU2ZV3IE", "AROA5FLZVX4OAQPFXRE5D"],
    buckets: ["mordors3stack-s3bucket-llp2yingx64a", "stratus-red-team-bdbp-lhfzvgcamn", "customer-records"],
  },
  { from: "2000-01-01T00:00:00Z", to: "2040-01-01T00:00:00Z" },
);

test("a baseline's rows are the same from what is written for it and from whole records", async (context) => {
  const table = tableOf({ series: BASELINE_SERIES });
  let counted = 0;
  for (const logsDir of [OTRF, INVICTUS, join(FIXTURES, "field-cases")]) {
    const rows = async (request: ScanRequest): Promise<readonly unknown[]> => {
      const linesDir = tempDir(context);
      const reader = createReader({ request, logsDir, linesDir, label: "x" });
      for (const name of (await filesUnder(logsDir)).names) await reader.read(name);
      const lines = reader.finished(true).filter((file) => /\/x\.\d+\.jsonl$/.test(file));
      const duck = await openDuck({
        ...{ database: ":memory:", folders: [linesDir], spillFolder: linesDir, memoryLimitMb: 200, threads: 1 },
      });
      try {
        await duck.connection.run(`CREATE TEMP VIEW batch AS SELECT r, file FROM read_json([${lines.map(quoted).join(", ")}],
          format = 'newline_delimited', columns = {file: 'VARCHAR', r: ${quoted(RECORD_TYPE)}}, maximum_object_size = 8388608)`);
        await duck.connection.run(`CREATE TEMP VIEW cloudtrail_logs AS ${CLOUDTRAIL_LOGS}`);
        return await rowsOf(duck.connection, table.select, table.parametersOf(REQUEST));
      } finally {
        duck.close();
      }
    };
    const everything: ScanRequest = { ...REQUEST, indicators: { ...REQUEST.indicators, everything: true } };
    const whole = await rows(everything);
    assert.deepEqual(await rows({ ...everything, series: BASELINE_SERIES }), whole);
    counted += whole.length;
  }
  assert.ok(counted > 20, `${counted} rows`);
});
