import { undoMintedUsers as action } from "../../lib/actions/undo-minted-users.ts";
import { contract } from "./contract.ts";
import { change, openAccount, scene } from "./world.ts";

const made = change("CreateUser", { userName: "bob" }, { response: { user: { userName: "bob" } } });

contract({ action, when: "a user of the thief's", scene: scene({ changes: [made] }), open: () => openAccount() });
