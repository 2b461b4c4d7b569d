/**
 * An extra suite: the actions' own calls, made by AWS's SDK on an AWS look-alike by others. For every action that moto
 * can answer: capture, apply, verify, apply again (nothing), rollback, capture as before. Enforcement is judged elsewhere.
 *
 *     node test/judges/motoContract.ts
 */
import assert from "node:assert/strict";
import * as iam from "@aws-sdk/client-iam";
import * as identitystore from "@aws-sdk/client-identitystore";
import * as kms from "@aws-sdk/client-kms";
import * as rds from "@aws-sdk/client-rds";
import * as s3 from "@aws-sdk/client-s3";
import * as sso from "@aws-sdk/client-sso-admin";
import { actionOf } from "../../lib/actions/index.ts";
import type { IdentityCenter, Scene } from "../../lib/core/plan/action.ts";
import type { Account } from "../../lib/ports/ports.ts";
import { ACCOUNT, alice, appRole, appSession, change, FOREIGN, scene, stamp, suspect } from "../actions/world.ts";
import { accountAt, clientsAt, withMoto } from "./moto.ts";

const policy = (...Statement: readonly unknown[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement }, null, 2);
const OUT = {
  Sid: "Out",
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` },
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::shared/*",
};
const OWN = { ...OUT, Sid: "Own", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } };
const EC2 = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
const LET_IN = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` }, Action: "sts:AssumeRole" };
const NUKE = { ID: "nuke", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 1 } } as const;

interface Made {
  readonly bobsKey: string;
  readonly dying: string;
  readonly keyId: string;
  readonly grantId: string;
  readonly center: IdentityCenter;
}

const ANY = { Effect: "Allow", Action: "*", Resource: "*" };
const NOTHING = { Effect: "Deny", Action: "*", Resource: "*" };
const TEAM = `arn:aws:iam::${ACCOUNT}:policy/team`;
const PAD = policy({
  ...NOTHING,
  Resource: Array.from({ length: 200 }, (_, at) => `arn:aws:s3:::pad-${String(at).padStart(30, "0")}`),
});
const fullRole = { roleName: "full", arn: `arn:aws:iam::${ACCOUNT}:role/full`, session: appRole.session };
const fullSession = { ...appSession, userName: "full", arn: appSession.arn!.replace("/app/", "/full/") };

const SSO_ROLE = "AWSReservedSSO_Data-Reader_0123456789abcdef";

/** An Identity Center with user jane and a permission set that is provisioned to the account. */
const makeCenter = async ({
  iam: id,
  "sso-admin": center,
  identitystore: store,
}: ReturnType<typeof clientsAt>): Promise<IdentityCenter> => {
  const { Instances } = await center.send(new sso.ListInstancesCommand({}));
  const { InstanceArn, IdentityStoreId } = Instances![0]!;
  const { PermissionSet } = await center.send(new sso.CreatePermissionSetCommand({ InstanceArn, Name: "Data-Reader" }));
  const { PermissionSetArn } = PermissionSet!;
  await center.send(
    new sso.ProvisionPermissionSetCommand({ InstanceArn, PermissionSetArn, TargetType: "AWS_ACCOUNT" }),
  );
  await store.send(
    new identitystore.CreateUserCommand({
      ...{ IdentityStoreId, UserName: "jane", DisplayName: "Jane" },
      Name: { GivenName: "Jane", FamilyName: "Doe" },
    }),
  );
  await id.send(new iam.CreateRoleCommand({ RoleName: SSO_ROLE, AssumeRolePolicyDocument: policy(EC2) }));
  return { accountId: ACCOUNT, region: "us-east-1", instanceArn: InstanceArn!, identityStoreId: IdentityStoreId! };
};

/** What moto leaves out of Identity Center: the role in the account follows the permission set, and that it takes a while. */
const provisioning = (account: Account): Account => ({
  call: async (asked) => {
    if (asked.operation === "ListPermissionSetProvisioningStatus")
      return { requestId: "moto", output: { PermissionSetsProvisioningStatus: [] } };
    const answer = await account.call(asked);
    if (asked.operation !== "ProvisionPermissionSet") return answer;
    const { InstanceArn, PermissionSetArn } = asked.input;
    const set = { operation: "GetInlinePolicyForPermissionSet", input: { InstanceArn, PermissionSetArn } };
    const { InlinePolicy } = (await account.call({ ...asked, ...set })).output;
    const onRole = { RoleName: SSO_ROLE, PolicyName: "AwsSSOInlinePolicy" };
    const change =
      typeof InlinePolicy === "string" && InlinePolicy !== ""
        ? { operation: "PutRolePolicy", input: { ...onRole, PolicyDocument: InlinePolicy } }
        : { operation: "DeleteRolePolicy", input: onRole };
    await account.call({ ...asked, service: "iam", ...change });
    return answer;
  },
});

const setUp = async (endpoint: string): Promise<{ account: Account; made: Made }> => {
  const clients = clientsAt(endpoint, { accessKeyId: "setup", secretAccessKey: "setup" });
  const { iam: id, s3: store, kms: keys, rds: databases } = clients;
  for (const UserName of ["alice", "bob"]) await id.send(new iam.CreateUserCommand({ UserName }));
  await id.send(new iam.CreateAccessKeyCommand({ UserName: "alice" }));
  await id.send(new iam.CreateLoginProfileCommand({ UserName: "alice", Password: "Abc-1234567890" }));
  await id.send(new iam.CreateLoginProfileCommand({ UserName: "bob", Password: "Abc-1234567890" }));
  const { AccessKey } = await id.send(new iam.CreateAccessKeyCommand({ UserName: "bob" }));
  await id.send(new iam.CreateRoleCommand({ RoleName: "app", AssumeRolePolicyDocument: policy(EC2, LET_IN) }));
  for (const Bucket of ["plain", "shared", "loot", "logs"]) {
    await store.send(new s3.CreateBucketCommand({ Bucket }));
    await store.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  }
  await store.send(
    new s3.PutBucketVersioningCommand({ Bucket: "plain", VersioningConfiguration: { Status: "Suspended" } }),
  );
  await store.send(new s3.PutBucketPolicyCommand({ Bucket: "shared", Policy: policy(OWN, OUT) }));
  await store.send(
    new s3.PutBucketLifecycleConfigurationCommand({ Bucket: "plain", LifecycleConfiguration: { Rules: [NUKE] } }),
  );
  await id.send(new iam.PutUserPolicyCommand({ UserName: "bob", PolicyName: "more", PolicyDocument: policy(ANY) }));
  await id.send(new iam.CreateGroupCommand({ GroupName: "admins" }));
  await id.send(new iam.AddUserToGroupCommand({ UserName: "bob", GroupName: "admins" }));
  await id.send(
    new iam.PutGroupPolicyCommand({ GroupName: "admins", PolicyName: "more", PolicyDocument: policy(ANY) }),
  );
  await id.send(new iam.CreatePolicyCommand({ PolicyName: "team", PolicyDocument: policy(NOTHING) }));
  await id.send(
    new iam.CreatePolicyVersionCommand({ PolicyArn: TEAM, PolicyDocument: policy(ANY), SetAsDefault: true }),
  );
  await id.send(new iam.CreateRoleCommand({ RoleName: "full", AssumeRolePolicyDocument: policy(EC2) }));
  await id.send(new iam.PutRolePolicyCommand({ RoleName: "full", PolicyName: "pad", PolicyDocument: PAD }));
  await databases.send(
    new rds.CreateDBInstanceCommand({
      DBInstanceIdentifier: "ledger",
      DBInstanceClass: "db.m1.small",
      Engine: "postgres",
      AllocatedStorage: 10,
      MasterUsername: "owner",
      MasterUserPassword: "Abc-1234567890",
    }),
  );
  const nightly = { DBSnapshotIdentifier: "nightly" };
  await databases.send(new rds.CreateDBSnapshotCommand({ ...nightly, DBInstanceIdentifier: "ledger" }));
  await databases.send(
    new rds.ModifyDBSnapshotAttributeCommand({ ...nightly, AttributeName: "restore", ValuesToAdd: [FOREIGN] }),
  );
  await store.send(new s3.PutBucketAclCommand({ Bucket: "logs", ACL: "public-read" }));
  const dying = (await keys.send(new kms.CreateKeyCommand({}))).KeyMetadata!.KeyId!;
  await keys.send(new kms.ScheduleKeyDeletionCommand({ KeyId: dying, PendingWindowInDays: 7 }));
  const { KeyMetadata } = await keys.send(new kms.CreateKeyCommand({}));
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: "aws:kms", KMSMasterKeyID: KeyMetadata!.Arn! } as const;
  const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault }] };
  await store.send(new s3.PutBucketEncryptionCommand({ Bucket: "shared", ServerSideEncryptionConfiguration }));
  const GranteePrincipal = `arn:aws:iam::${FOREIGN}:root`;
  const { GrantId } = await keys.send(
    new kms.CreateGrantCommand({ KeyId: KeyMetadata!.Arn!, GranteePrincipal, Operations: ["Decrypt"] }),
  );
  const center = await makeCenter(clients);
  const made = { center, bobsKey: AccessKey!.AccessKeyId!, dying, keyId: KeyMetadata!.Arn!, grantId: GrantId! };
  return { account: provisioning(accountAt(clients)), made };
};

const onBucket = (
  name: string,
  bucket: string,
  request: Record<string, unknown> = {},
  prior?: Record<string, unknown>,
): Scene =>
  scene({
    changes: [change(name, { bucketName: bucket, ...request }, { bucket, ...(prior === undefined ? {} : { prior }) })],
  });

/** A session whose name the actor chose: the role can be assumed again. */
const named = { ...appSession, principalId: "AROAAPP0000000000001:eve", roleSession: "eve" };

const casesOf = ({ bobsKey, dying, keyId, grantId, center }: Made): Readonly<Record<string, Scene>> => ({
  "deny-user": scene({}),
  "deactivate-access-keys": scene({}),
  "disable-console-login": scene({}),
  "revoke-role-sessions": scene({ suspects: [appSession], roles: [appRole] }),
  "deny-role-session": scene({ suspects: [appSession], roles: [appRole] }),
  "tighten-role-trust": scene({ suspects: [alice], roles: [appRole] }),
  "deny-actor-on-bucket": scene({ suspects: [alice, appSession], buckets: ["shared"] }),
  "deny-identity-center-user": scene({
    suspects: [],
    roles: [{ roleName: SSO_ROLE, arn: `arn:aws:iam::${ACCOUNT}:role/${SSO_ROLE}`, session: "jane" }],
    identityCenter: center,
  }),
  "deny-kms-decrypt": scene({ buckets: ["shared"] }),
  "block-public-access": scene({ suspects: [suspect({ type: "Anonymous" })], buckets: ["plain"] }),
  "deny-role": scene({ suspects: [appSession], roles: [appRole] }),
  "freeze-trust": scene({ suspects: [named], roles: [appRole] }),
  "quarantine-bucket": scene({ buckets: ["shared"] }),
  "undo-privileges": scene({ changes: [change("PutUserPolicy", { userName: "bob", policyName: "more" })] }),
  "undo-privileges ": scene({ changes: [change("AddUserToGroup", { userName: "bob", groupName: "admins" })] }),
  "undo-privileges  ": scene({ changes: [change("PutGroupPolicy", { groupName: "admins", policyName: "more" })] }),
  "undo-policy-versions": scene({
    changes: [change("CreatePolicyVersion", { policyArn: TEAM }, { response: { policyVersion: { versionId: "v2" } } })],
  }),
  "undo-boundary": scene({
    changes: [
      change("DeleteRolePermissionsBoundary", { roleName: "app" }, { prior: { PermissionsBoundaryArn: TEAM } }),
    ],
  }),
  "deny-role-session ": scene({ suspects: [fullSession], roles: [fullRole] }),
  "unshare-db-snapshots": scene({
    changes: [change("ModifyDBSnapshotAttribute", { dBSnapshotIdentifier: "nightly" })],
  }),
  "undo-bucket-acl": onBucket("PutBucketAcl", "logs"),
  "restore-kms-key": scene({ changes: [change("ScheduleKeyDeletion", { keyId: dying })] }),
  "revoke-kms-grants": scene({ changes: [change("CreateGrant", { keyId }, { response: { grantId } })] }),
  "undo-minted-keys": scene({
    changes: [change("CreateAccessKey", { userName: "bob" }, { response: { accessKey: { accessKeyId: bobsKey } } })],
  }),
  "undo-minted-users": scene({ changes: [change("CreateUser", { userName: "bob" })] }),
  "undo-minted-logins": scene({ changes: [change("CreateLoginProfile", { userName: "bob" })] }),
  "undo-role-trust": scene({
    changes: [change("UpdateAssumeRolePolicy", { roleName: "app", policyDocument: policy(EC2, LET_IN) })],
  }),
  "remove-foreign-grant": onBucket("PutBucketPolicy", "shared", {
    bucketPolicy: { Version: "2012-10-17", Statement: [OWN, OUT] },
  }),
  "undo-bucket-policy": onBucket("PutBucketPolicy", "shared", {}, { Policy: policy(OWN) }),
  "undo-public-access-block": onBucket("DeleteBucketPublicAccessBlock", "plain"),
  "undo-lifecycle": onBucket("PutBucketLifecycle", "plain", { LifecycleConfiguration: { Rule: NUKE } }),
  "undo-versioning": onBucket("PutBucketVersioning", "plain", { VersioningConfiguration: { Status: "Suspended" } }),
});

const judge = async (id: string, chosen: Scene, account: Account): Promise<void> => {
  const action = actionOf(id.trim());
  const target = action.targets(chosen)[0]!;
  const look = () => action.capture(target, stamp, account);
  const before = await look();
  const requests = action.apply(target, before, stamp);
  assert.notDeepEqual(requests, [], `${id}: nothing to do`);
  assert.equal(action.refuse(target, before, stamp), null);
  for (const request of requests) await account.call(request);
  const now = await look();
  assert.equal(
    action.verify(target, before, now, stamp).ok,
    true,
    `${id}: ${action.verify(target, before, now, stamp).why}`,
  );
  assert.deepEqual(action.apply(target, now, stamp), [], `${id}: applied again it asks for more`);
  for (const request of action.rollback(target, before, stamp)) await account.call(request);
  if (action.card.reversibility === "reversible")
    assert.deepEqual(await look(), before, `${id}: rollback leaves a difference`);
};

await withMoto({}, async (endpoint) => {
  const { account, made } = await setUp(endpoint);
  const failed: string[] = [];
  const cases = Object.entries(casesOf(made));
  for (const [id, chosen] of cases) {
    try {
      await judge(id, chosen, account);
    } catch (error) {
      failed.push(`${id}: ${(error as Error).message}`);
    }
  }
  console.log(`${cases.length - failed.length} of ${cases.length} actions hold on moto`);
  for (const each of failed) console.log(each);
  process.exitCode = failed.length === 0 ? 0 : 1;
});
