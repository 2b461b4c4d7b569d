import assert from "node:assert/strict";
import { test } from "node:test";
import { type BaselineScan, baselineOf } from "../../lib/core/theft/baseline.ts";
import type { HabitRow, HabitValueRow } from "../../lib/core/theft/habits.ts";
import { networkOf } from "../../lib/core/theft/network.ts";
import { MINIMUM_POINTS } from "../../lib/core/theft/volume.ts";

const WINDOW = { from: "2026-02-01T00:00:00Z", until: "2026-02-03T02:00:00Z" };
const MARKS = { shared: new Set(["AKIA1"]), own: new Set<string>(), addresses: new Set(["198.51.100.9"]) };
const habit = (hour: string, members: Partial<HabitRow> = {}): HabitRow => ({
  hour,
  principal_type: "IAMUser",
  stable_id: "AIDA1",
  principal_id: "AIDA1",
  access_key_id: "AKIA1",
  sourceip: "203.0.113.24",
  useragent: "sdk",
  bucket: "logs",
  calls: 1,
  reads: 1,
  copies: 0,
  bytes_out: 100,
  first_at: `${hour}:00:00Z`,
  last_at: `${hour}:30:00Z`,
  ...members,
});
const thief = (hour: string, members: Partial<HabitRow> = {}): HabitRow =>
  habit(hour, { sourceip: "198.51.100.9", useragent: "aws-cli", bucket: "exports", ...members });
const hour = (at: number): string =>
  new Date(Date.parse("2026-02-01T06:00:00Z") + at * 3_600_000).toISOString().slice(0, 13);

test("an address, network, agent, bucket and hour of day are new when nothing before the first sign had them", () => {
  const rows = [
    habit("2026-02-01T09"),
    habit("2026-02-02T10", { bucket: "exports" }),
    thief("2026-02-03T02"),
    thief("2026-02-03T03", { sourceip: "198.51.100.9" }),
  ];
  const { address, network, agent, bucket, hourOfDay, activeHours, hours } = baselineOf(rows, MARKS, WINDOW);
  assert.deepEqual(
    [address.fresh, network.fresh, agent.fresh, bucket.fresh, hourOfDay.fresh],
    [["198.51.100.9"], ["198.51.100.0/24"], ["aws-cli"], [], ["02", "03"]],
  );
  assert.deepEqual([activeHours, hours], [2, 50]);
});

test("without anything before, nothing is called new", () => {
  const { address, callsPerHour } = baselineOf([thief("2026-02-03T02")], MARKS, WINDOW);
  assert.deepEqual(
    [address.fresh, address.during, callsPerHour.above, callsPerHour.busiest?.value],
    [null, ["198.51.100.9"], null, 1],
  );
});

test("the spike rule is mean plus three standard deviations over active hours, and needs fifteen of them", () => {
  // 8 hours of 2 calls and 8 of 4: mean 3, deviation 1, threshold 6.
  const calm = Array.from({ length: 16 }, (_, at) => habit(hour(at), { calls: at % 2 === 0 ? 2 : 4 }));
  const at = (calls: number) => baselineOf([...calm, thief("2026-02-03T02", { calls })], MARKS, WINDOW).callsPerHour;
  assert.deepEqual(at(7), {
    points: 16,
    mean: 3,
    deviation: 1,
    threshold: 6,
    most: 4,
    busiest: { hour: "2026-02-03T02:00:00Z", value: 7 },
    above: true,
  });
  assert.equal(at(6).above, false);
  const few = baselineOf(
    [...calm.slice(0, MINIMUM_POINTS - 1), thief("2026-02-03T02", { calls: 900 })],
    MARKS,
    WINDOW,
  ).callsPerHour;
  // Nothing can be called ordinary against fewer, and ten times the most there was is not.
  assert.deepEqual([few.points, few.threshold, few.above], [14, null, true]);
  const little = baselineOf([...calm.slice(0, 14), thief("2026-02-03T02", { calls: 39 })], MARKS, WINDOW).callsPerHour;
  assert.equal(little.above, null);
});

test("sessions of one role, and parts of one hour, add up to one point", () => {
  const rows = ["a", "b", "c"].map((name) => habit("2026-02-01T09", { principal_id: `AROA1:${name}`, calls: 5 }));
  assert.deepEqual(
    [baselineOf(rows, MARKS, WINDOW).callsPerHour.points, baselineOf(rows, MARKS, WINDOW).callsPerHour.mean],
    [1, 15],
  );
});

test("calls after the first sign that lack the thief's marks count for neither side", () => {
  const doubtful = habit("2026-02-03T05", { useragent: "unseen", calls: 99 });
  const { agent, callsPerHour } = baselineOf(
    [habit("2026-02-01T09"), doubtful, thief("2026-02-03T02", { useragent: "unseen" })],
    MARKS,
    WINDOW,
  );
  assert.deepEqual([agent.fresh, callsPerHour.points], [["unseen"], 1]);
});

// RFC 4291, section 2.2: one address in several writings.
const NETWORKS: readonly (readonly [string, string])[] = [
  ["203.0.113.24", "203.0.113.0/24"],
  ["2001:DB8:0:0:8:800:200C:417A", "2001:db8:0::/48"],
  ["2001:db8::8:800:200c:417a", "2001:db8:0::/48"],
  ["2001:0db8:0001::1", "2001:db8:1::/48"],
  ["::1", "0:0:0::/48"],
  ["s3.amazonaws.com", "s3.amazonaws.com"],
  ["AWS Internal", "AWS Internal"],
];
for (const [address, network] of NETWORKS)
  test(`${address} is of the network ${network}`, () => assert.equal(networkOf(address), network));

const known = (rows: readonly HabitValueRow[], earliest: string | null = "2026-01-04T02:00:00Z"): BaselineScan => ({
  state: "known",
  days: 30,
  from: "2026-01-04T02:00:00Z",
  earliest,
  rows,
});
const value = (
  dimension: HabitValueRow["dimension"],
  told_value: string,
  members: Partial<HabitValueRow> = {},
): HabitValueRow => ({
  scope: "identity",
  subject: "AIDA1",
  dimension,
  told_value,
  values_total: 1,
  days: 1,
  calls: 1,
  reads: 1,
  objects: 1,
  bytes_out: 100,
  first_at: "2026-01-20T09:00:00Z",
  last_at: "2026-01-20T09:30:00Z",
  ...members,
});

test("where the baseline scan is known it is what came before, and the case table's own lookback is not", () => {
  const scan = known([
    value("address", "198.51.100.9"),
    value("network", "198.51.100.0/24"),
    value("agent", "sdk"),
    value("hour", "2026-01-20T09"),
    value("address", "192.0.2.1", { subject: "AIDA2" }),
  ]);
  const { address, agent, bucket, hours, activeHours, ...rest } = baselineOf(
    [habit("2026-02-01T09"), thief("2026-02-03T02")],
    MARKS,
    WINDOW,
    scan,
  );
  assert.deepEqual([address.fresh, address.before, agent.fresh, bucket.fresh], [[], 1, ["aws-cli"], ["exports"]]);
  assert.deepEqual([hours, activeHours, rest.days.active], [720, 1, 1]);
  assert.deepEqual(rest.scan, { state: "known", daysAsked: 30, daysCovered: 30, reason: null });
});

test("logs that reach back less than was asked say how many days they do, and the hours are those", () => {
  const { scan, hours, from } = baselineOf(
    [thief("2026-02-03T02")],
    MARKS,
    WINDOW,
    known([value("hour", "2026-02-01T09")], "2026-01-31T14:00:00Z"),
  );
  assert.deepEqual([scan?.daysCovered, scan?.daysAsked, hours, from], [2.5, 30, 60, "2026-01-31T14:00:00Z"]);
  assert.equal(typeof scan?.reason, "string");
});

test("a value that is not among the commonest of very many is not called new", () => {
  const rows = [value("address", "192.0.2.1", { values_total: 5000 }), value("hour", "2026-01-20T09")];
  const { address } = baselineOf([thief("2026-02-03T02")], MARKS, WINDOW, known(rows));
  assert.deepEqual([address.fresh, address.before], [null, 5000]);
});

test("what the scan saw at or after the first sign, as it is known now, is not what came before", () => {
  const rows = [
    value("agent", "aws-cli", { first_at: WINDOW.until }),
    value("agent", "sdk"),
    value("hour", "2026-01-20T09"),
    value("hour", "2026-02-03T02", { last_at: "2026-02-03T02:10:00Z" }),
  ];
  const { agent, activeHours } = baselineOf([thief("2026-02-03T02")], MARKS, WINDOW, known(rows));
  assert.deepEqual([agent.fresh, activeHours], [["aws-cli"], 1]);
});

test("a bucket's baseline is what anybody did with it: the thief's network may be new there and his volume no spike", () => {
  const of = { scope: "bucket", subject: "exports" } as const;
  const scan = known([
    ...Array.from({ length: 20 }, (_, at) => value("hour", hour(at - 400), { ...of, calls: 9, reads: 9 })),
    value("network", "203.0.113.0/24", of),
    value("identity", "AIDA1", of),
  ]);
  const { buckets, scan: reach } = baselineOf([thief("2026-02-03T02", { reads: 9 })], MARKS, WINDOW, scan);
  assert.deepEqual(
    buckets?.map(({ bucket, network, identity, readsPerHour, activeHours }) => [
      bucket,
      network.fresh,
      identity.fresh,
      readsPerHour.above,
      readsPerHour.threshold,
      activeHours,
    ]),
    [["exports", ["198.51.100.0/24"], [], false, 9, 20]],
  );
  assert.equal(reach?.state, "known");
});

test("a baseline scan that failed leaves the case table's lookback, and its reason", () => {
  const { address, scan, buckets, hours } = baselineOf(
    [habit("2026-02-01T09"), thief("2026-02-03T02")],
    MARKS,
    WINDOW,
    {
      state: "not known",
      days: 30,
      reason: "refused",
    },
  );
  assert.deepEqual([address.fresh, hours, buckets], [["198.51.100.9"], 50, undefined]);
  assert.deepEqual(scan, { state: "not known", daysAsked: 30, daysCovered: null, reason: "refused" });
});
