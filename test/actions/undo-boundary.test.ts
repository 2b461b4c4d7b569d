import assert from "node:assert/strict";
import { test } from "node:test";
import { undoBoundary as action } from "../../lib/actions/undo-boundary.ts";
import { contract } from "./contract.ts";
import { ACCOUNT, api, change, openAccount, scene, stamp } from "./world.ts";

const TEAM = `arn:aws:iam::${ACCOUNT}:policy/team-boundary`;
const prior = { PermissionsBoundaryArn: TEAM };
const taken = change("DeleteRolePermissionsBoundary", { roleName: "app" }, { prior });
const widened = change(
  "PutUserPermissionsBoundary",
  { userName: "bob", permissionsBoundary: "arn:aws:iam::aws:policy/AdministratorAccess" },
  { prior: {} },
);
const bound = async (operation: string, input: Record<string, unknown>) => {
  const account = openAccount();
  await account.call(api("iam", operation, input));
  return account;
};
const WIDE = { UserName: "bob", PermissionsBoundary: "arn:aws:iam::aws:policy/AdministratorAccess" };

contract({ action, when: "taken off a role", scene: scene({ changes: [taken] }), open: () => openAccount() });
contract({
  action,
  when: "put on a user that had none",
  scene: scene({ changes: [widened] }),
  open: () => bound("PutUserPermissionsBoundary", WIDE),
});

test("AWSDenyAll of a cut stays, and is not taken off by the way back", async () => {
  const account = await bound("PutRolePermissionsBoundary", {
    RoleName: "app",
    PermissionsBoundary: "arn:aws:iam::aws:policy/AWSDenyAll",
  });
  const [target] = action.targets(scene({ changes: [taken] }));
  const now = await action.capture(target!, stamp, account);
  assert.deepEqual(action.apply(target!, now, stamp), []);
  assert.deepEqual(action.withdraw!(target!, { ...now, boundary: null }, now, stamp), []);
});

test("where no log says which boundary was there, the plan says who puts it back and how", async () => {
  const { prior: _, ...unknown } = taken;
  const [target] = action.targets(scene({ changes: [unknown] }));
  const before = await action.capture(target!, stamp, openAccount());
  assert.match(String(action.refuse(target!, before, stamp)), /put-role-permissions-boundary --role-name app/);
});
