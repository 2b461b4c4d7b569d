import assert from "node:assert/strict";
import { test } from "node:test";
import { undoPrivileges as action } from "../../lib/actions/undo-privileges.ts";
import { contract } from "./contract.ts";
import { api, change, openAccount, scene, stamp } from "./world.ts";

const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
const DOCUMENT = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

/** The call of the actor, and its parameters in CloudTrail (CloudTrail user guide, IAM). */
const GIVEN = [
  ["AttachUserPolicy", { UserName: "bob", PolicyArn: ADMIN }, { userName: "bob", policyArn: ADMIN }],
  ["AttachRolePolicy", { RoleName: "app", PolicyArn: ADMIN }, { roleName: "app", policyArn: ADMIN }],
  [
    "PutUserPolicy",
    { UserName: "bob", PolicyName: "x", PolicyDocument: DOCUMENT },
    { userName: "bob", policyName: "x" },
  ],
  [
    "PutGroupPolicy",
    { GroupName: "developers", PolicyName: "x", PolicyDocument: DOCUMENT },
    { groupName: "developers", policyName: "x" },
  ],
  ["AttachGroupPolicy", { GroupName: "developers", PolicyArn: ADMIN }, { groupName: "developers", policyArn: ADMIN }],
  [
    "PutRolePolicy",
    { RoleName: "app", PolicyName: "x", PolicyDocument: DOCUMENT },
    { roleName: "app", policyName: "x" },
  ],
] as const;

for (const [event, input, parameters] of GIVEN)
  contract({
    action,
    when: event,
    scene: scene({ changes: [change(event, parameters)] }),
    open: async () => {
      const account = openAccount();
      await account.call(api("iam", event, input));
      return account;
    },
  });

test("names that IAM cannot have are no targets, and what was given twice is taken once", () => {
  const hostile = [
    change("AttachUserPolicy", { userName: "../x", policyArn: ADMIN }),
    change("AttachUserPolicy", { userName: "bob", policyArn: "arn:aws:iam::*:policy/x" }),
    change("PutUserPolicy", { userName: "bob", policyName: "a b" }),
  ];
  assert.deepEqual(action.targets(scene({ changes: hostile })), []);
  const twice = change("AttachUserPolicy", { userName: "bob", policyArn: ADMIN });
  const both = action.targets(scene({ changes: [twice, { ...twice, eventId: "e2" }] }));
  assert.equal(both.length, 1);
  for (const { eventId } of [twice, { eventId: "e2" }]) assert.ok(both[0]!.because!.includes(eventId));
});

test("a policy of ours that the actor wrote over, and the watch put back, is not taken away", async () => {
  const name = { UserName: "bob", PolicyName: `${stamp.sid}-deny-all` };
  const [target] = action.targets(
    scene({ changes: [change("PutUserPolicy", { userName: "bob", policyName: name.PolicyName })] }),
  );
  for (const [Effect, calls] of [
    ["Deny", 0],
    ["Allow", 1],
  ] as const) {
    const account = openAccount();
    const Statement = [{ Effect, Action: "*", Resource: "*" }];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await account.call(api("iam", "PutUserPolicy", { ...name, PolicyDocument }));
    const before = await action.capture(target!, stamp, account);
    assert.equal(action.apply(target!, before, stamp).length, calls);
  }
});
