/** Spellings in which S3, IAM and KMS give a policy back: hashicorp/terraform #9036 and #2432, ansible #42532; IAM user guide, Principal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mergeStatements, removeStatements, takenBack } from "../../lib/core/plan/mergePolicy.ts";
import type { Statement } from "../../lib/core/plan/policyDocument.ts";
import { isSamePolicy, isSameState, isSameStatement } from "../../lib/core/plan/samePolicy.ts";

const statement = {
  Sid: "team",
  Effect: "Allow",
  Principal: { AWS: ["123456789012", "arn:aws:iam::210987654321:role/b"] },
  Action: ["s3:GetObject", "s3:PutObject"],
  Resource: ["arn:aws:s3:::plain/*"],
  Condition: { NumericLessThan: { "s3:max-keys": [10] }, Bool: { "aws:SecureTransport": true } },
} as const;
const policy = (...statements: readonly unknown[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

const SAME: readonly (readonly [string, unknown])[] = [
  [
    "an account id as its root's ARN",
    { ...statement, Principal: { AWS: ["arn:aws:iam::123456789012:root", "arn:aws:iam::210987654321:role/b"] } },
  ],
  [
    "the root of an account in another partition's spelling",
    { ...statement, Principal: { AWS: ["arn:aws-cn:iam::123456789012:root", "arn:aws:iam::210987654321:role/b"] } },
  ],
  ["a list of one as the one", { ...statement, Resource: "arn:aws:s3:::plain/*" }],
  ["lists in another order", { ...statement, Action: ["s3:PutObject", "s3:GetObject"] }],
  ["members in another order", Object.fromEntries(Object.entries(statement).reverse())],
  ["actions in another case", { ...statement, Action: ["S3:getobject", "s3:PUTOBJECT"] }],
  [
    "condition keys in another case, values as texts",
    { ...statement, Condition: { NumericLessThan: { "S3:Max-Keys": "10" }, Bool: { "AWS:securetransport": "true" } } },
  ],
  [
    "a principal that was deleted since",
    { ...statement, Principal: { AWS: [...statement.Principal.AWS, "AIDALEFTLASTYEAR00001"] } },
  ],
];
for (const [what, other] of SAME)
  test(`the same policy: ${what}`, () => {
    assert.ok(isSamePolicy(policy(statement), policy(other)));
    assert.ok(isSameState({ policy: policy(statement), n: 1 }, { n: 1, policy: policy(other) }));
  });

const OTHER: readonly (readonly [string, unknown])[] = [
  ["another account", { ...statement, Principal: { AWS: ["123456789013", "arn:aws:iam::210987654321:role/b"] } }],
  ["one action more", { ...statement, Action: [...statement.Action, "s3:DeleteObject"] }],
  ["the effect", { ...statement, Effect: "Deny" }],
  ["no condition", { ...statement, Condition: undefined }],
  ["everybody but these", { ...statement, Principal: undefined, NotPrincipal: statement.Principal }],
  ["another case in a resource", { ...statement, Resource: ["arn:aws:s3:::plain/A*"] }],
  [
    "a number beyond 2^53 that differs in its last digit",
    { ...statement, Condition: { NumericLessThan: { "s3:max-keys": 11 } } },
  ],
];
for (const [what, other] of OTHER)
  test(`another policy: ${what}`, () => {
    assert.equal(isSamePolicy(policy(statement), policy(other)), false);
    assert.equal(isSameStatement(statement as unknown as Statement, other as Statement), false);
  });

test("a document without a version is one of 2008, URL-encoding is a spelling, and what is no policy equals itself alone", () => {
  const bare = JSON.stringify({ Statement: [statement] });
  assert.ok(isSamePolicy(bare, JSON.stringify({ Version: "2008-10-17", Statement: statement })));
  assert.equal(isSamePolicy(bare, policy(statement)), false);
  assert.ok(isSamePolicy(encodeURIComponent(policy(statement)), policy(statement)));
  assert.ok(isSamePolicy("no policy", "no policy"));
  assert.equal(isSamePolicy("no policy", "none either"), false);
  assert.equal(isSamePolicy(null, policy(statement)), false);
});

test("numbers beyond 2^53 are compared and written back digit by digit", () => {
  const big = (digits: string): string =>
    `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"NumericLessThan":{"s3:max-keys":${digits}}}}]}`;
  assert.equal(isSamePolicy(big("9007199254740993"), big("9007199254740992")), false);
  const merged = mergeStatements(big("9007199254740993"), [
    { Sid: "x", Effect: "Deny", Action: "s3:*", Resource: "*" },
  ]);
  assert.match(merged, /9007199254740993/);
});

test("what services refuse to be given back is left out when a policy is written, and nothing else", () => {
  const ours: Statement = { Sid: "ours", Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" };
  const dead = { ...statement, Principal: { AWS: ["AROALEFTLASTYEAR00001", "arn:aws:iam::210987654321:role/b"] } };
  const only = { ...statement, Sid: "only", Principal: { AWS: "AIDALEFTLASTYEAR00001" } };
  const merged = JSON.parse(mergeStatements(policy(dead, only), [ours])) as { Statement: Statement[] };
  assert.deepEqual(
    merged.Statement.map(({ Sid, Principal }) => [Sid, Principal]),
    [
      ["team", { AWS: "arn:aws:iam::210987654321:role/b" }],
      ["ours", "*"],
    ],
  );
});

test("taken back after any spelling of a service, the policy says what it said before", () => {
  const ours: Statement = { Sid: "ours", Effect: "Deny", Principal: { AWS: "*" }, Action: ["s3:*"], Resource: ["*"] };
  const spelling = fc.constantFrom<(value: unknown) => unknown>(
    (value) => value,
    collapsed,
    reversed,
    (value) => reversed(collapsed(value)),
  );
  const names = fc.uniqueArray(
    fc.constantFrom("123456789012", "arn:aws:iam::210987654321:role/a", "arn:aws:iam::210987654321:role/b"),
    { minLength: 1 },
  );
  const one = fc.record({
    Effect: fc.constantFrom("Allow", "Deny"),
    Principal: names.map((AWS) => ({ AWS })),
    Action: fc.constantFrom("s3:*", ["s3:GetObject"]),
    Resource: fc.constant("*"),
  });
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 4 }), spelling, (statements, spelt) => {
      const before = policy(...statements);
      const stored = JSON.stringify(spelt(JSON.parse(mergeStatements(before, [ours]))));
      assert.equal(mergeStatements(stored, [ours]), stored);
      assert.equal(
        takenBack(stored, before, ({ Sid }) => Sid === "ours"),
        before,
      );
      assert.ok(
        isSamePolicy(
          removeStatements(stored, ({ Sid }) => Sid === "ours"),
          before,
        ),
      );
    }),
    { numRuns: 300 },
  );
});

const collapsed = (value: unknown, key = ""): unknown => {
  if (Array.isArray(value))
    return value.length === 1 && key !== "Statement" ? collapsed(value[0]) : value.map((one) => collapsed(one));
  if (typeof value !== "object" || value === null)
    return typeof value === "string" && /^\d{12}$/.test(value) ? `arn:aws:iam::${value}:root` : value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, collapsed(member, name)]));
};

const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed).reverse();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, reversed(member)])
      .reverse(),
  );
};
