import assert from "node:assert/strict";
import { test } from "node:test";
import type { PrincipalRef } from "../../lib/case/principal.ts";
import {
  type AccessLogRow,
  corroborated,
  idsByArn,
  insteadOf,
  isInQuestion,
  toReadRow,
} from "../../lib/core/logs/accessLog.ts";
import type { DataEvents } from "../../lib/core/logs/coverage.ts";
import { ledgerOf, type ReadRow, type TheftRules } from "../../lib/core/theft/theft.ts";

const ACCOUNT = "111122223333";
const USER = `arn:aws:iam::${ACCOUNT}:user/dev`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/app/i-0abc`;
const row = (members: Partial<AccessLogRow> = {}): AccessLogRow => ({
  bucket: "b",
  object_key: "k",
  version_id: null,
  operation: "REST.GET.OBJECT",
  requester: USER,
  remote_ip: "203.0.113.77",
  auth_type: "AuthHeader",
  has_expiry: false,
  in_cloudtrail: false,
  destination_bucket: null,
  calls: 1,
  ranged: 0,
  bytes_sent: 100,
  largest_answer: 100,
  smallest_answer: 100,
  object_size: 100,
  first_at: "2026-11-20T23:00:00Z",
  last_at: "2026-11-20T23:00:00Z",
  request_ids: "R1",
  ...members,
});
const suspect = (members: Partial<PrincipalRef>): PrincipalRef => ({
  type: "IAMUser",
  accountId: ACCOUNT,
  principalId: "AIDATHIEF",
  arn: null,
  userName: "dev",
  accessKeyId: "AKIATHIEF",
  roleSession: null,
  issuerArn: null,
  ...members,
});
const RULES: TheftRules = {
  marks: { shared: new Set(["AIDATHIEF"]), own: new Set(["AROAAPP:i-0abc"]), addresses: new Set(["203.0.113.77"]) },
  ordinaryAddresses: new Set(["10.0.0.1"]),
  anonymousThief: false,
  sizeOf: () => 100,
};
const idOf = idsByArn(
  [],
  [
    suspect({}),
    suspect({ type: "AssumedRole", principalId: "AROAAPP:i-0abc", userName: "app", roleSession: "i-0abc" }),
  ],
);
const entryOf = (members: Partial<AccessLogRow>) => ledgerOf([toReadRow(row(members), idOf)], RULES)[0];

test("a requester's ARN is the suspect whom the finding names by user and account, or by role and session", () => {
  assert.equal(idOf(USER), "AIDATHIEF");
  assert.equal(idOf(`arn:aws:iam::${ACCOUNT}:user/team/dev`), "AIDATHIEF");
  assert.equal(idOf(SESSION), "AROAAPP:i-0abc");
  for (const other of [
    `arn:aws:iam::${ACCOUNT}:user/developer`,
    "arn:aws:iam::999999999999:user/dev",
    `arn:aws:sts::${ACCOUNT}:assumed-role/app/i-0def`,
    "arn:aws:iam::dev",
  ])
    assert.equal(idOf(other), null, other);
});

test("a read by the access log alone is as sure as one by CloudTrail would be, and marked", () => {
  assert.deepEqual([entryOf({})?.certainty, entryOf({})?.recordedBy], ["certain", ["access-log"]]);
  assert.equal(entryOf({ remote_ip: "198.51.100.1" })?.certainty, "likely");
  assert.equal(entryOf({ remote_ip: "10.0.0.1" })?.certainty, "upper-bound");
  assert.equal(entryOf({ requester: SESSION, remote_ip: "198.51.100.1" })?.certainty, "certain");
  assert.equal(entryOf({ requester: null })?.path, "anonymous");
  assert.equal(entryOf({ auth_type: "QueryString", has_expiry: true })?.path, "presigned");
});

test("the source of a copy is what was taken; where it went is only in the other bucket's log", () => {
  const copied = entryOf({ operation: "REST.COPY.OBJECT_GET", bytes_sent: null });
  assert.deepEqual([copied?.path, copied?.bytesOut, copied?.destination], ["server-side-copy", null, null]);
  const known = entryOf({ operation: "REST.COPY.OBJECT_GET", destination_bucket: "drop" });
  assert.deepEqual(known?.destination, { bucket: "drop", key: "k", accountId: null });
});

test("only what carries a mark of the thief is in question", () => {
  const { marks } = RULES;
  assert.equal(isInQuestion(toReadRow(row(), idOf), marks), true);
  assert.equal(isInQuestion(toReadRow(row({ requester: null }), idOf), marks), true);
  const other = { requester: `arn:aws:iam::${ACCOUNT}:user/other`, remote_ip: "198.51.100.1" };
  assert.equal(isInQuestion(toReadRow(row(other), idOf), marks), false);
});

test("an entry is corroborated by the same people from the same addresses, not by others at the same object", () => {
  const read: ReadRow = { ...toReadRow(row(), idOf), principal_arn: USER };
  const { source: _, ...fromCloudTrail } = read;
  const [entry] = corroborated(ledgerOf([fromCloudTrail], RULES), [
    row({ in_cloudtrail: true, calls: 2, ranged: 1, bytes_sent: 150 }),
    row({ requester: `arn:aws:iam::${ACCOUNT}:user/other`, calls: 7 }),
    row({ remote_ip: "198.51.100.1", calls: 7 }),
    row({ object_key: "other", calls: 7 }),
  ]);
  assert.deepEqual(entry?.accessLog, { requests: 2, inCloudTrail: 2, partial: 1, bytesSent: 150 });
  assert.equal(entry?.recordedBy, undefined);
});

test("a bucket that CloudTrail does not cover and the access log does is a lower bound, and said to be one", () => {
  const ledger = ledgerOf([toReadRow(row(), idOf)], RULES);
  const notes = (dataEvents: DataEvents, name = "b") => insteadOf([{ name, dataEvents }], ledger).length;
  assert.deepEqual([notes("absent"), notes("unknown"), notes("partly"), notes("covered")], [1, 1, 1, 0]);
  assert.equal(notes("absent", "other"), 0);
});

test("hostile requesters and keys stay data", () => {
  for (const requester of ["arn:", "arn:aws:iam::'; DROP", "svc:\u202eevil", "=1+1", "\u0000"]) {
    const read = toReadRow(row({ requester, object_key: "\u0000'\n<img>" }), idOf);
    assert.deepEqual(
      [read.object_key, isInQuestion(read, { ...RULES.marks, addresses: new Set() })],
      ["\u0000'\n<img>", false],
    );
  }
});
