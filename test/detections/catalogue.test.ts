import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { PHASES, SEVERITIES } from "../../lib/core/theft/detection.ts";
import { detections } from "../../lib/detections/index.ts";

const names = readdirSync(new URL("../../lib/detections/", import.meta.url));
const WITHOUT_TEXTS = /'(?:[^']|'')*'/g;
const CLAUSE = /\b(SELECT|FROM|JOIN|ON|WHERE|GROUP BY|HAVING|ORDER BY|WINDOW|UNION)\b/g;

test("every query has its card and every card its query, and both are in the catalogue", () => {
  const ids = detections.map(({ card }) => card.id).sort();
  const files = (ending: string) =>
    names
      .filter((name) => name.endsWith(ending) && name !== "index.ts")
      .map((name) => name.slice(0, -ending.length))
      .sort();
  assert.deepEqual(files(".sql"), ids);
  assert.deepEqual(files(".ts"), ids);
});

test("every card names its technique, logs, origin, what was put right, blind spots and false positives", () => {
  for (const { card } of detections) {
    assert.match(card.technique, /^T\d{4}(\.\d{3})?$/, card.id);
    assert.ok(PHASES.includes(card.tactic) && SEVERITIES.includes(card.severity), card.id);
    for (const list of [card.logs, card.origins, card.putRight, card.blindSpots, card.falsePositives])
      assert.ok(list.length > 0, card.id);
  }
});

test("the parameters of a card are those its header names, one for each placeholder", () => {
  for (const { card, sql } of detections) {
    const placeholders =
      sql
        .replaceAll(/^--.*$/gm, "")
        .replaceAll(WITHOUT_TEXTS, "''")
        .split("?").length - 1;
    assert.equal(placeholders, card.parameters.length, card.id);
    const header = sql.split("\n")[2];
    assert.equal(header, `-- Parameters: ${card.parameters.map(({ name }) => name).join(", ") || "none"}.`, card.id);
  }
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
