import assert from "node:assert/strict";
import { test } from "node:test";
import { meaningOf } from "../../lib/core/theft/phases.ts";
import { type ConductRow, storyOf } from "../../lib/core/theft/story.ts";

let serial = 0;
const row = (eventname: string, at: string, over: Partial<ConductRow> = {}): ConductRow => ({
  hour: at.slice(0, 13),
  eventsource: "s3.amazonaws.com",
  eventname,
  errorcode: null,
  readonly: "false",
  bucket: null,
  principal_id: "AIDA1",
  access_key_id: "AKIA1",
  sourceip: "192.0.2.7",
  calls: 1,
  first_at: at,
  last_at: at,
  event_ids: `e${++serial}`,
  ...over,
});
const DENIED = { errorcode: "AccessDenied", readonly: "true" };
const minute = (at: number): string => `2026-02-23T02:${String(at).padStart(2, "0")}:00Z`;

const SWEEP = ["ListUsers", "ListRoles", "GetBucketPolicy", "GetBucketAcl", "ListBuckets"];

test("many kinds of call, mostly refused, are one sweep of reconnaissance that says how many and links to its events", () => {
  const rows = SWEEP.map((name, at) => row(name, minute(at), { ...DENIED, calls: 3 }));
  const [first, sweep, ...rest] = storyOf(rows, []);
  assert.equal(first!.phase, "initial access");
  assert.deepEqual(
    [sweep!.phase, sweep!.eventIds, rest],
    ["reconnaissance", rows.map(({ event_ids }) => event_ids), []],
  );
  assert.match(sweep!.text, /15 calls of 5 kinds on 1 service\(s\), 15 refused \(a wall of refusals\)/);
});

test("few kinds of call are told one by one, and a long pause begins a new run", () => {
  const few = storyOf([row("ListBuckets", minute(0)), row("ListObjects", minute(1))], []);
  assert.equal(few.filter(({ phase }) => phase === "reconnaissance").length, 2);
  const twice = [...SWEEP.map((name) => row(name, minute(0))), ...SWEEP.map((name) => row(name, minute(50)))];
  assert.equal(storyOf(twice, []).filter(({ phase }) => phase === "reconnaissance").length, 2);
});

test("a read that succeeded again and again is theft and not reconnaissance", () => {
  const reads = row("GetObject", minute(5), { bucket: "vault", calls: 400, readonly: "true" });
  const story = storyOf([reads], [{ bucket: "vault", objects: 390, firstAt: minute(5), lastAt: minute(9) }]);
  assert.deepEqual(
    story.map(({ phase, technique, eventIds }) => [phase, technique, eventIds]),
    [
      ["initial access", "T1078.004", [reads.event_ids]],
      ["theft", "T1530", [reads.event_ids]],
    ],
  );
});

test("a refused read of an object is an attempt, and a throttled one is nothing to tell", () => {
  const refused = row("GetObject", minute(1), { ...DENIED, bucket: "payroll" });
  const throttled = row("GetObject", minute(2), {
    errorcode: "SlowDown",
    readonly: "true",
    bucket: "vault",
    calls: 20,
  });
  const story = storyOf([refused, throttled], []);
  assert.deepEqual(
    story.slice(1).map(({ phase, eventIds }) => [phase, eventIds]),
    [["theft", [refused.event_ids]]],
  );
});

test("a refused change is told as an attempt in the phase that it belongs to", () => {
  const story = storyOf([row("DeleteTrail", minute(1), { errorcode: "AccessDenied" })], []);
  assert.equal(story[1]!.phase, "covering tracks");
  assert.match(story[1]!.text, /^Attempt: /);
});

// Phases and techniques as the seed "Reconstructing a breach" names them, ids as in ATT&CK's cloud matrix.
for (const [eventname, phase, technique] of [
  ["ListObjectsV2", "reconnaissance", "T1619"],
  ["CreateAccessKey", "persistence", "T1098.001"],
  ["AttachUserPolicy", "escalation", "T1098.003"],
  ["AssumeRole", "escalation", "T1550.001"],
  ["GetObject", "theft", "T1530"],
  ["PutBucketReplication", "theft", "T1537"],
  ["StopLogging", "covering tracks", "T1562.008"],
  ["DeleteDetector", "covering tracks", "T1562.001"],
  ["DeleteObjects", "impact", "T1485"],
] as const)
  test(`${eventname} is ${phase}`, () => {
    assert.deepEqual(meaningOf({ eventname, readonly: "false" }), { phase, technique });
  });

test("a read of settings that no table names is reconnaissance, a write is an effect without a technique", () => {
  assert.equal(meaningOf({ eventname: "DescribeNewThing", readonly: "false" }).phase, "reconnaissance");
  assert.deepEqual(meaningOf({ eventname: "FrobnicateNewThing", readonly: "false" }), {
    phase: "impact",
    technique: null,
  });
});
