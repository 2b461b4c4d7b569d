import assert from "node:assert/strict";
import test from "node:test";
import { createSkim, type SkimOptions } from "../../lib/skim/skim.ts";
import { getObject } from "../embedded/trailWorld.ts";
import { isSampled } from "../sample.ts";

const NOBODY: SkimOptions = {
  from: "2026-01-01T00:00:00Z",
  to: "2027-01-01T00:00:00Z",
  values: [],
  isIndexing: false,
  rowsFrom: null,
  counting: null,
};
const skimOf = (options: Partial<SkimOptions>, ...texts: readonly string[]) => {
  const skim = createSkim({ ...NOBODY, ...options })!;
  skim.begin(0);
  const taken = texts.map((text) => {
    const { used, exact } = skim.skim(Buffer.from(text));
    return { used, exact: [...exact] };
  });
  return { skim, taken };
};
const fileOf = (...records: readonly object[]): string => JSON.stringify({ Records: records });

test("records that hold no value that is looked for are counted, and not handed over", () => {
  const text = fileOf(
    getObject({ eventTime: "2026-03-01T00:00:00Z" }),
    getObject({ eventTime: "2025-12-31T23:59:59Z" }),
  );
  const { skim, taken } = skimOf({ values: ["AKIAELSE"] }, text);
  assert.deepEqual(taken, [{ used: text.length, exact: [] }]);
  assert.deepEqual(skim.totals(), {
    ...{ records: 2, inWindow: 1, aggregated: 0 },
    ...{ earliest: "2025-12-31T23:59:59Z", latest: "2026-03-01T00:00:00Z", watermark: "2026-03-01T00:00:00Z" },
  });
});

test("a record that holds a value that is looked for is handed over from its first byte to its last", () => {
  const hit = getObject({ eventTime: "2026-03-01T00:00:00Z" });
  const text = fileOf(getObject({ userIdentity: { accessKeyId: "AKIAOTHER" } }), hit);
  const { taken } = skimOf({ values: ["AKIATHIEF"] }, text);
  assert.deepEqual(taken[0]!.exact, [text.length - 2 - JSON.stringify(hit).length, text.length - 2]);
});

test("what is cut off is taken up to the last whole record, and goes on from there", () => {
  const text = fileOf(getObject(), getObject(), getObject());
  const whole = skimOf({}, text).skim.totals();
  for (let cut = 1; cut < text.length; cut += 1) {
    if (!isSampled(cut, 31)) continue;
    const skim = createSkim(NOBODY)!;
    skim.begin(0);
    const { used } = skim.skim(Buffer.from(text.slice(0, cut)));
    assert.equal(used + skim.skim(Buffer.from(text.slice(used))).used, text.length);
    assert.deepEqual(skim.totals(), whole);
    assert.equal(skim.isInList(), false);
  }
});

test("what is no JSON is not taken, nor anything behind it", () => {
  const [one] = [JSON.stringify(getObject())];
  const start = '{"Records":['.length;
  for (const bad of [
    "{,}",
    "{'a':1}",
    '{"a":01}',
    '{"a":tru}',
    '{"a":1,}',
    '{"a":"\n"}',
    '{"a":[1}]',
    "7",
    '{"a"}',
    '{"a":"\\x"}',
  ]) {
    const { taken, skim } = skimOf({}, `{"Records":[${one},${bad},${one}]}`);
    assert.equal(taken[0]!.used, start + one!.length, bad);
    assert.equal(skim.isInList(), true);
  }
});

test("it declines what it could miss: values that JSON writes in several ways, and more of them than it has room for", () => {
  for (const value of ['a"b', "a\\b", "\uFFFD", "\ud800", "a\tb", "\u0000", "\u001f", "\u007f"])
    assert.equal(createSkim({ ...NOBODY, values: [value] }), null);
  const many = Array.from({ length: 5000 }, (_, at) => `value-${at}`);
  assert.equal(createSkim({ ...NOBODY, values: many }), null);
});

test("identifiers are listed once, hashed; an ARN of an object counts as its bucket's", () => {
  const resources = [{ ARN: "arn:aws:s3:::stolen/a" }, { ARN: "arn:aws:s3:::stolen/b" }];
  const { skim } = skimOf({ isIndexing: true }, fileOf(getObject({ resources }), getObject({ resources: [] })));
  const { hashes, opensAlways } = skim.identifiers();
  assert.equal(new Set(hashes).size, hashes.length);
  assert.deepEqual(
    ["AKIATHIEF", "arn:aws:s3:::stolen", "arn:aws:s3:::stolen/a", "AKIAELSE"].map((value) =>
      hashes.includes(skim.hashOf(value)),
    ),
    [true, true, false, false],
  );
  assert.equal(opensAlways, false);
});
