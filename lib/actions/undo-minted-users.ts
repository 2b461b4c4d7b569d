import type { Target } from "../case/plan.ts";
import type { ActionCard, Scene } from "../core/plan/action.ts";
import { deactivateAccessKeys } from "./deactivate-access-keys.ts";
import { denyUser } from "./deny-user.ts";
import type { Action } from "./parts/action.ts";
import { changesOf, eventsOf, userNameOf } from "./parts/changes.ts";
import { refuseSpared, withProtection } from "./parts/exempt.ts";
import { userTargets } from "./parts/suspects.ts";

const card: ActionCard = {
  id: "undo-minted-users",
  title: "Disarm the user that the actor made",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [...denyUser.card.permissions, ...deactivateAccessKeys.card.permissions],
  atExecution: "the deny goes where there is room then, and every key that the user has then is deactivated",
  limits: [
    "Denies everything to the user and deactivates its keys; the user stays as evidence and is deleted by hand later.",
    "Roles that trust the user, and groups it was put into, are not changed: the deny outweighs both.",
  ],
  sources: ["CloudTrail record of CreateUser (responseElements.user)", ...denyUser.card.sources],
};

const targets = (scene: Scene): readonly Target[] => {
  const covered = new Set(userTargets(scene).map(({ userName }) => userName));
  const byName = Map.groupBy(changesOf(scene, "CreateUser"), (change) => userNameOf(change) ?? "");
  return [...byName]
    .filter(([userName]) => userName !== "" && !covered.has(userName))
    .map(([userName, changes]) =>
      withProtection({ label: `user ${userName}`, userName, ...eventsOf(changes) }, scene, [userName], "principals"),
    );
};

/** The two actions of a suspect user, one after the other, on one that the actor made. */
export const undoMintedUsers: Action = {
  card,
  targets,

  capture: async (target, stamp, account) => ({
    ...(await denyUser.capture(target, stamp, account)),
    ...(await deactivateAccessKeys.capture(target, stamp, account)),
  }),

  apply: (target, before, stamp) => [
    ...denyUser.apply(target, before, stamp),
    ...deactivateAccessKeys.apply(target, before, stamp),
  ],

  verify: (target, before, now, stamp) => {
    const denied = denyUser.verify(target, before, now, stamp);
    return denied.ok ? deactivateAccessKeys.verify(target, before, now, stamp) : denied;
  },

  rollback: (target, before, stamp) => [
    ...deactivateAccessKeys.rollback(target, before, stamp),
    ...denyUser.rollback(target, before, stamp),
  ],
  refuse: (target, before, stamp) => refuseSpared(target, [String(before.holderArn ?? "")], stamp),
};
