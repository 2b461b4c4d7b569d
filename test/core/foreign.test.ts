/** Who is let in from outside, whatever a condition pretends (IAM user guide, condition operators and global keys). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isForeignGrant, readStatements, statementsIn } from "../../lib/core/plan/foreign.ts";
import type { Statement } from "../../lib/core/plan/policyDocument.ts";

const OWN = "123456789012";
const EVERYBODY: Statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" };

const OPEN: readonly (readonly [string, Statement["Condition"]])[] = [
  ["no condition", undefined],
  ["a pattern that fits every ARN", { StringLike: { "aws:PrincipalArn": "*" } }],
  ["roles of every account", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/*" } }],
  ["any of twelve digits", { StringLike: { "aws:PrincipalAccount": "????????????" } }],
  ["every organisation", { StringLike: { "aws:PrincipalOrgID": "o-*" } }],
  ["every path of every organisation", { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "*/*" } }],
  ["every endpoint", { StringLike: { "aws:SourceVpce": ["vpce-0123456789abcdef0", "vpce-*"] } }],
  ["whoever has an account at all", { Null: { "aws:PrincipalAccount": "false" } }],
  ["whoever has no such key", { StringEqualsIfExists: { "aws:PrincipalAccount": OWN } }],
  ["everybody but one", { StringNotEquals: { "aws:PrincipalAccount": OWN } }],
  ["all of no values", { "ForAllValues:StringEquals": { "aws:PrincipalOrgPaths": "o-abc/r-1/" } }],
  ["access points of another account", { StringEquals: { "s3:DataAccessPointAccount": "210987654321" } }],
  ["another account", { StringEquals: { "aws:PrincipalAccount": [OWN, "210987654321"] } }],
];
for (const [who, Condition] of OPEN)
  test(`a grant to everybody under a condition that holds for ${who} lets outsiders in`, () => {
    assert.equal(isForeignGrant(Condition === undefined ? EVERYBODY : { ...EVERYBODY, Condition }, OWN), true);
  });

const KEPT: readonly (readonly [string, Statement["Condition"]])[] = [
  ["the own account", { StringEquals: { "aws:PrincipalAccount": OWN } }],
  ["roles of the own account", { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${OWN}:role/*` } }],
  ["one organisation", { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }],
  ["a path of one organisation", { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*/ou-ab12/*" } }],
  ["access points of the own account", { StringEquals: { "s3:DataAccessPointAccount": OWN } }],
  ["callers of the own account", { StringEquals: { "kms:CallerAccount": OWN } }],
  ["one endpoint", { StringEquals: { "aws:SourceVpce": "vpce-0123456789abcdef0" } }],
];
for (const [who, Condition] of KEPT)
  test(`a grant limited to ${who} is no foreign one`, () => {
    assert.equal(isForeignGrant({ ...EVERYBODY, Condition: Condition! }, OWN), false);
  });

test("CloudFront serves whoever has a distribution, unless a condition says whose; other services act for the account that set them up", () => {
  const cdn: Statement = { ...EVERYBODY, Principal: { Service: "cloudfront.amazonaws.com" } };
  const of = (account: string) => ({
    StringEquals: { "AWS:SourceArn": `arn:aws:cloudfront::${account}:distribution/E1` },
  });
  assert.equal(isForeignGrant(cdn, OWN), true);
  assert.equal(isForeignGrant({ ...cdn, Condition: of("210987654321") }, OWN), true);
  assert.equal(isForeignGrant({ ...cdn, Condition: of(OWN) }, OWN), false);
  const logs: Statement = {
    ...cdn,
    Principal: { Service: "delivery.logs.amazonaws.com" },
    Action: ["s3:PutObject", "s3:GetBucketAcl"],
  };
  assert.equal(isForeignGrant(logs, OWN), false);
  const trust: Statement = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
  assert.equal(isForeignGrant(trust, OWN), false);
});

test("a statement of a log that AWS would never have taken takes the others down nowhere, and is no policy to whoever must know", () => {
  const odd: readonly object[] = [
    { Principal: null },
    { Principal: ["*"] },
    { Principal: { AWS: 5 } },
    { Principal: { AWS: [{}] } },
    { NotPrincipal: null },
    { Condition: { StringEquals: null } },
    { Condition: [] },
  ];
  for (const members of odd) {
    const document = { Statement: [{ ...EVERYBODY, ...members }, EVERYBODY] };
    assert.deepEqual(statementsIn(document), [EVERYBODY], JSON.stringify(members));
    assert.throws(() => readStatements(document), JSON.stringify(members));
  }
});
