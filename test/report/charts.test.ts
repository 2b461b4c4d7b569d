import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { between, bytes, bytesExactly, count, minute } from "../../lib/base/figures.ts";
import { histogram, hoursChart } from "../../lib/report/charts/histogram.ts";
import { phaseChart, phasesChart } from "../../lib/report/charts/phases.ts";
import { clockTicks, ticks } from "../../lib/report/charts/scale.ts";
import { squarify } from "../../lib/report/charts/squarify.ts";
import { diffLines } from "../../lib/report/diff.ts";
import { toText } from "../../lib/report/html.ts";
import { prefixesOf } from "../../lib/report/prefixes.ts";
import { DARK, LIGHT } from "../../lib/report/styleScreen.ts";
import { loot } from "./loot.ts";

test("a treemap fills its box: areas in proportion, nothing outside, nothing overlapping", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 40 }),
      (values) => {
        const sizes = values.toSorted((a, b) => b - a);
        const total = sizes.reduce((sum, one) => sum + one, 0);
        const tiles = squarify(sizes, (size) => size, 2.6);
        assert.deepEqual(
          sizes.slice(tiles.length).filter((size) => size / total > 1e-8),
          [],
        );
        for (const { item, x, y, width, height } of tiles) {
          assert.ok(Math.abs(width * height - item / total) < 1e-9);
          assert.ok(x >= -1e-9 && y >= -1e-9 && x + width <= 1 + 1e-9 && y + height <= 1 + 1e-9);
        }
        const overlaps = tiles.some((a, i) =>
          tiles
            .slice(i + 1)
            .some((b) => overlap(a.x, a.width, b.x, b.width) > 1e-9 && overlap(a.y, a.height, b.y, b.height) > 1e-9),
        );
        assert.equal(overlaps, false);
      },
    ),
    { numRuns: 300, seed: 11 },
  );
});

const overlap = (a: number, aLength: number, b: number, bLength: number): number =>
  Math.min(a + aLength, b + bLength) - Math.max(a, b);

test("bars are as tall as their numbers, and hours without theft between are kept", () => {
  const hours = [
    { hour: "2026-02-23T02:00:00Z", calls: 10, objects: 10, bytes: 100 },
    { hour: "2026-02-23T05:00:00Z", calls: 40, objects: 40, bytes: null },
  ];
  const svg = toText(histogram(hoursChart(hours)!));
  const heights = [...svg.matchAll(/<rect class="bar"[^>]* height="([\d.]+)"/g)].map(([, height]) => Number(height));
  assert.equal(heights.length, 4);
  assert.deepEqual(heights.slice(1, 3), [0, 0]);
  assert.ok(Math.abs(heights[3]! / heights[0]! - 4) < 0.01);
  assert.match(svg, /2026-02-23 05:00 UTC: 40 objects, 40 calls, bytes not known/);
});

test("a theft of weeks is drawn by day, and one of years does not make a page of bars", () => {
  const hour = (at: string) => ({ hour: at, calls: 1, objects: 1, bytes: 1 });
  const bars = (from: string, to: string): number =>
    toText(histogram(hoursChart([hour(from), hour(to)])!)).split('<rect class="bar"').length - 1;
  assert.equal(bars("2026-02-01T00:00:00Z", "2026-02-20T00:00:00Z"), 20);
  assert.ok(bars("2016-02-01T00:00:00Z", "2026-02-20T00:00:00Z") <= 400);
});

/** Share of the width, by the SVG's own attributes. */
const xOf = (text: string, name: string): number =>
  Number(new RegExp(` ${name}="([\\d.]+)%"`).exec(text)?.[1] ?? Number.NaN);

test("columns of the chart by hour never overlap, and a number over one never reaches into the next on a telephone", () => {
  for (const hours of [1, 2, 5, 6, 7, 24, 96]) {
    const bars = Array.from({ length: hours }, (_, index) => ({
      hour: new Date(Date.parse("2026-02-23T00:00:00Z") + index * 3_600_000).toISOString(),
      calls: 123_456,
      objects: 123_456,
      bytes: 1,
    }));
    const svg = toText(histogram(hoursChart(bars)!));
    const drawn = [...svg.matchAll(/<rect class="bar"[^>]*>/g)].map(([rect]) => [xOf(rect, "x"), xOf(rect, "width")]);
    for (const [index, [x, width]] of drawn.entries())
      assert.ok(x! + width! <= (drawn[index + 1]?.[0] ?? 100) + 0.01, `${hours}: ${index}`);
    const numbers = [...svg.matchAll(/<text class="value"[^>]*>/g)].map(([label]) => xOf(label, "x"));
    for (const [index, x] of numbers.entries())
      assert.ok(((numbers[index + 1] ?? 200) - x) * 3.3 >= 7 * 7.2 || numbers.length === 1, `${hours}: ${index}`);
  }
});

test("a bar of the timeline lasts as long as what it stands for", () => {
  const moment = (at: string, until?: string) => ({
    ...{ at, side: "attack" as const, phase: "theft", technique: null, text: "Took objects", eventIds: [] },
    ...(until === undefined ? {} : { until }),
  });
  const svg = toText(
    phaseChart(
      phasesChart([
        moment("2026-02-23T02:00:00Z", "2026-02-23T03:00:00Z"),
        moment("2026-02-23T02:15:00Z", "2026-02-23T04:00:00Z"),
      ])!,
    ),
  );
  const spans = [...svg.matchAll(/<line class="span"[^>]*>/g)].map(([line]) => [xOf(line, "x1"), xOf(line, "x2")]);
  // Two hours are the whole width: an hour is half of it, an hour and three quarters seven eighths.
  const [whole, lengths] = [spans[1]![1]! - spans[0]![0]!, spans.map(([from, to]) => to! - from!)];
  assert.ok(Math.abs(lengths[0]! / whole - 1 / 2) < 0.001);
  assert.ok(Math.abs(lengths[1]! / whole - 7 / 8) < 0.001);
});

test("axis steps are round and reach the highest value", () => {
  assert.deepEqual(ticks(9_017), [0, 5_000, 10_000]);
  assert.deepEqual(ticks(7), [0, 2, 4, 6, 8]);
  assert.deepEqual(ticks(0), [0, 1]);
  assert.deepEqual(
    clockTicks(Date.parse("2026-02-23T02:35:48Z"), Date.parse("2026-02-23T05:26:10Z")).map(({ label }) => label),
    ["03:00", "03:30", "04:00", "04:30", "05:00"],
  );
});

test("a comparison keeps every line, and what it calls the same is the same", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("a", "b", "c", "d")),
      fc.array(fc.constantFrom("a", "b", "c", "d")),
      (before, after) => {
        const lines = diffLines(before, after);
        assert.deepEqual(
          lines.filter(({ kind }) => kind !== "added").map(({ text }) => text),
          before,
        );
        assert.deepEqual(
          lines.filter(({ kind }) => kind !== "removed").map(({ text }) => text),
          after,
        );
      },
    ),
    { seed: 3 },
  );
  assert.deepEqual(
    diffLines(["{", "A", "}"], ["{", "B", "}"]).map(({ kind }) => kind),
    ["same", "removed", "added", "same"],
  );
});

test("prefixes add up to the objects, bucket by bucket", () => {
  const stolen = loot();
  const rows = prefixesOf(stolen);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  assert.equal(sum(rows.map(({ objects }) => objects)), 12_847);
  assert.equal(sum(rows.map((row) => row.bytes!)), sum(stolen.map(({ bytesOut }) => bytesOut!)));
  const many = Array.from({ length: 500 }, (_, index) => ({
    bucket: "b",
    key: `p${index}/k`,
    calls: 1,
    bytesOut: null,
    path: "download",
  }));
  const cut = prefixesOf(many);
  assert.ok(cut.length <= 41);
  assert.equal(sum(cut.map(({ objects }) => objects)), 500);
  assert.deepEqual([...new Set(cut.map((row) => row.bytes))], [null]);
});

test("figures are written as people read them", () => {
  assert.deepEqual([0, 999, 1_000, 12_847, 1_234_567].map(count), ["0", "999", "1,000", "12,847", "1,234,567"]);
  assert.deepEqual([0, 1, 178, 999, 1_000, 4_712_345_678, 999_950_000].map(bytes), [
    "0 bytes",
    "1 byte",
    "178 bytes",
    "999 bytes",
    "1.0 kB",
    "4.7 GB",
    "1.0 GB",
  ]);
  assert.equal(bytesExactly(4_712_345_678), "4.7 GB (4,712,345,678 bytes)");
  assert.equal(minute("2026-02-23T02:47:11.000Z"), "2026-02-23 02:47 UTC");
  assert.equal(minute("no instant"), "no instant");
  assert.deepEqual(
    [
      between("2026-02-23T02:47:11Z", "2026-02-23T04:15:02Z"),
      between("2026-02-23T02:00:00Z", "2026-02-23T02:00:45Z"),
      between("2026-02-23T02:00:00Z", "2026-02-23T01:00:00Z"),
      between(null, "2026-02-23T01:00:00Z"),
    ],
    ["1 h 27 min", "45 s", null, null],
  );
});

/** WCAG 2.2, definition of contrast ratio. */
const contrast = (a: string, b: string): number => {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
};

const luminance = (hex: string): number => {
  const [r, g, b] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

test("text has a contrast of 4.5 to 1 on every ground it stands on, in light and in dark", () => {
  for (const colours of [LIGHT, DARK]) {
    const grounds: readonly (readonly [keyof typeof LIGHT, readonly (keyof typeof LIGHT)[]])[] = [
      ["paper", ["ink", "soft", "accent", "bad", "good", "warn", "attack", "detection", "response"]],
      ["fill", ["ink", "soft", "accent", "warn"]],
      ["bad-fill", ["bad"]],
      ["good-fill", ["good"]],
      ["warn-fill", ["warn", "ink"]],
      ["hue-0", ["on-hue"]],
      ["hue-1", ["on-hue"]],
      ["hue-2", ["on-hue"]],
      ["hue-3", ["on-hue"]],
      ["hue-4", ["on-hue"]],
    ];
    for (const [ground, texts] of grounds)
      for (const text of texts)
        assert.ok(
          contrast(colours[ground], colours[text]) >= 4.5,
          `${text} on ${ground}: ${contrast(colours[ground], colours[text]).toFixed(2)}`,
        );
  }
});
