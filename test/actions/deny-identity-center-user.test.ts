import assert from "node:assert/strict";
import { test } from "node:test";
import { denyIdentityCenterUser as action } from "../../lib/actions/deny-identity-center-user.ts";
import { explicitDeny } from "../../lib/core/plan/iamEvaluate.ts";
import { contract } from "./contract.ts";
import { atIdentityCenter, role, roleName, SET, withPermissionSets } from "./permissionSets.ts";
import { CENTER, JANE } from "./services.ts";
import { ACCOUNT, api, carryOut, stamp } from "./world.ts";

const OWNERS = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Sid: "Read", Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
});
contract({
  action,
  when: "a permission set without an inline policy",
  scene: atIdentityCenter,
  open: withPermissionSets(""),
});
contract({
  action,
  when: "statements of the owner's beside it",
  scene: atIdentityCenter,
  open: withPermissionSets(OWNERS),
});
contract({
  action,
  when: "a user whom the identity store does not know",
  scene: { ...atIdentityCenter, roles: [{ ...role, session: "gone@example.com" }] },
  open: withPermissionSets(OWNERS),
});

test("the user is denied by the id that stays and by their sessions' name, on the role too, and nobody else is", async () => {
  const account = withPermissionSets(OWNERS)();
  const target = action.targets(atIdentityCenter)[0]!;
  await carryOut(account, action.apply(target, await action.capture(target, stamp, account), stamp));
  const asked = api("iam", "GetRolePolicy", { RoleName: roleName, PolicyName: "AwsSSOInlinePolicy" });
  const policy = decodeURIComponent(String((await account.call(asked)).output.PolicyDocument));
  const is = (context: Record<string, string>) =>
    explicitDeny(policy, { action: "s3:GetObject", resource: "arn:aws:s3:::b/k", context }).is;
  assert.equal(
    is({ "identitystore:UserId": JANE, "aws:userid": "AROASSO0000000000001:renamed@example.com" }),
    "denied",
  );
  assert.equal(is({ "aws:userid": "AROASSO0000000000001:jane@example.com" }), "denied");
  assert.equal(is({ "identitystore:UserId": "another", "aws:userid": "AROASSO0000000000001:john" }), "not-denied");
});

test("calls on Identity Center go where it is administered, the role is read in the account of the case", async () => {
  const calls = new Set<string>();
  const account = withPermissionSets(OWNERS)();
  const target = action.targets(atIdentityCenter)[0]!;
  const before = await action.capture(target, stamp, {
    call: (request) => {
      calls.add(`${request.service} ${request.accountId} ${request.region}`);
      return account.call(request);
    },
  });
  for (const { service, accountId, region } of action.apply(target, before, stamp))
    calls.add(`${service} ${accountId} ${region}`);
  assert.deepEqual([...calls].sort(), [
    `iam ${ACCOUNT} ${stamp.region}`,
    `identitystore ${CENTER.accountId} ${CENTER.region}`,
    `sso-admin ${CENTER.accountId} ${CENTER.region}`,
  ]);
});

test("two users of one permission set are cut and released in either order, and what the owner set meanwhile stays", async () => {
  for (const first of [0, 1]) {
    const account = withPermissionSets(OWNERS)();
    const both = { ...atIdentityCenter, roles: [role, { ...role, session: "john" }] };
    const targets = action.targets(both);
    assert.equal(targets.length, 2);
    const befores = [];
    for (const target of targets) {
      const before = await action.capture(target, stamp, account);
      befores.push(before);
      await carryOut(account, action.apply(target, before, stamp));
    }
    const added = { Sid: "Later", Effect: "Allow", Action: "s3:ListBucket", Resource: "*" };
    const inSet = (await action.capture(targets[0]!, stamp, account)).inlinePolicy;
    const { Statement, ...rest } = JSON.parse(String(inSet));
    const edited = JSON.stringify({ ...rest, Statement: [...Statement, added] });
    const set = { InstanceArn: CENTER.instanceArn, PermissionSetArn: SET };
    await account.call(api("sso-admin", "PutInlinePolicyToPermissionSet", { ...set, InlinePolicy: edited }));
    const out = [targets[first]!, targets[1 - first]!];
    for (const [at, target] of out.entries()) {
      const now = await action.capture(target, stamp, account);
      await carryOut(account, action.withdraw!(target, befores[targets.indexOf(target)]!, now, stamp));
      const after = await action.capture(out[1 - at]!, stamp, account);
      assert.equal(action.verify(out[1 - at]!, after, after, stamp).ok, at === 0);
    }
    const left = JSON.parse(String((await action.capture(targets[0]!, stamp, account)).provisioned)).Statement;
    assert.deepEqual(
      left.map(({ Sid }: { Sid: string }) => Sid),
      ["Read", "Later"],
    );
  }
});

test("a permission set with edits that nobody provisioned, one that is not there and one that is full are refused", async () => {
  const target = action.targets(atIdentityCenter)[0]!;
  const refusal = async (open: ReturnType<typeof withPermissionSets>, chosen = target) =>
    action.refuse(chosen, await action.capture(chosen, stamp, open()), stamp);
  assert.match((await refusal(withPermissionSets(OWNERS, "")))!, /never provisioned/);
  assert.match(
    (await refusal(withPermissionSets(""), { ...target, permissionSet: "Data" }))!,
    /no permission set of this name/,
  );
  const full = JSON.stringify({ Version: "2012-10-17", Statement: [], Id: "x".repeat(32_600) });
  assert.match((await refusal(withPermissionSets(full)))!, /32768 are allowed/);
  assert.equal(await refusal(withPermissionSets(OWNERS)), null);
});

test("without an Identity Center in the settings there is nothing to call", () => {
  const { identityCenter: _, ...elsewhere } = atIdentityCenter;
  assert.deepEqual(action.targets(elsewhere), []);
});
