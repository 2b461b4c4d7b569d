import assert from "node:assert/strict";
import { test } from "node:test";
import { freezeTrust as action } from "../../lib/actions/freeze-trust.ts";
import { explicitDeny } from "../../lib/core/plan/iamEvaluate.ts";
import { contract } from "./contract.ts";
import { ACCOUNT, appRole, appSession, openAccount, scene, stamp, suspect } from "./world.ts";

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

test("nobody assumes the role any more, by whatever call, and what stood in the trust policy stays", async () => {
  const account = openAccount();
  const [target] = action.targets(federated);
  const before = await action.capture(target!, stamp, account);
  const document = String(action.apply(target!, before, stamp)[0]!.input.PolicyDocument);
  for (const call of ["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"])
    assert.equal(explicitDeny(document, { action: `sts:${call}`, resource: "*", context: {} }).is, "denied");
  const statements = (text: unknown) => (JSON.parse(String(text)) as { Statement: unknown[] }).Statement;
  assert.deepEqual(statements(document).slice(0, -1), statements(before.trust));
});

test("a role whose sessions are named by its own workloads keeps its trust", () => {
  assert.deepEqual(action.targets(scene({ suspects: [appSession], roles: [appRole] })), []);
});
