import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CordonError } from "../../lib/base/errors.ts";
import { mergeStatements, removeStatements } from "../../lib/core/plan/mergePolicy.ts";
import {
  countedLength,
  type PolicyKind,
  parsePolicy,
  readPolicy,
  type Statement,
  statementsOf,
} from "../../lib/core/plan/policyDocument.ts";

// What IAM says of these documents: MalformedPolicyDocument (IAM user guide, Grammar of the IAM JSON policy language).
const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const MALFORMED: readonly [PolicyKind, string, unknown][] = [
  ["identity", "no statement", { Version: "2012-10-17", Statement: [] }],
  ["identity", "an unknown version", { Version: "2021-01-01", Statement: [allow] }],
  ["identity", "an unknown effect", { Statement: [{ ...allow, Effect: "allow" }] }],
  ["identity", "a principal", { Statement: [{ ...allow, Principal: "*" }] }],
  ["identity", "Action beside NotAction", { Statement: [{ ...allow, NotAction: "s3:*" }] }],
  ["identity", "no resource", { Statement: [{ Effect: "Allow", Action: "s3:GetObject" }] }],
  ["identity", "an unknown member", { Statement: [{ ...allow, Actions: "s3:*" }] }],
  [
    "identity",
    "a Sid twice",
    {
      Statement: [
        { ...allow, Sid: "A" },
        { ...allow, Sid: "A" },
      ],
    },
  ],
  ["identity", "a Sid with a space", { Statement: [{ ...allow, Sid: "A b" }] }],
  ["identity", "a number for an action", { Statement: [{ ...allow, Action: 7 }] }],
  ["resource", "no principal", { Statement: [allow] }],
  [
    "trust",
    "a resource",
    { Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole", Resource: "*" }] },
  ],
  ["resource", "a list", [allow]],
];

for (const [kind, what, document] of MALFORMED) {
  test(`a ${kind} policy with ${what} is malformed`, () => {
    assert.throws(
      () => parsePolicy(JSON.stringify(document), kind),
      (error) => error instanceof CordonError && error.code === "INPUT_INVALID" && error.faults.length > 0,
    );
  });
}

test("all faults of a document are reported at once, by path", () => {
  const document = { Version: "1", Statement: [{ Effect: "x" }, { ...allow, Principal: "*" }] };
  try {
    parsePolicy(JSON.stringify(document), "identity");
    assert.fail("it parsed");
  } catch (error) {
    assert.ok(error instanceof CordonError);
    assert.deepEqual(
      error.faults.map(({ path }) => path),
      [
        "$.Version",
        "$.Statement[0].Effect",
        "$.Statement[0].Action",
        "$.Statement[0].Resource",
        "$.Statement[1].Principal",
      ],
    );
  }
});

const statement = (sid: string, deny = true): Statement => ({
  Sid: sid,
  Effect: deny ? "Deny" : "Allow",
  Principal: "*",
  Action: "s3:*",
  Resource: "*",
});

test("merging keeps every other statement and member, replaces ours in its place, and asks for nothing twice", () => {
  const others = fc.array(
    fc.record({
      Sid: fc.stringMatching(/^O[a-z]{0,8}$/),
      Effect: fc.constant("Allow" as const),
      Action: fc.string(),
      Resource: fc.string(),
      Principal: fc.constant("*" as const),
    }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(others, fc.boolean(), (theirs, single) => {
      const before = {
        Id: "x y",
        Statement: single && theirs.length === 1 ? theirs[0] : [...theirs, statement("Ours", false)],
        Version: "2012-10-17",
      };
      const merged = mergeStatements(JSON.stringify(before), [statement("Ours"), statement("Also")]);
      const after = readPolicy(merged) as typeof before;
      assert.deepEqual([after.Id, after.Version], ["x y", "2012-10-17"]);
      assert.deepEqual(
        statementsOf(readPolicy(merged)),
        JSON.parse(JSON.stringify([...theirs, statement("Ours"), statement("Also")])),
      );
      assert.equal(mergeStatements(merged, [statement("Ours"), statement("Also")]), merged);
    }),
    { seed: 11 },
  );
});

test("taking nothing out leaves the text as it is, taking all out leaves none", () => {
  const text =
    '{ "Version":"2012-10-17",  "Statement": {"Sid":"A","Effect":"Deny","Principal":"*","Action":"*","Resource":"*"} }';
  assert.equal(
    removeStatements(text, () => false),
    text,
  );
  assert.equal(
    removeStatements(text, () => true),
    null,
  );
});

test("white space between tokens is not counted, white space inside strings is", () => {
  assert.equal(countedLength('{ "a" :\n [ 1, "b c" ] }'), '{"a":[1,"b c"]}'.length);
});
