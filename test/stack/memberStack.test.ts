import assert from "node:assert/strict";
import { test } from "node:test";
import { actions } from "../../lib/actions/index.ts";
import { OPERATIONS } from "../../lib/aws/operations.ts";
import type { ServiceName } from "../../lib/case/apiRequest.ts";
import { centerStatements, memberStatements } from "../../lib/stack/memberPolicy.ts";
import { permissionOf } from "../actions/permissions.ts";
import { contextOf, flat, MEMBER, resourcesOf, synth, toList } from "./synth.ts";

const identityCenter = {
  accountId: MEMBER,
  region: "eu-central-1",
  instanceArn: "arn:aws:sso:::instance/ssoins-0123456789abcdef",
  identityStoreId: "d-0123456789",
};

const { member, cordon } = synth();
const roles = Object.values(resourcesOf(member, "AWS::IAM::Role"));
const roleNamed = (name: string) => roles.find(({ Properties }) => Properties.RoleName === name)!.Properties;
const granted = (kind: "read" | "contain"): ReadonlySet<string> =>
  new Set(
    [...memberStatements(kind, "aws", MEMBER), ...centerStatements(kind, "aws", identityCenter)].flatMap(
      (one) => one.actions,
    ),
  );

test("the containing role is trusted by the function that applies, with the external id, and by nobody else", () => {
  const [statement, ...rest] = roleNamed("cordon-contain").AssumeRolePolicyDocument.Statement;
  assert.deepEqual(rest, []);
  assert.equal(flat(statement.Principal.AWS), "arn:<AWS::Partition>:iam::111111111111:root");
  assert.deepEqual(statement.Condition, {
    ArnEquals: { "aws:PrincipalArn": ["arn:aws:iam::111111111111:role/cordon-eu-central-1-applyContainment"] },
    StringEquals: { "sts:ExternalId": "an-external-id-for-tests" },
  });
});

test("the reading role changes nothing", () => {
  const changing = [...granted("read")].filter((action) => !/^[a-z0-9-]+:(Get|List|Describe|Simulate)/.test(action));
  assert.deepEqual(changing, []);
});

test("the containing role may do what the cards say and nothing besides", () => {
  assert.deepEqual(
    [...granted("contain")].sort(),
    [...new Set(actions.flatMap(({ card }) => card.permissions.map(({ action }) => action)))].sort(),
  );
});

test("every call that the account adapter knows is allowed to one of the roles, and needs no other", () => {
  const allowed = new Set([...granted("read"), ...granted("contain")]);
  // ListObjectsV2 is allowed by s3:ListBucket and stands in for HeadObject.
  const named: Readonly<Record<string, string>> = {
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:HeadObject": "s3:ListBucket",
  };
  const calls = Object.entries(OPERATIONS).flatMap(([service, operations]) =>
    operations.map((operation) => ({
      service: service as ServiceName,
      operation,
      region: "",
      accountId: "",
      input: {},
    })),
  );
  const needed = calls.map(permissionOf).map((action) => named[action] ?? action);
  assert.deepEqual(
    [...new Set(needed)].filter((action) => !allowed.has(action)),
    [],
  );
  assert.deepEqual(
    [...allowed].filter((action) => !needed.includes(action) && action !== "iam:PassRole"),
    [],
  );
});

const ownPolicy = (role: "Read" | "Contain") =>
  Object.values(resourcesOf(member, "AWS::IAM::Policy")).find(({ Properties }) =>
    flat(Properties.Roles[0]).startsWith(`<${role}Role`),
  )!.Properties.PolicyDocument;

test("the containing role cannot change Cordon's own roles, buckets, keys and functions", () => {
  const denials = new Map<string, any>(
    ownPolicy("Contain")
      .Statement.filter((one: any) => one.Effect === "Deny")
      .map((one: any) => [one.Sid, one]),
  );
  assert.deepEqual([...denials.keys()], ["NoAgent", "NotOurRoles", "NotOurBuckets", "NotOurKeys", "NotOurFunctions"]);
  const roles = toList(denials.get("NotOurRoles").Resource).map(flat);
  const isMatched = (arn: string): boolean =>
    roles.some((pattern) => new RegExp(`^${pattern.replaceAll(/[<>:]/g, "\\$&").replaceAll("*", ".*")}$`).test(arn));
  for (const name of [
    "cordon-read",
    "cordon-contain",
    "cordon-eu-central-1-sealEvidence",
    "cordon-eu-central-1-applyContainment",
  ])
    assert.ok(isMatched(`arn:<AWS::Partition>:iam::<AWS::AccountId>:role/${name}`), name);
  assert.ok(!isMatched("arn:<AWS::Partition>:iam::<AWS::AccountId>:role/app"));
  assert.ok(
    toList(denials.get("NotOurBuckets").Resource)
      .map(flat)
      .includes("arn:<AWS::Partition>:s3:::cordon-evidence-111111111111-eu-central-1"),
  );
  assert.deepEqual(denials.get("NotOurKeys").Condition, { StringEquals: { "aws:ResourceTag/application": "cordon" } });
  const keys = Object.values(resourcesOf(cordon, "AWS::KMS::Key"));
  assert.ok(
    keys.length > 0 &&
      keys.every(({ Properties }) =>
        Properties.Tags.some((tag: any) => tag.Key === "application" && tag.Value === "cordon"),
      ),
    "a key without the tag is not kept",
  );
});

test("a role is passed to EC2 and to nothing else", () => {
  const passing = ownPolicy("Contain").Statement.filter((one: any) => toList(one.Action).includes("iam:PassRole"));
  assert.deepEqual(
    passing.map((one: any) => [one.Action, one.Condition]),
    [["iam:PassRole", { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } }]],
  );
});

test("the inline policies of the member roles fit (IAM quotas: 10,240 characters without white space)", () => {
  for (const role of ["Read", "Contain"] as const)
    assert.ok(JSON.stringify(ownPolicy(role)).replaceAll('{"Ref":"AWS::Partition"}', "aws").length < 10_240, role);
});

test("the template needs no asset, no parameter and no bootstrapped account, as a StackSet wants it", () => {
  const { Parameters = {}, Resources } = member.toJSON() as { Parameters?: object; Resources: object };
  assert.deepEqual(Object.keys(Parameters), []);
  assert.ok(!JSON.stringify(Resources).includes("cdk-hnb659fds-assets"));
});

test("rights on Identity Center are made only where the settings name one, of that instance, in the account that administers it", () => {
  const rights = (template: typeof member) =>
    Object.values(resourcesOf(template, "AWS::IAM::Policy")).filter(({ Properties }) =>
      JSON.stringify(Properties).includes("sso:"),
    );
  assert.deepEqual(rights(member), []);
  const { member: withCenter } = synth({}, { identityCenter });
  const policies = rights(withCenter);
  assert.equal(policies.length, 2);
  const conditions = withCenter.toJSON().Conditions;
  for (const { Condition, Properties } of policies) {
    assert.deepEqual(conditions[Condition], { "Fn::Equals": [{ Ref: "AWS::AccountId" }, MEMBER] });
    const [sso, store] = Properties.PolicyDocument.Statement;
    assert.deepEqual(sso.Resource, [
      "arn:aws:sso:::instance/ssoins-0123456789abcdef",
      "arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/*",
      "arn:aws:sso:::account/*",
    ]);
    assert.deepEqual(store.Resource, [
      `arn:aws:identitystore::${MEMBER}:identitystore/d-0123456789`,
      "arn:aws:identitystore:::user/*",
    ]);
  }
});

test("an Identity Center of another partition, or in an account where no role of ours is, is refused before anything is made", () => {
  const wrong = {
    ...identityCenter,
    accountId: "999999999999",
    instanceArn: "arn:aws-cn:sso:::instance/ins-0123456789abcdef",
  };
  assert.throws(
    () => contextOf({}, { identityCenter: wrong }),
    /identityCenter\.accountId.*identityCenter\.instanceArn/s,
  );
});
