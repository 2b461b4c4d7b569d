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
