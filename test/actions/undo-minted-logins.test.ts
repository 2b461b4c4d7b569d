import { undoMintedLogins as action } from "../../lib/actions/undo-minted-logins.ts";
import { contract } from "./contract.ts";
import { change, openAccount, scene } from "./world.ts";

const made = change("CreateLoginProfile", { userName: "alice", passwordResetRequired: false });

contract({
  action,
  when: "a password for another user",
  scene: scene({ suspects: [], changes: [made] }),
  open: () => openAccount(),
});
