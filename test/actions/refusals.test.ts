import assert from "node:assert/strict";
import { test } from "node:test";
import { deactivateAccessKeys } from "../../lib/actions/deactivate-access-keys.ts";
import { denyUser } from "../../lib/actions/deny-user.ts";
import { revokeRoleSessions } from "../../lib/actions/revoke-role-sessions.ts";
import { ACCOUNT, alice, api, appRole, appSession, carryOut, openAccount, scene, stamp, suspect } from "./world.ts";

test("an exempt user or role is refused", async () => {
  const account = openAccount();
  const exempt = { ...stamp, exemptArns: [alice.arn!, "arn:aws:iam::*:role/app"] };
  for (const action of [denyUser, deactivateAccessKeys, revokeRoleSessions]) {
    const target = action.targets(scene({ suspects: [alice, appSession], roles: [appRole] }))[0]!;
    assert.equal(typeof action.refuse(target, await action.capture(target, stamp, account), exempt), "string");
  }
});

test("an exempt role with a path is recognised by its name alone, and no other role with it", () => {
  const withPath = {
    ...stamp,
    exemptArns: [`arn:aws:iam::${ACCOUNT}:role/ops/break/app`, "arn:aws:iam::*:role/aws-service-role/*"],
  };
  const before = { holderArn: appRole.arn, path: "/", document: null, othersLength: 0 };
  const target = { label: "role", roleName: "app", arn: appRole.arn };
  assert.equal(typeof revokeRoleSessions.refuse(target, before, withPath), "string");
  const other = { label: "role", roleName: "app2", arn: `arn:aws:iam::${ACCOUNT}:role/app2` };
  assert.equal(revokeRoleSessions.refuse(other, { ...before, holderArn: other.arn }, withPath), null);
});

test("roles that IAM lets nobody change are refused, with the way to go instead", () => {
  const target = { label: "role", roleName: "x", arn: `arn:aws:iam::${ACCOUNT}:role/x` };
  for (const path of ["/aws-service-role/macie.amazonaws.com/", "/aws-reserved/sso.amazonaws.com/"]) {
    const before = { holderArn: target.arn, path, document: null, othersLength: 0 };
    assert.equal(typeof revokeRoleSessions.refuse(target, before, stamp), "string");
  }
});

test("sessions issued until a minute after it is carried out are revoked, later ones are not", async () => {
  const account = openAccount();
  const target = revokeRoleSessions.targets(scene({ suspects: [appSession], roles: [appRole] }))[0]!;
  const [made] = revokeRoleSessions.apply(target, await revokeRoleSessions.capture(target, stamp, account), stamp);
  const document = JSON.parse(String(made!.input.PolicyDocument));
  assert.deepEqual(document.Statement[0].Condition, {
    DateLessThan: { "aws:TokenIssueTime": "2026-11-21T09:01:00.000Z" },
  });
});

test("a key made after the plan is found when the cut is verified", async () => {
  const target = deactivateAccessKeys.targets(scene({}))[0]!;
  const before = { keys: [{ AccessKeyId: "AKIAOLD", Status: "Active" }] };
  const now = {
    keys: [
      { AccessKeyId: "AKIAOLD", Status: "Inactive" },
      { AccessKeyId: "AKIANEW", Status: "Active" },
    ],
  };
  assert.equal(deactivateAccessKeys.verify(target, before, now, stamp).ok, false);
});

test("users of other accounts and names that IAM cannot have are no targets", () => {
  const foreign = suspect({
    type: "IAMUser",
    accountId: "210987654321",
    userName: "eve",
    arn: "arn:aws:iam::210987654321:user/eve",
  });
  const hostile = suspect({ type: "IAMUser", userName: 'a"; drop', arn: null });
  assert.deepEqual(denyUser.targets(scene({ suspects: [foreign, hostile] })), []);
  assert.deepEqual(
    revokeRoleSessions.targets(
      scene({ roles: [{ roleName: "r", arn: "arn:aws:iam::210987654321:role/r", session: null }] }),
    ),
    [],
  );
});

test("a federated user is denied through the user that issued its session", () => {
  const federated = suspect({
    type: "FederatedUser",
    arn: `arn:aws:sts::${ACCOUNT}:federated-user/bob`,
    issuerArn: alice.arn,
    userName: "bob",
  });
  assert.deepEqual(
    denyUser.targets(scene({ suspects: [federated] })).map(({ userName }) => userName),
    ["alice"],
  );
});

test("policies that this case wrote itself are not taken for somebody else's edit", async () => {
  const account = openAccount();
  const target = denyUser.targets(scene({}))[0]!;
  const before = await denyUser.capture(target, stamp, account);
  await carryOut(account, [
    api("iam", "PutUserPolicy", {
      UserName: "alice",
      PolicyName: `${stamp.sid}-other`,
      PolicyDocument: '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}',
    }),
  ]);
  assert.deepEqual(await denyUser.capture(target, stamp, account), before);
});
