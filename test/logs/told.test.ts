import assert from "node:assert/strict";
import { test } from "node:test";
import type { ScanInventory, SideLogFound } from "../../lib/case/scan.ts";
import type { LogId } from "../../lib/logs/index.ts";
import { type FailedLogs, otherLogsOf } from "../../lib/logs/told.ts";

const found = (log: SideLogFound["log"], more: Partial<SideLogFound> = {}): SideLogFound => ({
  ...{ log, files: 1, entries: 2, unread: 0, earliest: "2026-02-22T11:00:00Z", latest: "2026-02-22T12:00:00Z" },
  ...more,
});
const inventory: ScanInventory = {
  ...{ deliveryHours: null, digestFiles: [], filesOutside: 0, aggregatedRecords: 0 },
  otherLogs: [found("s3-access-log"), found("okta-system-log", { files: 0, entries: 0, failed: "no file lies there" })],
};

test("a log that was given and could not be read is failed with its reason, not silent and not absent", () => {
  const stateOf = (log: LogId, failed: FailedLogs = {}) =>
    otherLogsOf(inventory, failed).find((one) => one.log === log)!;
  assert.equal(stateOf("s3-access-log").state, "used");
  assert.equal(stateOf("vpc-flow-log").state, "not given");
  assert.equal(stateOf("okta-system-log").state, "failed");
  assert.ok(stateOf("okta-system-log").says.endsWith("no file lies there"));
  assert.equal(stateOf("s3-access-log", { "s3-access-log": "asked in vain" }).state, "failed");
});
