import { blockPublicAccess as action } from "../../lib/actions/block-public-access.ts";
import { contract } from "./contract.ts";
import { openAccount, scene, suspect } from "./world.ts";

const anybody = suspect({ type: "Anonymous", accountId: null });

contract({
  action,
  when: "no setting",
  scene: scene({ suspects: [anybody], buckets: ["plain"] }),
  open: () => openAccount(),
});

const half = { BlockPublicAcls: true, IgnorePublicAcls: false, BlockPublicPolicy: false, RestrictPublicBuckets: false };
const files = { "buckets/plain.json": { GetPublicAccessBlock: { PublicAccessBlockConfiguration: half } } };
contract({
  action,
  when: "half a setting",
  scene: scene({ suspects: [anybody], buckets: ["plain"] }),
  open: () => openAccount(files),
});
