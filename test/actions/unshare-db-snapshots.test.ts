import assert from "node:assert/strict";
import { test } from "node:test";
import { unshareDbSnapshots as action } from "../../lib/actions/unshare-db-snapshots.ts";
import { contract } from "./contract.ts";
import { change, FOREIGN, openAccount, scene } from "./world.ts";

// Shape of the parameters: CloudTrail record of Stratus Red Team, aws.exfiltration.rds-share-snapshot.
const snapshot = change("ModifyDBSnapshotAttribute", {
  dBSnapshotIdentifier: "nightly",
  attributeName: "restore",
  valuesToAdd: [FOREIGN],
});
const cluster = change("ModifyDBClusterSnapshotAttribute", {
  dBClusterSnapshotIdentifier: "ledger-copy",
  attributeName: "restore",
  valuesToAdd: [FOREIGN],
});

for (const [when, one] of [
  ["a snapshot", snapshot],
  ["a snapshot of a cluster", cluster],
] as const)
  contract({ action, when, scene: scene({ changes: [one] }), open: () => openAccount() });

test("what is no name of a snapshot is no target, and what was shared twice is unshared once", () => {
  for (const dBSnapshotIdentifier of ["", "--force", "a b", "x;id", "rds:auto"])
    assert.deepEqual(action.targets(scene({ changes: [{ ...snapshot, request: { dBSnapshotIdentifier } }] })), []);
  assert.equal(action.targets(scene({ changes: [snapshot, { ...snapshot, eventId: "e2" }] })).length, 1);
});
