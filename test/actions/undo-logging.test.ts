import assert from "node:assert/strict";
import { test } from "node:test";
import { undoLogging as action } from "../../lib/actions/undo-logging.ts";
import { contract } from "./contract.ts";
import { change, openAccount, scene, stamp } from "./world.ts";

const off = change("PutBucketLogging", { bucketName: "plain" }, { bucket: "plain" });
const prior = { LoggingEnabled: { TargetBucket: "logs", TargetPrefix: "plain/" } };

contract({
  action,
  when: "a recorded target",
  scene: scene({ changes: [{ ...off, prior }] }),
  open: () => openAccount(),
});

test("without a recorded target it is refused", async () => {
  const [target] = action.targets(scene({ changes: [off] }));
  assert.equal(typeof action.refuse(target!, await action.capture(target!, stamp, openAccount()), stamp), "string");
});
