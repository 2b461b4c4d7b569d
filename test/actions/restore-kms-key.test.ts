import { restoreKmsKey as action } from "../../lib/actions/restore-kms-key.ts";
import { contract } from "./contract.ts";
import { DISABLED_KEY, DYING_KEY } from "./services.ts";
import { change, openAccount, scene } from "./world.ts";

const ids = [DYING_KEY, DISABLED_KEY] as const;
contract({
  action,
  when: "scheduled for deletion",
  scene: scene({ changes: [change("ScheduleKeyDeletion", { keyId: ids[0], pendingWindowInDays: 7 })] }),
  open: () => openAccount(),
});
contract({
  action,
  when: "disabled",
  scene: scene({ changes: [change("DisableKey", { keyId: ids[1] })] }),
  open: () => openAccount(),
});
