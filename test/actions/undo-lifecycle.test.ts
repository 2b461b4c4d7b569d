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

test("rules that the thief's call did not name stay", async () => {
  const [target] = action.targets(scene({ changes: [put] }));
  const [made] = action.apply(target!, await action.capture(target!, stamp, open(tier, nuke)()), stamp);
  assert.deepEqual(made!.input.LifecycleConfiguration, { Rules: [tier] });
});
