import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { visible } from "../../lib/base/visible.ts";
import { cardOf, MOST_ROWS } from "../../lib/cli/card.ts";
import { wholeLines } from "../../lib/cli/fullView.ts";
import { fit, plainRow, rowsOf, widthOf, wrapped } from "../../lib/cli/lines.ts";
import { fullCase } from "../report/cases.ts";
import { hostileCase, PAYLOADS } from "../report/hostile.ts";
import { isSampled } from "../sample.ts";

const factsOf = (dossier: ReturnType<typeof fullCase>) => {
  const { plan } = dossier.plans[0]!;
  return {
    view: dossier.view,
    plan,
    open: plan.actions.map(({ id }) => id),
    likelihood: "very likely theft",
    now: "2026-02-23T04:16:20.000Z",
  };
};

test("the card of a case at 80 columns is this text", () => {
  const card = cardOf(factsOf(fullCase()), 80).map((row) => `${plainRow(row)}\n`);
  assert.equal(card.join(""), readFileSync(new URL("card.txt", import.meta.url), "utf8"));
});

test("a card has at most twenty rows, none wider than the terminal, whatever the logs hold and however much is planned", () => {
  for (const width of [40, 80, 200]) {
    for (const shift of PAYLOADS.keys()) {
      if (!isSampled(shift, 8)) continue;
      const facts = factsOf(hostileCase(shift));
      const many = Array.from({ length: 60 }, (_, at) => ({ ...facts.plan.actions[at % 6]!, id: `a${at + 1}` }));
      const crowded = { ...facts, plan: { ...facts.plan, actions: many }, open: many.map(({ id }) => id) };
      for (const one of [facts, crowded]) {
        const rows = cardOf(one, width);
        assert.ok(rows.length <= MOST_ROWS, `${rows.length}`);
        for (const row of rows) {
          assert.ok(widthOf(visible(plainRow(row))) <= width + 12, plainRow(row));
          assert.doesNotMatch(row.text, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        }
      }
    }
  }
});

test("everything of a case fits the terminal, and no word of it is cut", () => {
  for (const width of [60, 80, 200])
    for (const shift of PAYLOADS.keys()) {
      if (!isSampled(shift, 4)) continue;
      const { view } = hostileCase(shift);
      const rows = wholeLines(view, []).flatMap((line) => rowsOf(line, width, Number.POSITIVE_INFINITY));
      for (const row of rows) assert.ok(widthOf(visible(plainRow(row))) <= width, plainRow(row));
      const [shown, all] = [rows, wholeLines(view, [])].map((lines) =>
        lines.map(({ text }) => visible(text).replaceAll(/\s/g, "")).join(""),
      );
      assert.equal(shown, all);
    }
});

test("every planned change is on the card or counted there", () => {
  const facts = factsOf(fullCase());
  const many = Array.from({ length: 60 }, (_, at) => ({
    ...facts.plan.actions[at % 6]!,
    ...{ id: `a${at + 1}`, kind: `kind-${at}` },
  }));
  const rows = cardOf({ ...facts, plan: { ...facts.plan, actions: many }, open: many.map(({ id }) => id) }, 80);
  const shown = rows.filter(({ label }) => /^ {2}a\d/.test(label)).length;
  const counted = Number(/and (\d+) more changes: d shows them/.exec(rows.map(({ text }) => text).join("\n"))?.[1]);
  assert.equal(shown + counted, 60);
});

test("text is cut and broken by columns, where an ideograph takes two and an accent none", () => {
  assert.equal(widthOf("日本"), 4);
  assert.equal(widthOf("e\u0301"), 1);
  assert.equal(fit("日本語", 5), "日本…");
  assert.equal(fit("abc", 3), "abc");
  assert.deepEqual(wrapped("one two three", 7), ["one two", "three"]);
  assert.deepEqual(wrapped("abcdefgh", 3).join(""), "abcdefgh");
});

test("colour is by meaning: none into a pipe or with NO_COLOR, and there with FORCE_COLOR", () => {
  const script = `import { coloured } from ${JSON.stringify(new URL("../../lib/cli/lines.ts", import.meta.url).href)};
    process.stdout.write(coloured("bad", "3 doors open", process.stdout) + coloured("plain", ".", process.stdout));`;
  const run = (env: Readonly<Record<string, string>>): string => {
    const { NO_COLOR: _, FORCE_COLOR: __, NODE_DISABLE_COLORS: ___, ...rest } = process.env;
    return spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      ...{ env: { ...rest, ...env }, encoding: "utf8" },
    }).stdout;
  };
  assert.equal(run({}), "3 doors open.");
  assert.equal(run({ NO_COLOR: "1" }), "3 doors open.");
  assert.match(run({ FORCE_COLOR: "1" }), /\u001b\[31m.*3 doors open/s);
});
