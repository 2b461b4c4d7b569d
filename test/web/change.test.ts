import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ApiRequest } from "../../lib/case/apiRequest.ts";
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
