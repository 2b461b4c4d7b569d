import assert from "node:assert/strict";
import { test } from "node:test";
import { undoRoleTrust as action } from "../../lib/actions/undo-role-trust.ts";
import { contract } from "./contract.ts";
import { change, FOREIGN, openAccount, scene, snapshot, stamp } from "./world.ts";

const ec2 = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
const foreign = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` }, Action: "sts:AssumeRole" };
const document = (...Statement: readonly unknown[]) => ({ Version: "2012-10-17", Statement });

/** The account with this trust policy on role app. */
const trusting = (AssumeRolePolicyDocument: unknown) => {
  const iam = snapshot("iam.json") as { RoleDetailList: readonly { RoleName: string }[] };
  const RoleDetailList = iam.RoleDetailList.map((role) =>
    role.RoleName === "app" ? { ...role, AssumeRolePolicyDocument } : role,
  );
  return () => openAccount({ "iam.json": { ...iam, RoleDetailList } });
};
const put = (trust: unknown) =>
  change("UpdateAssumeRolePolicy", { roleName: "app", policyDocument: JSON.stringify(trust, null, 2) });

contract({
  action,
  when: "a foreign account let in",
  scene: scene({ changes: [put(document(ec2, foreign))] }),
  open: trusting(document(ec2, foreign)),
});
contract({
  action,
  when: "nobody else trusted",
  scene: scene({ changes: [put(document(foreign))] }),
  open: trusting(document(foreign)),
});

// Break case 10: a stranger's repository, through the account's own provider.
const github = {
  Effect: "Allow",
  Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:evil/*" } },
};
contract({
  action,
  when: "logins of a stranger's repository",
  scene: scene({ changes: [put(document(ec2, github))] }),
  open: trusting(document(ec2, github)),
});

const own = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:user/bob" }, Action: "sts:AssumeRole" };
contract({
  action,
  when: "a role that the actor made, for one of the account's own",
  scene: scene({
    changes: [change("CreateRole", { roleName: "app", assumeRolePolicyDocument: JSON.stringify(document(own)) })],
  }),
  open: trusting(document(own)),
});

test("logins are offered apart from outsiders, who go by default, and neither takes the other out", async () => {
  const trust = document(ec2, github, foreign);
  const targets = action.targets(scene({ changes: [put(trust)] }));
  assert.deepEqual(
    targets.map(({ offer = "default" }) => offer),
    ["default", "optional"],
  );
  const left = await Promise.all(
    targets.map(async (target) => {
      const [made] = action.apply(target, await action.capture(target, stamp, trusting(trust)()), stamp);
      return JSON.parse(String(made!.input.PolicyDocument)).Statement;
    }),
  );
  assert.deepEqual(left, [
    [ec2, github],
    [ec2, foreign],
  ]);
});

test("whom the account itself trusts stays trusted", async () => {
  const [target] = action.targets(scene({ changes: [put(document(ec2, foreign))] }));
  const [made] = action.apply(target!, await action.capture(target!, stamp, trusting(document(ec2, foreign))()), stamp);
  assert.deepEqual(JSON.parse(String(made!.input.PolicyDocument)).Statement, [ec2]);
});
