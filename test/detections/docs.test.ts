import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";
import { detections } from "../../lib/detections/index.ts";
import { COVERAGE } from "./coverage.ts";
import { coveragePage, detectionPage } from "./pages.ts";

const ROOT = new URL("../../", import.meta.url);
const at = (path: string): URL => new URL(path, ROOT);

/** Compares a generated page with the one that is there; CORDON_WRITE_DOCS=1 writes it anew. */
const assertFresh = (path: string, made: string): void => {
  if (process.env.CORDON_WRITE_DOCS === "1") {
    mkdirSync(dirname(at(path).pathname), { recursive: true });
    writeFileSync(at(path), made);
  }
  assert.equal(
    existsSync(at(path)) ? readFileSync(at(path), "utf8") : null,
    made,
    `${path}: CORDON_WRITE_DOCS=1 writes it anew`,
  );
};

for (const detection of detections) {
  test(`docs/detections/${detection.card.id}.md says what the card and the query say`, () => {
    assertFresh(`docs/detections/${detection.card.id}.md`, detectionPage(detection));
  });
}

test("docs/detections holds a page of every detection, a list of them, and nothing else", () => {
  const pages = readdirSync(at("docs/detections")).filter((name) => name !== "README.md");
  assert.deepEqual(pages.sort(), detections.map(({ card }) => `${card.id}.md`).sort());
});

test("docs/coverage.md names a place and a test for every row of the seeds, and they exist", () => {
  const ids = new Set(detections.map(({ card }) => card.id));
  const places = COVERAGE.flatMap(({ places, tests }) => [...places.filter((place) => !ids.has(place)), ...tests]);
  assert.deepEqual(
    places.filter((path) => !existsSync(at(path))),
    [],
  );
  for (const { item, places, tests } of COVERAGE.filter(({ places }) => places.length > 0))
    assert.ok(tests.length > 0 || places.some((place) => ids.has(place)), `${item} has no test`);
  assertFresh("docs/coverage.md", coveragePage(COVERAGE, detections));
});
