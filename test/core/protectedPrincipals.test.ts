/** Whom an entry of `protected.principals` means, under whatever name a source gives. Names of the AWS documentation. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isListedAs } from "../../lib/core/plan/protectedPrincipals.ts";

const A = "123456789012";
const USER = [`arn:aws:iam::${A}:user/division_abc/subdivision_xyz/JaneDoe`, "AIDACKCEVSQ6C2EXAMPLE", "JaneDoe"];
const SESSION = [`arn:aws:sts::${A}:assumed-role/Ops/i-0317f6c6b66ae9c40`, "AROADBQP57FF2AEXAMPLE:i-0317f6c6b66ae9c40"];

const MEANT: readonly (readonly [string, readonly string[]])[] = [
  [`arn:aws:iam::${A}:user/JaneDoe`, USER],
  [`arn:aws:iam::${A}:user/division_abc/subdivision_xyz/JaneDoe`, USER],
  [`arn:aws:iam::${A}:user/other/JaneDoe`, USER],
  [`arn:aws:iam::${A}:user/janedoe`, USER],
  ["JaneDoe", USER],
  ["janedoe", USER],
  ["AIDACKCEVSQ6C2EXAMPLE", USER],
  [`arn:aws:iam::${A}:role/Ops`, SESSION],
  [`arn:aws:iam::${A}:role/path/Ops`, SESSION],
  [`arn:aws:sts::${A}:assumed-role/Ops/another-session`, SESSION],
  ["Ops", SESSION],
  ["AROADBQP57FF2AEXAMPLE", SESSION],
  ["AROADBQP57FF2AEXAMPLE:i-0317f6c6b66ae9c40", SESSION],
  ["AKIAIOSFODNN7EXAMPLE", ["AKIAIOSFODNN7EXAMPLE"]],
];

const NOT_MEANT: readonly (readonly [string, readonly (string | null | undefined)[]])[] = [
  [`arn:aws:iam::210987654321:user/JaneDoe`, USER.slice(0, 2)],
  [`arn:aws:iam::${A}:role/JaneDoe`, USER.slice(0, 2)],
  [`arn:aws:iam::${A}:user/JaneDo`, USER],
  ["JaneDoeX", USER],
  ["Jane", USER],
  ["*", USER],
  ["", USER],
  ["AIDACKCEVSQ6C2EXAMPLF", USER],
  [`arn:aws:iam::${A}:user/Ops`, SESSION.slice(0, 1)],
  ["JaneDoe", [null, undefined, ""]],
  ["", ["", null]],
];

for (const [entry, names] of MEANT)
  test(`${entry} protects ${names.join(", ")}`, () => {
    assert.equal(isListedAs(entry, names), true);
    for (const alone of names.filter((name) => name.startsWith("arn:")).slice(0, entry.startsWith("A") ? 0 : 1))
      assert.equal(isListedAs(entry, [alone]), true);
  });

for (const [entry, names] of NOT_MEANT)
  test(`${JSON.stringify(entry)} does not protect ${names.join(", ")}`, () =>
    assert.equal(isListedAs(entry, names), false));
