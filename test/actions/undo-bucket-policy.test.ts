import assert from "node:assert/strict";
import { test } from "node:test";
import { denyActorOnBucket } from "../../lib/actions/deny-actor-on-bucket.ts";
import { undoBucketPolicy as action } from "../../lib/actions/undo-bucket-policy.ts";
import { contract } from "./contract.ts";
import { appSession, carryOut, change, openAccount, scene, stamp } from "./world.ts";

const former =
  '{\n "Version": "2012-10-17", "Statement": {"Sid":"Former","Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::shared/*"} }';
const put = change("PutBucketPolicy", { bucketName: "shared" }, { bucket: "shared", prior: { Policy: former } });
const removed = change(
  "DeleteBucketPolicy",
  { bucketName: "plain" },
  { bucket: "plain", prior: { Policy: former.replace("shared", "plain") } },
);

contract({ action, when: "a policy replaced", scene: scene({ changes: [put] }), open: () => openAccount() });
contract({ action, when: "a policy deleted", scene: scene({ changes: [removed] }), open: () => openAccount() });
contract({
  action,
  when: "a policy where none was",
  scene: scene({ changes: [{ ...put, prior: {} }] }),
  open: () => openAccount(),
});

test("without a deny of ours the recorded text is put back byte for byte", async () => {
  const [target] = action.targets(scene({ changes: [put] }));
  const [made] = action.apply(target!, await action.capture(target!, stamp, openAccount()), stamp);
  assert.equal(made!.input.Policy, former);
});

test("the denies of the case stay in the restored policy", async () => {
  const account = openAccount();
  const [bucket] = denyActorOnBucket.targets(scene({ suspects: [appSession], buckets: ["shared"] }));
  await carryOut(
    account,
    denyActorOnBucket.apply(bucket!, await denyActorOnBucket.capture(bucket!, stamp, account), stamp),
  );
  const [target] = action.targets(scene({ changes: [put] }));
  await carryOut(account, action.apply(target!, await action.capture(target!, stamp, account), stamp));
  const now = await action.capture(target!, stamp, account);
  assert.deepEqual(
    JSON.parse(String(now.policy)).Statement.map(({ Sid }: { Sid: string }) => Sid),
    ["Former", `${stamp.sid}Session`],
  );
  assert.equal(action.verify(target!, now, now, stamp).ok, true);
});

test("what the first of the thief's changes found is restored, not what the second found", () => {
  const second = { ...put, eventTime: "2026-11-21T08:45:00Z", prior: { Policy: "the thief's own" } };
  const [target] = action.targets(scene({ changes: [second, put] }));
  assert.equal(JSON.parse(target!.prior!).Policy, former);
});
