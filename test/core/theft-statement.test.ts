import assert from "node:assert/strict";
import { test } from "node:test";
import type { ActorChange } from "../../lib/case/principal.ts";
import type { Coverage, DataEvents } from "../../lib/core/logs/coverage.ts";
import { ledgerOf, type ReadRow, type TheftRules } from "../../lib/core/theft/theft.ts";
import { stateTheft, type TheftStatement } from "../../lib/core/theft/theftStatement.ts";

const RULES: TheftRules = {
  marks: { shared: new Set(["AKIATHIEF"]), own: new Set(), addresses: new Set(["203.0.113.77"]) },
  ordinaryAddresses: new Set(["10.0.0.1"]),
  anonymousThief: false,
  sizeOf: () => null,
};
const read = (key: string, sourceip: string, members: Partial<ReadRow> = {}): ReadRow => ({
  bucket: "a",
  object_key: key,
  version_id: null,
  eventname: "GetObject",
  copy_source: null,
  auth_method: null,
  has_expiry: false,
  principal_type: "IAMUser",
  principal_id: "AIDA",
  principal_arn: null,
  principal_account: "1",
  access_key_id: "AKIATHIEF",
  sourceip,
  calls: 1,
  bytes_out: 10,
  largest_answer: 10,
  first_at: "2026-01-01T00:00:00Z",
  last_at: "2026-01-01T00:00:00Z",
  ...members,
});
const coverage = (...kinds: readonly DataEvents[]): Coverage => ({
  buckets: kinds.map((dataEvents, at) => ({ name: `b${at}`, dataEvents })),
  holes: [],
});
const state = (rows: readonly ReadRow[], covered: Coverage, changes: readonly ActorChange[] = []): TheftStatement =>
  stateTheft({ rows, rules: RULES, ledger: ledgerOf(rows, RULES), coverage: covered, changes });
const order = (eventName: string): ActorChange => ({
  eventId: "1",
  eventTime: "2026-01-01T00:00:00Z",
  eventName,
  eventSource: "s3.amazonaws.com",
  bucket: "a",
  request: {},
  response: {},
});

test("the three numbers contain each other, and each step is explained", () => {
  const said = state(
    [read("k1", "203.0.113.77"), read("k2", "198.51.100.9"), read("k3", "10.0.0.1")],
    coverage("covered"),
  );
  assert.deepEqual([said.certain?.objects, said.likely?.objects, said.upperBound?.objects], [1, 2, 3]);
  assert.equal(said.reasons.length, 2);
});

test("nothing read in covered logs is zero; nothing seen in logs that cannot see is not known", () => {
  assert.deepEqual(state([], coverage("covered")).certain, { objects: 0, calls: 0, bytes: 0 });
  for (const blind of ["absent", "unknown"] as const) {
    const said = state([], coverage(blind, blind));
    assert.deepEqual([said.certain, said.likely, said.upperBound], [null, null, null]);
    assert.equal(said.reasons.length, 1);
  }
});

test("what was seen is a lower bound where a bucket is unseen or the logs have holes: no upper bound", () => {
  for (const kind of ["absent", "unknown", "partly"] as const) {
    const said = state([read("k1", "203.0.113.77")], coverage("covered", kind));
    assert.equal(said.certain?.objects, 1);
    assert.equal(said.upperBound, null);
  }
});

test("an order of the thief that moved nothing we can see leaves no upper bound; one that is accounted for does", () => {
  assert.equal(
    state([read("k1", "203.0.113.77")], coverage("covered"), [order("PutBucketReplication")]).upperBound,
    null,
  );
  assert.notEqual(state([], coverage("covered"), [order("PutBucketPolicy")]).upperBound, null);
  const moved = read("k1", "s3.amazonaws.com", {
    eventname: "PutObject",
    access_key_id: "ASIAX",
    order_name: "PutBucketReplication",
    ordered_by: "AIDA",
    ordered_key: "AKIATHIEF",
    ordered_from: "203.0.113.77",
  });
  assert.equal(state([moved], coverage("covered"), [order("PutBucketReplication")]).upperBound?.objects, 1);
});
