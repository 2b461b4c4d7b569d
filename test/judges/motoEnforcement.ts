/**
 * An extra suite: do the denies stop anybody? moto_server with IAM enforcement on (an AWS look-alike by others, where it
 * is installed) holds a user and a role session that can read; the actions' own calls are made, and the same clients ask
 * again. moto enforces identity policies, not the status of keys, bucket policies or conditions: those are not judged.
 *
 *     node test/judges/motoEnforcement.ts
 */
import assert from "node:assert/strict";
import * as iam from "@aws-sdk/client-iam";
import * as s3 from "@aws-sdk/client-s3";
import { denyRoleSession } from "../../lib/actions/deny-role-session.ts";
import { denyUser } from "../../lib/actions/deny-user.ts";
import type { Action } from "../../lib/actions/parts/action.ts";
import { revokeRoleSessions } from "../../lib/actions/revoke-role-sessions.ts";
import type { Scene } from "../../lib/core/plan/action.ts";
import type { Account } from "../../lib/ports/ports.ts";
import { ACCOUNT, alice, appRole, appSession, scene, stamp } from "../actions/world.ts";
import { accountAt, type Credentials, clientsAt, withMoto } from "./moto.ts";

const ALLOW = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" }],
});

const canRead = async (endpoint: string, credentials: Credentials): Promise<boolean> => {
  try {
    await clientsAt(endpoint, credentials).s3.send(new s3.ListBucketsCommand({}));
    return true;
  } catch (error) {
    if ((error as Error).name === "AccessDenied") return false;
    throw error;
  }
};

/** Credentials of a new session of role app: the raw API, so that no further client is needed. */
const assumeRole = async (endpoint: string): Promise<Credentials> => {
  const body = new URLSearchParams({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: appRole.arn,
    RoleSessionName: appRole.session,
  });
  const authorization =
    "AWS4-HMAC-SHA256 Credential=setup/20261121/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0";
  const text = await (await fetch(endpoint, { method: "POST", body, headers: { authorization } })).text();
  const member = (name: string): string => new RegExp(`<${name}>([^<]+)`).exec(text)![1]!;
  return {
    accessKeyId: member("AccessKeyId"),
    secretAccessKey: member("SecretAccessKey"),
    sessionToken: member("SessionToken"),
  };
};

const setUp = async (endpoint: string) => {
  const { iam: client } = clientsAt(endpoint, { accessKeyId: "setup", secretAccessKey: "setup" });
  const keysOf = async (UserName: string): Promise<Credentials> => {
    await client.send(new iam.CreateUserCommand({ UserName }));
    await client.send(new iam.PutUserPolicyCommand({ UserName, PolicyName: "all", PolicyDocument: ALLOW }));
    const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName }));
    return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  };
  const [responder, thief] = [await keysOf("responder"), await keysOf("alice")];
  await client.send(new iam.CreateRoleCommand({ RoleName: "app", AssumeRolePolicyDocument: TRUST }));
  await client.send(new iam.PutRolePolicyCommand({ RoleName: "app", PolicyName: "all", PolicyDocument: ALLOW }));
  return { responder, thief, session: await assumeRole(endpoint) };
};

/** Calls of `setUp`: so many moto lets through before it begins to enforce. */
const SETUP_CALLS = 9;

const judge = async (
  action: Action,
  chosen: Scene,
  account: Account,
  mayRead: () => Promise<boolean>,
): Promise<void> => {
  const target = action.targets(chosen)[0]!;
  const before = await action.capture(target, stamp, account);
  assert.equal(await mayRead(), true, `${action.card.id}: the client cannot read to begin with`);
  for (const request of action.apply(target, before, stamp)) await account.call(request);
  assert.equal(action.verify(target, before, await action.capture(target, stamp, account), stamp).ok, true);
  assert.equal(await mayRead(), false, `${action.card.id}: the client still reads`);
  for (const request of action.rollback(target, before, stamp)) await account.call(request);
  assert.equal(await mayRead(), true, `${action.card.id}: the client does not read again after rollback`);
  assert.deepEqual(await action.capture(target, stamp, account), before);
  console.log(`${action.card.id}: reads before, not after, reads again when rolled back`);
};

const run = async (endpoint: string): Promise<void> => {
  const { responder, thief, session } = await setUp(endpoint);
  const account = accountAt(clientsAt(endpoint, responder));
  const role = scene({ suspects: [appSession], roles: [appRole] });
  await judge(denyUser, scene({ suspects: [alice] }), account, () => canRead(endpoint, thief));
  await judge(revokeRoleSessions, role, account, () => canRead(endpoint, session));
  await judge(denyRoleSession, role, account, () => canRead(endpoint, session));
};

await withMoto({ INITIAL_NO_AUTH_ACTION_COUNT: String(SETUP_CALLS) }, run);
