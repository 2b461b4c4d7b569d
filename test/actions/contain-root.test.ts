import assert from "node:assert/strict";
import { test } from "node:test";
import { containRoot as action } from "../../lib/actions/contain-root.ts";
import { explicitDeny } from "../../lib/core/plan/iamEvaluate.ts";
import { ACCOUNT, alice, openAccount, scene, stamp, suspect } from "./world.ts";

const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const root = suspect({ type: "Root", principalId: ACCOUNT, arn: ROOT });

test("nothing is called for root: the plan holds what a person must do, with a policy that binds it", async () => {
  const [target] = action.targets(scene({ suspects: [root] }));
  const account = openAccount();
  const before = await action.capture(target!, stamp, account);
  assert.deepEqual([...action.apply(target!, before, stamp), ...action.rollback(target!, before, stamp)], []);
  assert.equal(action.verify(target!, before, before, stamp).ok, false);
  const asked = (arn: string) => ({
    action: "s3:GetObject",
    resource: "arn:aws:s3:::b/k",
    context: { "aws:PrincipalArn": arn },
  });
  assert.equal(explicitDeny(target!.policy!, asked(ROOT)).is, "denied");
  assert.equal(explicitDeny(target!.policy!, asked(alice.arn!)).is, "not-denied");
  assert.ok(target!.instruction!.includes(target!.policy!));
});

test("root of another account, and other principals, are no targets", () => {
  assert.deepEqual(
    action.targets(scene({ suspects: [alice, suspect({ type: "Root", accountId: "210987654321" })] })),
    [],
  );
});
