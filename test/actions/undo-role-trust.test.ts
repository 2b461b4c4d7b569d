import assert from "node:assert/strict";
import { test } from "node:test";
import { undoRoleTrust as action } from "../../lib/actions/undo-role-trust.ts";
import { contract } from "./contract.ts";
import { change, FOREIGN, openAccount, scene, snapshot, stamp } from "./world.ts";

const ec2 = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
const foreign = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` }, Action: "sts:AssumeRole" };
const document = (...Statement: readonly unknown[]) => ({ Version: "2012-10-17", Statement });

const ORG = { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } };

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

const trusts = (...AWS: readonly string[]) => ({ Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole" });
const ALICE = "arn:aws:iam::123456789012:user/alice";
const DEPLOY = "arn:aws:iam::123456789012:role/team/deploy";

contract({
  action,
  when: "the actor's own user let in",
  scene: scene({ changes: [put(document(ec2, trusts(ALICE)))] }),
  open: trusting(document(ec2, trusts(ALICE))),
});
contract({
  action,
  when: "everybody of an organisation let in",
  scene: scene({ changes: [put(document(ec2, { ...foreign, ...ORG, Principal: { AWS: "*" } }))] }),
  open: trusting(document(ec2, { ...foreign, ...ORG, Principal: { AWS: "*" } })),
});

test("identities of the account are asked about one by one: the actor's go by default, others only where somebody says so", async () => {
  const trust = document(ec2, trusts(ALICE, DEPLOY, "arn:aws:iam::123456789012:user/minted", "123456789012"));
  const minted = change("CreateUser", { userName: "minted" });
  const targets = action.targets(scene({ changes: [minted, put(trust)] }));
  const offered = targets.map(
    ({ label, offer = "default" }) => `${label.replace(" in the trust of role app", "")} ${offer}`,
  );
  assert.deepEqual(offered, [
    `${ALICE} default`,
    `${DEPLOY} optional`,
    "arn:aws:iam::123456789012:user/minted default",
    "account 123456789012 optional",
  ]);
  const account = trusting(trust)();
  for (const target of targets.filter(({ offer }) => offer === undefined))
    for (const made of action.apply(target, await action.capture(target, stamp, account), stamp))
      await account.call(made);
  const { trust: left } = await action.capture(targets[0]!, stamp, account);
  assert.deepEqual(JSON.parse(String(left)).Statement, [ec2, trusts(DEPLOY, "123456789012")]);
});
