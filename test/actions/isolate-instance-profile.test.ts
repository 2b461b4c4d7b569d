import { isolateInstanceProfile as action } from "../../lib/actions/isolate-instance-profile.ts";
import { contract } from "./contract.ts";
import { appRole, appSession, openAccount, scene } from "./world.ts";

contract({
  action,
  when: "an instance",
  scene: scene({ suspects: [appSession], roles: [appRole] }),
  open: () => openAccount(),
});
