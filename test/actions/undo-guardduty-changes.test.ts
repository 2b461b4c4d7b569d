import assert from "node:assert/strict";
import { test } from "node:test";
import { undoGuarddutyChanges as action } from "../../lib/actions/undo-guardduty-changes.ts";
import { contract } from "./contract.ts";
import { DETECTOR, SERVICES } from "./services.ts";
import { change, openAccount, scene, stamp } from "./world.ts";

const changes = {
  "a suspended detector": change("UpdateDetector", { detectorId: DETECTOR, enable: false }),
  "a suppression filter": change("CreateFilter", { detectorId: DETECTOR, name: "hide", action: "ARCHIVE" }),
  "a trusted address list": change(
    "CreateIPSet",
    { detectorId: DETECTOR, name: "friends" },
    { response: { ipSetId: "list-1" } },
  ),
};

for (const [when, made] of Object.entries(changes)) {
  contract({ action, when, scene: scene({ changes: [made] }), open: () => openAccount() });
}

test("a deleted detector is refused", async () => {
  const [target] = action.targets(scene({ changes: [change("DeleteDetector", { detectorId: DETECTOR })] }));
  const gone = { ...SERVICES, guardduty: { ...SERVICES.guardduty, GetDetector: { [DETECTOR]: null } } };
  assert.equal(
    typeof action.refuse(target!, await action.capture(target!, stamp, openAccount({ "services.json": gone })), stamp),
    "string",
  );
});
