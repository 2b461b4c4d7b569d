import assert from "node:assert/strict";
import { test } from "node:test";
import { containLambdaRole as action } from "../../lib/actions/contain-lambda-role.ts";
import { contract } from "./contract.ts";
import { SERVICES } from "./services.ts";
import { ACCOUNT, openAccount, scene, stamp } from "./world.ts";

const role = { roleName: "fn", arn: `arn:aws:iam::${ACCOUNT}:role/service-role/fn`, session: "export" };

contract({
  action,
  when: "a function with reserved concurrency",
  scene: scene({ roles: [role] }),
  open: () => openAccount(),
});

const unreserved = { ...SERVICES, lambda: { ...SERVICES.lambda, GetFunctionConcurrency: { export: {} } } };
contract({
  action,
  when: "a function without",
  scene: scene({ roles: [role] }),
  open: () => openAccount({ "services.json": unreserved }),
});

test("a function that happens to have the session's name but runs with another role is refused", async () => {
  const [target] = action.targets(
    scene({ roles: [{ ...role, roleName: "app", arn: `arn:aws:iam::${ACCOUNT}:role/app` }] }),
  );
  assert.equal(typeof action.refuse(target!, await action.capture(target!, stamp, openAccount()), stamp), "string");
});

test("sessions of instances and tasks are not taken for functions", () => {
  for (const session of [
    "i-0317f6c6b66ae9c40",
    "0123456789abcdef0123456789abcdef",
    "botocore-session-1700000000",
    "jane@example.com",
    null,
  ]) {
    assert.deepEqual(action.targets(scene({ roles: [{ ...role, session }] })), []);
  }
});
