import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalJson, digestOf, sha256Hex } from "../../lib/base/jcs.ts";

const refuses = (value: unknown) => assert.throws(() => canonicalJson(value), { code: "INPUT_INVALID" });

test("the example of RFC 8785 section 3.2.4 gives the bytes printed there", () => {
  const value = {
    numbers: [Number("333333333.33333329"), 4.5, 2e-3, 0.000000000000000000000000001],
    string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\u002f",
    literals: [null, true, false],
  };
  // The RFC's own example also holds 1E30, an integer that Cordon refuses to hash; all other bytes are the RFC's.
  const expected =
    "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b" +
    "3333333333333333332e333333333333332c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac245c75303030665c6e" +
    "4127425c225c5c5c5c5c222f227d";
  assert.equal(Buffer.from(canonicalJson(value)).toString("hex"), expected);
});

test("members are sorted by UTF-16 code units as in RFC 8785 section 3.2.3", () => {
  const value = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
  };
  const order = [...canonicalJson(value).matchAll(/:"([^"]*)"/g)].map((match) => match[1]);
  assert.deepEqual(order, [
    "Carriage Return",
    "One",
    "Control",
    "Latin Small Letter O With Diaeresis",
    "Euro Sign",
    "Emoji: Grinning Face",
    "Hebrew Letter Dalet With Dagesh",
  ]);
});

test("numbers of RFC 8785 appendix B are written as listed there", () => {
  const vectors: readonly (readonly [hex: string, text: string])[] = [
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["433fffffffffffff", "9007199254740991"],
    ["c33fffffffffffff", "-9007199254740991"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["41b3de4355555553", "333333333.3333332"],
    ["41b3de4355555554", "333333333.33333325"],
    ["41b3de4355555555", "333333333.3333333"],
    ["41b3de4355555556", "333333333.3333334"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
  ];
  for (const [hex, text] of vectors) {
    assert.equal(canonicalJson(Buffer.from(hex, "hex").readDoubleBE()), text, hex);
  }
});

test("integers that a reader could round, and numbers JSON cannot hold, are refused", () => {
  for (const hex of [
    "4340000000000000",
    "44b52d02c7e14af5",
    "7fefffffffffffff",
    "7fffffffffffffff",
    "7ff0000000000000",
  ]) {
    refuses(Buffer.from(hex, "hex").readDoubleBE());
  }
});

test("values that JSON.stringify would drop or rewrite are refused", () => {
  for (const value of [
    undefined,
    { a: undefined },
    [undefined],
    new Array(1),
    () => 1,
    Symbol("a"),
    1n,
    new Date(0),
    new Map(),
    Buffer.of(1),
  ]) {
    refuses(value);
  }
});

test("lone surrogates are refused in values and in names", () => {
  refuses("\ud800");
  refuses({ "\udc00": 1 });
});

test("a cycle is refused instead of exhausting the stack", () => {
  const value: { self?: unknown } = {};
  value.self = value;
  refuses(value);
});

test("digests are those of sha256sum over the canonical bytes", () => {
  // printf '{"a":1,"b":[]}' | sha256sum
  assert.equal(digestOf({ b: [], a: 1 }), "f87e4099e9be5e75094e0a4f46d3dc18a9c37429314a5a2490fb78d31e7e170c");
  // FIPS 180-2 appendix B.1
  assert.equal(sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
