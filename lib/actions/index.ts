/** Every containment action, in the order in which a plan carries them out: deny first, keys second, buckets third. */
import type { Action } from "../core/action.ts";
import { CordonError } from "../core/errors.ts";
import { deactivateAccessKeys } from "./deactivate-access-keys.ts";
import { denyActorOnBucket } from "./deny-actor-on-bucket.ts";
import { denyUser } from "./deny-user.ts";
import { revokeRoleSessions } from "./revoke-role-sessions.ts";

export const actions: readonly Action[] = [denyUser, deactivateAccessKeys, revokeRoleSessions, denyActorOnBucket];

/** The action of a planned change by its id. Throws STATE_UNKNOWN where this version knows none of that name. */
export const actionOf = (id: string): Action => {
  const action = actions.find(({ card }) => card.id === id);
  if (action !== undefined) return action;
  const ids = actions.map(({ card }) => card.id).join(", ");
  throw new CordonError("STATE_UNKNOWN", `plan: expected the id of an action (${ids}), got ${JSON.stringify(id)}`);
};
