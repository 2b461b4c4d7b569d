import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { PHASES } from "../../lib/case/queries.ts";
import { detections } from "../../lib/detections/index.ts";
import { readDetection } from "../../lib/detections/readDetection.ts";

const WITHOUT_TEXTS = /'(?:[^']|'')*'/g;
const CLAUSE = /\b(SELECT|FROM|JOIN|ON|WHERE|GROUP BY|HAVING|ORDER BY|WINDOW|UNION)\b/g;

const HEAD = {
  Title: "A bucket deleted",
  Severity: "medium",
  Technique: "T1485",
  Phase: "impact",
  Logs: "management",
  "Fires on": "success",
  Finds: "buckets deleted.",
  Misses: "buckets emptied.",
  Parameters: "none",
  Origin: "Sigma: Bucket deleted (2026-08-05)",
  "Blind spot": "None.",
  "False positive": "Tests.",
};
const fileOf = (head: Readonly<Record<string, string>>, query = "SELECT 1 AS one\n"): string =>
  Object.entries(head)
    .map(([key, value]) => `-- ${key}: ${value}\n`)
    .join("") + query;

test("a detection is read from its file: the card, and the query without it", () => {
  const { card, sql } = readDetection("bucket-deleted", fileOf(HEAD));
  assert.equal(sql, "SELECT 1 AS one\n");
  assert.deepEqual(card.origins, [{ from: "Sigma", name: "Bucket deleted", date: "2026-08-05" }]);
  assert.deepEqual([card.id, card.severity, card.tactic, card.parameters], ["bucket-deleted", "medium", "impact", []]);
});

const MALFORMED: readonly (readonly [what: string, over: Readonly<Record<string, string>>])[] = [
  ["a severity that does not exist", { Severity: "grave" }],
  ["a phase that does not exist", { Phase: "mischief" }],
  ["no ATT&CK id", { Technique: "theft" }],
  ["a log that does not exist", { Logs: "management, rumours" }],
  ["an origin nobody knows", { Origin: "Somebody: something" }],
  ["parameters that are none and one", { Parameter: "reads = 5: reads" }],
  ["a key nobody knows", { "False positives": "Tests." }],
];
for (const [what, over] of MALFORMED)
  test(`a card with ${what} is refused when it is read`, () => {
    assert.throws(() => readDetection("bucket-deleted", fileOf({ ...HEAD, ...over })), { code: "SETTINGS_INVALID" });
  });

for (const key of Object.keys(HEAD))
  test(`a card without ${key} is refused when it is read`, () => {
    const rest = Object.fromEntries(Object.entries(HEAD).filter(([name]) => name !== key));
    assert.throws(() => readDetection("bucket-deleted", fileOf(rest)), { code: "SETTINGS_INVALID" });
  });

test("a query has one placeholder for each parameter of its card", () => {
  for (const { card, sql } of detections) {
    const placeholders =
      sql
        .replaceAll(/^\s*--.*$/gm, "")
        .replaceAll(WITHOUT_TEXTS, "''")
        .split("?").length - 1;
    assert.equal(placeholders, card.parameters.length, card.id);
  }
});

test("every file of the folder's queries is in the catalogue, in the order of the story", () => {
  const files = readdirSync(new URL("../../lib/detections/", import.meta.url)).filter((name) => name.endsWith(".sql"));
  assert.deepEqual(detections.map(({ card }) => `${card.id}.sql`).sort(), files.sort());
  const phases = detections.map(({ card }) => PHASES.indexOf(card.tactic));
  assert.deepEqual(
    phases,
    phases.toSorted((a, b) => a - b),
  );
});

test("placeholders stand in WHERE only: Athena takes them nowhere else", () => {
  for (const { card, sql } of detections) {
    const bare = sql
      .replaceAll(/^--.*$/gm, "")
      .replaceAll(WITHOUT_TEXTS, "''")
      .replaceAll("DISTINCT FROM", "");
    for (const { index } of bare.matchAll(/\?/g)) assert.equal(clauseAt(bare.slice(0, index)), "WHERE", card.id);
  }
});

/** The clause a text breaks off in, parentheses that are closed again left out. */
const clauseAt = (text: string): string | undefined => {
  const open = withoutClosed(text);
  return [...open.matchAll(CLAUSE)].at(-1)?.[1];
};

const withoutClosed = (text: string): string => {
  const shorter = text.replaceAll(/\([^()]*\)/g, "");
  return shorter === text ? text : withoutClosed(shorter);
};

test("every query ends in a total order, so that two runs and two engines give the rows alike", () => {
  for (const { card, sql } of detections) assert.match(sql, /\nORDER BY [^\n()]+\n$/, card.id);
});
