/** Users of Identity Center among the suspects, by the roles that permission sets have in the account. */
import type { Target } from "../../case/plan.ts";
import type { Scene } from "../../core/plan/action.ts";
import { withProtection } from "./exempt.ts";
import { roleTargets } from "./suspects.ts";

/** Roles that Identity Center makes are named after the permission set (Identity Center user guide). */
const RESERVED = /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/;

/** Session names are user names of Identity Center. Quotes and wildcards cannot be part of a session name. */
const SESSION = /^[\w+=,.@-]{2,64}$/;

/** One target for each user and permission set. */
export const permissionSetTargets = (scene: Scene): readonly Target[] =>
  roleTargets(scene).flatMap(({ roleName, arn }) => {
    const permissionSet = RESERVED.exec(roleName!)?.[1];
    if (permissionSet === undefined) return [];
    const sessions = scene.roles.filter((role) => role.roleName === roleName).map(({ session }) => session);
    return [...new Set(sessions)]
      .filter((session): session is string => session !== null && SESSION.test(session))
      .map((session) => {
        const label = `Identity Center user ${session}`;
        const target = { label, roleName: roleName!, arn: arn!, permissionSet, session };
        return withProtection(target, scene, [session, roleName!, arn!], "principals");
      });
  });
