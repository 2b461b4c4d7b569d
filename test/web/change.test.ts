import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ApiRequest } from "../../lib/case/apiRequest.ts";
import { markerOf } from "../../lib/web/actorMarks.ts";
import { compareLines, madeChanges, plannedChanges } from "../../lib/web/change.ts";

const call = (input: Record<string, unknown>): ApiRequest => ({
  service: "iam",
  operation: "X",
  region: "us-east-1",
  accountId: "123456789012",
  input,
});

/** Length of the longest common subsequence by trying every subset: slow, and obviously right. */
const longestCommon = (a: readonly string[], b: readonly string[]): number => {
  const isWithin = (part: readonly string[]): boolean => {
    let at = 0;
    for (const line of b) if (line === part[at]) at += 1;
    return at === part.length;
  };
  return Math.max(
    ...Array.from({ length: 2 ** a.length }, (_, set) => a.filter((__, index) => (set >> index) & 1))
      .filter(isWithin)
      .map(({ length }) => length),
  );
};

test("a comparison holds both texts whole and marks no more lines than it must", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 7 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const compared = compareLines(before.join("\n"), after.join("\n"));
      const side = (gone: string): string[] =>
        compared.filter((line) => !line.startsWith(gone)).map((line) => line.slice(1));
      assert.deepEqual(side("+"), before);
      assert.deepEqual(side("-"), after);
      assert.equal(compared.filter((line) => line.startsWith(" ")).length, longestCommon(before, after));
    }),
  );
});

test("texts too long to compare are shown whole, old before new", () => {
  const long = (letter: string): string => Array(1100).fill(letter).join("\n");
  const compared = compareLines(long("a"), long("b"));
  assert.equal(compared.length, 2200);
  assert.deepEqual([compared[0], compared.at(-1)], ["-a", "+b"]);
});

test("a policy in a call is compared with the policy that was captured, as JSON and not as one line", () => {
  const before = { policy: '{"Version":"2012-10-17","Statement":[]}', bucket: "b" };
  const [change, ...others] = plannedChanges(before, [
    call({ Bucket: "b", Policy: '{"Version":"2012-10-17","Statement":[{"Sid":"S"}]}' }),
  ]);
  assert.deepEqual(others, []);
  assert.equal(change!.what, "Policy");
  assert.ok(
    change!.lines.includes(" {") && change!.lines.some((line) => line.startsWith("+") && line.includes('"Sid": "S"')),
  );
});

test("of a captured list only the item that a call names is compared", () => {
  const keys = [
    { AccessKeyId: "AKIA1", Status: "Inactive" },
    { AccessKeyId: "AKIA2", Status: "Active" },
  ];
  assert.deepEqual(plannedChanges({ keys }, [call({ AccessKeyId: "AKIA2", Status: "Inactive", UserName: "alice" })]), [
    { what: "Status of AKIA2", lines: ["-Active", "+Inactive"] },
  ]);
});

test("what was made is every setting that is another now, those that are new and those that are gone", () => {
  assert.deepEqual(madeChanges({ a: "1", b: "2", c: null }, { a: "1", b: "3", d: "4" }), [
    { what: "b", lines: ["-2", "+3"] },
    { what: "d", lines: ["+4"] },
  ]);
});

const put = (Sid: string, Principal: unknown) => ({
  ...{ Sid, Effect: "Allow", Principal, Action: "s3:GetObject" },
  Resource: "arn:aws:s3:::b/*",
});

test("what the actor put into a policy is marked in it, and nobody else's statements are", () => {
  const [ours, theirs] = [
    put("ours", { AWS: "arn:aws:iam::111122223333:role/app" }),
    put("x", { AWS: "210987654321" }),
  ];
  const before = { policy: JSON.stringify({ Version: "2012-10-17", Statement: [ours, theirs] }) };
  const after = { Policy: JSON.stringify({ Version: "2012-10-17", Statement: [ours] }) };
  const deed = {
    ...{
      eventId: "e1",
      eventTime: "2026-11-21T02:31:02Z",
      eventName: "PutBucketPolicy",
      eventSource: "s3",
      bucket: "b",
    },
    ...{ response: {}, prior: { Policy: JSON.stringify({ Statement: [ours] }) } },
    request: {
      bucketPolicy: { Statement: [ours, { ...theirs, Principal: { AWS: "arn:aws:iam::210987654321:root" } }] },
    },
  };
  const request = {
    service: "s3" as const,
    operation: "PutBucketPolicy",
    accountId: "111122223333",
    region: "r",
    input: after,
  };
  const [change] = plannedChanges(before, [request], markerOf([deed], "111122223333"));
  const marked = change!.lines.filter((_, index) => change!.by![index] !== null);
  assert.ok(marked.length >= 8 && marked.some((line) => line.includes("210987654321")), marked.join("\n"));
  assert.ok(
    marked.every((line) => line.startsWith("-") || /^ {5}\},?$/.test(line)),
    marked.join("\n"),
  );
  assert.equal(
    marked.some((line) => line.includes("role/app")),
    false,
  );
  // The prior is not known: only what lets outsiders in is laid at the actor's door.
  const { prior: _, ...unknown } = deed;
  const [again] = plannedChanges(before, [request], markerOf([unknown], "111122223333"));
  assert.deepEqual(again!.by, change!.by);
  // Log content is hostile.
  for (const bucketPolicy of ["{", null, { Statement: [null, 7] }, { Statement: { Principal: [] } }])
    assert.equal(
      plannedChanges(before, [request], markerOf([{ ...deed, request: { bucketPolicy } }], "1"))[0]!.by,
      undefined,
    );
});
