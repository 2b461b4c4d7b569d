import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { EvidenceError } from "../../lib/base/evidenceError.ts";
import { assertLowSDer, decodeEcdsa, encodeEcdsa, isLowS, P256_ORDER, toLowS } from "../../lib/evidence/der.ts";
import { isSignedBy, parsePublicKey } from "../../lib/evidence/publicKey.ts";
import { fuzzRuns } from "./fuzz.ts";
import { signDeterministic } from "./rfc6979.ts";

const PRIVATE = Buffer.from("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721", "hex");
const PUBLIC = Buffer.from(
  "3059301306072a8648ce3d020106082a8648ce3d0301070342000460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6" +
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
  "hex",
);
const MESSAGE = Buffer.from("sample");
// RFC 6979 appendix A.2.5, P-256 with SHA-256, message "sample".
const R = 0xefd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716n;
const S = 0xf7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8n;
const HEX_R = R.toString(16);
const HEX_LOW_S = (P256_ORDER - S).toString(16).padStart(64, "0");

const int = (hex: string): string => `02${(hex.length / 2).toString(16).padStart(2, "0")}${hex}`;
const seq = (body: string): string => `30${(body.length / 2).toString(16).padStart(2, "0")}${body}`;
const GOOD = seq(int(`00${HEX_R}`) + int(HEX_LOW_S));

const accepts = (hex: string): boolean => {
  const signature = Buffer.from(hex, "hex");
  try {
    assertLowSDer(signature);
    return isSignedBy(parsePublicKey(PUBLIC), MESSAGE, signature);
  } catch (error) {
    assert.ok(error instanceof EvidenceError);
    assert.equal(error.fault.code, "ENCODING");
    return false;
  }
};

test("the signature of RFC 6979 A.2.5 verifies in low-s form only", () => {
  assert.deepEqual(signDeterministic(PRIVATE, createHash("sha256").update(MESSAGE).digest()), { r: R, s: S });
  assert.equal(accepts(GOOD), true);
  assert.equal(Buffer.from(toLowS(encodeEcdsa({ r: R, s: S }))).toString("hex"), GOOD);
  assert.equal(accepts(Buffer.from(encodeEcdsa({ r: R, s: S })).toString("hex")), false);
});

const N = P256_ORDER.toString(16);
const HALF = P256_ORDER / 2n;
const hexOf = (value: bigint): string => {
  const hex = value.toString(16);
  const even = hex.padStart(hex.length + (hex.length % 2), "0");
  return Number.parseInt(even.slice(0, 2), 16) > 0x7f ? `00${even}` : even;
};
const pair = (r: bigint, s: bigint): string => seq(int(hexOf(r)) + int(hexOf(s)));

/** The families that Wycheproof tests, written anew: encodings of the same numbers, and numbers that must never pass. */
const WRONG: Readonly<Record<string, string>> = {
  empty: "",
  "one byte": "30",
  "empty sequence": "3000",
  "a set instead of a sequence": `31${GOOD.slice(2)}`,
  "indefinite length": `3080${GOOD.slice(4)}0000`,
  "long form length 81": `3081${GOOD.slice(2)}`,
  "long form length 82 00": `308200${GOOD.slice(2)}`,
  "long form length 84 overflow": `3084ffffffff${GOOD.slice(4)}`,
  "sequence length one too much": `3046${GOOD.slice(4)}`,
  "sequence length one too little": `3044${GOOD.slice(4)}`,
  "trailing byte outside": `${GOOD}00`,
  "trailing byte inside": seq(`${GOOD.slice(4)}00`),
  "trailing null element": seq(`${GOOD.slice(4)}0500`),
  "leading element": seq(`0500${GOOD.slice(4)}`),
  "a third integer": seq(`${GOOD.slice(4)}020101`),
  "only r": seq(int(`00${HEX_R}`)),
  "nested sequence": seq(GOOD),
  "r with a second leading zero": seq(int(`0000${HEX_R}`) + int(HEX_LOW_S)),
  "s with a leading zero": seq(int(`00${HEX_R}`) + int(`00${HEX_LOW_S}`)),
  "r without its leading zero, thus negative": seq(int(HEX_R) + int(HEX_LOW_S)),
  "r as an octet string": seq(`0421${`00${HEX_R}`}${int(HEX_LOW_S)}`),
  "r in long form": seq(`028121${`00${HEX_R}`}${int(HEX_LOW_S)}`),
  "s length runs past the end": seq(`${int(`00${HEX_R}`)}0221${HEX_LOW_S}`),
  "s truncated": seq(int(`00${HEX_R}`) + int(HEX_LOW_S.slice(0, 62))),
  "integer of no bytes": seq(`0200${int(HEX_LOW_S)}`),
  "raw r and s (P1363)": HEX_R + HEX_LOW_S,
  "r and s swapped": seq(int(HEX_LOW_S) + int(`00${HEX_R}`)),
  "r = 0": pair(0n, P256_ORDER - S),
  "s = 0": pair(R, 0n),
  "r = s = 0": pair(0n, 0n),
  "r = s = 1": pair(1n, 1n),
  "r = 1, s = 0": pair(1n, 0n),
  "r = n": pair(P256_ORDER, P256_ORDER - S),
  "s = n": pair(R, P256_ORDER),
  "r = n - 1": pair(P256_ORDER - 1n, P256_ORDER - S),
  "s = n - 1": pair(R, P256_ORDER - 1n),
  "r + n": pair(R + P256_ORDER, P256_ORDER - S),
  "s + n": pair(R, P256_ORDER - S + P256_ORDER),
  "r = -1": seq(`0201ff${int(HEX_LOW_S)}`),
  "s = -s": seq(int(`00${HEX_R}`) + int(`ff${HEX_LOW_S}`)),
  "r = 2^256": pair(1n << 256n, P256_ORDER - S),
  "r = 2^2048": seq(`02820101${"01".padEnd(514, "0")}${int(HEX_LOW_S)}`),
  "r as the ASN.1 real infinity": seq(`090140${int(HEX_LOW_S)}`),
  "r as boolean true": seq(`0101ff${int(HEX_LOW_S)}`),
  "one bit of s": pair(R, (P256_ORDER - S) ^ 1n),
  "one bit of r": pair(R ^ 1n, P256_ORDER - S),
  "s just over half the order": pair(R, HALF + 1n),
};

for (const [name, hex] of Object.entries(WRONG)) {
  test(`signature refused: ${name}`, () => assert.equal(accepts(hex), false));
}

test("every single-bit flip of a good signature is refused", () => {
  const good = Buffer.from(GOOD, "hex");
  for (let bit = 0; bit < good.length * 8; bit += 1) {
    const flipped = Buffer.from(good);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    assert.equal(accepts(flipped.toString("hex")), false, `bit ${bit}`);
  }
});

test("decode and encode are inverse on every pair, the edges included", () => {
  const edges = [1n, 0x7fn, 0x80n, 0xffn, 0x100n, HALF, HALF + 1n, P256_ORDER - 1n];
  for (const r of edges) for (const s of edges) assert.deepEqual(decodeEcdsa(encodeEcdsa({ r, s })), { r, s });
  const scalar = fc.bigInt({ min: 1n, max: P256_ORDER - 1n });
  fc.assert(fc.property(scalar, scalar, (r, s) => assert.deepEqual(decodeEcdsa(encodeEcdsa({ r, s })), { r, s })));
});

test("bytes that decode are exactly the bytes that encode: no two spellings of one signature", () => {
  const near = fc.tuple(fc.nat(200), fc.integer({ min: 0, max: 255 })).map(([at, byte]) => {
    const bytes = Buffer.from(GOOD, "hex");
    bytes[at % bytes.length] = byte;
    return new Uint8Array(bytes);
  });
  const property = fc.property(fc.oneof(near, fc.uint8Array({ maxLength: 80 })), (bytes) => {
    let decoded: ReturnType<typeof decodeEcdsa>;
    try {
      decoded = decodeEcdsa(bytes);
    } catch (error) {
      assert.ok(error instanceof EvidenceError);
      return;
    }
    assert.deepEqual(Buffer.from(encodeEcdsa(decoded)), Buffer.from(bytes));
  });
  fc.assert(property, fuzzRuns());
});

test("what node signs is taken after normalisation, and stays valid", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const key = parsePublicKey(publicKey.export({ format: "der", type: "spki" }));
  for (let index = 0; index < 64; index += 1) {
    const message = Buffer.from(`message ${index}`);
    const signature = toLowS(sign("sha256", message, privateKey));
    assert.ok(isLowS(decodeEcdsa(signature)));
    assert.ok(isSignedBy(key, message, signature));
  }
});

test("the group order is that of SP 800-186", () => {
  assert.equal(N, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
});
