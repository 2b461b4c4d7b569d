import type { Target } from "../case/plan.ts";
import type { ActionCard, Scene } from "../core/plan/action.ts";
import { disableConsoleLogin } from "./disable-console-login.ts";
import type { Action } from "./parts/action.ts";
import { changesOf, eventsOf, userNameOf } from "./parts/changes.ts";
import { refuseSpared, withProtection } from "./parts/exempt.ts";
import { userTargets } from "./parts/suspects.ts";

const card: ActionCard = {
  id: "undo-minted-logins",
  title: "Take away the console password that the actor set",
  side: "undo",
  reversibility: "externally-reversible",
  offer: "default",
  permissions: disableConsoleLogin.card.permissions,
  atExecution: "the password is taken away if there is one then",
  limits: [
    "A password that the actor changed, and did not make, cannot be put back either: its owner needs a new one.",
    "Sessions of the console that are open go on for up to 12 hours; only a deny on the user ends them.",
    "The suspects themselves are covered by the deny on them and are not listed again.",
  ],
  sources: ["CloudTrail records of CreateLoginProfile and UpdateLoginProfile", ...disableConsoleLogin.card.sources],
};

const targets = (scene: Scene): readonly Target[] => {
  const covered = new Set(userTargets(scene).map(({ userName }) => userName));
  const byName = Map.groupBy(
    changesOf(scene, "CreateLoginProfile", "UpdateLoginProfile"),
    (change) => userNameOf(change) ?? "",
  );
  return [...byName]
    .filter(([userName]) => userName !== "" && !covered.has(userName))
    .map(([userName, changes]) =>
      withProtection(
        { label: `console password of user ${userName}`, userName, ...eventsOf(changes) },
        scene,
        [userName],
        "principals",
      ),
    );
};

export const undoMintedLogins: Action = {
  ...disableConsoleLogin,
  card,
  targets,
  refuse: (target, _before, stamp) => refuseSpared(target, [], stamp),
};
