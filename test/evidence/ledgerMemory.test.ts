import assert from "node:assert/strict";
import { test } from "node:test";
import type { Checkpoint } from "../../lib/evidence/ledger/checkpoint.ts";
import { compareCheckpoints } from "../../lib/evidence/ledger/ledgerMemory.ts";
import { createTree, leafHash } from "../../lib/evidence/ledger/merkle.ts";
import { asBytes, ORIGIN } from "./ledgerFixture.ts";

const treeOf = (name: string) =>
  createTree(Array.from({ length: 20 }, (_, index) => leafHash(asBytes(`${name} ${index}`))));
const honest = treeOf("entry");
const forged = treeOf("forged");
const at = (size: number, tree = honest): Checkpoint => ({ origin: ORIGIN, size, root: tree.root(size), note: "" });
const between = (from: number, to: number) => honest.consistencyProof(from, to);

test("a log that only grew is newer, the same or first seen", () => {
  assert.deepEqual(compareCheckpoints(null, at(5), "head", between), { relation: "first", errors: [] });
  assert.deepEqual(compareCheckpoints(at(5), at(5), "head", between), { relation: "same", errors: [] });
  assert.deepEqual(compareCheckpoints(at(5), at(20), "head", between), { relation: "newer", errors: [] });
});

test("an older checkpoint is a rollback as the log's head, and old news inside a bundle", () => {
  const codes = (as: "head" | "bundle") =>
    compareCheckpoints(at(20), at(5), as, between).errors.map(({ code }) => code);
  assert.deepEqual(codes("head"), ["ROLLBACK"]);
  assert.deepEqual(codes("bundle"), []);
});

test("a second root for a size is a fork, and a log that does not extend the other an inconsistency", () => {
  const codes = (remembered: Checkpoint, shown: Checkpoint) =>
    compareCheckpoints(remembered, shown, "bundle", between).errors.map(({ code }) => code);
  assert.deepEqual(codes(at(5), at(5, forged)), ["FORK"]);
  assert.deepEqual(codes(at(5), at(20, forged)), ["INCONSISTENT"]);
  assert.deepEqual(codes(at(20), at(5, forged)), ["INCONSISTENT"]);
});

test("a proof that is not given is not taken for granted", () => {
  const { relation, errors } = compareCheckpoints(at(5), at(20), "head", () => null);
  assert.deepEqual([relation, errors.map(({ code }) => code)], ["newer", ["LEDGER_UNTRUSTED"]]);
});
