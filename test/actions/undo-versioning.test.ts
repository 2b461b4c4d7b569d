import assert from "node:assert/strict";
import { test } from "node:test";
import { undoVersioning as action } from "../../lib/actions/undo-versioning.ts";
import { contract } from "./contract.ts";
import { change, openAccount, scene, stamp } from "./world.ts";

const put = (Status: string) =>
  change("PutBucketVersioning", { bucketName: "shared", VersioningConfiguration: { Status } }, { bucket: "shared" });
const open = () => openAccount({ "buckets/shared.json": { GetBucketVersioning: { Status: "Suspended" } } });

contract({ action, when: "versioning suspended", scene: scene({ changes: [put("Suspended")] }), open });

test("switching versioning on is no harm to be undone", () => {
  assert.deepEqual(action.targets(scene({ changes: [put("Enabled")] })), []);
});

test("a recorded prior state decides: what was on is switched on again, what was off is left and said so", async () => {
  const account = open();
  for (const [prior, refused] of [
    [{ Status: "Enabled" }, false],
    [{ Status: "Suspended" }, true],
    [{}, true],
  ] as const) {
    const [target] = action.targets(scene({ changes: [{ ...put("Suspended"), prior }] }));
    const state = await action.capture(target!, stamp, account);
    assert.equal(typeof action.refuse(target!, state, stamp) === "string", refused, JSON.stringify(prior));
    assert.equal(action.apply(target!, state, stamp).length, 1);
  }
});
