import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { huntMonth } from "../../lib/core/cost/hunt.ts";
import { LIST_PRICES } from "../../lib/core/cost/prices.ts";
import { windowsOf } from "../../lib/response/hunt/again.ts";
import { windowParameters } from "../../lib/sql/case-table.ts";
import { huntPlanOf } from "../../lib/stack/huntContext.ts";
import { contextOf } from "../stack/synth.ts";

const PAGE = new URL("../../docs/cost.md", import.meta.url);
const AT = "2026-11-30T12:00:00.000Z";
const { everyMinutes, habitDays } = huntPlanOf(contextOf({ hunt: {} }).hunt!);

/** Days of delivery that lie before the hunt and that it reads. */
const daysRead = (minutes: number): number => {
  const { read } = windowsOf({ at: AT, hours: Math.max(2, (2 * minutes) / 60), habitDays });
  const [firstDay] = windowParameters(read);
  return (Date.parse(AT) - Date.parse(`${firstDay.replaceAll("/", "-")}T00:00:00Z`)) / 86_400_000;
};

const row = (gigabytesPerDay: number): string => {
  const bytesPerHunt = daysRead(everyMinutes) * gigabytesPerDay * 1e9;
  const { runs, dollars } = huntMonth({ everyMinutes, bytesPerHunt }, LIST_PRICES);
  return `| ${gigabytesPerDay} | ${(bytesPerHunt / 1e9).toFixed(0)} | ${runs} | ${dollars.toFixed(2)} |`;
};

const table = ["| GB of logs a day | GB read a hunt | hunts a month | dollars a month |", "|---:|---:|---:|---:|"]
  .concat([0.2, 2, 5].map(row))
  .join("\n");

test("docs/cost.md says what a month of hunts costs, by the code that scopes them (npm run docs)", () => {
  const marks = /(<!-- hunts -->\n)[\s\S]*?(<!-- end -->)/;
  const text = readFileSync(PAGE, "utf8").replace(marks, (_all, begin, end) => `${begin}${table}\n${end}`);
  if (process.env.CORDON_WRITE_DOCS === "1") writeFileSync(PAGE, text);
  assert.match(text, marks);
  assert.equal(readFileSync(PAGE, "utf8"), text);
});

test("a hunt reads its hours, its days of habit, and at most two days more for late deliveries", () => {
  assert.ok(daysRead(everyMinutes) <= habitDays + 0.5 + 2);
});
