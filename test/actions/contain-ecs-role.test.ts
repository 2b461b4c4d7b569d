import { containEcsRole as action } from "../../lib/actions/contain-ecs-role.ts";
import { contract } from "./contract.ts";
import { TASK } from "./services.ts";
import { ACCOUNT, openAccount, scene } from "./world.ts";

const role = { roleName: "app", arn: `arn:aws:iam::${ACCOUNT}:role/app`, session: TASK };

contract({ action, when: "a task", scene: scene({ roles: [role] }), open: () => openAccount() });
