import { cancelBatchJob as action } from "../../lib/actions/cancel-batch-job.ts";
import { contract } from "./contract.ts";
import { change, openAccount, scene } from "./world.ts";

contract({
  action,
  when: "a running job",
  scene: scene({ changes: [change("CreateJob", {}, { response: { jobId: "00e123a4-c0d8-41f4-a0eb-b46f9ba5b07c" } })] }),
  open: () => openAccount(),
});
