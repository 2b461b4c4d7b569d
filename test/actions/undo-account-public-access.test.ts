import { undoAccountPublicAccess as action } from "../../lib/actions/undo-account-public-access.ts";
import { contract } from "./contract.ts";
import { ACCOUNT, change, openAccount, scene } from "./world.ts";

contract({
  action,
  when: "taken away",
  scene: scene({ changes: [change("DeleteAccountPublicAccessBlock", { accountId: ACCOUNT })] }),
  open: () => openAccount(),
});
