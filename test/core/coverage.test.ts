import assert from "node:assert/strict";
import { test } from "node:test";
import { type BucketRow, type CoverageFacts, coverageOf, type DataEvents } from "../../lib/core/logs/coverage.ts";

const WINDOW = { firstSeen: "2026-02-23T02:47:00.000Z", lastSeen: "2026-02-23T04:10:00.000Z" };
const row = (bucket: string, dataEvents: number): BucketRow => ({
  bucket,
  data_events: dataEvents,
  events: 10,
  first_at: "2026-02-23T00:00:00Z",
  last_at: "2026-02-23T05:00:00Z",
});
const facts = (members: Partial<CoverageFacts> = {}): CoverageFacts => ({
  buckets: ["a"],
  rows: [row("a", 5)],
  filesRead: 10,
  setAside: [],
  watermark: "2026-02-23T05:00:00Z",
  earliest: "2026-02-20T00:00:00Z",
  window: WINDOW,
  deliveryHours: ["2026-02-23T02", "2026-02-23T03", "2026-02-23T04"],
  aggregatedRecords: 0,
  tampering: [],
  ...members,
});
const judged = (members: Partial<CoverageFacts> = {}): DataEvents | undefined =>
  coverageOf(facts(members)).buckets[0]?.dataEvents;
const holes = (members: Partial<CoverageFacts> = {}): number => coverageOf(facts(members)).holes.length;

test("data events of a bucket by anybody, in whole logs, cover it", () => {
  assert.equal(judged(), "covered");
  assert.equal(holes(), 0);
});

test("no data event of any bucket means that they were off; none of this one alone means that nobody can tell", () => {
  assert.equal(judged({ rows: [row("a", 0)] }), "absent");
  assert.equal(judged({ rows: [] }), "absent");
  assert.equal(judged({ rows: [row("a", 0), row("b", 3)] }), "unknown");
  assert.equal(holes({ rows: [row("a", 0)] }), 1);
});

test("logs that end before the finding begins tell nothing about any bucket", () => {
  assert.equal(judged({ watermark: "2026-02-23T02:46:59Z" }), "unknown");
  assert.equal(judged({ watermark: null }), "unknown");
});

/** Each of these leaves a hole in the finding's window. */
const HOLES: Readonly<Record<string, Partial<CoverageFacts>>> = {
  "a file set aside": { setAside: [{ file: "f", reason: "x" }] },
  "files with unread records that nobody can name": { unread: { notKnown: null, unnamedFiles: 4000 } },
  "logs that end before the last thing seen": { watermark: "2026-02-23T04:00:00Z" },
  "a trail stopped before the last thing seen": {
    tampering: [{ eventName: "StopLogging", eventTime: "2026-02-23T03:00:00Z" }],
  },
  "an hour without a file": { deliveryHours: ["2026-02-23T02", "2026-02-23T04"] },
  "a five-minute slot without a file between busy ones": { deliveryGaps: ["2026-02-23T03:15"] },
};

for (const [what, members] of Object.entries(HOLES))
  test(`${what} makes the coverage partial, and a sentence says so`, () => {
    assert.equal(judged(members), "partly");
    assert.equal(holes(members), 1);
  });

test("what lies outside the window takes nothing from the coverage", () => {
  assert.equal(judged({ deliveryGaps: ["2026-02-20T03:15", "2026-02-23T04:30"] }), "covered");
  assert.equal(judged({ tampering: [{ eventName: "StopLogging", eventTime: "2026-02-23T04:12:41Z" }] }), "covered");
  assert.equal(
    holes({ tampering: [{ eventName: "StopLogging", eventTime: "2026-02-23T04:12:41Z" }] }),
    1,
    "but it is told",
  );
  assert.equal(judged({ deliveryHours: null }), "covered");
});

test("records that nobody asked about are mentioned, and asked about and all read they are not", () => {
  assert.match(coverageOf(facts({ unread: { notKnown: "not asked", unnamedFiles: 0 } })).holes.join(), /not asked/);
  assert.equal(judged({ unread: { notKnown: "not asked", unnamedFiles: 0 } }), "covered");
  assert.equal(holes({ unread: { notKnown: null, unnamedFiles: 0 } }), 0);
});

test("aggregated records are mentioned", () => {
  assert.equal(judged({ aggregatedRecords: 7 }), "covered");
  assert.equal(holes({ aggregatedRecords: 7 }), 1);
  assert.equal(holes({ aggregatedRecords: null }), 1, "Athena counts none: not counted is no zero");
});

test("summaries repeat other events only where those are on record: of another bucket they may be all that there is", () => {
  const told = (members: Parameters<typeof facts>[0]): string => coverageOf(facts(members)).holes.join(" ");
  assert.match(told({ aggregatedRecords: 7 }), /repeat other events/);
  for (const aggregatedRecords of [7, null]) {
    const uncovered = told({ rows: [], recording: () => "off", aggregatedRecords });
    assert.doesNotMatch(uncovered, /repeat/);
    assert.match(uncovered, /what no other record does/);
  }
});

const NO_ROW = { rows: [] };

for (const [recording, dataEvents, told] of [
  ["on", "covered", 0],
  ["off", "absent", 1],
  ["unknown", "absent", 1],
] as const)
  test(`a bucket without an event whose recording is ${recording} by the trails' settings is ${dataEvents}`, () => {
    assert.equal(judged({ ...NO_ROW, recording: () => recording }), dataEvents);
    assert.equal(holes({ ...NO_ROW, recording: () => recording }), told);
  });

test("an event of a bucket proves more than settings that were read later", () => {
  assert.equal(judged({ recording: () => "off" }), "covered");
});

test("settings that say on do not mend a trail that was stopped before", () => {
  const tampering = [{ eventName: "StopLogging", eventTime: "2026-02-23T03:00:00Z" }];
  assert.equal(judged({ ...NO_ROW, tampering, recording: () => "on" }), "partly");
});
