import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type AccessRequest, explicitDeny, matches, matchesArn } from "../../lib/core/plan/iamEvaluate.ts";

interface Verdict extends AccessRequest {
  readonly policy: unknown;
  readonly verdict: "denied" | "not-denied";
}

const FIXTURE = new URL("../fixtures/iam-simulate/verdicts.jsonl", import.meta.url);
const verdicts = readFileSync(FIXTURE, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Verdict);

test("where it gives a verdict, an independent simulator gave the same", () => {
  const answers = verdicts.map(({ policy, verdict, ...request }) => ({
    verdict,
    is: explicitDeny(JSON.stringify(policy), request).is,
  }));
  const given = answers.filter(({ is }) => is !== "unknown");
  assert.ok(given.length > 200);
  assert.deepEqual(
    given.filter(({ is, verdict }) => is !== verdict),
    [],
  );
});

const asked: AccessRequest = {
  action: "s3:GetObject",
  resource: "arn:aws:s3:::b/k",
  context: { "aws:PrincipalArn": "arn:aws:iam::123456789012:user/a" },
};
const deny = (members: Record<string, unknown>): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*", ...members }],
  });

test("what it does not understand is unknown, never not-denied", () => {
  for (const members of [
    { Condition: { NumericLessThan: { "s3:max-keys": "10" } } },
    { Condition: { "ForAnyValue:StringEquals": { "aws:TagKeys": "x" } } },
    { Condition: { StringEquals: { "aws:username": "${aws:username}" } } },
    { Condition: { DateLessThan: { "aws:PrincipalArn": "2026-01-01T00:00:00Z" } } },
    { Resource: "arn:aws:s3:::${aws:username}/*" },
    { Principal: undefined, NotPrincipal: { AWS: "arn:aws:iam::123456789012:user/b" } },
  ]) {
    assert.equal(explicitDeny(deny(members), asked).is, "unknown", JSON.stringify(members));
  }
  assert.equal(explicitDeny("no policy", asked).is, "unknown");
});

test("a statement that certainly does not apply is no matter, understood or not", () => {
  assert.equal(
    explicitDeny(deny({ Action: "s3:PutObject", Condition: { Null: { "aws:x": "true" } } }), asked).is,
    "not-denied",
  );
});

test("wildcards follow IAM: star any characters, question mark one, in an ARN not across a colon", () => {
  assert.equal(matches("a*c?e", "abbbcde"), true);
  assert.equal(matches("a*c", "ab"), false);
  assert.equal(matches("", "a"), false);
  assert.equal(matches("**", ""), true);
  assert.equal(matchesArn("arn:aws:iam::*:user/a", "arn:aws:iam::1:x:user/a"), false);
  assert.equal(matchesArn("arn:aws:iam::*:user/a", "arn:aws:iam::1:user/a"), true);
});

test("a hostile pattern of many stars costs no more than pattern times text", () => {
  assert.equal(matches("*a".repeat(2000) + "b", "a".repeat(20_000)), false);
});
