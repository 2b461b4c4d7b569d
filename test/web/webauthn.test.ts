import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { verifyAuthenticationResponse } from "@simplewebauthn/server";
import { canonicalBytes } from "../../lib/base/jcs.ts";
import { parsePublicKey, toPem } from "../../lib/evidence/publicKey.ts";
import { PREDICATE_TYPES } from "../../lib/evidence/statement.ts";
import {
  type Assertion,
  assertedEnvelope,
  challengeOf,
  isAssertedEnvelope,
  normalised,
  verifyAssertedEnvelope,
  verifyAssertion,
} from "../../lib/evidence/webauthn.ts";
import { createAuthenticator, type Lie, PARTY, UP, UV } from "./authenticator.ts";

const PAYLOAD = canonicalBytes({
  _type: "https://in-toto.io/Statement/v1",
  subject: [{ name: "plan", digest: { sha256: "ab".repeat(32) } }],
  predicateType: PREDICATE_TYPES.approval,
  predicate: { choices: { a1: "approve" } },
});
const CHALLENGE = challengeOf(PAYLOAD);
const key = createAuthenticator("Y3JlZA");
const checked = parsePublicKey(key.publicKey);
const faultOf = (assertion: Assertion): string | null =>
  verifyAssertion(normalised(assertion), CHALLENGE, checked, PARTY).fault;

/**
 * Credential `none.ES256` and assertions of it and of `apple.ES256`: W3C, Web Authentication Level 3, section Test
 * Vectors (W3C Software and Document License). Both sign without user verification.
 */
const W3C = [
  {
    x: "afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61",
    y: "930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220",
    challenge: "39c0e7521417ba54d43e8dc95174f423dee9bf3cd804ff6d65c857c9abf4d408",
    authenticatorData: "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000",
    clientDataJSON:
      "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f63446e55685158756c5455506f334a5558543049393770767a7a59425039745a63685879617630314167222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d",
    signature:
      "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b93538174f575bf11a1dd5d78c6e486013f937295ea13653e331e87",
  },
  {
    x: "8a3d5b1b4c543a706bf6e4b00afedb3c930b690dd286934fe2911f779cc7761a",
    y: "f728e1aa3b0ff66692192daa776b83ddf8e3340d2d9a0eabdfc324eb3e2f136c",
    challenge: "d3eb2964641e26fed023403a72dde093b19c4ba9008c3f9dd83fcfd347a66d05",
    authenticatorData: "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b50900000000",
    clientDataJSON:
      "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a22302d73705a4751654a76375149304136637433676b37476353366b416a442d6432445f503030656d625155222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d",
    signature:
      "3046022100ee35db795ce28044e1f8231d68b3d79a9882f7415aa35c1b5ac74d24251073c8022100dcc65691650a412d0ceef843710c09827acf26c7845bddac07eec95863e7fc4c",
  },
] as const;

test("the standard's own vectors hold in everything but the user verification they lack, and in no bit more", () => {
  const party = { rpId: "example.org", origin: "https://example.org" };
  for (const vector of W3C) {
    const hex = (text: string): Buffer => Buffer.from(text, "hex");
    const spki = parsePublicKey(
      Buffer.concat([hex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"), hex(vector.x), hex(vector.y)]),
    );
    const assertion = normalised({
      authenticatorData: hex(vector.authenticatorData),
      clientDataJSON: hex(vector.clientDataJSON),
      signature: hex(vector.signature),
    });
    const challenge = hex(vector.challenge).toString("base64url");
    assert.equal(verifyAssertion(assertion, challenge, spki, party).fault, "VERIFICATION");
    for (const member of ["authenticatorData", "clientDataJSON", "signature"] as const) {
      for (let bit = 0; bit < assertion[member].length * 8; bit += 1) {
        const bytes = Buffer.from(assertion[member]);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        const { fault } = verifyAssertion({ ...assertion, [member]: bytes }, challenge, spki, party);
        assert.ok(fault !== null && fault !== "VERIFICATION", `${member}, bit ${bit}`);
      }
    }
  }
});

const LIES: readonly [string, Lie, string][] = [
  ["another origin", { client: { origin: "https://cordon.example.evil.test" } }, "ORIGIN"],
  ["the origin of http", { client: { origin: "http://cordon.example" } }, "ORIGIN"],
  ["a frame of another site", { client: { crossOrigin: true } }, "ORIGIN"],
  ["a frame that names its top", { client: { topOrigin: "https://evil.test" } }, "ORIGIN"],
  ["another RP id", { rpId: "evil.test" }, "RP_ID"],
  ["the parent domain as RP id", { rpId: "example" }, "RP_ID"],
  ["a registration", { client: { type: "webauthn.create" } }, "TYPE"],
  ["a payment", { client: { type: "payment.get" } }, "TYPE"],
  ["the challenge of another decision", { client: { challenge: challengeOf(Buffer.from("other")) } }, "CHALLENGE"],
  ["no challenge", { client: { challenge: undefined } }, "CHALLENGE"],
  ["the challenge with padding", { client: { challenge: `${CHALLENGE}=` } }, "CHALLENGE"],
  ["nobody present", { flags: UV }, "PRESENCE"],
  ["nobody verified", { flags: UP }, "VERIFICATION"],
  ["backed up and not eligible", { flags: UP | UV | 0x10 }, "FORMAT"],
  ["a reserved flag", { flags: UP | UV | 0x02 }, "FORMAT"],
  ["attested data announced", { flags: UP | UV | 0x40 }, "FORMAT"],
  ["extensions", { flags: UP | UV | 0x80, extra: Buffer.from("a0", "hex") }, "FORMAT"],
  ["bytes behind the end", { extra: Buffer.of(0) }, "FORMAT"],
  [
    "one member twice",
    { clientText: `{"type":"webauthn.get","challenge":"x","challenge":"${CHALLENGE}","origin":"${PARTY.origin}"}` },
    "FORMAT",
  ],
  ["no JSON", { clientText: "webauthn.get" }, "FORMAT"],
  ["a list", { clientText: "[]" }, "FORMAT"],
];

for (const [name, lie, fault] of LIES) {
  test(`an assertion is refused: ${name}`, () => {
    assert.equal(faultOf(key.answer(CHALLENGE, lie)), fault);
  });
}

test("honest assertions hold: with and without a counter, device-bound, eligible for backup, backed up, with members of later browsers", () => {
  for (const lie of [
    {},
    { signCount: 7 },
    { flags: UP | UV | 0x08 },
    { flags: UP | UV | 0x18 },
    { client: { crossOrigin: undefined } },
    { client: { later: { browsers: 1 } } },
  ]) {
    assert.equal(faultOf(key.answer(CHALLENGE, lie)), null);
  }
  assert.equal(
    verifyAssertion(normalised(key.answer(CHALLENGE, { signCount: 7 })), CHALLENGE, checked, PARTY).signCount,
    7,
  );
});

test("another key, and the other of the two valid signatures, are refused", () => {
  const other = createAuthenticator("b3RoZXI");
  assert.equal(faultOf(other.answer(CHALLENGE)), "SIGNATURE");
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const raw = key.answer(CHALLENGE);
    const isLow = Buffer.from(normalised(raw).signature).equals(Buffer.from(raw.signature));
    assert.equal(verifyAssertion(raw, CHALLENGE, checked, PARTY).fault, isLow ? null : "SIGNATURE");
  }
});

test("no other algorithm has a key here", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
  const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey;
  const ed = generateKeyPairSync("ed25519").publicKey;
  for (const wrong of [rsa, p384, ed])
    assert.throws(() => parsePublicKey(wrong.export({ type: "spki", format: "der" })));
});

test("SimpleWebAuthn, written by others, takes and refuses the same", async () => {
  const base = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
  const theirs = async (assertion: Assertion): Promise<boolean> => {
    try {
      const { verified } = await verifyAuthenticationResponse({
        response: {
          id: key.credentialId,
          rawId: key.credentialId,
          type: "public-key",
          clientExtensionResults: {},
          response: {
            authenticatorData: base(assertion.authenticatorData),
            clientDataJSON: base(assertion.clientDataJSON),
            signature: base(assertion.signature),
          },
        },
        expectedChallenge: CHALLENGE,
        expectedOrigin: PARTY.origin,
        expectedRPID: PARTY.rpId,
        credential: { id: key.credentialId, publicKey: Uint8Array.from(key.cose), counter: 0 },
        requireUserVerification: true,
      });
      return verified;
    } catch {
      return false;
    }
  };
  /** Where we are stricter on purpose: frames, doubled members, extensions, reserved flags. */
  const stricter = [
    "a frame of another site",
    "a frame that names its top",
    "one member twice",
    "extensions",
    "a reserved flag",
  ];
  for (const [name, lie] of LIES.filter(([known]) => !stricter.includes(known)))
    assert.equal(await theirs(key.answer(CHALLENGE, lie)), false, name);
  for (const lie of [{}, { signCount: 7 }, { flags: UP | UV | 0x18 }])
    assert.equal(await theirs(key.answer(CHALLENGE, lie)), true);
  assert.equal(await theirs(createAuthenticator("x").answer(CHALLENGE)), false);
});

test("a stored decision holds offline, by us and by openssl with sha256, and stops holding with any other byte", () => {
  const envelope = assertedEnvelope(PAYLOAD, key.answer(CHALLENGE));
  assert.equal(isAssertedEnvelope(envelope), true);
  const { statement, payload } = verifyAssertedEnvelope(envelope, checked, PARTY, PREDICATE_TYPES.approval);
  assert.deepEqual(statement.predicate, { choices: { a1: "approve" } });
  assert.deepEqual(Buffer.from(payload), Buffer.from(PAYLOAD));

  const stored = JSON.parse(Buffer.from(envelope).toString()) as {
    payload: string;
    webauthn: Record<"authenticatorData" | "clientDataJSON" | "signature", string>;
  };
  const bytes = (text: string): Buffer => Buffer.from(text, "base64");
  const folder = mkdtempSync(join(tmpdir(), "cordon-webauthn-"));
  const write = (name: string, data: string | Uint8Array): string => {
    writeFileSync(join(folder, name), data);
    return join(folder, name);
  };
  const client = bytes(stored.webauthn.clientDataJSON);
  const signed = write(
    "signed",
    Buffer.concat([bytes(stored.webauthn.authenticatorData), createHash("sha256").update(client).digest()]),
  );
  const said = execFileSync("openssl", [
    "dgst",
    "-sha256",
    "-verify",
    write("key.pem", toPem(key.publicKey)),
    "-signature",
    write("sig", bytes(stored.webauthn.signature)),
    signed,
  ]).toString();
  assert.match(said, /Verified OK/);
  const digest = execFileSync("sha256sum", [write("payload", bytes(stored.payload))])
    .toString()
    .slice(0, 64);
  assert.equal(
    (JSON.parse(client.toString()) as { challenge: string }).challenge,
    Buffer.from(digest, "hex").toString("base64url"),
  );
  rmSync(folder, { recursive: true });

  for (let at = 0; at < envelope.length; at += 1) {
    const changed = Buffer.from(envelope);
    changed[at]! ^= 1;
    assert.throws(() => verifyAssertedEnvelope(changed, checked, PARTY, PREDICATE_TYPES.approval), `byte ${at}`);
  }
});

test("an approver's DSSE envelope is not an asserted one, nor is what cannot be read", () => {
  for (const text of ['{"payload":"","payloadType":"","signatures":[]}', "null", "[]", "", "\ufeff{}"])
    assert.equal(isAssertedEnvelope(Buffer.from(text)), false);
});
