/**
 * What a door is: something that the actor opened, made or left running, and through which data goes on leaving, the actor
 * comes back, or nobody sees it. A case in which one stands open is never contained, however well the actor is cut off.
 */
import type { DoorKind } from "../../case/caseState.ts";
import type { ActorChange } from "../../case/principal.ts";
import { insidersIn, isDoubtfulGrant, isForeignGrant, letsLoginsIn, readStatements } from "./foreign.ts";
import type { Statement } from "./policyDocument.ts";

export interface Door {
  readonly kind: DoorKind;
  readonly eventName: string;
  readonly eventTime: string;
  readonly eventId: string;
  readonly bucket: string | null;
}

type Test = (change: ActorChange, accountId: string) => boolean;
const always: Test = () => true;

/** Statements of the policy in the call. Throws where it holds none that can be read: CloudTrail leaves out what is too long. */
const policyIn = ({ request }: ActorChange): readonly Statement[] => {
  const { bucketPolicy, policy, policyDocument, assumeRolePolicyDocument } = request;
  const documents = [bucketPolicy, policy, policyDocument, assumeRolePolicyDocument].filter((one) => one != null);
  if (documents.length === 0) throw new TypeError("the call holds no policy");
  return documents.flatMap(readStatements);
};

const letsOutsidersIn: Test = (change, accountId) =>
  policyIn(change).some((each) => isForeignGrant(each, accountId) || isDoubtfulGrant(each, accountId));

/** A trust policy lets outsiders in, logins of which nobody can tell whose they are, or another identity of the account. */
const isTrustOpened: Test = (change, accountId) =>
  letsOutsidersIn(change, accountId) ||
  policyIn(change).some((each) => letsLoginsIn(each) || insidersIn(each, accountId).length > 0);

/** A policy in the call allows something: denies alone raise nobody. */
const allows: Test = (change) => policyIn(change).some(({ Effect }) => Effect === "Allow");

const says =
  (pattern: RegExp): Test =>
  ({ request }) =>
    pattern.test(JSON.stringify(request));

/** By CloudTrail's event name. Sources: CloudTrail user guide; the detections of this project name the same calls. */
const DOORS: Readonly<Record<string, readonly [DoorKind, Test]>> = {
  PutBucketPolicy: ["grant", letsOutsidersIn],
  PutAccessPointPolicy: ["grant", letsOutsidersIn],
  UpdateAssumeRolePolicy: ["grant", isTrustOpened],
  PutKeyPolicy: ["grant", letsOutsidersIn],
  CreateAccessGrant: ["grant", always],
  CreateGrant: ["grant", always],
  PutBucketAcl: ["public", says(/AllUsers|AuthenticatedUsers|public-read/)],
  DeleteBucketPublicAccessBlock: ["public", always],
  DeleteAccountPublicAccessBlock: ["public", always],
  PutBucketPublicAccessBlock: [
    "public",
    says(/"(?:RestrictPublicBuckets|IgnorePublicAcls|BlockPublicPolicy)":\s*"?false/),
  ],
  PutBucketReplication: ["transfer", always],
  CreateJob: ["transfer", always],
  StartTaskExecution: ["transfer", always],
  CreateAccessKey: ["identity", always],
  CreateUser: ["identity", always],
  CreateLoginProfile: ["identity", always],
  UpdateLoginProfile: ["identity", always],
  CreateRole: ["identity", always],
  CreateServiceSpecificCredential: ["identity", always],
  CreateOpenIDConnectProvider: ["identity", always],
  CreateSAMLProvider: ["identity", always],
  UpdateSAMLProvider: ["identity", always],
  CreateTrustAnchor: ["identity", always],
  CreatePodIdentityAssociation: ["identity", always],
  PutUserPolicy: ["privilege", allows],
  PutRolePolicy: ["privilege", allows],
  PutGroupPolicy: ["privilege", allows],
  AttachUserPolicy: ["privilege", always],
  AttachRolePolicy: ["privilege", always],
  AttachGroupPolicy: ["privilege", always],
  AddUserToGroup: ["privilege", always],
  CreatePolicyVersion: ["privilege", always],
  SetDefaultPolicyVersion: ["privilege", always],
  DeleteUserPermissionsBoundary: ["privilege", always],
  PutUserPermissionsBoundary: ["privilege", always],
  PutRolePermissionsBoundary: ["privilege", always],
  DeleteRolePermissionsBoundary: ["privilege", always],
  ModifySnapshotAttribute: ["share", says(/"(?:add|group|userId)"/i)],
  ModifyImageAttribute: ["share", says(/"(?:add|group|userId)"/i)],
  ModifyDBSnapshotAttribute: ["share", says(/valuesToAdd/i)],
  ModifyDBClusterSnapshotAttribute: ["share", says(/valuesToAdd/i)],
  StopLogging: ["unseen", always],
  DeleteTrail: ["unseen", always],
  PutEventSelectors: ["unseen", always],
  UpdateTrail: ["unseen", always],
  DeleteDetector: ["unseen", always],
  UpdateDetector: ["unseen", says(/"enable":\s*false/)],
  CreateFilter: ["unseen", says(/ARCHIVE/)],
  PutBucketLifecycle: ["loss", says(/Expiration/i)],
  PutBucketLifecycleConfiguration: ["loss", says(/Expiration/i)],
  PutBucketVersioning: ["loss", says(/Suspended/)],
  ScheduleKeyDeletion: ["loss", always],
  DisableKey: ["loss", always],
};

/** The doors among what the actor changed, oldest first. Log content is hostile: a request that cannot be read is a door. */
export const doorsOf = (changes: readonly ActorChange[], accountId: string): readonly Door[] =>
  changes
    .filter((change) => isDoor(change, accountId))
    .map(({ eventName, eventTime, eventId, bucket }) => ({
      kind: DOORS[eventName]![0],
      eventName,
      eventTime,
      eventId,
      bucket,
    }))
    .sort((a, b) => (a.eventTime < b.eventTime ? -1 : 1));

const isDoor = (change: ActorChange, accountId: string): boolean => {
  const known = Object.hasOwn(DOORS, change.eventName) ? DOORS[change.eventName]! : null;
  if (known === null) return false;
  try {
    return known[1](change, accountId);
  } catch {
    return true;
  }
};
