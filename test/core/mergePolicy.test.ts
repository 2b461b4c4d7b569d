/** Our statements go into whatever document is there, and come out of it again, and nothing of anybody else changes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mergeStatements, removeStatements } from "../../lib/core/plan/mergePolicy.ts";
import type { Statement } from "../../lib/core/plan/policyDocument.ts";
import { runs } from "../sample.ts";

const ACCOUNT = "123456789012";
const LEFT = "AIDALEFTLASTYEAR00001";
const OURS: readonly Statement[] = [
  {
    Sid: "Cordon0123Principal",
    Effect: "Deny",
    Principal: { AWS: "*" },
    Action: "s3:*",
    Resource: ["arn:aws:s3:::plain"],
    Condition: { ArnEquals: { "aws:PrincipalArn": [`arn:aws:iam::${ACCOUNT}:user/alice`] } },
  },
  { Sid: "Cordon0123Session", Effect: "Deny", Principal: { AWS: "*" }, Action: "s3:*", Resource: "*" },
];
const isOurs = ({ Sid }: Statement): boolean => Sid?.startsWith("Cordon0123") === true;

type Doc = Record<string, unknown>;
const text = fc.constantFrom(
  "*",
  `arn:aws:iam::${ACCOUNT}:root`,
  ACCOUNT,
  LEFT,
  "arn:aws:iam::210987654321:role/ö",
  "${aws:username}",
  "$",
  "a\u2028b",
  "é",
  "__proto__",
);
const oneOrMore = fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 4 }));
const principal = fc.oneof(
  fc.constant("*"),
  fc.record({ AWS: oneOrMore }),
  fc.record({ AWS: oneOrMore, Service: fc.constant("lambda.amazonaws.com") }),
  fc.record({ CanonicalUser: text }),
  fc.record({ Federated: text }),
);
const named = (names: readonly string[], value: fc.Arbitrary<unknown>): fc.Arbitrary<Doc> =>
  fc.tuple(fc.constantFrom(...names), value).map(([name, one]) => ({ [name]: one }));
const statement: fc.Arbitrary<Doc> = fc
  .tuple(
    fc.record({ Effect: fc.constantFrom("Allow", "Deny") }),
    fc.record({ Sid: fc.constantFrom("a b", "ü", "", "  t ", "constructor", "__proto__") }, { requiredKeys: [] }),
    named(["Principal", "NotPrincipal"], principal),
    named(["Action", "NotAction"], oneOrMore),
    named(["Resource", "NotResource"], oneOrMore),
    fc.record({ Condition: fc.record({ StringLike: fc.record({ "aws:username": oneOrMore }) }) }, { requiredKeys: [] }),
  )
  .map((parts) => Object.assign({}, ...parts));
const document: fc.Arbitrary<Doc> = fc.record(
  {
    Version: fc.constantFrom("2008-10-17", "2012-10-17"),
    Id: fc.constantFrom("Policy1", "ü"),
    Statement: fc.oneof(statement, fc.array(statement, { minLength: 1, maxLength: 6 })),
  },
  { requiredKeys: ["Statement"] },
);

/** What S3 would take of a statement: it refuses the ids of principals that were deleted, and these are nobody. */
const taken = (one: Doc): readonly Doc[] => {
  for (const member of ["Principal", "NotPrincipal"] as const) {
    const who = one[member] as Record<string, string | string[]> | undefined;
    if (who === undefined || who.AWS === undefined || ![who.AWS].flat().includes(LEFT)) continue;
    const { AWS, ...others } = who;
    const rest = [AWS].flat().filter((name) => name !== LEFT);
    const left = rest.length === 0 ? others : { ...others, AWS: rest.length === 1 ? rest[0] : rest };
    if (Object.keys(left).length > 0) return [{ ...one, [member]: left }];
    if (member === "Principal") return [];
    const { NotPrincipal: _, ...everybody } = one;
    return [{ ...everybody, Principal: "*" }];
  }
  return [one];
};

test("whatever a policy holds, ours go in once, in any spelling of it, and come out again leaving others as they were", () => {
  fc.assert(
    fc.property(document, fc.constantFrom(0, 1, 2), (theirs, indent) => {
      const before = JSON.stringify(theirs, null, indent);
      const parsed = JSON.parse(before);
      const others = [parsed.Statement].flat().flatMap(taken);
      const merged = mergeStatements(before, OURS);
      assert.equal(mergeStatements(merged, OURS), merged);
      const { Version, Id, Statement } = JSON.parse(merged);
      assert.deepEqual([Version, Id], [parsed.Version, parsed.Id]);
      assert.deepEqual(Statement, [...others, ...OURS]);
      const back = removeStatements(merged, isOurs);
      assert.deepEqual(back === null ? [] : JSON.parse(back).Statement, others);
    }),
    { numRuns: runs(400, 20_000), seed: 7 },
  );
});

test("numbers that a double cannot hold are written back digit for digit", () => {
  const number = "12345678901234567890";
  const theirs = `{"Statement":[{"Effect":"Allow","Condition":{"NumericEquals":{"k":${number},"j":1.10}}}]}`;
  const merged = mergeStatements(theirs, OURS);
  assert.ok(merged.includes(`"k":${number},"j":1.10`));
  assert.ok(removeStatements(merged, isOurs)!.includes(`"k":${number},"j":1.10`));
});

test("two statements that somebody put under one of our ids become ours, once", () => {
  const [mine] = OURS;
  const theirs = {
    Statement: [
      { ...mine, Action: "s3:x" },
      { ...mine, Action: "s3:y" },
    ],
  };
  assert.deepEqual(JSON.parse(mergeStatements(JSON.stringify(theirs), [mine!])).Statement, [mine]);
});

test("a list of one that S3 gave back as the one asks for no second write", () => {
  const [mine] = OURS;
  const Condition = { ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:user/alice` } };
  const stored = JSON.stringify({ Statement: [{ ...mine, Resource: "arn:aws:s3:::plain", Condition }] });
  assert.equal(mergeStatements(stored, [mine!]), stored);
});
