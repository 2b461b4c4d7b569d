import { denyActorOnBucket as action } from "../../lib/actions/deny-actor-on-bucket.ts";
import { contract } from "./contract.ts";
import { alice, appSession, FOREIGN, openAccount, scene, suspect } from "./world.ts";

const partner = suspect({ type: "AWSAccount", accountId: FOREIGN });
const anybody = suspect({ type: "Anonymous", accountId: null });

contract({ action, when: "no policy", scene: scene({ buckets: ["plain"] }), open: () => openAccount() });
contract({ action, when: "a policy of others", scene: scene({ buckets: ["shared"] }), open: () => openAccount() });
contract({
  action,
  when: "every kind of actor",
  scene: scene({
    buckets: ["shared"],
    suspects: [alice, appSession, partner, anybody],
    addresses: ["198.51.100.7", "2001:db8::1"],
  }),
  open: () => openAccount(),
});
