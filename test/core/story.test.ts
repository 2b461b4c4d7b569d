import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChangeRow } from "../../lib/core/theft/changeRow.ts";
import { type Conduct, type ConductRow, type Loot, storyOf } from "../../lib/core/theft/story.ts";

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
const change = (eventname: string, at: string, request: unknown, eventsource = "s3.amazonaws.com"): ChangeRow => ({
  eventid: `e${++serial}`,
  eventtime: at,
  eventname,
  eventsource,
  principal_id: "AIDA1",
  principal_arn: "arn:aws:iam::111122223333:user/ana",
  access_key_id: "AKIA1",
  sourceip: "192.0.2.7",
  bucket: "vault",
  requestparameters: JSON.stringify(request),
  responseelements: null,
});
const NOTHING: Conduct = { rows: [], changes: [], secrets: [], account: "111122223333" };
const told = (rows: readonly ConductRow[], loot: readonly Loot[] = []) => storyOf({ ...NOTHING, rows }, loot);
const changed = (changes: readonly ChangeRow[]) => storyOf({ ...NOTHING, changes }, []);
const DENIED = { errorcode: "AccessDenied", readonly: "true" };
const minute = (at: number): string => `2026-02-23T02:${String(at).padStart(2, "0")}:00Z`;

const SWEEP = ["ListUsers", "ListRoles", "GetBucketPolicy", "GetBucketAcl", "ListBuckets"];

test("many kinds of call, mostly refused, are one sweep of reconnaissance that says how many and links to its events", () => {
  const rows = SWEEP.map((name, at) => row(name, minute(at), { ...DENIED, calls: 3 }));
  const [first, sweep, ...rest] = told(rows);
  assert.equal(first!.phase, "initial access");
  assert.deepEqual(
    [sweep!.phase, sweep!.eventIds, rest],
    ["reconnaissance", rows.map(({ event_ids }) => event_ids), []],
  );
  assert.match(sweep!.text, /15 calls of 5 kinds on 1 service, 15 refused \(a wall of refusals\)/);
});

test("few kinds of call are told one by one, and a long pause begins a new run", () => {
  const few = told([row("ListBuckets", minute(0)), row("ListObjects", minute(1))], []);
  assert.equal(few.filter(({ phase }) => phase === "reconnaissance").length, 2);
  const twice = [...SWEEP.map((name) => row(name, minute(0))), ...SWEEP.map((name) => row(name, minute(50)))];
  assert.equal(told(twice).filter(({ phase }) => phase === "reconnaissance").length, 2);
});

test("a read that succeeded again and again is theft and not reconnaissance", () => {
  const reads = row("GetObject", minute(5), { bucket: "vault", calls: 400, readonly: "true" });
  const story = told([reads], [{ bucket: "vault", objects: 390, firstAt: minute(5), lastAt: minute(9) }]);
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
  const story = told([refused, throttled], []);
  assert.deepEqual(
    story.slice(1).map(({ phase, eventIds }) => [phase, eventIds]),
    [["theft", [refused.event_ids]]],
  );
});

test("a refused change is told as an attempt in the phase that it belongs to", () => {
  const story = told(
    [row("DeleteTrail", minute(1), { errorcode: "AccessDenied", eventsource: "cloudtrail.amazonaws.com" })],
    [],
  );
  assert.equal(story[1]!.phase, "covering tracks");
  assert.match(story[1]!.text, /^Attempt: /);
});

test("what was switched off and on again is one entry with how long it was off; opposites are never merged", () => {
  const selectors = (type: string | null) => ({
    trailName: "main",
    eventSelectors: [{ includeManagementEvents: true, dataResources: type === null ? [] : [{ type }] }],
  });
  const trail = "cloudtrail.amazonaws.com";
  const off = change("PutEventSelectors", minute(1), selectors(null), trail);
  const on = change("PutEventSelectors", minute(5), selectors("AWS::S3::Object"), trail);
  assert.deepEqual(
    changed([off, on]).map(({ phase, text, eventIds }) => [phase, text, eventIds]),
    [["covering tracks", "Switched data events off on the trail main, on again after 4 minutes", [off.eventid]]],
  );
  const [strengthened] = changed([on]);
  assert.equal(strengthened!.phase, "ordinary");
});

test("calls of one effect are told together with their targets, and infrastructure is one line", () => {
  const story = changed([
    change("CreateUser", minute(1), { userName: "eve" }, "iam.amazonaws.com"),
    change("CreateVpc", minute(2), {}, "ec2.amazonaws.com"),
    change("CreateUser", minute(3), { userName: "mallory" }, "iam.amazonaws.com"),
    change("CreateSubnet", minute(4), {}, "ec2.amazonaws.com"),
  ]);
  assert.deepEqual(
    story.map(({ phase }) => phase),
    ["persistence", "ordinary"],
  );
  assert.match(story[0]!.text, /eve, mallory/);
  assert.match(story[1]!.text, /2 calls of 2 kinds.*CreateSubnet, CreateVpc/);
});

test("what the actor removes that they had made themselves is no impact; what was there before is", () => {
  const iam = "iam.amazonaws.com";
  const made = change("CreateUser", minute(1), { userName: "eve" }, iam);
  const removed = change("DeleteUser", minute(9), { userName: "eve" }, iam);
  assert.deepEqual(
    changed([made, removed]).map(({ phase }) => phase),
    ["persistence", "ordinary"],
  );
  assert.deepEqual(
    changed([removed]).map(({ phase }) => phase),
    ["impact"],
  );
});

test("a long story is told in few lines, and every account that received something stands in it", () => {
  const names = Array.from({ length: 40 }, (_, n) => n);
  const story = changed([
    ...names.map((n) =>
      change("PutUserPolicy", minute(n), { userName: `u${n}`, policyDocument: allow(`s${n}:*`) }, "iam.amazonaws.com"),
    ),
    change("PutBucketPolicy", minute(50), { bucketPolicy: opens("999988887777") }),
    change("PutBucketPolicy", minute(51), { bucketPolicy: opens("444455556666") }),
  ]);
  assert.ok(story.length <= 30);
  for (const account of ["999988887777", "444455556666"]) assert.ok(story.some(({ text }) => text.includes(account)));
});

const allow = (action: string): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: action, Resource: "*" }] });
const opens = (account: string) => ({
  Statement: [
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "s3:GetObject", Resource: "*" },
  ],
});

test("secrets read are credential access, by name", () => {
  const { first_at, last_at } = row("GetSecretValue", minute(1));
  const secret = (item: string) => ({
    eventname: "GetSecretValue",
    item,
    principal_id: "AIDA1",
    access_key_id: "AKIA1",
    sourceip: null,
    calls: 1,
    first_at,
    last_at,
    event_ids: item,
  });
  const [entry] = storyOf({ ...NOTHING, secrets: [secret("db/password"), secret("api/token")] }, []);
  assert.deepEqual([entry!.phase, entry!.technique], ["credential access", "T1555.006"]);
  assert.match(entry!.text, /db\/password, api\/token/);
});

test("a record whose request is nonsense is told by its name and takes nothing down", () => {
  for (const request of [
    null,
    [],
    "x",
    { policyDocument: 7, bucketPolicy: [[]], eventSelectors: "all", LifecycleConfiguration: 3 },
  ])
    for (const name of [
      "PutUserPolicy",
      "PutBucketPolicy",
      "PutEventSelectors",
      "CreateGrant",
      "PutBucketLifecycle",
      "UpdateAssumeRolePolicy",
    ])
      assert.equal(changed([change(name, minute(1), request, "")]).length, 1, name);
});
