import { undoPublicAccessBlock as action } from "../../lib/actions/undo-public-access-block.ts";
import { contract } from "./contract.ts";
import { change, openAccount, scene } from "./world.ts";

const removed = change("DeleteBucketPublicAccessBlock", { bucketName: "plain" }, { bucket: "plain" });
const half = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: false, RestrictPublicBuckets: false };

contract({ action, when: "nothing recorded", scene: scene({ changes: [removed] }), open: () => openAccount() });
contract({
  action,
  when: "a recorded setting",
  scene: scene({ changes: [{ ...removed, prior: { PublicAccessBlockConfiguration: half } }] }),
  open: () => openAccount(),
});
