/** A service that answers before it is done: it is waited for, and a change that it never brings about is no success. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { denyIdentityCenterUser } from "../../lib/actions/deny-identity-center-user.ts";
import { digestOf } from "../../lib/base/jcs.ts";
import type { ActionRecord, PlannedAction } from "../../lib/case/plan.ts";
import type { Account } from "../../lib/ports/ports.ts";
import { changeSetting, type Outcome } from "../../lib/response/contain/changeSetting.ts";
import { stampAt } from "../../lib/response/contain/stamp.ts";
import { atIdentityCenter, withPermissionSets } from "../actions/permissionSets.ts";
import { openWorld } from "./world.ts";

/** The account whose Identity Center says for `looks` looks that it is provisioning, and does it then; or never. */
const slow = (account: Account, looks: number): Account => {
  let waiting: Parameters<Account["call"]>[0] | null = null;
  let left = looks;
  return {
    call: async (request) => {
      if (request.operation === "ProvisionPermissionSet") {
        waiting = request;
        return { requestId: "x", output: {} };
      }
      if (request.operation === "DescribePermissionSetProvisioningStatus")
        return {
          requestId: "x",
          output: { PermissionSetProvisioningStatus: { PermissionSetArn: waiting!.input.PermissionSetArn } },
        };
      if (request.operation !== "ListPermissionSetProvisioningStatus" || waiting === null) return account.call(request);
      left -= 1;
      const isRunning = left > 0;
      if (!isRunning && looks !== Number.POSITIVE_INFINITY) await account.call(waiting);
      return { requestId: "x", output: { PermissionSetsProvisioningStatus: isRunning ? [{ RequestId: "r" }] : [] } };
    },
  };
};

const changed = async (looks: number): Promise<ActionRecord> => {
  const world = await openWorld();
  const account = slow(withPermissionSets("")(), looks);
  const stamp = stampAt(world.plan, world.plan.createdAt, world.ports);
  const target = denyIdentityCenterUser.targets(atIdentityCenter)[0]!;
  const before = await denyIdentityCenterUser.capture(target, stamp, account);
  const { card } = denyIdentityCenterUser;
  const planned: PlannedAction = {
    ...world.plan.actions[0]!,
    ...{ id: "a99", kind: card.id, title: card.title, reversibility: card.reversibility, target, requires: [] },
    ...{ requests: denyIdentityCenterUser.apply(target, before, stamp), before, beforeDigest: digestOf(before) },
    atExecution: card.atExecution!,
  };
  const outcome: Outcome = (status, why, rest = {}) => ({ status, why, calls: [], ...rest }) as unknown as ActionRecord;
  const change = {
    plan: world.plan,
    planned,
    earlier: [],
    outcome,
    stillOpen: async () => true,
    onTransient: () => {},
  };
  return changeSetting(change, { ...world.ports, account });
};

test("a permission set that is still being provisioned is waited for, and called once", async () => {
  const { status, calls } = await changed(12);
  assert.equal(status, "applied");
  assert.deepEqual(
    calls.map(({ request }) => request.operation),
    ["PutInlinePolicyToPermissionSet", "ProvisionPermissionSet"],
  );
});

test("one that never arrives is not applied, and it is not called again and again meanwhile", async () => {
  const { status, why, calls } = await changed(Number.POSITIVE_INFINITY);
  assert.equal(status, "failed");
  assert.match(why, /its role .* does not yet|nothing can be called/);
  assert.equal(calls.length, 2);
});
