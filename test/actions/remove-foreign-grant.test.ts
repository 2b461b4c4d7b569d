import assert from "node:assert/strict";
import { test } from "node:test";
import { removeForeignGrant as action } from "../../lib/actions/remove-foreign-grant.ts";
import { contract } from "./contract.ts";
import { ACCOUNT, api, carryOut, change, FOREIGN, openAccount, scene, stamp } from "./world.ts";

const grant = (Sid: string, Principal: unknown) => ({
  Sid,
  Effect: "Allow",
  Principal,
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::shared/*",
});
const out = grant("Out", { AWS: `arn:aws:iam::${FOREIGN}:root` });
const own = grant("Own", { AWS: `arn:aws:iam::${ACCOUNT}:user/bob` });
const policy = (...Statement: readonly unknown[]) => JSON.stringify({ Version: "2012-10-17", Statement }, null, 1);
const put = (...statements: readonly unknown[]) =>
  change(
    "PutBucketPolicy",
    { bucketName: "shared", bucketPolicy: { Version: "2012-10-17", Statement: statements } },
    { bucket: "shared" },
  );
const open = (Policy: string) => () =>
  openAccount({ "buckets/shared.json": { GetBucketPolicy: { Policy }, GetPublicAccessBlock: null } });

contract({ action, when: "beside others", scene: scene({ changes: [put(own, out)] }), open: open(policy(own, out)) });
contract({
  action,
  when: "nothing else in the policy",
  scene: scene({ changes: [put(out)] }),
  open: open(policy(out)),
});

test("grants that the thief's call did not contain, and grants within the account, stay", async () => {
  const partner = grant("Partner", { AWS: "999999999999" });
  const account = open(policy(partner, own, out))();
  const [target] = action.targets(scene({ changes: [put(own, out)] }));
  const before = await action.capture(target!, stamp, account);
  await carryOut(account, action.apply(target!, before, stamp));
  const { output } = await account.call(api("s3", "GetBucketPolicy", { Bucket: "shared" }));
  assert.deepEqual(JSON.parse(String(output.Policy)).Statement, [partner, own]);
});

test("everybody, another account, its principals and canonical ids are outsiders; services and our own are not", () => {
  const outsiders = [
    "*",
    { AWS: "*" },
    { AWS: [ACCOUNT, FOREIGN] },
    { AWS: `arn:aws:iam::${FOREIGN}:user/x` },
    { CanonicalUser: "79a5" },
  ];
  const insiders = [
    { AWS: ACCOUNT },
    { Service: "cloudtrail.amazonaws.com" },
    { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/r/s` },
  ];
  for (const Principal of outsiders)
    assert.equal(action.targets(scene({ changes: [put(grant("G", Principal))] })).length, 1);
  for (const Principal of insiders)
    assert.equal(action.targets(scene({ changes: [put(grant("G", Principal))] })).length, 0);
});

test("where the former policy was recorded, restoring it is left to undo-bucket-policy", () => {
  assert.deepEqual(action.targets(scene({ changes: [{ ...put(out), prior: { Policy: policy(own) } }] })), []);
});

test("a grant to an organisation or an endpoint is offered apart: taken out where somebody says so, and not otherwise", async () => {
  const all = {
    Sid: "All",
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::shared/*",
  };
  const limited = { ...all, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } };
  const account = open(policy(own, limited, out))();
  const targets = action.targets(scene({ changes: [put(own, limited, out)] }));
  assert.deepEqual(
    targets.map(({ offer = "default" }) => offer),
    ["default", "optional"],
  );
  const left = async () => {
    const { output } = await account.call(api("s3", "GetBucketPolicy", { Bucket: "shared" }));
    return JSON.parse(String(output.Policy)).Statement;
  };
  for (const [at, expected] of [[own, limited], [own]].entries()) {
    const before = await action.capture(targets[at]!, stamp, account);
    await carryOut(account, action.apply(targets[at]!, before, stamp));
    assert.deepEqual(await left(), expected);
  }
});
