import assert from "node:assert/strict";
import { test } from "node:test";
import { quarantineBucket as action } from "../../lib/actions/quarantine-bucket.ts";
import { explicitDeny } from "../../lib/core/plan/iamEvaluate.ts";
import { contract } from "./contract.ts";
import { api, openAccount, RESPONDER, scene, stamp } from "./world.ts";

contract({ action, when: "no policy", scene: scene({ buckets: ["plain"] }), open: () => openAccount() });
contract({
  action,
  when: "an owner's policy",
  scene: scene({ buckets: ["shared"] }),
  open: async () => {
    const account = openAccount();
    const Statement = [
      { Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "s3:*", Resource: "arn:aws:s3:::shared/*" },
    ];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement }, null, 2);
    await account.call(api("s3", "PutBucketPolicy", { Bucket: "shared", Policy }));
    return account;
  },
});

test("everybody is out but the named list, services and strangers included", async () => {
  const [target] = action.targets(scene({ buckets: ["plain"] }));
  const [request] = action.apply(target!, await action.capture(target!, stamp, openAccount()), stamp);
  const ask = (context: Record<string, string>) =>
    explicitDeny(String(request!.input.Policy), { action: "s3:GetObject", resource: "arn:aws:s3:::plain/k", context })
      .is;
  assert.equal(ask({ "aws:PrincipalArn": RESPONDER }), "not-denied");
  for (const context of [
    { "aws:PrincipalArn": "arn:aws:iam::123456789012:user/alice" },
    { "aws:PrincipalArn": "arn:aws:iam::210987654321:role/x" },
    { "aws:PrincipalType": "Anonymous" },
    {},
  ])
    assert.equal(ask(context), "denied");
});

test("with nobody on the list it is refused", async () => {
  const alone = { ...stamp, exemptArns: [] };
  const [target] = action.targets(scene({ buckets: ["plain"] }));
  assert.match(action.refuse(target!, await action.capture(target!, alone, openAccount()), alone)!, /exemptArns/);
});
