import assert from "node:assert/strict";
import { test } from "node:test";
import { denyActorOnBucket as action } from "../../lib/actions/deny-actor-on-bucket.ts";
import { explicitDeny } from "../../lib/core/plan/iamEvaluate.ts";
import { contract } from "./contract.ts";
import {
  ACCOUNT,
  alice,
  api,
  appRole,
  appSession,
  carryOut,
  FOREIGN,
  openAccount,
  RESPONDER,
  scene,
  stamp,
  suspect,
} from "./world.ts";

const partner = suspect({ type: "AWSAccount", accountId: FOREIGN });
const anybody = suspect({ type: "Anonymous", accountId: null });

contract({ action, when: "no policy", scene: scene({ buckets: ["plain"] }), open: () => openAccount() });
contract({ action, when: "a policy of others", scene: scene({ buckets: ["shared"] }), open: () => openAccount() });
contract({
  action,
  when: "every kind of actor",
  scene: scene({
    buckets: ["shared"],
    suspects: [alice, appSession, partner, anybody],
    addresses: ["198.51.100.7", "2001:db8::1"],
  }),
  open: () => openAccount(),
});

const planned = async (chosen: ReturnType<typeof scene>, policy: string | null = null) => {
  const account = openAccount();
  const [target] = action.targets(chosen);
  if (policy !== null)
    await carryOut(account, [api("s3", "PutBucketPolicy", { Bucket: target!.bucket, Policy: policy })]);
  const before = await action.capture(target!, stamp, account);
  return {
    target: target!,
    before,
    refused: action.refuse(target!, before, stamp),
    requests: action.apply(target!, before, stamp),
  };
};

test("a session is denied by its user id, so that others of the role go on working", async () => {
  const { requests } = await planned(scene({ suspects: [appSession] }));
  const policy = String(requests[0]!.input.Policy);
  const read = (userid: string) =>
    explicitDeny(policy, {
      action: "s3:GetObject",
      resource: "arn:aws:s3:::plain/k",
      context: { "aws:userid": userid, "aws:PrincipalArn": appRole.arn },
    }).is;
  assert.equal(read("AROAAPP0000000000001:i-0317f6c6b66ae9c40"), "denied");
  assert.equal(read("AROAAPP0000000000001:i-0000000000000001"), "not-denied");
});

test("without the role's id the whole role is denied", async () => {
  const { target } = await planned(scene({ suspects: [{ ...appSession, principalId: null }] }));
  assert.equal(target.principalArns, appRole.arn);
});

test("an exempt principal is never named in a deny, and where it is the only suspect there is nothing to do", () => {
  const responder = suspect({
    type: "AssumedRole",
    principalId: "AROARESPONDER0000001:run",
    issuerArn: RESPONDER,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/cordon-responder/run`,
  });
  assert.deepEqual(action.targets(scene({ suspects: [responder] })), []);
  const [target] = action.targets(scene({ suspects: [responder, alice] }));
  assert.equal(target!.userIds, alice.principalId);
  assert.equal(target!.principalArns, alice.arn);
});

test("a target that names an exempt principal after all is refused", async () => {
  const { target, before } = await planned(scene({}));
  assert.equal(typeof action.refuse({ ...target, principalArns: RESPONDER }, before, stamp), "string");
  assert.equal(typeof action.refuse({ ...target, actorArns: RESPONDER }, before, stamp), "string");
});

test("our own account is never denied as a whole", () => {
  assert.deepEqual(action.targets(scene({ suspects: [suspect({ type: "AWSAccount", accountId: ACCOUNT })] })), []);
});

test("names that would widen a deny or reach into the policy are not used", () => {
  const hostile = [
    "arn:aws:iam::123456789012:user/*",
    "arn:aws:iam::123456789012:user/${aws:username}",
    'arn:aws:iam::123456789012:user/a"',
    "arn:aws:iam::123456789012:user/a b",
    "*",
  ];
  for (const arn of hostile)
    assert.deepEqual(action.targets(scene({ suspects: [{ ...alice, principalId: null, arn }] })), []);
  for (const principalId of ["AROA*:x", "AROAAPP0000000000001:*", "*", "AROAAPP0000000000001:${x}"]) {
    const [target] = action.targets(scene({ suspects: [{ ...appSession, principalId }] }));
    assert.equal(target!.userIds, "");
  }
  assert.deepEqual(action.targets(scene({ buckets: ["../x", "a b", "x/*", "*"] })), []);
  const [anonymous] = action.targets(scene({ suspects: [anybody], addresses: ["0.0.0.0/0", "*", "nowhere"] }));
  assert.doesNotMatch(JSON.stringify(anonymous), /0\.0\.0\.0|nowhere/);
});

test("a policy that would outgrow 20,480 bytes even with the smallest deny is refused", async () => {
  const sized = (length: number): string => {
    const statement = {
      Sid: "",
      Effect: "Allow",
      Principal: { AWS: FOREIGN },
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::plain/*",
    };
    const policy = { Version: "2012-10-17", Statement: [statement] };
    statement.Sid = "x".repeat(length - JSON.stringify(policy).length);
    return JSON.stringify(policy);
  };
  const small = await planned(scene({ buckets: ["plain"] }), sized(1000));
  const smallest = {
    ...{ Sid: "Cordon0123456789Session", Effect: "Deny", Principal: "*", Action: "s3:*" },
    Resource: ["arn:aws:s3:::plain", "arn:aws:s3:::plain/*"],
    Condition: { StringLike: { "aws:userid": ["AIDAALICE00000000001"] } },
  };
  const added = JSON.stringify(smallest).length + ",".length;
  assert.ok(String(small.requests[0]!.input.Policy).length - 1000 > added);
  assert.equal((await planned(scene({ buckets: ["plain"] }), sized(20_480 - added))).refused, null);
  assert.equal(typeof (await planned(scene({ buckets: ["plain"] }), sized(20_481 - added))).refused, "string");
});

test("the policy of a bucket without one is deleted on rollback, not emptied", async () => {
  const { target, before } = await planned(scene({ buckets: ["plain"] }));
  assert.deepEqual(
    action.rollback(target, before, stamp).map(({ operation }) => operation),
    ["DeleteBucketPolicy"],
  );
});
