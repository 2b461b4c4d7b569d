import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EvidenceError } from "../../lib/base/evidenceError.ts";
import { canonicalBytes, canonicalJson, parseCanonicalJson, parseStrictJson } from "../../lib/base/jcs.ts";
import { parseStrictJsonBytes } from "../../lib/base/strictJson.ts";
import { fuzzRuns } from "./fuzz.ts";

const isJsonFault = (error: unknown): boolean => error instanceof EvidenceError && error.fault.code === "JSON";
const refuses = (text: string): void => assert.throws(() => parseStrictJson(text), isJsonFault, text.slice(0, 60));

const REFUSED: Readonly<Record<string, readonly string[]>> = {
  "duplicate names, at any level and in any spelling": [
    '{"a":1,"a":1}',
    '{"x":{"a":1,"b":2,"a":3}}',
    '[{"a":1,"\\u0061":2}]',
    '{"":1,"":2}',
  ],
  "names that reach the prototype": ['{"__proto__":1}', '{"a":{"__proto__":{}}}', '{"\\u005f_proto__":1}'],
  "what follows or precedes the value": [
    "1 2",
    "{}x",
    "[]]",
    "{},",
    "\ufeff{}",
    "\u00a0{}",
    "{}\u0000",
    "{}\u2028",
    "// c\n1",
  ],
  nothing: ["", " ", "\n"],
  "half a value": ["{", "[", '"', '{"a"', '{"a":', '{"a":1', "[1", "[1,", '"\\', '"\\u12', "tru", "-"],
  "commas too many": ["[1,]", "[,1]", '{"a":1,}', '{,"a":1}', "[1,,2]"],
  "other languages": [
    "'a'",
    "{a:1}",
    "NaN",
    "Infinity",
    "-Infinity",
    "undefined",
    "0x10",
    "1_000",
    "True",
    "nul",
    "+1",
    ".5",
    "5.",
  ],
  "numbers in another spelling": ["01", "-01", "1e", "1e+", "1.e1", "--1", "1.2.3"],
  "numbers a double cannot hold": [
    "1e400",
    "-1e400",
    "9007199254740992",
    "9007199254740993",
    "1e16",
    `1${"0".repeat(50)}`,
  ],
  "bad strings": [
    '"\u0000"',
    '"\n"',
    '"\t"',
    '"\\x41"',
    '"\\u00g0"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\ud800"',
    '{"\\ud800":1}',
  ],
  "names that are no strings": ["{1:2}", "{null:1}", "{[]:1}"],
};
for (const [name, texts] of Object.entries(REFUSED)) test(`strict JSON refuses ${name}`, () => texts.forEach(refuses));

test("64 levels are read and 65 are not, and 10,000 do no harm", () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  assert.ok(parseStrictJson(nested(64)));
  refuses(nested(65));
  assert.ok(parseStrictJson(`${"[".repeat(64)}1${"]".repeat(64)}`));
  refuses(nested(10_000));
  refuses('{"a":'.repeat(10_000));
});

/** A reader that looks at what it has read once more for every character would need days. */
test("long strings are read to their end", () => {
  const text = JSON.stringify(["x".repeat(10_000_000), "\\".repeat(1_000_000)]);
  assert.deepEqual(parseStrictJson(text), JSON.parse(text));
});

test("names like constructor and toString are ordinary data", () => {
  assert.deepEqual(parseStrictJson('{"constructor":1,"toString":2,"hasOwnProperty":3}'), {
    constructor: 1,
    toString: 2,
    hasOwnProperty: 3,
  });
});

test("bytes that are not UTF-8, or begin with a byte order mark, are refused", () => {
  for (const hex of ["ff", "22c022", "22eda08022", "22f4908080 22", "efbbbf7b7d", "22c08022"]) {
    assert.throws(() => parseStrictJsonBytes(Buffer.from(hex.replace(" ", ""), "hex")), isJsonFault, hex);
  }
});

test("canonical bytes are read, any other spelling of the same value is refused", () => {
  assert.deepEqual(parseCanonicalJson(Buffer.from('{"a":[1,0.5,null],"b":"é"}')), { a: [1, 0.5, null], b: "é" });
  for (const text of ['{"b":1,"a":2}', "{ }", "1.0", "-0", "1e0", '"\\u00e9"', '"\\/"', '{"a":1}\n', '"\\u000A"']) {
    assert.throws(() => parseCanonicalJson(Buffer.from(text)), isJsonFault, text);
  }
});

test("whatever canonicalJson writes is read back equal, by this parser and by the engine's, but for __proto__", () => {
  const property = fc.property(fc.jsonValue({ maxDepth: 6, noUnicodeString: false }), (value) => {
    let text: string;
    try {
      text = canonicalJson(value);
    } catch {
      return;
    }
    if (text.includes('"__proto__":')) return;
    assert.deepEqual(parseStrictJson(text), JSON.parse(text));
    assert.equal(canonicalJson(parseCanonicalJson(canonicalBytes(value))), text);
  });
  fc.assert(property, { ...fuzzRuns(500) });
});

test("fuzz: any text is either refused as JSON or means what the engine's parser says", () => {
  const tokens = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "\\",
    "a",
    "__proto__",
    "1",
    "-",
    ".",
    "e",
    "true",
    "null",
    " ",
    "\n",
    "\\u00",
    "\ud800",
    '"a"',
    '"b":',
  ];
  const texts = fc.array(fc.constantFrom(...tokens), { maxLength: 24 }).map((parts) => parts.join(""));
  const property = fc.property(texts, (text) => {
    let value: unknown;
    try {
      value = parseStrictJson(text);
    } catch (error) {
      assert.ok(isJsonFault(error));
      return;
    }
    assert.deepEqual(value, JSON.parse(text));
  });
  fc.assert(property, fuzzRuns());
});
