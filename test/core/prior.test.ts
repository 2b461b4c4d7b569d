import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { undoBucketPolicy } from "../../lib/actions/undo-bucket-policy.ts";
import { undoTrailChanges } from "../../lib/actions/undo-trail-changes.ts";
import type { ChangeRow } from "../../lib/core/theft/changeRow.ts";
import { discover } from "../../lib/core/theft/discovery.ts";
import { priorOf } from "../../lib/core/theft/prior.ts";
import { INVICTUS, requestOf, scan } from "../embedded/trailWorld.ts";

const row = (eventname: string, minute: number, request: unknown, members: Partial<ChangeRow> = {}): ChangeRow => ({
  eventid: `${eventname}-${minute}`,
  eventtime: `2026-11-20T23:${String(minute).padStart(2, "0")}:00Z`,
  eventname,
  eventsource: "s3.amazonaws.com",
  principal_id: "AIDAOWNER",
  access_key_id: "AKIAOWNER",
  sourceip: "198.51.100.1",
  bucket: "exports",
  requestparameters: JSON.stringify(request),
  responseelements: null,
  ...members,
});
const nobody = () => false;
const XMLNS = { xmlns: "http://s3.amazonaws.com/doc/2006-03-01/" };
const POLICY = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject" }] };

const TEAM = "arn:aws:iam::123456789012:policy/team";

/** Request as CloudTrail records it; the answer of the API that reads the setting (S3 API reference). */
const FAMILIES: readonly (readonly [string, unknown, string, unknown])[] = [
  ["PutBucketPolicy", { bucketPolicy: POLICY, policy: "" }, "PutBucketPolicy", { Policy: JSON.stringify(POLICY) }],
  ["DeleteBucketPolicy", {}, "PutBucketPolicy", {}],
  ["CreateBucket", {}, "DeleteBucketPolicy", {}],
  [
    "PutBucketLogging",
    { BucketLoggingStatus: { ...XMLNS, LoggingEnabled: { TargetBucket: "logs", TargetPrefix: "x/" } } },
    "PutBucketLogging",
    { LoggingEnabled: { TargetBucket: "logs", TargetPrefix: "x/" } },
  ],
  ["PutBucketLogging", { BucketLoggingStatus: XMLNS }, "PutBucketLogging", {}],
  [
    "PutUserPermissionsBoundary",
    { userName: "bob", permissionsBoundary: TEAM },
    "DeleteUserPermissionsBoundary",
    { PermissionsBoundaryArn: TEAM },
  ],
  [
    "CreateRole",
    { roleName: "app", permissionsBoundary: TEAM },
    "PutRolePermissionsBoundary",
    { PermissionsBoundaryArn: TEAM },
  ],
  ["CreateUser", { userName: "bob" }, "PutUserPermissionsBoundary", {}],
  [
    "PutBucketVersioning",
    { VersioningConfiguration: { ...XMLNS, Status: "Enabled", MfaDelete: "Disabled" } },
    "PutBucketVersioning",
    { Status: "Enabled", MFADelete: "Disabled" },
  ],
  [
    "PutBucketLifecycle",
    {
      LifecycleConfiguration: {
        ...XMLNS,
        Rule: {
          ID: "a",
          Status: "Enabled",
          Filter: { And: { Prefix: "p/", Tag: { Key: "k", Value: "v" } } },
          Transition: { Days: 30, StorageClass: "GLACIER" },
          Expiration: { Days: 365 },
        },
      },
    },
    "DeleteBucketLifecycle",
    {
      Rules: [
        {
          ID: "a",
          Status: "Enabled",
          Filter: { And: { Prefix: "p/", Tags: [{ Key: "k", Value: "v" }] } },
          Transitions: [{ Days: 30, StorageClass: "GLACIER" }],
          Expiration: { Days: 365 },
        },
      ],
    },
  ],
  [
    "PutBucketReplication",
    { ReplicationConfiguration: { ...XMLNS, Role: "r", Rule: { Status: "Enabled", Destination: { Bucket: "b" } } } },
    "PutBucketReplication",
    { ReplicationConfiguration: { Role: "r", Rules: [{ Status: "Enabled", Destination: { Bucket: "b" } }] } },
  ],
  [
    "PutBucketPublicAccessBlock",
    { PublicAccessBlockConfiguration: { ...XMLNS, BlockPublicAcls: true, RestrictPublicBuckets: true } },
    "DeleteBucketPublicAccessBlock",
    { PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true } },
  ],
];

for (const [before, request, change, expected] of FAMILIES)
  test(`what ${change} found is what ${before} had left, as the API says it`, () => {
    const earlier = row(before, 1, request);
    const later = row(change, 5, { userName: "bob", roleName: "app" });
    assert.deepEqual(priorOf(later, [earlier, later], nobody), {
      prior: expected,
      priorFrom: {
        eventId: `${before}-1`,
        eventTime: "2026-11-20T23:01:00Z",
        by: "AIDAOWNER",
        address: "198.51.100.1",
      },
    });
  });

test("the last call before counts, of this bucket alone, and nothing of the same second or later", () => {
  const rows = [
    row("PutBucketVersioning", 1, { VersioningConfiguration: { Status: "Enabled" } }),
    row("PutBucketVersioning", 3, { VersioningConfiguration: { Status: "Suspended" } }),
    row("PutBucketVersioning", 4, { VersioningConfiguration: { Status: "Enabled" } }, { bucket: "other" }),
    row("PutBucketVersioning", 5, { VersioningConfiguration: { Status: "Enabled" } }, { eventid: "same second" }),
    row("PutBucketVersioning", 6, { VersioningConfiguration: { Status: "Enabled" } }),
  ];
  assert.deepEqual(priorOf(row("PutBucketVersioning", 5, {}), rows, nobody).prior, { Status: "Suspended" });
});

test("what the actor left, or somebody from the actor's addresses, is no prior state; what an owner left says who", () => {
  const marks = {
    shared: new Set(["AIDAOWNER"]),
    own: new Set<string>(),
    addresses: new Set(["203.0.113.9"]),
    since: null,
  };
  const theirs = { principal_id: "AIDAOWNER", access_key_id: "AKIAOWNER", sourceip: "203.0.113.9" };
  const change = row("PutBucketPolicy", 5, { bucketPolicy: POLICY }, theirs);
  const found = (earlier: Partial<ChangeRow>) =>
    discover(marks, [], [], [row("PutBucketPolicy", 1, { bucketPolicy: POLICY }, earlier), change]).changes.find(
      ({ eventId }) => eventId === change.eventid,
    );
  assert.equal(found(theirs)!.prior, undefined);
  assert.equal(found({ principal_id: "AROANOSUSPECT0000001:x", sourceip: "203.0.113.9" })!.prior, undefined);
  const owned = found({ principal_arn: "arn:aws:iam::123837392027:user/owner" })!;
  assert.equal(owned.priorFrom?.by, "arn:aws:iam::123837392027:user/owner");
  const [target] = undoBucketPolicy.targets(scene([owned]));
  assert.match(target!.priorFrom!, /user\/owner from 198\.51\.100\.1/);
  // The former policy lets everybody in: it is offered, and says so.
  assert.equal(target!.offer, "optional");
  assert.ok(target!.caution!.length > 0);
});

test("what no record holds is not known: nothing before, an omitted document, a change of another kind", () => {
  const change = row("PutBucketPolicy", 5, {});
  assert.deepEqual(priorOf(change, [], nobody), {});
  assert.deepEqual(priorOf(change, [row("PutBucketPolicy", 1, { policy: "" })], nobody), {});
  assert.deepEqual(priorOf(change, [row("PutBucketPolicy", 1, "not an object")], nobody), {});
  assert.deepEqual(priorOf(change, [row("PutBucketLogging", 1, { BucketLoggingStatus: XMLNS })], nobody), {});
  assert.deepEqual(priorOf(row("CreateUser", 5, {}), [row("CreateBucket", 1, {})], nobody), {});
  const deep = `{"LifecycleConfiguration":{"Rule":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}}`;
  const lifecycle = row("PutBucketLifecycle", 1, {}, { requestparameters: deep });
  assert.deepEqual(priorOf(row("PutBucketLifecycle", 5, {}), [lifecycle], nobody), {});
});

const scene = (changes: ReturnType<typeof discover>["changes"]) =>
  ({ accountId: "123837392027", changes, protected: { principals: [], buckets: [] }, buckets: [] }) as never;

test("the invictus selectors: what the first call found is the default of the trail that was made, and what it set itself is no prior state of the second", async (context) => {
  const { rows } = await scan(
    context,
    INVICTUS,
    requestOf({ accessKeyIds: ["AKIATFQR7NSC8Q4X20BJ"], addresses: ["192.168.10.20"] }),
  );
  const sql = readFileSync(new URL("../../lib/sql/changes.sql", import.meta.url), "utf8");
  const changes = (await rows(sql)) as unknown as readonly ChangeRow[];
  const marks = {
    shared: new Set(["AKIATFQR7NSC8Q4X20BJ"]),
    own: new Set<string>(),
    addresses: new Set(["192.168.10.20"]),
  };
  const { changes: his } = discover(marks, [], [], changes);
  const selectors = his.filter(({ eventName }) => eventName === "PutEventSelectors");
  assert.deepEqual(
    selectors.map(({ prior }) => {
      const [selector] =
        (prior as { EventSelectors: readonly Record<string, unknown>[] } | undefined)?.EventSelectors ?? [];
      return [selector?.ReadWriteType, selector?.IncludeManagementEvents];
    }),
    [
      ["All", true],
      [undefined, undefined],
    ],
  );
  assert.ok(selectors[0]!.priorFrom!.eventTime < selectors[0]!.eventTime);
  const opened = his.find(({ eventName, bucket }) => eventName === "PutBucketPolicy" && bucket?.includes("bdbp"));
  assert.deepEqual(opened?.prior, {}, "the bucket was made in these logs and had no policy");
  assert.equal(undoBucketPolicy.targets(scene([opened!])).length, 1);
  const [trail] = undoTrailChanges.targets(scene(selectors.slice(0, 1)));
  assert.deepEqual(JSON.parse(trail!.recorded!).selectors, selectors[0]!.prior);
});
