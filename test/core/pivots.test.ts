import assert from "node:assert/strict";
import { test } from "node:test";
import type { ActorRow } from "../../lib/core/theft/discovery.ts";
import { type PivotFacts, pivotsOf } from "../../lib/core/theft/pivots.ts";

const row = (over: Partial<ActorRow>): ActorRow => ({
  principal_type: "IAMUser",
  principal_id: "AIDAJANE",
  principal_arn: "arn:aws:iam::111122223333:user/jane",
  principal_account: "111122223333",
  user_name: "jane",
  access_key_id: "AKIAJANE",
  issuer_arn: null,
  issuer_id: null,
  sourceip: "198.51.100.7",
  useragent: "aws-cli",
  calls: 10,
  failed: 0,
  first_at: "2026-02-23T02:00:00Z",
  last_at: "2026-02-23T03:00:00Z",
  ...over,
});
const OFFICE = { sourceip: "203.0.113.1", useragent: "console", calls: 3 };
const NEIGHBOUR = {
  access_key_id: "AKIABOB",
  principal_id: "AIDABOB",
  principal_arn: "arn:aws:iam::111122223333:user/bob",
  calls: 4,
};
const facts = (over: Partial<PivotFacts> = {}): PivotFacts => ({
  actors: [row({}), row(OFFICE), row(NEIGHBOUR)],
  marks: { shared: new Set(["AKIAJANE"]), own: new Set(), addresses: new Set(["198.51.100.7"]) },
  firstTheftAt: "2026-02-23T02:10:00Z",
  lastTheftAt: "2026-02-23T02:50:00Z",
  watermark: "2026-02-23T05:00:00Z",
  stoppedAt: null,
  ...over,
});

test("a key by itself finds its owner's calls too, and what they add is his address", () => {
  const [key] = pivotsOf(facts()).pivots.filter(({ kind }) => kind === "key");
  assert.deepEqual([key!.value, key!.calls, key!.others], ["AKIAJANE", 13, 3]);
  assert.deepEqual(key!.adds, { keys: [], principals: [], addresses: ["203.0.113.1"] });
});

test("an address by itself finds who else came from there, with which key", () => {
  const [address] = pivotsOf(facts()).pivots.filter(({ kind }) => kind === "address");
  assert.deepEqual([address!.calls, address!.others], [14, 4]);
  assert.deepEqual(address!.adds, {
    keys: ["AKIABOB"],
    principals: ["arn:aws:iam::111122223333:user/bob"],
    addresses: [],
  });
});

test("time to the first theft and dwell time are counted from the first sign", () => {
  const { activity } = pivotsOf(facts());
  assert.deepEqual([activity.secondsToFirstTheft, activity.dwellSeconds, activity.state], [600, 3600, "quiet"]);
});

test("a thief whose last call is close to the end of the logs may still be at it", () => {
  assert.equal(pivotsOf(facts({ watermark: "2026-02-23T03:20:00Z" })).activity.state, "going on");
});

test("logs that were stopped cannot say that it is quiet", () => {
  assert.equal(pivotsOf(facts({ stoppedAt: "2026-02-23T03:00:30Z" })).activity.state, "not known");
});

test("no call of the thief in the logs is not known, and never quiet", () => {
  const { activity, pivots } = pivotsOf(facts({ actors: [] }));
  assert.deepEqual([activity.state, activity.firstSignAt, pivots], ["not known", null, []]);
});
