/** Every containment action, in the order in which a plan carries them out: deny first, keys second, buckets third. */
import type { Action } from "../core/action.ts";
import { deactivateAccessKeys } from "./deactivate-access-keys.ts";
import { denyActorOnBucket } from "./deny-actor-on-bucket.ts";
import { denyUser } from "./deny-user.ts";
import { revokeRoleSessions } from "./revoke-role-sessions.ts";

export const actions: readonly Action[] = [denyUser, deactivateAccessKeys, revokeRoleSessions, denyActorOnBucket];

/** The action of a planned change by its id, or undefined where this version knows none of that name. */
export const actionById = (id: string): Action | undefined => actions.find((action) => action.card.id === id);
