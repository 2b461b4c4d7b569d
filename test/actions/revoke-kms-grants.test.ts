import { revokeKmsGrants as action } from "../../lib/actions/revoke-kms-grants.ts";
import { contract } from "./contract.ts";
import { GRANT, KEY_ARN } from "./services.ts";
import { change, openAccount, scene } from "./world.ts";

contract({
  action,
  when: "a grant beside one of the owner's",
  scene: scene({ changes: [change("CreateGrant", { keyId: KEY_ARN }, { response: { grantId: GRANT } })] }),
  open: () => openAccount(),
});
