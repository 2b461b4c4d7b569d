import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type CountedRow, countedCallsOf } from "../../lib/core/logs/countedCalls.ts";
import { parseAggregatedEvent } from "../../lib/logs/aggregated.ts";
import { delivered, folderOf, getObject, requestOf, scan } from "../embedded/trailWorld.ts";

const COUNTED = readFileSync(new URL("../../lib/sql/counted-calls.sql", import.meta.url), "utf8");

const statistics = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).map(([name, value]) => ({ name, value }));
const by = (dimension: string, counts: Readonly<Record<string, number>>) => ({
  ...{ dimension, statistics: statistics(counts), aggregationType: "Count" },
});
const event = (summary: object, over: object = {}) => ({
  eventVersion: "1.0",
  accountId: "111122223333",
  eventId: "62759c1a-6248-48e1-a6b3-d5fb7e6c4bc0",
  eventCategory: "Aggregated",
  eventType: "AwsAggregatedEvent",
  awsRegion: "us-west-2",
  eventSource: "s3.amazonaws.com",
  timeWindow: { windowStart: "2025-11-17T19:20:00Z", windowEnd: "2025-11-17T19:25:00Z", windowSize: "PT5M" },
  summary,
  ...over,
});

/** The two examples of the CloudTrail user guide, "Aggregating data events". */
const API_ACTIVITY = event({
  primaryDimension: by("eventName", { PutObject: 1000 }),
  details: [
    by("resourceARN", { "arn:aws:s3:::bucket-1": 800, "arn:aws:s3:::bucket-2": 150, "arn:aws:s3:::bucket-3": 50 }),
  ],
});
const RESOURCE_ACCESS = event(
  {
    primaryDimension: by("resourceARN", { "arn:aws:s3:::bucket-1": 800 }),
    details: [by("eventName", { PutObject: 800 })],
  },
  { eventId: "2ed87efa-45c1-412d-bc38-7e0879faa6df" },
);

test("a summary by call and one by resource, as the user guide prints them", () => {
  const place = {
    ...{ window_start: "2025-11-17T19:20:00Z", window_end: "2025-11-17T19:25:00Z", account_id: "111122223333" },
    ...{ region: "us-west-2", event_source: "s3.amazonaws.com" },
  };
  assert.deepEqual(parseAggregatedEvent(API_ACTIVITY), {
    ...{ ...place, event_id: "62759c1a-6248-48e1-a6b3-d5fb7e6c4bc0", dimension: "eventName", counts: "1000 PutObject" },
    details:
      "resourceARN 800 arn:aws:s3:::bucket-1\nresourceARN 150 arn:aws:s3:::bucket-2\nresourceARN 50 arn:aws:s3:::bucket-3",
  });
  assert.deepEqual(parseAggregatedEvent(RESOURCE_ACCESS), {
    ...{ ...place, event_id: "2ed87efa-45c1-412d-bc38-7e0879faa6df", dimension: "resourceARN" },
    ...{ counts: "800 arn:aws:s3:::bucket-1", details: "eventName 800 PutObject" },
  });
});

test("what has no window, another category, or is a call is no summary, and a broken summary counts nothing", () => {
  for (const over of [{ timeWindow: null }, { eventCategory: "Data" }, { timeWindow: { windowStart: "2025-11-17" } }])
    assert.equal(parseAggregatedEvent({ ...API_ACTIVITY, ...over }), null);
  assert.equal(parseAggregatedEvent(getObject()), null);
  for (const summary of [
    null,
    "x",
    { primaryDimension: [], details: {} },
    { details: [{ statistics: [{ name: 5, value: "9" }] }] },
  ])
    assert.deepEqual(
      [parseAggregatedEvent(event(summary as object))?.counts, parseAggregatedEvent(event(summary as object))?.details],
      [null, null],
    );
});

const at = (minute: number, over: Partial<CountedRow>): CountedRow => ({
  window_start: `2026-11-20T23:${String(minute).padStart(2, "0")}:00Z`,
  window_end: `2026-11-20T23:${String(minute + 5).padStart(2, "0")}:00Z`,
  ...{ dimension: "resourceARN", counts: "0 x", details: null },
  ...over,
});

test("reads of a bucket are counted once though two templates tell of them, and only where it is sure whose they are", () => {
  const rows = [
    at(10, {
      counts: "700 arn:aws:s3:::exports",
      details: "eventName 690 GetObject\neventName 10 PutObject\nuserIdentity 700 x",
    }),
    at(15, { counts: "310 arn:aws:s3:::exports", details: "eventName 310 GetObject" }),
    at(10, {
      dimension: "eventName",
      counts: "950 GetObject",
      details: "resourceARN 690 arn:aws:s3:::exports\nresourceARN 260 arn:aws:s3:::exports-old",
    }),
    at(20, { counts: "5 arn:aws:s3:::exports\n6 arn:aws:s3:::other", details: "eventName 11 GetObject" }),
    at(20, { counts: "9 arn:aws:s3:::exports-old", details: "eventName 9 GetObject" }),
  ];
  const [reads, ...more] = countedCallsOf("exports", rows);
  assert.deepEqual(more, []);
  assert.deepEqual(
    [reads?.eventName, reads?.calls, reads?.from, reads?.to],
    ["GetObject", 1000, "2026-11-20T23:10:00Z", "2026-11-20T23:20:00Z"],
  );
  assert.match(reads!.says, /at least 1,000 GetObject calls .* counted, not named/);
  assert.deepEqual(countedCallsOf("export", rows), []);
});

const summary = event(
  {
    primaryDimension: by("resourceARN", { "arn:aws:s3:::exports": 12847 }),
    details: [by("eventName", { GetObject: 12847 })],
  },
  { timeWindow: { windowStart: "2026-11-20T23:10:00Z", windowEnd: "2026-11-20T23:15:00Z" } },
);
const FORMS: Readonly<Record<string, unknown>> = {
  "a list": [summary, API_ACTIVITY],
  "an object with Records": { Records: [summary, API_ACTIVITY] },
};

for (const [form, content] of Object.entries(FORMS))
  test(`files of aggregated events are read beside CloudTrail's, as ${form}, and no summary is an event of the case`, async (context) => {
    const management = getObject({
      eventName: "ListBuckets",
      eventCategory: "Management",
      requestParameters: null,
      resources: [],
    });
    const logs = folderOf(context, {
      "CloudTrail/a.json.gz": delivered(management),
      "CloudTrail-Aggregated/b.json": JSON.stringify(content),
    });
    const { result, rows } = await scan(
      context,
      logs,
      requestOf({ accessKeyIds: ["AKIATHIEF"] }, { from: "2026-11-20T00:00:00.000Z", to: "2026-11-22T00:00:00.000Z" }),
    );
    assert.deepEqual(result.filesSetAside, []);
    const told = result.inventory?.otherLogs?.find(({ log }) => log === "cloudtrail-aggregated");
    assert.deepEqual([told?.files, told?.entries], [1, 1]);
    assert.equal(result.eventsKept, 1);
    const found = await rows(COUNTED, ":s3:::exports", ":s3:::exports", "2026-11-20T00:00:00Z");
    const [reads] = countedCallsOf("exports", found as unknown as readonly CountedRow[]);
    assert.equal(reads?.calls, 12847);
  });
