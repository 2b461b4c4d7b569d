/** Where there is no room left, or S3 would refuse: the smallest form, another lever, or a sentence that says what must go first. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { denyActorOnBucket } from "../../lib/actions/deny-actor-on-bucket.ts";
import { denyRole } from "../../lib/actions/deny-role.ts";
import { denyRoleSession } from "../../lib/actions/deny-role-session.ts";
import { denyUser } from "../../lib/actions/deny-user.ts";
import { requireVpcEndpoint } from "../../lib/actions/require-vpc-endpoint.ts";
import { revokeRoleSessions } from "../../lib/actions/revoke-role-sessions.ts";
import { cutOf } from "../../lib/core/plan/cutOf.ts";
import type { EmbeddedAccount } from "../../lib/embedded/account.ts";
import { alice, api, appRole, appSession, carryOut, openAccount, pad, paddedRole, scene, stamp } from "./world.ts";

const SCENE = scene({ suspects: [alice, appSession], roles: [appRole], buckets: ["plain"] });
const LIMIT = 20_480;

/** A policy of the owner's of so many bytes. */
const ownersPolicy = (bytes: number): string => {
  const text = (filler: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Owner",
          Effect: "Deny",
          Principal: { AWS: "arn:aws:iam::123456789012:role/deploy" },
          Action: "s3:DeleteBucket",
          Resource: `arn:aws:s3:::plain/${filler}`,
        },
      ],
    });
  return text("x".repeat(bytes - text("").length));
};

const withPolicy = async (Policy: string): Promise<EmbeddedAccount> => {
  const account = openAccount();
  await account.call(api("s3", "PutBucketPolicy", { Bucket: "plain", Policy }));
  return account;
};

const considered = async (account: EmbeddedAccount, action = denyActorOnBucket) => {
  const [target] = action.targets(SCENE);
  const before = await action.capture(target!, stamp, account);
  const refused = action.refuse(target!, before, stamp);
  return { target: target!, before, refused, requests: refused === null ? action.apply(target!, before, stamp) : [] };
};

test("a policy that is nearly full takes the smallest deny, which names the user by id, holds, is idempotent and goes again", async () => {
  for (let room = 700; room > 250; room -= 25) {
    const owners = ownersPolicy(LIMIT - room);
    const account = await withPolicy(owners);
    const { target, before, refused, requests } = await considered(account);
    if (refused !== null) {
      assert.ok(room < 420, `refused with ${room} bytes of room`);
      assert.match(refused, /Owner/);
      continue;
    }
    await carryOut(account, requests);
    const now = await denyActorOnBucket.capture(target, stamp, account);
    assert.equal(denyActorOnBucket.verify(target, before, now, stamp).ok, true);
    assert.deepEqual(denyActorOnBucket.apply(target, now, stamp), []);
    assert.ok(Buffer.byteLength(String(now.policy)) <= LIMIT);
    await carryOut(account, denyActorOnBucket.withdraw!(target, before, now, stamp));
    assert.equal((await denyActorOnBucket.capture(target, stamp, account)).policy, owners);
  }
});

test("a policy with room gets the whole deny, by ARN and by id", async () => {
  const { requests } = await considered(await withPolicy(ownersPolicy(2000)));
  assert.match(String(requests[0]!.input.Policy), /user\/alice/);
  assert.match(String(requests[0]!.input.Policy), /AIDAALICE/);
});

const PUBLIC = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::plain/*" }],
});

test("a public policy that Block Public Access freezes is told before anybody is asked, and only then", async () => {
  for (const BlockPublicPolicy of [true, false]) {
    const account = await withPolicy(PUBLIC);
    const PublicAccessBlockConfiguration = { BlockPublicPolicy };
    await account.call(api("s3", "PutPublicAccessBlock", { Bucket: "plain", PublicAccessBlockConfiguration }));
    for (const action of [denyActorOnBucket, requireVpcEndpoint]) {
      const { refused, requests } = await considered(account, action);
      assert.equal(refused === null, !BlockPublicPolicy, `${action.card.id}: ${refused}`);
      if (!BlockPublicPolicy) await carryOut(account, requests);
    }
  }
});

const padded = async (): Promise<EmbeddedAccount> => {
  const account = await paddedRole();
  await pad(account, "PutUserPolicy", { UserName: "alice" }, 36);
  return account;
};

test("with full inline policies users and roles are denied by the boundary", async () => {
  const account = await padded();
  for (const [action, operation] of [
    [denyUser, "PutUserPermissionsBoundary"],
    [denyRole, "PutRolePermissionsBoundary"],
  ] as const) {
    const { target, before, requests } = await considered(account, action);
    assert.deepEqual(
      requests.map((one) => one.operation),
      [operation],
    );
    await carryOut(account, requests);
    assert.equal(action.verify(target, before, await action.capture(target, stamp, account), stamp).ok, true);
  }
});

test("with full inline policies a session is denied by a managed policy of ours, and where ten are attached the boundary is named", async () => {
  for (const action of [denyRoleSession, revokeRoleSessions]) {
    const account = await padded();
    const { requests } = await considered(account, action);
    assert.deepEqual(
      requests.map((one) => one.operation),
      ["CreatePolicy", "AttachRolePolicy"],
    );
    for (let at = 0; at < 10; at += 1)
      await account
        .call(api("iam", "AttachRolePolicy", { RoleName: "app", PolicyArn: `arn:aws:iam::aws:policy/Pad${at}` }))
        .catch(() => {});
    assert.match((await considered(account, action)).refused ?? "", /deny-role/);
  }
});

test("a managed policy of ours cuts off what an inline one does: made, written anew, and put back on the role", async () => {
  for (const action of [denyRoleSession, revokeRoleSessions]) {
    const cutIn = async (account: EmbeddedAccount) => cutOf(await considered(account, action));
    const wanted = await cutIn(openAccount());
    assert.notEqual(wanted.document, null);
    const account = await padded();
    assert.deepEqual(await cutIn(account), wanted);
    const { requests } = await considered(account, action);
    await carryOut(account, requests);
    const { PolicyArn } = requests[1]!.input;
    await account.call(api("iam", "DetachRolePolicy", { RoleName: "app", PolicyArn }));
    assert.deepEqual(await cutIn(account), wanted);
    const Statement = [{ Effect: "Allow", Action: "*", Resource: "*" }];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await account.call(api("iam", "CreatePolicyVersion", { PolicyArn, PolicyDocument, SetAsDefault: true }));
    assert.deepEqual(await cutIn(account), wanted);
  }
});

test("two full roles in one case are denied by a policy each, and one taken back leaves the other", async () => {
  const account = await padded();
  await pad(account, "PutRolePolicy", { RoleName: "deploy" }, 200);
  const { target, before, requests } = await considered(account, denyRoleSession);
  const other = { ...target, roleName: "deploy", userIds: "AROADEPLOY000000001:actor" };
  const otherBefore = await denyRoleSession.capture(other, stamp, account);
  await carryOut(account, requests);
  await carryOut(account, denyRoleSession.apply(other, otherBefore, stamp));
  const holds = async (one: typeof target, earlier: typeof before) =>
    denyRoleSession.verify(one, earlier, await denyRoleSession.capture(one, stamp, account), stamp).ok;
  assert.deepEqual([await holds(target, before), await holds(other, otherBefore)], [true, true]);
  const now = await denyRoleSession.capture(other, stamp, account);
  await carryOut(account, denyRoleSession.withdraw!(other, otherBefore, now, stamp));
  assert.deepEqual([await holds(target, before), await holds(other, otherBefore)], [true, false]);
});

test("our managed policy, to which somebody gave versions that allow, is ours again and goes with all of them", async () => {
  const account = await padded();
  const { target, before, requests } = await considered(account, denyRoleSession);
  await carryOut(account, requests);
  const { PolicyArn } = requests[1]!.input;
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  });
  for (let version = 0; version < 4; version += 1)
    await account.call(api("iam", "CreatePolicyVersion", { PolicyArn, PolicyDocument, SetAsDefault: true }));
  const look = () => denyRoleSession.capture(target, stamp, account);
  assert.equal(denyRoleSession.verify(target, before, await look(), stamp).ok, false);
  await carryOut(account, denyRoleSession.apply(target, await look(), stamp));
  assert.equal(denyRoleSession.verify(target, before, await look(), stamp).ok, true);
  await carryOut(account, denyRoleSession.withdraw!(target, before, await look(), stamp));
  assert.deepEqual(await look(), before);
});

test("room that is made again later changes nothing in what is taken back", async () => {
  const account = await padded();
  const { target, before, requests } = await considered(account, denyRoleSession);
  await carryOut(account, requests);
  await account.call(api("iam", "DeleteRolePolicy", { RoleName: "app", PolicyName: "pad" }));
  const now = await denyRoleSession.capture(target, stamp, account);
  assert.equal(denyRoleSession.verify(target, before, now, stamp).ok, true);
  await carryOut(account, denyRoleSession.withdraw!(target, before, now, stamp));
  const { PolicyArn } = requests[1]!.input;
  await assert.rejects(account.call(api("iam", "GetPolicy", { PolicyArn })), /NoSuchEntity/);
});

test("a second revoke of a full role gives back what it found when it is released: the first one's deny, on the role", async () => {
  const LATER = { ...stamp, at: "2026-11-22T09:00:00.000Z" };
  for (const spare of [0, 1, 2, 3, 4])
    for (const way of ["withdraw", "rollback"] as const) {
      const account = await padded();
      const first = await considered(account, revokeRoleSessions);
      await carryOut(account, first.requests);
      const { PolicyArn } = first.requests[1]!.input;
      const { PolicyDocument } = first.requests[0]!.input;
      for (let version = 0; version < spare; version += 1)
        await account.call(api("iam", "CreatePolicyVersion", { PolicyArn, PolicyDocument, SetAsDefault: true }));
      const look = (at = LATER) => revokeRoleSessions.capture(first.target, at, account);
      const found = await look();
      await carryOut(account, revokeRoleSessions.apply(first.target, found, LATER));
      const now = await look();
      assert.equal(revokeRoleSessions.verify(first.target, found, now, LATER).ok, true);
      const back =
        way === "rollback"
          ? revokeRoleSessions.rollback(first.target, found, LATER)
          : revokeRoleSessions.withdraw!(first.target, found, now, LATER);
      await carryOut(account, back);
      assert.equal(revokeRoleSessions.verify(first.target, first.before, await look(stamp), stamp).ok, true);
      assert.equal(revokeRoleSessions.verify(first.target, found, await look(), LATER).ok, false);
      if (way === "withdraw")
        assert.deepEqual(revokeRoleSessions.withdraw!(first.target, found, await look(), LATER), []);
      await carryOut(account, revokeRoleSessions.withdraw!(first.target, first.before, await look(stamp), stamp));
      assert.deepEqual(await look(stamp), first.before);
    }
});

test("a policy of ours that was off the role is off it again, and stays", async () => {
  const account = await padded();
  const first = await considered(account, revokeRoleSessions);
  await carryOut(account, first.requests.slice(0, 1));
  const { target, before, requests } = await considered(account, revokeRoleSessions);
  for (const way of ["withdraw", "rollback"] as const) {
    await carryOut(account, requests);
    const now = await revokeRoleSessions.capture(target, stamp, account);
    await carryOut(
      account,
      way === "rollback"
        ? revokeRoleSessions.rollback(target, before, stamp)
        : revokeRoleSessions.withdraw!(target, before, now, stamp),
    );
    assert.deepEqual(await revokeRoleSessions.capture(target, stamp, account), before);
  }
});
