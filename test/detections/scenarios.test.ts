import assert from "node:assert/strict";
import { after, test } from "node:test";
import { isFiring, LEADING_COLUMNS, parametersOf } from "../../lib/core/theft/detection.ts";
import { detections } from "../../lib/detections/index.ts";
import { OWN } from "./events.ts";
import type { Scenario } from "./scenario.ts";
import { scenarios as all, numbered, prefixOf, scenarioRecords } from "./scenarios/all.ts";
import { caseTableOf } from "./trail.ts";

const overCaseTable = detections.filter(({ card }) => card.table === undefined);

const table = await caseTableOf(scenarioRecords);
after(() => table.close());

test("every detection has an event that fires and two that stay quiet, one of them a look-alike", () => {
  for (const { card } of overCaseTable) {
    const own = all[card.id] ?? [];
    assert.ok(
      own.some(({ fires }) => fires > 0),
      `${card.id} never fires`,
    );
    assert.ok(own.filter(({ fires }) => fires === 0).length >= 2, `${card.id} stays quiet too seldom`);
    assert.ok(
      own.some(({ lookAlike }) => lookAlike === true),
      `${card.id} has no look-alike`,
    );
  }
  assert.deepEqual(
    Object.keys(all).filter((id) => !overCaseTable.some(({ card }) => card.id === id)),
    [],
  );
});

for (const { card, sql } of overCaseTable) {
  (all[card.id] ?? []).forEach((scenario, index) => {
    test(`${card.id}: ${scenario.name}`, async () => {
      const parameters =
        scenario.parameters ?? parametersOf(card, { ownAccounts: [OWN], suspects: scenario.suspects ?? [] });
      const rows = await table.query(sql, parameters, prefixOf(card.id, index));
      const firing = rows.filter((row) => isFiring(card, row));
      assert.equal(firing.length, scenario.fires, JSON.stringify(rows, null, 1));
      assert.equal(rows.length - firing.length, scenario.attempts ?? 0);
      for (const row of rows) assertRow(row, scenario, prefixOf(card.id, index));
      const [first] = rows;
      for (const [column, value] of Object.entries(scenario.row ?? {})) assert.equal(first?.[column], value, column);
    });
  });
}

/** What holds for every row of every detection. */
const assertRow = (row: Readonly<Record<string, unknown>>, scenario: Scenario, prefix: string): void => {
  assert.deepEqual(Object.keys(row).slice(0, LEADING_COLUMNS.length), [...LEADING_COLUMNS]);
  assert.match(String(row.first_at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.ok(String(row.first_at) <= String(row.last_at));
  assert.equal(typeof row.detail, "string");
  const ids = String(row.event_ids).split(",");
  const known = new Set(numbered(scenario.events, prefix).map(({ eventID }) => eventID));
  assert.ok(ids.every((id) => known.has(id)));
  assert.equal(ids.length, Math.min(Number(row.events), 50));
};
