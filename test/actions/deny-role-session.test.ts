import assert from "node:assert/strict";
import { test } from "node:test";
import { denyRoleSession as action } from "../../lib/actions/deny-role-session.ts";
import { contract } from "./contract.ts";
import { alice, appRole, appSession, openAccount, paddedRole, scene, stamp } from "./world.ts";

contract({
  action,
  when: "a session",
  scene: scene({ suspects: [appSession], roles: [appRole] }),
  open: () => openAccount(),
});

contract({
  action,
  when: "no room for an inline policy",
  scene: scene({ suspects: [appSession], roles: [appRole] }),
  open: paddedRole,
});

test("only the suspect's own sessions are named, and without the role's id there is nothing to name", () => {
  const [target] = action.targets(scene({ suspects: [alice, appSession], roles: [appRole] }));
  assert.equal(target!.userIds, "AROAAPP0000000000001:i-0317f6c6b66ae9c40");
  assert.deepEqual(action.targets(scene({ suspects: [{ ...appSession, principalId: null }], roles: [appRole] })), []);
});

test("an instance's session is proposed beside revoking, for fresh credentials come under the same name; a name that was chosen is only offered", () => {
  const chosen = { ...appSession, principalId: "AROAAPP0000000000001:deploy", roleSession: "deploy" };
  const offers = [appSession, chosen].map(
    (suspect) => action.targets(scene({ suspects: [suspect], roles: [appRole] }))[0]!.offer,
  );
  assert.deepEqual(offers, ["default", undefined]);
});

test("a role without room for another policy is refused", async () => {
  const [target] = action.targets(scene({ suspects: [appSession], roles: [appRole] }));
  const before = { holderArn: appRole.arn, path: "/", document: null, othersLength: 10_000 };
  assert.equal(typeof action.refuse(target!, before, stamp), "string");
});
