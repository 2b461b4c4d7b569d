/** Smaller recordings: OTRF's theft with an instance's credentials, and TrailDiscover's one record per call. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { filesOf, fixture, outcomeOf, recordsOf, rowsOfDetection } from "./real.ts";
import { caseTableOf, caseTableOfLogs } from "./trail.ts";

test("OTRF: an instance's credentials used from outside, by session, key and address", async () => {
  const table = await caseTableOfLogs(fixture("otrf"), { addresses: ["1.2.3.4"] });
  const { firing } = await rowsOfDetection(table, "instance-role-outside");
  const { fired } = await outcomeOf(table);
  await table.close();
  assert.equal(firing.length, 1);
  assert.equal(firing[0]!.instance, "i-0317f6c6b66ae9c40");
  assert.equal(firing[0]!.access_key_id, "ASIA5FLZVX4OPVKKVBMX");
  assert.equal(firing[0]!.sourceip, "1.2.3.4");
  assert.match(String(firing[0]!.useragent), /Darwin/);
  assert.ok(!fired.includes("bulk-download"), "two reads are no bulk");
});

test("TrailDiscover: calls on a bucket that does not exist are attempts at most", async () => {
  const files = filesOf("traildiscover");
  const table = await caseTableOf(files.flatMap((file) => recordsOf("traildiscover", file)));
  const { fired, attempted } = await outcomeOf(table);
  await table.close();
  const failedChanges = ["bucket-configuration-deleted", "bucket-deleted"];
  assert.deepEqual(attempted, failedChanges);
  assert.deepEqual(
    fired.filter((id) => !["bucket-enumeration"].includes(id)),
    [],
  );
});
