import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { test } from "node:test";
import { EvidenceError } from "../../lib/base/evidenceError.ts";
import { decodeEcdsa, encodeEcdsa, P256_ORDER } from "../../lib/evidence/der.ts";
import { preAuthEncoding, signStatement, verifyEnvelope } from "../../lib/evidence/dsse.ts";
import { parsePublicKey } from "../../lib/evidence/publicKey.ts";
import { makeStatement, PREDICATE_TYPES } from "../../lib/evidence/statement.ts";
import { ATTACKER_SIGNER, EVIDENCE_SIGNER } from "./sample.ts";

const publicKey = await EVIDENCE_SIGNER.publicKey();
const key = parsePublicKey(publicKey);
const statement = makeStatement(
  PREDICATE_TYPES.approval,
  { name: "plan", sha256: "ab".repeat(32) },
  { decision: "approve" },
);
const signed = await signStatement({ statement, sign: EVIDENCE_SIGNER.sign, publicKey });
const text = Buffer.from(signed.envelope).toString("utf8");

const codeOf = (
  envelope: string | Uint8Array,
  type: (typeof PREDICATE_TYPES)[keyof typeof PREDICATE_TYPES] = PREDICATE_TYPES.approval,
  by = key,
): string => {
  try {
    verifyEnvelope(typeof envelope === "string" ? Buffer.from(envelope) : envelope, by, type);
    return "accepted";
  } catch (error) {
    assert.ok(error instanceof EvidenceError, String(error));
    return error.fault.code;
  }
};

test("the pre-authentication encoding is that of the DSSE specification's own example", () => {
  const encoded = preAuthEncoding("http://example.com/HelloWorld", Buffer.from("hello world"));
  assert.equal(Buffer.from(encoded).toString(), "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  assert.equal(Buffer.from(preAuthEncoding("é", Buffer.from("ü"))).toString(), "DSSEv1 2 é 2 ü");
});

test("a signed statement comes back from its envelope", () => {
  const back = verifyEnvelope(signed.envelope, key, PREDICATE_TYPES.approval);
  assert.deepEqual(back.statement, statement);
  assert.deepEqual(Buffer.from(back.payload), Buffer.from(signed.payload));
});

test("node's own verifier accepts the signature over the encoding written out by hand", () => {
  const payload = Buffer.from(signed.payload);
  const message = Buffer.concat([Buffer.from(`DSSEv1 28 application/vnd.in-toto+json ${payload.length} `), payload]);
  const spki = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
  assert.ok(verify("sha256", message, spki, signed.signature));
});

test("a statement of one type is never taken for another", () => {
  assert.equal(codeOf(signed.envelope, PREDICATE_TYPES.plan), "TYPE");
  assert.equal(codeOf(signed.envelope, PREDICATE_TYPES.evidenceBundle), "TYPE");
});

test("another key's signature is refused", async () => {
  const attackers = parsePublicKey(await ATTACKER_SIGNER.publicKey());
  assert.equal(codeOf(signed.envelope, PREDICATE_TYPES.approval, attackers), "SIGNATURE");
});

test("an envelope in any other spelling is refused, though DSSE would allow it", () => {
  assert.equal(codeOf(` ${text}`), "JSON");
  assert.equal(codeOf(`${text}\n`), "JSON");
  assert.equal(codeOf(text.replace('"payload"', '"x":1,"payload"')), "JSON");
  assert.equal(codeOf(text.replace('"sig"', '"keyid":"","sig"')), "JSON");
  assert.equal(codeOf(text.replace('"payload":', '"payload":"e30=","payload":')), "JSON");
  assert.equal(codeOf(text.replace(/"signatures":\[(.*)\]/, '"signatures":[$1,$1]')), "JSON");
  assert.equal(codeOf(text.replace(/"signatures":\[.*\]/, '"signatures":[]')), "JSON");
  assert.equal(codeOf(text.replace("application/vnd.in-toto+json", "application/json")), "TYPE");
  assert.equal(codeOf(text.replace(/"sig":"([^"]+)"/, '"sig":"$1 "')), "ENCODING");
  assert.equal(codeOf(text.replace(/=+"\}\]/, '"}]')), text.includes('="}]') ? "ENCODING" : "accepted");
  assert.equal(codeOf(text.replace(/"sig":"[^"]+"/, '"sig":1')), "ENCODING");
  assert.equal(codeOf(text.replace(/"sig":"[^"]+"/, '"sig":""')), "ENCODING");
  assert.equal(codeOf(Buffer.alloc(2 ** 20 + 1, 0x20)), "LIMIT");
  assert.equal(codeOf(""), "JSON");
});

test("no single bit of an envelope can be flipped", () => {
  const bytes = Buffer.from(signed.envelope);
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    assert.notEqual(codeOf(bytes), "accepted", `bit ${bit}`);
    bytes[bit >> 3]! ^= 1 << (bit & 7);
  }
});

test("a signer that answers with high s is normalised, so that one signature has one spelling", async () => {
  const highS = async (message: Uint8Array): Promise<Uint8Array> => {
    const { r, s } = decodeEcdsa(await EVIDENCE_SIGNER.sign(message));
    return encodeEcdsa({ r, s: s > P256_ORDER / 2n ? s : P256_ORDER - s });
  };
  const again = await signStatement({ statement, sign: highS, publicKey });
  assert.deepEqual(Buffer.from(again.envelope), Buffer.from(signed.envelope));
});

test("a signer of another key, another hash or another encoding is found out before anything is published", async () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const signers: readonly ((message: Uint8Array) => Promise<Uint8Array>)[] = [
    ATTACKER_SIGNER.sign,
    async (message) => sign("sha256", message, privateKey),
    async () => new Uint8Array(),
    async () => Buffer.alloc(64, 1),
    (message) => EVIDENCE_SIGNER.sign(Buffer.concat([message, Buffer.of(0)])),
  ];
  for (const wrong of signers) {
    await assert.rejects(signStatement({ statement, sign: wrong, publicKey }), { code: "SEAL_FAILED" });
  }
});

test("a failure of the signer itself passes through, so that its own kind of retry can work", async () => {
  const down = async (): Promise<Uint8Array> => {
    throw new TypeError("throttled");
  };
  await assert.rejects(signStatement({ statement, sign: down, publicKey }), TypeError);
});
