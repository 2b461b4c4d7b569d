import assert from "node:assert/strict";
import { test } from "node:test";
import type { PrincipalRef } from "../../lib/case/principal.ts";
import { type ActorRow, isActor } from "../../lib/core/theft/discovery.ts";
import { marksOf, sharedGround } from "../../lib/core/theft/marks.ts";

const DESK = "198.51.100.10";
const HOME = "192.0.2.44";
const ABROAD = "203.0.113.66";
const FIRST = "2026-03-02T11:00:00Z";
const CAROL: PrincipalRef = {
  type: "IAMUser",
  accountId: "111122223333",
  principalId: "AIDACAROL",
  arn: null,
  userName: "carol",
  accessKeyId: "AKIACAROL",
  roleSession: null,
  issuerArn: null,
};
const use = (sourceip: string, first_at: string, last_at: string, useragent = "aws-cli/2.15.30"): ActorRow => ({
  principal_type: "IAMUser",
  principal_id: "AIDACAROL",
  principal_arn: null,
  principal_account: "111122223333",
  user_name: "carol",
  access_key_id: "AKIACAROL",
  issuer_arn: null,
  issuer_id: null,
  sourceip,
  useragent,
  calls: 10,
  failed: 0,
  first_at,
  last_at,
});
const marks = (addresses: readonly string[], actors: readonly ActorRow[]) =>
  marksOf(
    { principals: [CAROL], addresses: addresses.map((ip) => ({ ip })), window: { firstSeen: FIRST } },
    actors,
    [],
  );
const call = (sourceip: string, eventtime: string) => ({
  principal_id: "AIDACAROL",
  access_key_id: "AKIACAROL",
  sourceip,
  eventtime,
});

test("malware on the owner's machine: key and address are both, so the actor begins at the finding's first time, and it is said", () => {
  const both = marks([DESK], [use(DESK, "2026-02-27T09:00:00Z", "2026-03-02T11:50:00Z")]);
  assert.equal(both.since, FIRST);
  assert.equal(isActor(call(DESK, "2026-03-02T09:00:00Z"), both), false);
  assert.equal(isActor(call(DESK, FIRST), both), true);
  assert.match(sharedGround(both)!, /2026-03-02T11:00:00Z/);
});

test("a stolen key from elsewhere: the actor's first look around counts, however long before the finding", () => {
  const stolen = marks(
    [ABROAD],
    [
      use(DESK, "2026-02-27T09:00:00Z", "2026-03-02T10:00:00Z"),
      use(ABROAD, "2026-03-01T02:00:00Z", "2026-03-02T11:50:00Z", "Boto3/1.28 kali"),
    ],
  );
  assert.equal(stolen.since ?? null, null);
  assert.equal(isActor(call(ABROAD, "2026-03-01T02:00:00Z"), stolen), true);
  assert.equal(isActor(call(DESK, FIRST), stolen), false);
  assert.equal(sharedGround(stolen), null);
});

test("an owner with two places and one program: the one that the finding names is still the owner's too", () => {
  const both = marks(
    [DESK],
    [
      use(HOME, "2026-02-27T20:00:00Z", "2026-03-01T22:00:00Z"),
      use(DESK, "2026-02-27T09:00:00Z", "2026-03-02T11:50:00Z"),
    ],
  );
  assert.equal(both.since, FIRST);
});

test("a key that the owner does not use, tried an hour before: the trial is the actor's", () => {
  const only = marks([ABROAD], [use(ABROAD, "2026-03-02T10:00:00Z", "2026-03-02T11:50:00Z")]);
  assert.equal(isActor(call(ABROAD, "2026-03-02T10:00:00Z"), only), true);
});

test("a finding without an address: what the identity used before is the owner's, what is new in its time is the actor's", () => {
  const found = marks(
    [],
    [
      use(DESK, "2026-03-01T09:00:00Z", "2026-03-02T11:30:00Z"),
      use(ABROAD, "2026-03-02T11:05:00Z", "2026-03-02T11:50:00Z"),
    ],
  );
  assert.deepEqual([...found.addresses], [ABROAD]);
  assert.equal(isActor(call(DESK, "2026-03-02T11:30:00Z"), found), false);
  const one = marks([], [use(DESK, "2026-03-01T09:00:00Z", "2026-03-02T11:50:00Z")]);
  assert.deepEqual([...one.addresses], []);
  assert.equal(isActor(call(DESK, "2026-03-01T09:00:00Z"), one), false);
  assert.equal(isActor(call(DESK, FIRST), one), true);
});
