import { revokeRoleSessions as action } from "../../lib/actions/revoke-role-sessions.ts";
import { contract } from "./contract.ts";
import { appRole, appSession, openAccount, paddedRole, scene } from "./world.ts";

contract({
  action,
  when: "a role",
  scene: scene({ suspects: [appSession], roles: [appRole] }),
  open: () => openAccount(),
});

contract({
  action,
  when: "no room for an inline policy",
  scene: scene({ suspects: [appSession], roles: [appRole] }),
  open: paddedRole,
});
