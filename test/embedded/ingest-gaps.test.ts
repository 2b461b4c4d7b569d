import assert from "node:assert/strict";
import { test } from "node:test";
import { gapsOf } from "../../lib/embedded/ingest-gaps.ts";

const file = (minute: string, records = 40, region = "eu-central-1") => ({
  name: `AWSLogs/111122223333/CloudTrail/${region}/2026/02/23/111122223333_CloudTrail_${region}_20260223T${minute}Z_abcdefgh.json.gz`,
  records,
});
const MINUTES = ["0300", "0305", "0310", "0315", "0320", "0325", "0330", "0335", "0340"];
const without = (missing: string, records?: number) =>
  MINUTES.filter((minute) => minute !== missing).map((minute) => file(minute, records));

test("a slot without a file between busy ones is a gap", () => {
  assert.deepEqual(gapsOf(without("0320")), ["2026-02-23T03:20"]);
  assert.deepEqual(gapsOf(MINUTES.map((minute) => file(minute))), []);
});

test("an idle moment of a quiet account, and delivery every quarter of an hour, are no gaps", () => {
  assert.deepEqual(gapsOf(without("0320", 3)), []);
  assert.deepEqual(gapsOf(["0300", "0315", "0330", "0345", "0400"].map((minute) => file(minute, 400))), []);
});

test("one region's files do not fill another's gap, and files of other names say nothing", () => {
  assert.deepEqual(gapsOf([...without("0320"), file("0320", 40, "us-east-1")]), ["2026-02-23T03:20"]);
  assert.deepEqual(gapsOf([{ name: "export.json", records: 1000 }]), []);
});
