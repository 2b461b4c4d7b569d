import assert from "node:assert/strict";
import { test } from "node:test";
import { guardDenies as action } from "../../lib/actions/guard-denies.ts";
import { explicitDeny } from "../../lib/core/plan/iamEvaluate.ts";
import { alice, appRole, appSession, openAccount, RESPONDER, scene, stamp } from "./world.ts";

const SCENE = scene({ suspects: [alice, appSession], roles: [appRole], buckets: ["plain"] });

test("nothing is called: the policy keeps everybody but the named list from taking the denies away", async () => {
  const [target] = action.targets(SCENE);
  assert.deepEqual(action.apply(target!, await action.capture(target!, stamp, openAccount()), stamp), []);
  const ask = (call: string, resource: string, arn: string) =>
    explicitDeny(target!.policy!, { action: call, resource, context: { "aws:PrincipalArn": arn } }).is;
  const admin = "arn:aws:iam::123456789012:role/admin";
  for (const [call, resource] of [
    ["iam:DeleteUserPolicy", alice.arn!],
    ["iam:DeleteRolePolicy", appRole.arn],
    ["iam:DeleteRolePermissionsBoundary", appRole.arn],
    ["iam:CreateAccessKey", alice.arn!],
    ["s3:DeleteBucketPolicy", "arn:aws:s3:::plain"],
  ] as const) {
    assert.equal(ask(call, resource, admin), "denied", call);
    assert.equal(ask(call, resource, RESPONDER), "not-denied", call);
  }
  assert.equal(ask("s3:GetObject", "arn:aws:s3:::plain/k", admin), "not-denied");
  assert.equal(ask("iam:DeleteUserPolicy", "arn:aws:iam::123456789012:user/bob", admin), "not-denied");
  assert.ok(target!.instruction!.includes(target!.policy!));
});

test("without anybody on the list, or with names that are none, there is no such policy", () => {
  assert.deepEqual(action.targets({ ...SCENE, exemptArns: [] }), []);
  const hostile = { ...alice, arn: "arn:aws:iam::123456789012:user/*" };
  assert.deepEqual(action.targets(scene({ suspects: [hostile], buckets: ["*"] })), []);
});
