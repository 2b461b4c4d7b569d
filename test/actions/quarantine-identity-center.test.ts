import assert from "node:assert/strict";
import { test } from "node:test";
import { quarantineIdentityCenter as action } from "../../lib/actions/quarantine-identity-center.ts";
import { explicitDeny } from "../../lib/core/plan/iamEvaluate.ts";
import { ACCOUNT, appRole, scene } from "./world.ts";

const arn = `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Data-Reader_0123456789abcdef`;
const role = { roleName: "AWSReservedSSO_Data-Reader_0123456789abcdef", arn, session: "jane@example.com" };

test("the policy to put on the account denies this user's sessions of permission sets, and nobody else's", () => {
  const [target] = action.targets(scene({ roles: [role] }));
  assert.equal(target!.permissionSet, "Data-Reader");
  const is = (userid: string, principal: string) =>
    explicitDeny(target!.policy!, {
      action: "s3:GetObject",
      resource: "arn:aws:s3:::b/k",
      context: { "aws:userid": userid, "aws:PrincipalArn": principal },
    }).is;
  assert.equal(is("AROA0000000000000001:jane@example.com", arn), "denied");
  assert.equal(is("AROA0000000000000001:john@example.com", arn), "not-denied");
  assert.equal(is("AROA0000000000000002:jane@example.com", appRole.arn), "not-denied");
});

test("ordinary roles, and session names that no session can have, are no targets", () => {
  assert.deepEqual(
    action.targets(
      scene({ roles: [appRole, { ...role, session: "*" }, { ...role, session: 'a" ,' }, { ...role, session: null }] }),
    ),
    [],
  );
});
