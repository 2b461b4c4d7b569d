import assert from "node:assert/strict";
import { test } from "node:test";
import { hintsOf } from "../../lib/core/theft/sensitivity.ts";
import { prefixesOf } from "../../lib/report/prefixes.ts";
import { buildReport } from "../../lib/report/report.ts";
import { fullCase } from "./cases.ts";

const STOLEN = 100_000;
const LISTED = 500;
const MEGABYTE = 1_000_000;

/** Every seventh key has 1,024 letters and a mark that turns text around. */
const keyOf = (index: number): string =>
  index % 7 === 0 ? `${"k".repeat(1000)}\u202e<b>${index}` : `part-${index % 300}/customer-${index}.pem`;

test("a report of 100,000 stolen objects stays below two megabytes and says where the whole list is", () => {
  const full = fullCase();
  const [sample] = full.objects as [(typeof full.objects)[number]];
  const objects = Array.from({ length: STOLEN }, (_, index) => ({
    ...sample,
    bucket: `bucket-${index % 12}`,
    key: keyOf(index),
  }));
  const { html, markdown } = buildReport({
    ...full,
    objects: objects.slice(0, LISTED),
    objectsTotal: STOLEN,
    prefixes: prefixesOf(objects),
    hints: hintsOf(objects),
    story: Array.from({ length: 5000 }, (_, index) => full.story[index % full.story.length]!),
  });
  assert.ok(html.length < 2 * MEGABYTE, `${html.length}`);
  assert.ok(markdown.length < MEGABYTE, `${markdown.length}`);
  assert.match(html, /25 of 100,000 are shown here; all are in <code>objects\.jsonl<\/code>/);
  // Six of seven keys end in .pem: 100 of them are listed to be replaced, the others where it says.
  const rotation = STOLEN - Math.ceil(STOLEN / 7);
  assert.ok(html.includes(`100 of ${String(rotation).replace(/\B(?=(\d{3})+$)/g, ",")} are shown here`));
  assert.doesNotMatch(html, /k{200}/);
});
