import { unshareCopies as action } from "../../lib/actions/unshare-copies.ts";
import { contract } from "./contract.ts";
import { IMAGE, SNAPSHOT } from "./services.ts";
import { change, openAccount, scene } from "./world.ts";

for (const [when, event, request] of [
  ["a snapshot", "ModifySnapshotAttribute", { snapshotId: SNAPSHOT }],
  ["an image", "ModifyImageAttribute", { imageId: IMAGE }],
] as const)
  contract({ action, when, scene: scene({ changes: [change(event, request)] }), open: () => openAccount() });
