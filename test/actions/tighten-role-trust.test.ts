import assert from "node:assert/strict";
import { test } from "node:test";
import { tightenRoleTrust as action } from "../../lib/actions/tighten-role-trust.ts";
import { contract } from "./contract.ts";
import { ACCOUNT, alice, api, appRole, carryOut, openAccount, scene, stamp } from "./world.ts";

const deploy = { roleName: "deploy", arn: `arn:aws:iam::${ACCOUNT}:role/team/deploy`, session: null };

contract({
  action,
  when: "a user that assumes a role",
  scene: scene({ suspects: [alice], roles: [deploy] }),
  open: () => openAccount(),
});

test("a trust policy that would outgrow 2,048 characters is refused", async () => {
  const account = openAccount();
  const statement = {
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "sts:ExternalId": "x".repeat(1700) } },
  };
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await carryOut(account, [api("iam", "UpdateAssumeRolePolicy", { RoleName: "app", PolicyDocument })]);
  const [target] = action.targets(scene({ suspects: [alice], roles: [appRole] }));
  assert.equal(typeof action.refuse(target!, await action.capture(target!, stamp, account), stamp), "string");
});
