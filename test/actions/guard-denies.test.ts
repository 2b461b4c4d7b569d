import assert from "node:assert/strict";
import { test } from "node:test";
import { guardDenies as action } from "../../lib/actions/guard-denies.ts";
import { revokeRoleSessions } from "../../lib/actions/revoke-role-sessions.ts";
import { explicitDeny } from "../../lib/core/plan/iamEvaluate.ts";
import { stampOf } from "../../lib/response/contain/stamp.ts";
import { alice, appRole, appSession, openAccount, RESPONDER, scene, stamp } from "./world.ts";

const SCENE = scene({ suspects: [alice, appSession], roles: [appRole], buckets: ["plain"] });

test("nothing is called: the policy keeps everybody but the named list from taking the denies away", async () => {
  const [target] = action.targets(SCENE);
  assert.deepEqual(action.apply(target!, await action.capture(target!, stamp, openAccount()), stamp), []);
  const ask = (call: string, resource: string, arn: string) =>
    explicitDeny(target!.policy!, { action: call, resource, context: { "aws:PrincipalArn": arn } }).is;
  // The name that the calls of a cut give: of a role whose inline policies are full.
  const full = { ...scene({}), roles: [appRole], suspects: [appSession] };
  const [role] = revokeRoleSessions.targets(full);
  const [made] = revokeRoleSessions.apply(
    role!,
    { document: null, othersLength: 10_000, managed: { others: 0, isAttached: false, document: null, spare: [] } },
    stampOf(full, stamp.at),
  );
  assert.equal(made!.operation, "CreatePolicy");
  const managed = `arn:aws:iam::123456789012:policy/${String(made!.input.PolicyName)}`;
  const admin = "arn:aws:iam::123456789012:role/admin";
  for (const [call, resource] of [
    ["iam:DeleteUserPolicy", alice.arn!],
    ["iam:DeleteRolePolicy", appRole.arn],
    ["iam:DeleteRolePermissionsBoundary", appRole.arn],
    ["iam:CreateAccessKey", alice.arn!],
    ["iam:DeleteUser", alice.arn!],
    ["iam:DeleteRole", appRole.arn],
    ["iam:CreatePolicyVersion", managed],
    ["iam:SetDefaultPolicyVersion", managed],
    ["iam:DeletePolicyVersion", managed],
    ["iam:DeletePolicy", managed],
    ["s3:DeleteBucketPolicy", "arn:aws:s3:::plain"],
  ] as const) {
    assert.equal(ask(call, resource, admin), "denied", call);
    assert.equal(ask(call, resource, RESPONDER), "not-denied", call);
  }
  assert.equal(ask("s3:GetObject", "arn:aws:s3:::plain/k", admin), "not-denied");
  assert.equal(ask("iam:DeleteUserPolicy", "arn:aws:iam::123456789012:user/bob", admin), "not-denied");
  assert.equal(ask("iam:CreatePolicyVersion", "arn:aws:iam::123456789012:policy/honest", admin), "not-denied");
  assert.ok(target!.instruction!.includes(target!.policy!));
});

test("without anybody on the list, or with names that are none, there is no such policy", () => {
  assert.deepEqual(action.targets({ ...SCENE, exemptArns: [] }), []);
  const hostile = { ...alice, arn: "arn:aws:iam::123456789012:user/*" };
  assert.deepEqual(action.targets(scene({ suspects: [hostile], buckets: ["*"] })), []);
});
