import assert from "node:assert/strict";
import { test } from "node:test";
import { requireVpcEndpoint as action } from "../../lib/actions/require-vpc-endpoint.ts";
import { explicitDeny } from "../../lib/core/plan/iamEvaluate.ts";
import { contract } from "./contract.ts";
import { SERVICES } from "./services.ts";
import { openAccount, RESPONDER, scene, stamp } from "./world.ts";

contract({
  action,
  when: "a bucket without a policy",
  scene: scene({ buckets: ["plain"] }),
  open: () => openAccount(),
});
contract({ action, when: "a bucket with one", scene: scene({ buckets: ["shared"] }), open: () => openAccount() });

test("it is refused where no endpoint would let anybody read", async () => {
  const none = { ...SERVICES, ec2: { ...SERVICES.ec2, DescribeVpcEndpoints: { "": { VpcEndpoints: [] } } } };
  const [target] = action.targets(scene({}));
  assert.equal(
    typeof action.refuse(target!, await action.capture(target!, stamp, openAccount({ "services.json": none })), stamp),
    "string",
  );
});

test("the exempt role, services and whoever comes through an endpoint read on, and everybody manages the policy", async () => {
  const [target] = action.targets(scene({ buckets: ["plain"] }));
  const [made] = action.apply(target!, await action.capture(target!, stamp, openAccount()), stamp);
  const is = (context: Record<string, string>, action = "s3:GetObject", resource = "arn:aws:s3:::plain/k") =>
    explicitDeny(String(made!.input.Policy), { action, resource, context }).is;
  assert.equal(is({ "aws:PrincipalArn": "arn:aws:iam::123456789012:user/bob" }), "denied");
  assert.equal(is({ "aws:PrincipalArn": RESPONDER }), "not-denied");
  assert.equal(is({ "aws:PrincipalIsAWSService": "true" }), "not-denied");
  assert.equal(is({ "aws:SourceVpce": "vpce-0a1b2c3d4e5f60718" }), "not-denied");
  assert.equal(is({}, "s3:PutBucketPolicy", "arn:aws:s3:::plain"), "not-denied");
});
