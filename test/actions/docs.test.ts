/** `CORDON_WRITE_DOCS=1 node --test test/actions/docs.test.ts` writes the pages anew; without it they must be fresh. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { actionOf, actions } from "../../lib/actions/index.ts";
import { CordonError } from "../../lib/base/errors.ts";
import { renderActionDoc } from "./renderActionDoc.ts";

const SOURCES = join(import.meta.dirname, "../../lib/actions");
const DOCS = join(import.meta.dirname, "../../docs/actions");
const ids = readdirSync(SOURCES)
  .filter((name) => name.endsWith(".ts") && name !== "index.ts")
  .map((name) => name.slice(0, -".ts".length));

test("every file of the catalogue is in the index under its name, once", () => {
  assert.deepEqual(actions.map(({ card }) => card.id).toSorted(), ids.toSorted());
  for (const id of ids) assert.equal(actionOf(id).card.id, id);
  assert.throws(
    () => actionOf("no-such-action"),
    (error) => error instanceof CordonError && error.code === "STATE_UNKNOWN",
  );
});

test("every page under docs/actions says what the card says, and there is no other", () => {
  if (process.env.CORDON_WRITE_DOCS === "1") {
    mkdirSync(DOCS, { recursive: true });
    for (const { card } of actions) writeFileSync(join(DOCS, `${card.id}.md`), renderActionDoc(card));
  }
  for (const { card } of actions)
    assert.equal(readFileSync(join(DOCS, `${card.id}.md`), "utf8"), renderActionDoc(card));
  assert.deepEqual(
    readdirSync(DOCS)
      .filter((name) => name.endsWith(".md"))
      .toSorted(),
    ids.map((id) => `${id}.md`).toSorted(),
  );
});

test("every action that changes something lists what it reads, what it writes, its limits and its sources", () => {
  for (const { card } of actions) {
    assert.ok(card.limits.length > 0 && card.sources.length > 0, card.id);
    const purposes = new Set(card.permissions.map((permission) => permission.for));
    if (card.reversibility === "instruction") assert.ok(!purposes.has("write"), card.id);
    else assert.equal(purposes.size, 2, card.id);
  }
});

test("every action with an id in the catalogue has a test of its own", () => {
  const tests = readdirSync(import.meta.dirname);
  assert.deepEqual(
    ids.filter((id) => !tests.includes(`${id}.test.ts`)),
    [],
  );
});
