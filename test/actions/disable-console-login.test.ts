import { disableConsoleLogin as action } from "../../lib/actions/disable-console-login.ts";
import { contract } from "./contract.ts";
import { openAccount, scene } from "./world.ts";

contract({ action, when: "a user with a password", scene: scene({}), open: () => openAccount() });
