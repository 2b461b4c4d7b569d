import assert from "node:assert/strict";
import { test } from "node:test";
import { undoKeyPolicy as action } from "../../lib/actions/undo-key-policy.ts";
import { contract } from "./contract.ts";
import { KEY_ARN } from "./services.ts";
import { ACCOUNT, api, change, FOREIGN, openAccount, scene, stamp } from "./world.ts";

const statement = (...AWS: readonly string[]) => ({
  Sid: "Use",
  Effect: "Allow",
  Principal: { AWS },
  Action: "kms:*",
  Resource: "*",
});
const OWN = `arn:aws:iam::${ACCOUNT}:root`;
const policy = (...AWS: readonly string[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [statement(...AWS)] }, null, 2);
const opened = change("PutKeyPolicy", { keyId: KEY_ARN, policyName: "default", policy: policy(OWN, FOREIGN) });
const open = async (text: string) => {
  const account = openAccount();
  await account.call(api("kms", "PutKeyPolicy", { KeyId: KEY_ARN, PolicyName: "default", Policy: text }));
  return account;
};

contract({
  action,
  when: "an outsider beside the owner",
  scene: scene({ changes: [opened] }),
  open: () => open(policy(OWN, `arn:aws:iam::${FOREIGN}:root`)),
});

test("a key that only the outsider may use is left to its owner, and says so", async () => {
  const [target] = action.targets(scene({ changes: [opened] }));
  const before = await action.capture(target!, stamp, await open(policy(FOREIGN)));
  assert.match(String(action.refuse(target!, before, stamp)), /owner/);
});
