import assert from "node:assert/strict";
import { test } from "node:test";
import { undoTrailChanges as action } from "../../lib/actions/undo-trail-changes.ts";
import { contract } from "./contract.ts";
import { change, openAccount, scene, stamp } from "./world.ts";

const stopped = change("StopLogging", { name: "main" });
const selectors = { EventSelectors: [{ ReadWriteType: "All", IncludeManagementEvents: true, DataResources: [] }] };
const narrowed = change("PutEventSelectors", { trailName: "main", eventSelectors: [] });

contract({ action, when: "a stopped trail", scene: scene({ changes: [stopped] }), open: () => openAccount() });
contract({
  action,
  when: "recorded selectors",
  scene: scene({ changes: [stopped, { ...narrowed, prior: selectors }] }),
  open: () => openAccount(),
});

test("selectors that nobody recorded are left as they are", async () => {
  const [target] = action.targets(scene({ changes: [narrowed] }));
  assert.deepEqual(action.apply(target!, await action.capture(target!, stamp, openAccount()), stamp), []);
});

test("a deleted trail is refused", async () => {
  const [target] = action.targets(scene({ changes: [change("DeleteTrail", { name: "gone" })] }));
  assert.equal(typeof action.refuse(target!, await action.capture(target!, stamp, openAccount()), stamp), "string");
});
