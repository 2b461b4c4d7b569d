import { cancelDatasyncTask as action } from "../../lib/actions/cancel-datasync-task.ts";
import { contract } from "./contract.ts";
import { EXECUTION } from "./services.ts";
import { change, openAccount, scene } from "./world.ts";

contract({
  action,
  when: "a running transfer",
  scene: scene({ changes: [change("StartTaskExecution", {}, { response: { taskExecutionArn: EXECUTION } })] }),
  open: () => openAccount(),
});
