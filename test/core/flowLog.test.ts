import assert from "node:assert/strict";
import { test } from "node:test";
import type { TakenObject } from "../../lib/case/objects.ts";
import { type FlowRow, flowSummaryOf, transfersOf } from "../../lib/core/logs/flowLog.ts";

const THIEF = "203.0.113.77";
const INSTANCE = "i-01234567890123456";
const SUSPECTS = { addresses: new Set([THIEF]), instanceIds: new Set([INSTANCE]) };
const row = (source: string, target: string, bytes: number, members: Partial<FlowRow> = {}): FlowRow => ({
  source,
  target,
  interface_id: "eni-1",
  instance_id: null,
  src_service: null,
  dst_service: null,
  flows: 1,
  bytes,
  first_at: "2026-11-20T23:00:00Z",
  last_at: "2026-11-20T23:01:00Z",
  ...members,
});
const shown = (...rows: readonly FlowRow[]) =>
  transfersOf(rows, SUSPECTS).map(({ kind, target, bytes }) => [kind, target, bytes]);

test("a transfer to the thief is shown at any size, one by the instance if it leaves, one from S3 as such", () => {
  assert.deepEqual(
    shown(
      row("10.0.0.5", THIEF, 1),
      row("10.0.0.6", "198.51.100.9", 2, { instance_id: INSTANCE }),
      row("52.216.1.1", "10.0.0.6", 3, { instance_id: INSTANCE, src_service: "S3" }),
      row("10.0.0.7", "198.51.100.9", 4),
    ),
    [
      ["to-thief", THIEF, 1],
      ["by-instance", "198.51.100.9", 2],
      ["from-s3", "10.0.0.6", 3],
      ["large", "198.51.100.9", 4],
    ],
  );
});

test("what stays inside, and what comes from the thief, is no transfer out", () => {
  assert.deepEqual(
    shown(row("10.0.0.5", "10.0.0.6", 99), row(THIEF, "10.0.0.6", 99), row(THIEF, "198.51.100.9", 9)),
    [],
  );
});

test("a packet that two interfaces saw counts once: the one that saw most", () => {
  const rows = [
    row("10.0.0.5", THIEF, 100),
    row("10.0.0.5", THIEF, 50),
    row("10.0.0.5", THIEF, 140, { interface_id: "eni-nat" }),
  ];
  const [transfer] = transfersOf(rows, SUSPECTS);
  assert.deepEqual([transfer?.bytes, transfer?.flows, transfer?.interfaceIds], [150, 2, ["eni-1", "eni-nat"]]);
});

test("the summary holds flows against what was stolen and adds nothing up", () => {
  const ledger = [
    { certainty: "certain", bytesOut: 70 },
    { certainty: "likely", bytesOut: 30 },
    { certainty: "upper-bound", bytesOut: 1000 },
  ] as unknown as readonly TakenObject[];
  const summary = flowSummaryOf([row("10.0.0.5", THIEF, 90)], SUSPECTS, ledger);
  assert.deepEqual([summary.bytes["to-thief"], summary.stolenBytes, summary.transfersTotal], [90, 100, 1]);
  assert.equal(summary.notes.length, 2, "no instance id in the records is said");
});

test("a hundred transfers are kept, and the total counts all", () => {
  const rows = Array.from({ length: 130 }, (_, at) => row("10.0.0.5", `198.51.100.${at}`, at));
  const { transfers, transfersTotal, bytes } = flowSummaryOf(rows, SUSPECTS, []);
  assert.deepEqual([transfers.length, transfersTotal, bytes.large], [100, 130, (129 * 130) / 2]);
  assert.equal(transfers[0]?.bytes, 129);
});
