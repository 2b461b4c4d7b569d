import { revokeAccessGrants as action } from "../../lib/actions/revoke-access-grants.ts";
import { contract } from "./contract.ts";
import { change, openAccount, scene } from "./world.ts";

contract({
  action,
  when: "a grant",
  scene: scene({ changes: [change("CreateAccessGrant", {}, { response: { accessGrantId: "1f2e3d4c-aaaa" } })] }),
  open: () => openAccount(),
});
