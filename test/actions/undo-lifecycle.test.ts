import assert from "node:assert/strict";
import { test } from "node:test";
import { undoLifecycle as action } from "../../lib/actions/undo-lifecycle.ts";
import { contract } from "./contract.ts";
import { change, openAccount, scene, stamp } from "./world.ts";

const nuke = { ID: "nuke", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 1 } };
const tier = {
  ID: "tier",
  Status: "Enabled",
  Filter: { Prefix: "a/" },
  Transitions: [{ Days: 30, StorageClass: "GLACIER" }],
};
// The shape of Panther's recorded PutBucketLifecycle: one rule, an object under `Rule`.
const put = change(
  "PutBucketLifecycle",
  { bucketName: "plain", LifecycleConfiguration: { Rule: nuke } },
  { bucket: "plain" },
);
const open =
  (...Rules: readonly unknown[]) =>
  () =>
    openAccount({
      "buckets/plain.json": {
        GetBucketLifecycleConfiguration: { Rules, TransitionDefaultMinimumObjectSize: "all_storage_classes_128K" },
      },
    });

contract({ action, when: "only the thief's rule", scene: scene({ changes: [put] }), open: open(nuke) });
contract({ action, when: "beside another", scene: scene({ changes: [put] }), open: open(tier, nuke) });
contract({
  action,
  when: "a recorded configuration",
  scene: scene({ changes: [{ ...put, prior: { Rules: [tier] } }] }),
  open: open(nuke),
});

// A call that gives a rule no id: S3 makes one up, and the event does not hold it (break case 19).
const { ID: _, ...anonymous } = nuke;
const putNameless = change(
  "PutBucketLifecycle",
  { bucketName: "plain", LifecycleConfiguration: { Rule: { ...anonymous, Expiration: { Days: "1" } } } },
  { bucket: "plain" },
);
const MADE_UP = { ...nuke, ID: "ZGEwMWQ3NTEtMmVjZC00" };
contract({
  action,
  when: "a rule without an id",
  scene: scene({ changes: [putNameless] }),
  open: open(tier, MADE_UP),
});

test("a rule without an id is known by what it does, and one that does anything else stays", async () => {
  const [target] = action.targets(scene({ changes: [putNameless] }));
  const other = { ...nuke, ID: "owners", Expiration: { Days: 10 } };
  const [made] = action.apply(target!, await action.capture(target!, stamp, open(other, MADE_UP)()), stamp);
  assert.deepEqual(made!.input.LifecycleConfiguration, { Rules: [other] });
});

test("rules that the thief's call did not name stay", async () => {
  const [target] = action.targets(scene({ changes: [put] }));
  const [made] = action.apply(target!, await action.capture(target!, stamp, open(tier, nuke)()), stamp);
  assert.deepEqual(made!.input.LifecycleConfiguration, { Rules: [tier] });
});

// How CloudTrail writes a rule (names of the XML, a list of one as the one, numbers as texts), and how S3 answers it
// (S3 API reference, LifecycleRule; the SDK gives dates, which JSON writes with milliseconds).
const SHAPES: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>])[] = [
  [
    "a transition",
    { Filter: { Prefix: "a/" }, Transition: { Days: "31", StorageClass: "GLACIER" } },
    { Filter: { Prefix: "a/" }, Transitions: [{ Days: 31, StorageClass: "GLACIER" }] },
  ],
  [
    "transitions, answered in another order",
    { Filter: { Prefix: "" }, Transition: [tier.Transitions[0], { Days: 90, StorageClass: "DEEP_ARCHIVE" }] },
    { Filter: { Prefix: "" }, Transitions: [{ Days: 90, StorageClass: "DEEP_ARCHIVE" }, tier.Transitions[0]] },
  ],
  [
    "a transition of old versions",
    { Filter: { Prefix: "" }, NoncurrentVersionTransition: { NoncurrentDays: 1, StorageClass: "GLACIER" } },
    { Filter: { Prefix: "" }, NoncurrentVersionTransitions: [{ NoncurrentDays: 1, StorageClass: "GLACIER" }] },
  ],
  [
    "several tags",
    {
      Filter: {
        And: {
          Prefix: "a/",
          Tag: [
            { Key: "k", Value: "v" },
            { Key: "l", Value: "" },
          ],
        },
      },
      Expiration: { Days: 1 },
    },
    {
      Filter: {
        And: {
          Prefix: "a/",
          Tags: [
            { Key: "k", Value: "v" },
            { Key: "l", Value: "" },
          ],
        },
      },
      Expiration: { Days: 1 },
    },
  ],
  [
    "one tag",
    { Filter: { Tag: { Key: "k", Value: "v" } }, Expiration: { Days: 1 } },
    { Filter: { Tag: { Key: "k", Value: "v" } }, Expiration: { Days: 1 } },
  ],
  ["an empty filter", { Filter: "", Expiration: { Days: 1 } }, { Filter: {}, Expiration: { Days: 1 } }],
  ["no filter", { Filter: {}, Expiration: { Days: 1 } }, { Filter: { Prefix: "" }, Expiration: { Days: 1 } }],
  ["the old prefix", { Prefix: "", Expiration: { Days: 1 } }, { Prefix: "", Expiration: { Days: 1 } }],
  [
    "a date",
    { Filter: { Prefix: "" }, Expiration: { Date: "2026-12-01T00:00:00Z" } },
    { Filter: { Prefix: "" }, Expiration: { Date: new Date("2026-12-01") } },
  ],
  [
    "a truth",
    { Filter: { Prefix: "" }, Expiration: { ExpiredObjectDeleteMarker: "true" } },
    { Filter: { Prefix: "" }, Expiration: { ExpiredObjectDeleteMarker: true } },
  ],
  [
    "an empty id",
    { ID: "", Filter: { Prefix: "" }, Expiration: { Days: 1 } },
    { Filter: { Prefix: "" }, Expiration: { Days: 1 } },
  ],
];
for (const [what, told, answered] of SHAPES)
  test(`a rule without an id is found again in what S3 answers: ${what}`, async () => {
    const call = { bucketName: "plain", LifecycleConfiguration: { Rule: { ...told, Status: "Enabled" } } };
    const [target] = action.targets(scene({ changes: [change("PutBucketLifecycle", call, { bucket: "plain" })] }));
    const account = open(tier, { ...answered, Status: "Enabled", ID: "made-up" })();
    const before = await action.capture(target!, stamp, account);
    assert.equal(action.verify(target!, before, before, stamp).ok, false);
    const [made] = action.apply(target!, before, stamp);
    assert.deepEqual(made!.input.LifecycleConfiguration, { Rules: [tier] });
  });

test("a rule without an id that differs in its date, its prefix or a tag is somebody else's, and stays", async () => {
  const rule = (Prefix: string, Value: string, Day: string) => ({
    ...{ Status: "Enabled", Filter: { And: { Prefix, Tags: [{ Key: "k", Value }] } } },
    Expiration: { Date: `${Day}T00:00:00Z` },
  });
  const call = { bucketName: "plain", LifecycleConfiguration: { Rule: rule("2026-12-01", "v", "2026-12-01") } };
  const [target] = action.targets(scene({ changes: [change("PutBucketLifecycle", call, { bucket: "plain" })] }));
  const others = [
    rule("2026-12-01T00:00:00Z", "v", "2026-12-01"),
    rule("2026-12-01", "w", "2026-12-01"),
    rule("2026-12-01", "v", "2026-12-02"),
  ];
  const account = open(...others.map((each, at) => ({ ...each, ID: `owners-${at}` })))();
  assert.deepEqual(action.apply(target!, await action.capture(target!, stamp, account), stamp), []);
});

test("a plan of 0.1.0 holds what the rule does in the call's own words", async () => {
  const account = open(tier, { ...nuke, ID: "made-up", Filter: {}, Expiration: { Date: new Date("2026-12-01") } })();
  const nameless = JSON.stringify([
    '{"Expiration":{"Date":"2026-12-01T00:00:00Z"},"Filter":{"Prefix":""},"Status":"Enabled"}',
  ]);
  const target = { label: "bucket plain", bucket: "plain", ruleIds: "[]", nameless };
  const [made] = action.apply(target, await action.capture(target, stamp, account), stamp);
  assert.deepEqual(made!.input.LifecycleConfiguration, { Rules: [tier] });
});

test("a configuration that an owner left, as an event spells it, is there when S3 answers the same", async () => {
  const prior = { Rules: [{ ...tier, Filter: "", Transitions: [{ Days: "30", StorageClass: "GLACIER" }] }] };
  const [target] = action.targets(scene({ changes: [{ ...put, prior }] }));
  const now = await action.capture(target!, stamp, open({ ...tier, Filter: { Prefix: "" } })());
  assert.equal(action.verify(target!, now, now, stamp).ok, true);
  assert.deepEqual(action.apply(target!, now, stamp), []);
});
