import assert from "node:assert/strict";
import { test } from "node:test";
import { undoVersioning as action } from "../../lib/actions/undo-versioning.ts";
import { contract } from "./contract.ts";
import { change, openAccount, scene } from "./world.ts";

const put = (Status: string) =>
  change("PutBucketVersioning", { bucketName: "shared", VersioningConfiguration: { Status } }, { bucket: "shared" });
const open = () => openAccount({ "buckets/shared.json": { GetBucketVersioning: { Status: "Suspended" } } });

contract({ action, when: "versioning suspended", scene: scene({ changes: [put("Suspended")] }), open });

test("switching versioning on is no harm to be undone", () => {
  assert.deepEqual(action.targets(scene({ changes: [put("Enabled")] })), []);
});
