/**
 * Every containment action, in the order in which a plan shows them: deny first, keys second, buckets third, what hurts
 * others most and settings that would refuse a later change (public access blocked) last. What is proposed of identities is
 * carried out before what is proposed of buckets. What the actor changed follows in a plan of
 * its own: recording first, then what still lets data out, then the rest.
 */

import { CordonError } from "../base/errors.ts";
import { blockPublicAccess } from "./block-public-access.ts";
import { cancelBatchJob } from "./cancel-batch-job.ts";
import { cancelDatasyncTask } from "./cancel-datasync-task.ts";
import { closeAccessPoints } from "./close-access-points.ts";
import { containEcsRole } from "./contain-ecs-role.ts";
import { containLambdaRole } from "./contain-lambda-role.ts";
import { containRoot } from "./contain-root.ts";
import { deactivateAccessKeys } from "./deactivate-access-keys.ts";
import { denyActorOnBucket } from "./deny-actor-on-bucket.ts";
import { denyIdentityCenterUser } from "./deny-identity-center-user.ts";
import { denyKmsDecrypt } from "./deny-kms-decrypt.ts";
import { denyRole } from "./deny-role.ts";
import { denyRoleSession } from "./deny-role-session.ts";
import { denyUser } from "./deny-user.ts";
import { disableConsoleLogin } from "./disable-console-login.ts";
import { freezeTrust } from "./freeze-trust.ts";
import { guardDenies } from "./guard-denies.ts";
import { isolateInstance } from "./isolate-instance.ts";
import { isolateInstanceProfile } from "./isolate-instance-profile.ts";
import type { Action } from "./parts/action.ts";
import { quarantineBucket } from "./quarantine-bucket.ts";
import { quarantineIdentityCenter } from "./quarantine-identity-center.ts";
import { recoverObjects } from "./recover-objects.ts";
import { removeForeignGrant } from "./remove-foreign-grant.ts";
import { requireVpcEndpoint } from "./require-vpc-endpoint.ts";
import { restoreKmsKey } from "./restore-kms-key.ts";
import { restrictVpcEndpoint } from "./restrict-vpc-endpoint.ts";
import { revokeAccessGrants } from "./revoke-access-grants.ts";
import { revokeKmsGrants } from "./revoke-kms-grants.ts";
import { revokeRoleSessions } from "./revoke-role-sessions.ts";
import { stopForeignReplication } from "./stop-foreign-replication.ts";
import { tightenRoleTrust } from "./tighten-role-trust.ts";
import { undoAccountPublicAccess } from "./undo-account-public-access.ts";
import { undoBoundary } from "./undo-boundary.ts";
import { undoBucketAcl } from "./undo-bucket-acl.ts";
import { undoBucketPolicy } from "./undo-bucket-policy.ts";
import { undoGuarddutyChanges } from "./undo-guardduty-changes.ts";
import { undoIdentityProviders } from "./undo-identity-providers.ts";
import { undoKeyPolicy } from "./undo-key-policy.ts";
import { undoLifecycle } from "./undo-lifecycle.ts";
import { undoLogging } from "./undo-logging.ts";
import { undoMintedKeys } from "./undo-minted-keys.ts";
import { undoMintedLogins } from "./undo-minted-logins.ts";
import { undoMintedUsers } from "./undo-minted-users.ts";
import { undoPolicyVersions } from "./undo-policy-versions.ts";
import { undoPrivileges } from "./undo-privileges.ts";
import { undoPublicAccessBlock } from "./undo-public-access-block.ts";
import { undoRoleTrust } from "./undo-role-trust.ts";
import { undoTrailChanges } from "./undo-trail-changes.ts";
import { undoVersioning } from "./undo-versioning.ts";
import { unshareCopies } from "./unshare-copies.ts";
import { unshareDbSnapshots } from "./unshare-db-snapshots.ts";

export const actions: readonly Action[] = [
  denyUser,
  deactivateAccessKeys,
  disableConsoleLogin,
  revokeRoleSessions,
  denyRoleSession,
  tightenRoleTrust,
  isolateInstanceProfile,
  containLambdaRole,
  containEcsRole,
  denyIdentityCenterUser,
  quarantineIdentityCenter,
  containRoot,
  denyActorOnBucket,
  requireVpcEndpoint,
  denyKmsDecrypt,
  restrictVpcEndpoint,
  denyRole,
  freezeTrust,
  quarantineBucket,
  guardDenies,
  isolateInstance,
  blockPublicAccess,
  undoTrailChanges,
  undoGuarddutyChanges,
  undoMintedKeys,
  undoMintedUsers,
  undoMintedLogins,
  undoPrivileges,
  undoPolicyVersions,
  undoBoundary,
  undoIdentityProviders,
  undoRoleTrust,
  stopForeignReplication,
  cancelDatasyncTask,
  cancelBatchJob,
  revokeAccessGrants,
  closeAccessPoints,
  unshareCopies,
  unshareDbSnapshots,
  revokeKmsGrants,
  undoKeyPolicy,
  removeForeignGrant,
  undoBucketPolicy,
  undoBucketAcl,
  undoPublicAccessBlock,
  undoAccountPublicAccess,
  undoLifecycle,
  undoLogging,
  undoVersioning,
  restoreKmsKey,
  recoverObjects,
];

/** The action of a planned change by its id. Throws STATE_UNKNOWN where this version knows none of that name. */
export const actionOf = (id: string): Action => {
  const action = actions.find(({ card }) => card.id === id);
  if (action !== undefined) return action;
  const ids = actions.map(({ card }) => card.id).join(", ");
  throw new CordonError("STATE_UNKNOWN", `plan: expected the id of an action (${ids}), got ${JSON.stringify(id)}`);
};
