import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bucketHoursOf, type HourFacts, hourSentences, withSpoiltHours } from "../../lib/core/logs/bucketHours.ts";

const HOURS = Array.from({ length: 24 }, (_, at) => `2026-02-23T${String(at).padStart(2, "0")}`);
const facts = (members: Partial<HourFacts> = {}): HourFacts => ({
  window: { from: "2026-02-23T00:10:00.000Z", to: "2026-02-23T10:00:00.000Z" },
  watermark: "2026-02-23T11:20:00Z",
  earliest: "2026-02-20T00:00:00Z",
  deliveryHours: HOURS,
  setAside: [],
  tampering: [],
  dataHours: ["2026-02-23T02", "2026-02-23T05"],
  recording: "unknown",
  ...members,
});
const spans = (members: Partial<HourFacts> = {}) =>
  bucketHoursOf(facts(members)).holes.map(({ from, hours }) => [from.slice(11, 13), hours]);

test("between two data events of a bucket its hours are certain; before the first and behind the last they are not", () => {
  const { hours, certain, share } = bucketHoursOf(facts());
  assert.deepEqual([hours, certain, share], [10, 4, 0.4]);
  assert.deepEqual(spans(), [
    ["00", 2],
    ["06", 4],
  ]);
});

test("where a trail is set to record the bucket every delivered hour is certain, and where none is the reason is that", () => {
  assert.equal(bucketHoursOf(facts({ recording: "on", dataHours: [] })).share, 1);
  const { certain, holes } = bucketHoursOf(facts({ recording: "off", dataHours: [] }));
  assert.deepEqual([certain, holes.length], [0, 1]);
});

test("behind a change of the trail nothing is certain until a data event shows that recording goes on", () => {
  const tampering = [{ eventName: "StopLogging", eventTime: "2026-02-23T03:30:00Z" }];
  assert.deepEqual(spans({ recording: "on", tampering }), [["03", 2]]);
  assert.deepEqual(spans({ recording: "on", tampering, dataHours: ["2026-02-23T02"] }), [["03", 7]]);
  // An event of the very hour may lie before the change.
  assert.deepEqual(spans({ recording: "on", tampering, dataHours: ["2026-02-23T03"] }), [["03", 7]]);
});

test("missing files, unread files, the beginning and the end of the logs each leave a hole of their hours", () => {
  const on = { recording: "on" } as const;
  assert.deepEqual(spans({ ...on, watermark: "2026-02-23T08:10:00Z" }), [["08", 2]]);
  assert.deepEqual(spans({ ...on, watermark: null }), [["00", 10]]);
  assert.deepEqual(spans({ ...on, earliest: "2026-02-23T03:59:00Z" }), [["00", 3]]);
  assert.deepEqual(spans({ ...on, deliveryGaps: ["2026-02-23T04:35"] }), [["04", 1]]);
  assert.deepEqual(
    spans({
      ...on,
      setAside: [{ file: "a/111122223333_CloudTrail_eu-central-1_20260223T0705Z_abc.json.gz", reason: "x" }],
    }),
    [["07", 1]],
  );
  assert.deepEqual(spans({ ...on, deliveryHours: HOURS.filter((hour) => !/T0[456]$/.test(hour)) }), [["04", 2]]);
  assert.deepEqual(spans({ ...on, deliveryHours: null }), []);
});

test("hours whose log files do not hold against CloudTrail's digest are certain no more", () => {
  const known = bucketHoursOf(facts({ recording: "on" }));
  const spoilt = withSpoiltHours(known, ["2026-02-23T04", "2026-02-24T04"], "changed");
  assert.deepEqual([known.certain, spoilt.certain, spoilt.holes.map(({ reason }) => reason)], [10, 9, ["changed"]]);
});

test("whatever the facts, certain hours and hours in holes add up to the window, and sentences are as many as asked for", () => {
  const hour = fc.constantFrom(...HOURS);
  fc.assert(
    fc.property(
      fc.record({
        dataHours: fc.array(hour),
        deliveryHours: fc.option(fc.array(hour)),
        recording: fc.constantFrom("on", "off", "unknown"),
        tampering: fc.array(
          fc.record({ eventName: fc.constant("StopLogging"), eventTime: hour.map((at) => `${at}:30:00Z`) }),
        ),
        watermark: fc.option(hour.map((at) => `${at}:10:00Z`)),
      }),
      (members) => {
        const known = bucketHoursOf(facts(members as Partial<HourFacts>));
        const inHoles = known.holes.reduce((sum, { hours }) => sum + hours, 0);
        assert.equal(known.certain + inHoles, 10);
        assert.ok(hourSentences("b", known, 3).length <= 4);
        assert.deepEqual(withSpoiltHours(known, [], "x"), known);
      },
    ),
  );
});
