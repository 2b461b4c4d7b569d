import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChangeRow } from "../../lib/core/theft/changeRow.ts";
import { type OutsideRead, openedBuckets, openingFor, openingsOf } from "../../lib/core/theft/opening.ts";

const OWN = "111122223333";
const PARTNER = "444455556666";
const MARKS = { shared: new Set(["AKIATHIEF"]), own: new Set<string>(), addresses: new Set(["203.0.113.77"]) };

const at = (minute: number): string => `2026-11-20T23:${String(minute).padStart(2, "0")}:00Z`;
const change = (eventname: string, minute: number, request: unknown, byThief = true): ChangeRow => ({
  eventid: `${eventname}-${minute}`,
  eventtime: at(minute),
  eventname,
  eventsource: "s3.amazonaws.com",
  principal_id: byThief ? "AIDATHIEF" : "AIDAOWNER",
  access_key_id: byThief ? "AKIATHIEF" : "AKIAOWNER",
  sourceip: byThief ? "203.0.113.77" : "198.51.100.1",
  bucket: "exports",
  requestparameters: JSON.stringify(request),
  responseelements: null,
});
const policy = (...principals: readonly unknown[]) => ({
  bucketPolicy: {
    Version: "2012-10-17",
    Statement: principals.map((Principal) => ({ Effect: "Allow", Principal, Action: "s3:Get*", Resource: "*" })),
  },
});
const openings = (...changes: readonly ChangeRow[]) =>
  openingsOf(changes, MARKS, OWN).map(({ everybody, accounts, from, to, closedBy }) => ({
    everybody,
    accounts,
    from,
    to,
    closedBy,
  }));
const OPEN = { everybody: true, accounts: [], from: at(10) };

test("a public policy opens the bucket until it is deleted, replaced, blocked, or the bucket goes", () => {
  const open = change("PutBucketPolicy", 10, policy("*"));
  const closings = [
    change("DeleteBucketPolicy", 20, {}, false),
    change("PutBucketPolicy", 20, policy({ AWS: `arn:aws:iam::${OWN}:root` }), false),
    change(
      "PutBucketPublicAccessBlock",
      20,
      { PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } },
      false,
    ),
    change("DeleteBucket", 20, {}),
  ];
  for (const closing of closings)
    assert.deepEqual(openings(open, closing), [{ ...OPEN, to: at(20), closedBy: closing.eventname }]);
  assert.deepEqual(openings(open), [{ ...OPEN, to: null, closedBy: null }]);
});

test("what does not take the grant away does not close it", () => {
  const open = change("PutBucketPolicy", 10, policy({ AWS: "*" }));
  const others = [
    change("PutBucketPolicy", 20, policy("*", { AWS: PARTNER }), false),
    change("PutBucketPublicAccessBlock", 20, { PublicAccessBlockConfiguration: { BlockPublicAcls: true } }, false),
    change("PutBucketVersioning", 20, {}, false),
    { ...change("DeleteBucketPolicy", 20, {}, false), bucket: "other" },
  ];
  for (const other of others) assert.deepEqual(openings(open, other), [{ ...OPEN, to: null, closedBy: null }]);
});

test("a grant to another account names the account; one to our own, or of no reading, opens nothing", () => {
  const foreign = policy({ AWS: [`arn:aws:iam::${PARTNER}:root`, `arn:aws:iam::${OWN}:user/dev`] });
  assert.deepEqual(openings(change("PutBucketPolicy", 10, foreign)), [
    { everybody: false, accounts: [PARTNER], from: at(10), to: null, closedBy: null },
  ]);
  assert.deepEqual(openings(change("PutBucketPolicy", 10, policy({ AWS: OWN }, { Service: "logs" }))), []);
  const writing = {
    bucketPolicy: { Statement: { Effect: "Allow", Principal: "*", Action: ["s3:PutObject", "s3:ListBucket"] } },
  };
  const denying = { bucketPolicy: { Statement: { Effect: "Deny", Principal: "*", Action: "s3:*" } } };
  assert.deepEqual(openings(change("PutBucketPolicy", 10, writing), change("PutBucketPolicy", 11, denying)), []);
});

test("what was open before, and what somebody else opened, is not the thief's opening", () => {
  assert.deepEqual(
    openings(change("PutBucketPolicy", 5, policy("*"), false), change("PutBucketPolicy", 10, policy("*"))),
    [],
  );
  assert.deepEqual(openings(change("PutBucketPolicy", 10, policy("*"), false)), []);
  assert.deepEqual(
    openings(
      change("PutBucketPolicy", 5, policy({ AWS: PARTNER }), false),
      change("PutBucketPolicy", 10, policy({ AWS: PARTNER }, "*")),
    ),
    [{ ...OPEN, to: null, closedBy: null }],
  );
});

test("a canned or written public ACL opens; a private one closes", () => {
  const canned = change("PutBucketAcl", 10, { "x-amz-acl": ["public-read"] });
  const written = change("PutBucketAcl", 10, {
    AccessControlPolicy: {
      AccessControlList: { Grant: { Grantee: { URI: "http://acs.amazonaws.com/groups/global/AllUsers" } } },
    },
  });
  for (const open of [canned, written])
    assert.deepEqual(openings(open, change("PutBucketAcl", 20, { "x-amz-acl": ["private"] }, false)), [
      { ...OPEN, to: at(20), closedBy: "PutBucketAcl" },
    ]);
});

const read = (members: Partial<OutsideRead> = {}): OutsideRead => ({
  bucket: "exports",
  accountId: "anonymous",
  isNameless: true,
  at: at(15),
  accountFirstAt: at(15),
  ...members,
});

test("a read belongs to the opening that let its caller in, and to none when he read there before", () => {
  const all = openingsOf(
    [change("PutBucketPolicy", 10, policy("*")), change("DeleteBucketPolicy", 20, {}, false)],
    MARKS,
    OWN,
  );
  assert.equal(openingFor(read(), all)?.eventId, "PutBucketPolicy-10");
  assert.equal(openingFor(read({ accountId: PARTNER, isNameless: false }), all)?.eventId, "PutBucketPolicy-10");
  for (const none of [{ at: at(9) }, { at: at(20) }, { bucket: "other" }, { accountFirstAt: at(9) }])
    assert.equal(openingFor(read(none), all), null);
});

test("an opening for one account lets in that account and nobody without a name", () => {
  const all = openingsOf([change("PutBucketPolicy", 10, policy({ AWS: PARTNER }))], MARKS, OWN);
  assert.notEqual(openingFor(read({ accountId: PARTNER, isNameless: false }), all), null);
  assert.equal(openingFor(read({ accountId: "777788889999", isNameless: false }), all), null);
  assert.equal(openingFor(read(), all), null);
});

test("a bucket that the thief opened is looked at in the next round of the scan", () => {
  const toChange = ({ eventid, eventtime, eventname, eventsource, bucket, requestparameters }: ChangeRow) => ({
    eventId: eventid,
    eventTime: eventtime,
    eventName: eventname,
    eventSource: eventsource,
    bucket,
    request: JSON.parse(requestparameters!),
    response: {},
  });
  assert.deepEqual(openedBuckets([toChange(change("PutBucketPolicy", 1, policy("*")))], OWN), ["exports"]);
  assert.deepEqual(openedBuckets([toChange(change("PutBucketPolicy", 1, policy({ AWS: OWN })))], OWN), []);
});

test("hostile policies are no openings and break nothing", () => {
  for (const bucketPolicy of [
    null,
    "",
    "{",
    [],
    { Statement: "x" },
    { Statement: [null] },
    { Statement: { Effect: 1 } },
  ])
    assert.deepEqual(openings(change("PutBucketPolicy", 10, { bucketPolicy })), []);
  const odd = { Statement: { Effect: "Allow", Principal: { AWS: [{ a: 1 }, null] }, Action: [{ b: 2 }, "s3:*"] } };
  assert.deepEqual(openings(change("PutBucketPolicy", 10, { bucketPolicy: odd })), []);
  const slow = {
    Statement: { Effect: "Allow", Principal: "*", Action: `s3:${"*".repeat(2_000)}x${"*a".repeat(500)}` },
  };
  assert.deepEqual(openings(change("PutBucketPolicy", 10, { bucketPolicy: slow })), []);
  const pattern = { Statement: { Effect: "Allow", Principal: "*", Action: "(((" } };
  assert.deepEqual(openings(change("PutBucketPolicy", 10, { bucketPolicy: pattern })), []);
});
