import assert from "node:assert/strict";
import { test } from "node:test";
import type { Plan, PlannedAction } from "../../lib/case/plan.ts";
import { fingerprintOf, planDigestOf, renderPlan } from "../../lib/core/plan/renderPlan.ts";

const POLICY =
  '{"Version":"2012-10-17","Statement":[{"Sid":"Old","Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}';
const NEXT =
  '{"Version":"2012-10-17","Statement":[{"Sid":"Old","Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"},{"Sid":"New","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}]}';

const action = (change: Partial<PlannedAction>): PlannedAction => ({
  id: "a1",
  kind: "deny-actor-on-bucket",
  title: "Deny the actor in the bucket policy",
  reversibility: "reversible",
  recommended: true,
  target: { label: "bucket b" },
  requests: [
    {
      service: "s3",
      operation: "PutBucketPolicy",
      region: "eu-west-1",
      accountId: "123456789012",
      input: { Bucket: "b", Policy: NEXT },
    },
  ],
  before: { policy: POLICY },
  beforeDigest: "0".repeat(64),
  rollback: [
    {
      service: "s3",
      operation: "PutBucketPolicy",
      region: "eu-west-1",
      accountId: "123456789012",
      input: { Bucket: "b", Policy: POLICY },
    },
  ],
  restores: null,
  blastRadius: [],
  requires: [],
  ...change,
});

const plan = (actions: readonly PlannedAction[]): Plan => ({
  schema: "cordon/plan/v1",
  caseId: "case-20260223-0123456789",
  planId: "contain-1",
  version: 1,
  purpose: "contain",
  mode: "enforce",
  deployment: "cordon.dev/ledger/0123456789abcdef",
  createdAt: "2026-02-23T04:20:00.000Z",
  expiresAt: "2026-02-23T08:20:00.000Z",
  nonce: "0".repeat(32),
  accountId: "123456789012",
  region: "eu-west-1",
  partition: "aws",
  suspects: [],
  policyDigest: "0".repeat(64),
  actions,
  leftOut: [],
});

test("every parameter of every call and of the way back is in the text, however many there are", () => {
  const many = Array.from({ length: 1000 }, (_, index) =>
    action({
      id: `a${index + 1}`,
      target: { label: `bucket b${index}` },
      requests: [
        {
          service: "s3",
          operation: "PutPublicAccessBlock",
          region: "eu-west-1",
          accountId: "123456789012",
          input: { Bucket: `bucket-number-${index}`, Extra: { Hidden: `parameter-${index}` } },
        },
      ],
    }),
  );
  const text = renderPlan(plan(many));
  for (let index = 0; index < many.length; index += 1) {
    assert.ok(text.includes(`bucket-number-${index}"`));
    assert.ok(text.includes(`parameter-${index}"`));
  }
});

test("what a policy gains is named before the whole text", () => {
  const text = renderPlan(plan([action({})]));
  assert.match(text, /policy gains {2}\+ \{"Sid":"New"/);
  assert.doesNotMatch(text, /policy loses/);
});

test("terminal sequences, bidirectional marks, zero-width characters and line breaks in names are shown, not obeyed", () => {
  const hostile = "\u001b[2J\u202eevil\u200b\r\nApproved: yes\u0000";
  const text = renderPlan(
    plan([action({ target: { label: hostile }, title: hostile, before: { [hostile]: hostile } })]),
  );
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
  assert.ok(text.includes("\\u{1b}[2J\\u{202e}evil\\u{200b}\\u{d}\\u{a}Approved: yes\\u{0}"));
});

test("a policy text with a duplicate key is shown as the text it is, because readers would disagree about it", () => {
  const double = '{"Statement":[{"Effect":"Allow"}],"Statement":[]}';
  const text = renderPlan(plan([action({ before: { policy: double } })]));
  assert.ok(text.includes(JSON.stringify(double)));
});

test("the fingerprint is the first 80 bits of the digest in five groups", () => {
  assert.equal(fingerprintOf("3f2a91c0aaaabbbbccccdddd"), "3f2a-91c0-aaaa-bbbb-cccc");
});

test("one changed byte anywhere in the plan is another digest", () => {
  const digest = planDigestOf(plan([action({})]));
  assert.notEqual(
    planDigestOf(plan([action({ requests: [{ ...action({}).requests[0]!, region: "eu-west-2" }] })])),
    digest,
  );
  assert.notEqual(planDigestOf({ ...plan([action({})]), nonce: `${"0".repeat(31)}1` }), digest);
});
