import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { FILES } from "../../lib/evidence/layout.ts";
import { sealBundle } from "../../lib/evidence/seal.ts";
import { sigstoreBundle, stampIn } from "../../lib/evidence/sigstore.ts";
import { readTimeStamp, timeStampRequest } from "../../lib/evidence/timestamp.ts";
import { verifyBundle } from "../../lib/evidence/verify.ts";
import type { VerifyOptions } from "../../lib/evidence/verifyOptions.ts";
import { AUTHORITY, IDENTITIES, type StampForgery, stamp as stampAs } from "../conformance/stamper.ts";
import { isSampled } from "../sample.ts";
import { createAuthority } from "./authority.ts";
import { EVIDENCE_SIGNER, sampleInput } from "./sample.ts";

const NONCE = "f1e2d3c4b5a69788";
const authority = createAuthority();
const sealed = async (): Promise<ReadonlyMap<string, Uint8Array>> =>
  sealBundle(
    sampleInput({
      sealedAt: "2026-11-21T00:05:36.000Z",
      stamp: async (signature) => authority.stamp(timeStampRequest(signature, NONCE)),
    }),
  );
const trust: VerifyOptions = { trust: [await EVIDENCE_SIGNER.publicKey()] };
const codesOf = async (files: ReadonlyMap<string, Uint8Array>, options: VerifyOptions = trust) =>
  (await verifyBundle(files, options)).errors.map(({ code }) => code);

test("openssl reads the request as it was meant: SHA-256 of the message, the nonce, the certificate wanted", () => {
  const message = Buffer.from("signature bytes");
  writeFileSync(join(authority.folder, "own.tsq"), timeStampRequest(message, NONCE));
  const text = authority.openssl("ts", "-query", "-in", "own.tsq", "-text").toString();
  assert.match(
    text,
    /Version: 1[\s\S]*Hash Algorithm: sha256[\s\S]*Nonce: 0xF1E2D3C4B5A69788[\s\S]*Certificate required: yes/,
  );
  const digest = execFileSync("sha256sum", { input: message }).toString().slice(0, 64);
  const hex = [...text.matchAll(/^ {4}\d{4} - ([0-9a-f -]+?) {3}/gm)]
    .map(([, bytes]) => bytes!.replaceAll(/[ -]/g, ""))
    .join("");
  assert.equal(hex, digest);
});

test("a stamped bundle verifies with and without the authority's certificate, and openssl agrees about the token in it", async () => {
  const files = await sealed();
  assert.deepEqual(await codesOf(files), []);
  assert.deepEqual(await codesOf(files, { ...trust, timeStampAuthorities: [authority.ca] }), []);
  writeFileSync(join(authority.folder, "signature"), files.get(FILES.signature)!);
  writeFileSync(join(authority.folder, "token.tsr"), stampIn(files.get(FILES.sigstore)!)!);
  assert.match(
    authority.openssl("ts", "-verify", "-data", "signature", "-in", "token.tsr", "-CAfile", "ca.pem").toString(),
    /Verification: OK/,
  );
});

test("a token for another signature, another nonce or another authority is refused, each by its code", async () => {
  const files = await sealed();
  const [payload, signature] = [files.get(FILES.statement)!, files.get(FILES.signature)!];
  const withToken = (token: Uint8Array): ReadonlyMap<string, Uint8Array> =>
    new Map(files).set(FILES.sigstore, sigstoreBundle(payload, signature, token));
  const other = await authority.stamp(timeStampRequest(Buffer.from("another"), NONCE));
  assert.deepEqual(await codesOf(withToken(other)), ["TIMESTAMP"]);
  const token = await authority.stamp(timeStampRequest(signature, NONCE));
  assert.equal(readTimeStamp(token, signature, NONCE).nonce, `00${NONCE}`);
  assert.throws(() => readTimeStamp(token, signature, "0102030405060708"), {
    fault: { code: "TIMESTAMP", detail: "it answers another request: the nonce differs" },
  });
  assert.deepEqual(await codesOf(withToken(token), { ...trust, timeStampAuthorities: [createAuthority().ca] }), [
    "TIMESTAMP_UNTRUSTED",
  ]);
  assert.deepEqual(await codesOf(withToken(Buffer.from("none"))), ["ENCODING"]);
  assert.deepEqual(await codesOf(await sealBundle(sampleInput()), { ...trust, timeStampAuthorities: [authority.ca] }), [
    "TIMESTAMP_UNTRUSTED",
  ]);
  // A stamp older than the sealing it vouches for.
  await assert.rejects(
    sealBundle(
      sampleInput({
        sealedAt: "2126-11-21T00:05:36.000Z",
        stamp: async (bytes) => authority.stamp(timeStampRequest(bytes, NONCE)),
      }),
    ),
    { code: "SEAL_FAILED" },
  );
});

test("an authority with a key on P-384 is judged as one with RSA", async () => {
  const elliptic = createAuthority(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"]);
  const message = Buffer.from("signature");
  const files = await sealBundle(
    sampleInput({ stamp: async (signature) => elliptic.stamp(timeStampRequest(signature, NONCE)) }),
  );
  assert.deepEqual(await codesOf(files, { ...trust, timeStampAuthorities: [elliptic.ca] }), []);
  assert.equal(readTimeStamp(await elliptic.stamp(timeStampRequest(message, "00")), message, "00").policy, "1.2.3.4.1");
});

test("no flipped bit of the token passes once the authority is named", { timeout: 120_000 }, async () => {
  const files = await sealed();
  const [payload, signature] = [files.get(FILES.statement)!, files.get(FILES.signature)!];
  const token = stampIn(files.get(FILES.sigstore)!)!;
  const accepted: number[] = [];
  for (let bit = 0; bit < token.length * 8; bit += 1) {
    if (!isSampled(bit, 11)) continue;
    const flipped = Uint8Array.from(token);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    if (
      (
        await codesOf(new Map(files).set(FILES.sigstore, sigstoreBundle(payload, signature, flipped)), {
          ...trust,
          timeStampAuthorities: [authority.ca],
        })
      ).length === 0
    )
      accepted.push(bit >> 3);
  }
  const offsets = [...new Set(accepted)];
  assert.deepEqual(offsets, []);
});

test("the openssl recipe takes a stamped bundle, and refuses one whose envelope was changed beside the stamp", async () => {
  const files = await sealed();
  const run = (bundle: ReadonlyMap<string, Uint8Array>): number | null => {
    const folder = mkdtempSync(join(tmpdir(), "cordon-stamped-"));
    for (const [path, bytes] of bundle) {
      execFileSync("mkdir", ["-p", join(folder, path, "..")]);
      writeFileSync(join(folder, path), bytes);
    }
    const der = execFileSync("openssl", ["pkey", "-pubin", "-in", join(folder, FILES.key), "-outform", "DER"]);
    const fingerprint = execFileSync("sha256sum", { input: der, encoding: "utf8" }).slice(0, 64);
    return spawnSync("sh", [FILES.recipe, FILES.key, fingerprint], { cwd: folder }).status;
  };
  assert.equal(run(files), 0);
  const text = Buffer.from(files.get(FILES.sigstore)!).toString("utf8");
  assert.notEqual(run(new Map(files).set(FILES.sigstore, Buffer.from(text.replace('"hint":""', '"hint":"x"')))), 0);
});

test("the corpus's own stamper makes tokens that openssl takes, and refuses when a bit of what is signed is changed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-stamper-"));
  const message = Buffer.from("a signature");
  writeFileSync(join(folder, "message"), message);
  writeFileSync(join(folder, "ca.pem"), AUTHORITY);
  const judged = async (forgery: StampForgery) => {
    writeFileSync(join(folder, "token"), await stampAs(message, forgery));
    const args = ["ts", "-verify", "-data", "message", "-in", "token", "-CAfile", "ca.pem"];
    return spawnSync("openssl", args, { cwd: folder }).status === 0;
  };
  try {
    assert.ok(await judged({}));
    assert.ok(await judged({ nonce: Uint8Array.of(5), time: "20261121000540.5Z" }));
    assert.ok(!(await judged({ by: IDENTITIES.webServer })));
    assert.ok(!(await judged({ by: IDENTITIES.otherAuthority })));
    assert.ok(!(await judged({ digest: Buffer.alloc(32, 7) })));
    assert.ok(
      !(await judged({ signature: (der) => der.map((byte, at) => (at === der.length - 1 ? byte ^ 1 : byte)) })),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
