import assert from "node:assert/strict";
import { test } from "node:test";
import { undoPolicyVersions as action } from "../../lib/actions/undo-policy-versions.ts";
import type { EmbeddedAccount } from "../../lib/embedded/account.ts";
import { contract } from "./contract.ts";
import { ACCOUNT, api, change, openAccount, scene, stamp } from "./world.ts";

const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/team-read`;
const DOCUMENT = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

const raised = async (): Promise<EmbeddedAccount> => {
  const account = openAccount();
  await account.call(api("iam", "CreatePolicyVersion", { PolicyArn, PolicyDocument: DOCUMENT, SetAsDefault: true }));
  return account;
};

// Shapes of request and answer: CloudTrail records of Rhino Security Labs' privilege escalations 1 and 2.
const made = change(
  "CreatePolicyVersion",
  { policyArn: PolicyArn, policyDocument: DOCUMENT, setAsDefault: true },
  { response: { policyVersion: { versionId: "v2", isDefaultVersion: true, createDate: "Nov 21, 2026 8:30:00 AM" } } },
);
const chosen = change("SetDefaultPolicyVersion", { policyArn: PolicyArn, versionId: "v1" }, { eventId: "e2" });

contract({ action, when: "a version that allows everything", scene: scene({ changes: [made] }), open: raised });
contract({
  action,
  when: "an old version chosen again",
  scene: scene({ changes: [chosen] }),
  open: async () => {
    const account = await raised();
    await account.call(api("iam", "SetDefaultPolicyVersion", { PolicyArn, VersionId: "v1" }));
    return account;
  },
});

test("a policy of which the actor made every version is refused, and one of AWS or another account is no target", async () => {
  const account = await raised();
  await account.call(api("iam", "DeletePolicyVersion", { PolicyArn, VersionId: "v1" }));
  const [target] = action.targets(scene({ changes: [made] }));
  const before = await action.capture(target!, stamp, account);
  assert.match(String(action.refuse(target!, before, stamp)), /undo-privileges/);
  for (const policyArn of [
    "arn:aws:iam::aws:policy/ReadOnlyAccess",
    "arn:aws:iam::210987654321:policy/x",
    "x\n--force",
  ])
    assert.deepEqual(action.targets(scene({ changes: [{ ...made, request: { policyArn } }] })), []);
});

test("an owner who set another version since is left alone", async () => {
  const account = await raised();
  await account.call(api("iam", "CreatePolicyVersion", { PolicyArn, PolicyDocument: DOCUMENT, SetAsDefault: true }));
  const [target] = action.targets(scene({ changes: [made] }));
  assert.deepEqual(action.apply(target!, await action.capture(target!, stamp, account), stamp), []);
});
