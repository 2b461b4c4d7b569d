import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Signer } from "../../lib/base/signer.ts";
import { parsePublicKey } from "../../lib/evidence/publicKey.ts";
import { OPENSSL_RECIPE } from "../../lib/evidence/recipe.ts";
import { attachLedger, bundleDigest, sealBundle } from "../../lib/evidence/seal.ts";
import { verifyBundle } from "../../lib/evidence/verify.ts";
import { ATTACKER_SIGNER, EVIDENCE_SIGNER, sampleInput } from "./sample.ts";
import { packZip } from "./wholeZip.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);
const textOf = (files: ReadonlyMap<string, Uint8Array>, path: string): string =>
  Buffer.from(files.get(path)!).toString();
const sealFails = (changes: Parameters<typeof sampleInput>[0]) =>
  assert.rejects(sealBundle(sampleInput(changes)), { code: "SEAL_FAILED" });

test("the same case sealed twice by a deterministic signer has the same bytes, in whatever order its files came", async () => {
  const input = sampleInput();
  const reversed = { ...input, payload: new Map([...input.payload].reverse()) };
  assert.deepEqual(Buffer.from(packZip(await sealBundle(input))), Buffer.from(packZip(await sealBundle(reversed))));
});

test("with a signer that is not deterministic only the signature and its second skin differ", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const signer: Signer = {
    sign: async (message) => sign("sha256", message, privateKey),
    publicKey: async () => publicKey.export({ format: "der", type: "spki" }),
  };
  const [a, b] = [await sealBundle(sampleInput({ signer })), await sealBundle(sampleInput({ signer }))];
  const differing = [...a]
    .filter(([path, content]) => !Buffer.from(content).equals(b.get(path)!))
    .map(([path]) => path);
  assert.deepEqual(differing, ["attestation/bundle.sigstore.json", "attestation/statement.sig"]);
});

test("the statement is an in-toto Statement v1 about the tag manifest", async () => {
  const files = await sealBundle(sampleInput());
  const digest = execFileSync("sha256sum", { input: files.get("tagmanifest-sha256.txt")!, encoding: "utf8" }).slice(
    0,
    64,
  );
  assert.equal(bundleDigest(files), digest);
  const statement = JSON.parse(textOf(files, "attestation/statement.json"));
  assert.equal(statement._type, "https://in-toto.io/Statement/v1");
  assert.equal(statement.predicateType, "https://cordon.dev/evidence-bundle/v1");
  assert.deepEqual(statement.subject, [{ name: "tagmanifest-sha256.txt", digest: { sha256: digest } }]);
  assert.deepEqual(statement.predicate.payload, { files: 4, bytes: 37 + 64 + 20 });
  assert.equal(textOf(files, "bag-info.txt").includes("Payload-Oxum: 121.4\n"), true);
});

test("every bundle carries its key, the recipe, and a page that says how to verify it", async () => {
  const files = await sealBundle(sampleInput());
  assert.equal(textOf(files, "verify-with-openssl.sh"), OPENSSL_RECIPE);
  const pem = files.get("evidence-key.pem")!;
  const der = execFileSync("openssl", ["pkey", "-pubin", "-outform", "DER"], { input: pem });
  const fingerprint = execFileSync("sha256sum", { input: der, encoding: "utf8" }).slice(0, 64);
  assert.ok(textOf(files, "how-to-verify.txt").includes(fingerprint));
  assert.ok(textOf(files, "how-to-verify.txt").includes("case-20261121-0a1b2c3d4e"));
});

test("the recipe in the source tree is the recipe in the bundles", () => {
  assert.equal(
    readFileSync(new URL("../../lib/evidence/verify-with-openssl.sh", import.meta.url), "utf8"),
    OPENSSL_RECIPE,
  );
});

test("what would not verify is not sealed", async () => {
  await sealFails({ payload: new Map() });
  await sealFails({ payload: new Map([["../x", bytes("")]]) });
  await sealFails({ payload: new Map([["Case.json", bytes("")]]) });
  await sealFails({
    payload: new Map([
      ["a", bytes("")],
      ["a/b", bytes("")],
    ]),
  });
  await sealFails({ schemas: new Map([["UPPER.json", "{}"]]) });
  await sealFails({ tagFiles: new Map([["manifest-md5.txt", ""]]) });
  await sealFails({ tagFiles: new Map([["data/case.json", ""]]) });
  await sealFails({ tagFiles: new Map([["attestation/x", ""]]) });
  await sealFails({ caseId: "../case" });
  await sealFails({ revision: 0 });
  await sealFails({ supersedes: { revision: 2, digest: "ab".repeat(32) } });
  await sealFails({ sealedAt: "2026-11-21" });
});

test("a signer that does not hold the key it shows cannot seal", async () => {
  await sealFails({ signer: { ...EVIDENCE_SIGNER, sign: ATTACKER_SIGNER.sign } });
  await sealFails({ signer: { ...EVIDENCE_SIGNER, publicKey: async () => bytes("no key") } });
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await sealFails({
    signer: {
      sign: async (message) => sign("sha256", message, rsa.privateKey),
      publicKey: async () => rsa.publicKey.export({ format: "der", type: "spki" }),
    },
  });
});

test("ledger files are added beside the seal and only under known names", async () => {
  const files = await sealBundle(sampleInput());
  const withLedger = attachLedger(files, new Map([["entry.json", bytes("{}")]]));
  assert.equal(bundleDigest(withLedger), bundleDigest(files));
  assert.equal(textOf(withLedger, "ledger/entry.json"), "{}");
  assert.throws(() => attachLedger(files, new Map([["other.json", bytes("{}")]])), { code: "SEAL_FAILED" });
});

test("ledger files that nobody checks are not passed off as proof; a ledger check decides when there is one", async () => {
  const files = attachLedger(await sealBundle(sampleInput()), new Map([["entry.json", bytes("{}")]]));
  const trust = [await EVIDENCE_SIGNER.publicKey()];
  const unchecked = await verifyBundle(files, { trust });
  assert.deepEqual(
    [unchecked.exitCode, ...unchecked.errors.map(({ code }) => code)],
    [1, "MISSING", "LEDGER_UNTRUSTED"],
  );
  const asked: unknown[] = [];
  const good = await verifyBundle(files, {
    trust,
    verifyLedger: (ledger, bundle) => {
      asked.push([...ledger.keys()], bundle);
      return [];
    },
  });
  assert.equal(good.exitCode, 0);
  assert.deepEqual(asked, [
    ["ledger/entry.json"],
    {
      caseId: "case-20261121-0a1b2c3d4e",
      origin: sampleInput().deployment.ledgerOrigin,
      digest: bundleDigest(files),
      statement: createHash("sha256").update(files.get("attestation/statement.json")!).digest("hex"),
      keyId: parsePublicKey(trust[0]!).fingerprint,
      sealedAt: "2026-11-21T00:05:36.000Z",
      ledgerHead: null,
      history: null,
    },
  ]);
  const bad = await verifyBundle(files, { trust, verifyLedger: () => [{ code: "FORK", detail: "two histories" }] });
  assert.deepEqual([bad.exitCode, bad.errors[0]?.code], [1, "FORK"]);
});
