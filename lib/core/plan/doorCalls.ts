/** Calls that open a door, by CloudTrail's event name, and when they do. */
import type { DoorKind } from "../../case/caseState.ts";
import type { ActorChange } from "../../case/principal.ts";
import { insidersIn, isDoubtfulGrant, isForeignGrant, letsLoginsIn, readStatements } from "./foreign.ts";
import type { Statement } from "./policyDocument.ts";

/** Members under which calls carry a policy (API references of the services). */
const POLICY_MEMBERS = [
  "bucketPolicy",
  "policy",
  "Policy",
  "policyDocument",
  "assumeRolePolicyDocument",
  "resourcePolicy",
  "policyInJson",
] as const;

type Test = (change: ActorChange, accountId: string) => boolean;
const always: Test = () => true;

/** Statements of the policy in the call. Throws where it holds none that can be read: CloudTrail leaves out what is too long. */
const policyIn = ({ request }: ActorChange): readonly Statement[] => {
  const documents = POLICY_MEMBERS.map((member) => request[member]).filter((one) => one != null);
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

/** Says this account wherever it names one; what names none leaves open whose it is. */
const staysHere: Test = ({ request }, accountId) => {
  const text = JSON.stringify(request);
  const named = [...text.matchAll(/"(?:account_?id)":\s*"?(\d{12})|arn:[^:"]*:[^:"]*:[^:"]*:(\d{12}):/gi)];
  return named.length > 0 && named.every(([, byId, byArn]) => (byId ?? byArn) === accountId);
};
const leaves: Test = (change, accountId) => !staysHere(change, accountId);

/** Whose a principal is: an account's id alone, or that of its ARN. */
const accountNamed = (principal: string): string | undefined =>
  principal.startsWith("arn:") ? principal.split(":")[4] : principal;

/** A permission for a service of AWS, or for this account, lets no outsider in (Lambda, SQS and SNS API references, AddPermission). */
const isPermittedOutside: Test = ({ request }, accountId) => {
  const { principal, aWSAccountIds, aWSAccountId } = request;
  return [principal, aWSAccountIds, aWSAccountId]
    .flat(2)
    .filter((one) => one != null)
    .map(String)
    .some((one) => !/^[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?$/.test(one) && accountNamed(one) !== accountId);
};

const withoutLogin: Test = ({ request }) => request.authType === "NONE";

/** What is taken off holds somebody back by its name: what it said is in no record. */
const isGuardrail: Test = ({ request }) =>
  /deny|boundary|guardrail|quarantine|restrict|scp|cordon/i.test(String(request.policyArn ?? request.policyName ?? ""));

const inOrganisation: Test = ({ eventSource }) => eventSource === "organizations.amazonaws.com";

/** By CloudTrail's event name. Sources: CloudTrail user guide; the detections of this project name the same calls. */
const DOORS: Readonly<Record<string, readonly [DoorKind, Test]>> = {
  PutBucketPolicy: ["grant", letsOutsidersIn],
  PutAccessPointPolicy: ["grant", letsOutsidersIn],
  UpdateAssumeRolePolicy: ["grant", isTrustOpened],
  PutKeyPolicy: ["grant", letsOutsidersIn],
  PutAccessPointPolicyForObjectLambda: ["grant", letsOutsidersIn],
  PutMultiRegionAccessPointPolicy: ["grant", letsOutsidersIn],
  PutAccessGrantsInstanceResourcePolicy: ["grant", letsOutsidersIn],
  PutTableBucketPolicy: ["grant", letsOutsidersIn],
  PutTablePolicy: ["grant", letsOutsidersIn],
  PutVectorBucketPolicy: ["grant", letsOutsidersIn],
  PutResourcePolicy: ["grant", letsOutsidersIn],
  PutBackupVaultAccessPolicy: ["grant", letsOutsidersIn],
  AddPermission: ["grant", isPermittedOutside],
  CreateAccessGrant: ["grant", always],
  CreateGrant: ["grant", always],
  PutBucketAcl: ["public", says(/AllUsers|AuthenticatedUsers|public-read/)],
  DeleteBucketPublicAccessBlock: ["public", always],
  DeleteAccountPublicAccessBlock: ["public", always],
  PutBucketPublicAccessBlock: [
    "public",
    says(/"(?:RestrictPublicBuckets|IgnorePublicAcls|BlockPublicPolicy)":\s*"?false/),
  ],
  PutAccountPublicAccessBlock: [
    "public",
    says(/"(?:RestrictPublicBuckets|IgnorePublicAcls|BlockPublicPolicy)":\s*"?false/),
  ],
  CreateFunctionUrlConfig: ["public", withoutLogin],
  UpdateFunctionUrlConfig: ["public", withoutLogin],
  PutBucketReplication: ["transfer", always],
  PutBucketInventoryConfiguration: ["transfer", leaves],
  PutBucketAnalyticsConfiguration: ["transfer", leaves],
  PutBucketNotification: [
    "transfer",
    (change, accountId) => says(/arn:/)(change, accountId) && leaves(change, accountId),
  ],
  StartCopyJob: ["transfer", leaves],
  StartExportTask: ["transfer", always],
  ExportTableToPointInTime: ["transfer", always],
  CreateJob: ["transfer", always],
  StartTaskExecution: ["transfer", always],
  CreateAccessKey: ["identity", always],
  CreateUser: ["identity", always],
  CreateLoginProfile: ["identity", always],
  UpdateLoginProfile: ["identity", always],
  CreateRole: ["identity", always],
  CreateServiceSpecificCredential: ["identity", always],
  ResetServiceSpecificCredential: ["identity", always],
  UpdateAccessKey: ["identity", says(/"status":\s*"Active"/i)],
  ChangePassword: ["identity", always],
  UploadSSHPublicKey: ["identity", always],
  UploadSigningCertificate: ["identity", always],
  EnableMFADevice: ["identity", always],
  CreateFunction: ["identity", always],
  UpdateFunctionCode: ["identity", always],
  CreateOpenIDConnectProvider: ["identity", always],
  AddClientIDToOpenIDConnectProvider: ["identity", always],
  UpdateOpenIDConnectProviderThumbprint: ["identity", always],
  CreateSAMLProvider: ["identity", always],
  UpdateSAMLProvider: ["identity", always],
  CreateTrustAnchor: ["identity", always],
  UpdateTrustAnchor: ["identity", always],
  EnableTrustAnchor: ["identity", always],
  CreateProfile: ["identity", always],
  UpdateProfile: ["identity", always],
  EnableProfile: ["identity", always],
  CreatePodIdentityAssociation: ["identity", always],
  UpdatePodIdentityAssociation: ["identity", always],
  CreateGroupMembership: ["privilege", always],
  AddMemberToGroup: ["privilege", always],
  CreateAccountAssignment: ["privilege", always],
  PutInlinePolicyToPermissionSet: ["privilege", always],
  AttachManagedPolicyToPermissionSet: ["privilege", always],
  AttachCustomerManagedPolicyReferenceToPermissionSet: ["privilege", always],
  DeletePermissionsBoundaryFromPermissionSet: ["privilege", always],
  DeleteInlinePolicyFromPermissionSet: ["privilege", always],
  DetachUserPolicy: ["privilege", isGuardrail],
  DetachRolePolicy: ["privilege", isGuardrail],
  DetachGroupPolicy: ["privilege", isGuardrail],
  DeleteUserPolicy: ["privilege", isGuardrail],
  DeleteRolePolicy: ["privilege", isGuardrail],
  DeleteGroupPolicy: ["privilege", isGuardrail],
  DetachPolicy: ["privilege", inOrganisation],
  DisablePolicyType: ["privilege", inOrganisation],
  LeaveOrganization: ["privilege", inOrganisation],
  AssociateIamInstanceProfile: ["privilege", always],
  ReplaceIamInstanceProfileAssociation: ["privilege", always],
  AddRoleToInstanceProfile: ["privilege", always],
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
  AuthorizeSnapshotAccess: ["share", always],
  AuthorizeDataShare: ["share", always],
  StopLogging: ["unseen", always],
  PutBucketLogging: ["unseen", (change, accountId) => !says(/LoggingEnabled/)(change, accountId)],
  StopConfigurationRecorder: ["unseen", always],
  DeleteConfigurationRecorder: ["unseen", always],
  DisableSecurityHub: ["unseen", always],
  DisableMacie: ["unseen", always],
  DisassociateFromAdministratorAccount: ["unseen", always],
  DisassociateFromMasterAccount: ["unseen", always],
  StopMonitoringMembers: ["unseen", always],
  UpdateFilter: ["unseen", says(/ARCHIVE/)],
  CreateIPSet: ["unseen", says(/"activate":\s*true/i)],
  UpdateIPSet: ["unseen", says(/"activate":\s*true/i)],
  DeleteFlowLogs: ["unseen", always],
  StopEventDataStoreIngestion: ["unseen", always],
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

/** Lambda's event names carry the date of its API (Lambda developer guide, logging with CloudTrail). */
export const doorNamed = (eventName: string): readonly [DoorKind, Test] | null => {
  const name = eventName.replace(/20\d{2}_?\d{2}_?\d{2}(?:v\d+)?$/, "");
  return Object.hasOwn(DOORS, name) ? DOORS[name]! : null;
};
