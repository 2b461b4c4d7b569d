import { deactivateAccessKeys as action } from "../../lib/actions/deactivate-access-keys.ts";
import { contract } from "./contract.ts";
import { openAccount, scene } from "./world.ts";

contract({ action, when: "a user", scene: scene({}), open: () => openAccount() });
