import assert from "node:assert/strict";
import { test } from "node:test";
import type { ScanInventory, SideLogFound } from "../../lib/case/scan.ts";
import { otherLogsOf } from "../../lib/logs/told.ts";

const found = (log: SideLogFound["log"], more: Partial<SideLogFound> = {}): SideLogFound => ({
  ...{ log, files: 1, entries: 2, unread: 0, earliest: "2026-02-22T11:00:00Z", latest: "2026-02-22T12:00:00Z" },
  ...more,
});
const inventory: ScanInventory = {
  ...{ deliveryHours: null, digestFiles: [], filesOutside: 0, aggregatedRecords: 0 },
  otherLogs: [found("s3-access-log"), found("okta-system-log", { files: 0, entries: 0, failed: "no file lies there" })],
};

test("a log that was given and could not be read is failed with its reason, not silent and not absent", () => {
  assert.deepEqual(
    otherLogsOf(inventory, {}).map(({ log, state }) => [log, state]),
    [
      ["s3-access-log", "used"],
      ["vpc-flow-log", "not given"],
      ["okta-system-log", "failed"],
    ],
  );
  assert.ok(otherLogsOf(inventory, {})[2]!.says.endsWith("no file lies there"));
  assert.equal(otherLogsOf(inventory, { "s3-access-log": "asked in vain" })[0]!.state, "failed");
});
