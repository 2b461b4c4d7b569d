import assert from "node:assert/strict";
import { test } from "node:test";
import { denyRole as action } from "../../lib/actions/deny-role.ts";
import { explicitDeny } from "../../lib/core/plan/iamEvaluate.ts";
import { contract } from "./contract.ts";
import { ACCOUNT, api, appRole, appSession, carryOut, openAccount, scene, stamp, suspect } from "./world.ts";

const deploySession = suspect({
  type: "AssumedRole",
  principalId: "AROADEPLOY0000000001:GitHubActions",
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/GitHubActions`,
  userName: "deploy",
  roleSession: "GitHubActions",
  issuerArn: `arn:aws:iam::${ACCOUNT}:role/deploy`,
});
const deployRole = { roleName: "deploy", arn: `arn:aws:iam::${ACCOUNT}:role/deploy`, session: "GitHubActions" };
const federated = scene({ suspects: [deploySession], roles: [deployRole] });

contract({ action, when: "a role that can be assumed again", scene: federated, open: () => openAccount() });

/** Inline policies of a role hold 10,240 characters together (IAM quotas). */
const padded = async () => {
  const account = openAccount();
  for (const [name, entries] of [
    ["pad1", 180],
    ["pad2", 25],
  ] as const) {
    const Resource = Array.from(
      { length: entries },
      (_, index) => `arn:aws:s3:::pad-${String(index).padStart(26, "0")}`,
    );
    const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource }] };
    await carryOut(account, [
      api("iam", "PutRolePolicy", { RoleName: "deploy", PolicyName: name, PolicyDocument: JSON.stringify(document) }),
    ]);
  }
  return account;
};

test("where inline policies are full the boundary denies the role", async () => {
  const account = await padded();
  const [target] = action.targets(federated);
  const requests = action.apply(target!, await action.capture(target!, stamp, account), stamp);
  assert.deepEqual(
    requests.map(({ operation, input }) => [operation, input.PermissionsBoundary]),
    [["PutRolePermissionsBoundary", "arn:aws:iam::aws:policy/AWSDenyAll"]],
  );
  const before = await action.capture(target!, stamp, account);
  await carryOut(account, requests);
  const now = await action.capture(target!, stamp, account);
  assert.ok(action.verify(target!, before, now, stamp).ok);
  assert.deepEqual(action.apply(target!, now, stamp), []);
  await carryOut(account, action.withdraw!(target!, before, now, stamp));
  assert.deepEqual(await action.capture(target!, stamp, account), before);
});

test("proposed where the actor can come back under another name, only offered where the service names the session", () => {
  const offers = (trustedBy: readonly string[] | undefined, session = deployRole.session) => {
    const role = { ...deployRole, session, ...(trustedBy === undefined ? {} : { trustedBy }) };
    const ref = { ...deploySession, roleSession: session, principalId: `AROADEPLOY0000000001:${session}` };
    return action.targets(scene({ suspects: [ref], roles: [role] })).map(({ offer = "default" }) => offer);
  };
  assert.deepEqual(offers([`arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`]), ["default"]);
  assert.deepEqual(offers(["pods.eks.amazonaws.com"]), ["default"]);
  assert.deepEqual(offers(["rolesanywhere.amazonaws.com"]), ["default"]);
  assert.deepEqual(offers(["lambda.amazonaws.com", "arn:aws:iam::210987654321:root"]), ["default"]);
  assert.deepEqual(offers(["lambda.amazonaws.com"]), ["optional"]);
  assert.deepEqual(offers(undefined), ["default"]);
  assert.deepEqual(offers(undefined, "i-0317f6c6b66ae9c40"), ["optional"]);
  assert.deepEqual(
    action.targets(scene({ suspects: [appSession], roles: [appRole] })).map(({ offer }) => offer),
    ["optional"],
  );
});

test("the deny stops any session of the role, whatever its name and date", async () => {
  const account = openAccount();
  const [target] = action.targets(federated);
  const [request] = action.apply(target!, await action.capture(target!, stamp, account), stamp);
  for (const context of [
    { "aws:userid": "AROADEPLOY0000000001:new" },
    { "aws:TokenIssueTime": "2030-01-01T00:00:00Z" },
  ])
    assert.equal(
      explicitDeny(String(request!.input.PolicyDocument), { action: "sts:AssumeRole", resource: "*", context }).is,
      "denied",
    );
});
