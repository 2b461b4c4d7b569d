import assert from "node:assert/strict";
import { createECDH, generateKeyPairSync } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { build } from "esbuild";
import { DEFAULT_LIMITS } from "../../lib/evidence/inventory.ts";
import { parsePublicKey } from "../../lib/evidence/publicKey.ts";
import { sealBundle } from "../../lib/evidence/seal.ts";
import { readAuthorities } from "../../lib/evidence/trustInput.ts";
import { optionsFromTrustRoot } from "../../lib/evidence/trustOptions.ts";
import { parseTrustRoot } from "../../lib/evidence/trustRoot.ts";
import { verifyBundle } from "../../lib/evidence/verify.ts";
import type { VerifyOptions } from "../../lib/evidence/verifyOptions.ts";
import { ATTACKER_SIGNER, EVIDENCE_SIGNER, sampleInput } from "./sample.ts";
import { packZip } from "./wholeZip.ts";

const spki = await EVIDENCE_SIGNER.publicKey();
const { fingerprint } = parsePublicKey(spki);
const files = await sealBundle(sampleInput());
const folder = mkdtempSync(join(tmpdir(), "cordon-verify-"));
const bundle = join(folder, "bundle");
for (const [path, bytes] of files) {
  mkdirSync(dirname(join(bundle, path)), { recursive: true });
  writeFileSync(join(bundle, path), bytes);
}
writeFileSync(join(folder, "bundle.zip"), packZip(files));
after(() => rmSync(folder, { recursive: true, force: true }));

const outcome = async (options: VerifyOptions, source: Parameters<typeof verifyBundle>[0] = files) => {
  const { exitCode, errors } = await verifyBundle(source, options);
  return [exitCode, ...errors.map((error) => error.code)];
};

test("a folder, a ZIP file, a ZIP in memory and files in memory give the same report", async () => {
  const reports = await Promise.all(
    [bundle, join(folder, "bundle.zip"), packZip(files), files].map((source) =>
      verifyBundle(source, { trust: [spki] }),
    ),
  );
  for (const report of reports) assert.deepEqual(report, reports[0]);
  assert.equal(reports[0]?.exitCode, 0);
  assert.equal(reports[0]?.fingerprint, fingerprint);
  assert.equal(reports[0]?.statement?.predicate.revision, 2);
});

test("a key may be named by its bytes or by its fingerprint, among others", async () => {
  const other = await ATTACKER_SIGNER.publicKey();
  assert.deepEqual(await outcome({ trust: [spki] }), [0]);
  assert.deepEqual(await outcome({ trust: [fingerprint] }), [0]);
  assert.deepEqual(await outcome({ trust: [other, fingerprint] }), [0]);
  assert.deepEqual(await outcome({ trust: [other] }), [3, "UNTRUSTED"]);
  assert.deepEqual(await outcome({ trust: [] }), [3, "UNTRUSTED"]);
});

test("trust that cannot be used is the caller's fault: exit code 2, and nothing is said about the bundle", async () => {
  const der = (type: "rsa" | "ec" | "ed25519", options: object): Uint8Array =>
    (generateKeyPairSync as (type: string, options: object) => { publicKey: { export(o: object): Buffer } })(
      type,
      options,
    ).publicKey.export({ format: "der", type: "spki" });
  const compressed = Buffer.from(createECDH("prime256v1").generateKeys("hex", "compressed"), "hex");
  const wrong = [
    der("rsa", { modulusLength: 2048 }),
    der("ec", { namedCurve: "P-384" }),
    der("ec", { namedCurve: "secp256k1" }),
    der("ec", { namedCurve: "prime256v1", paramEncoding: "explicit" }),
    der("ed25519", {}),
    Buffer.concat([Buffer.from("3039301306072a8648ce3d020106082a8648ce3d030107032200", "hex"), compressed]),
    Buffer.concat([spki, Buffer.of(0)]),
    new Uint8Array(),
    fingerprint.toUpperCase(),
    fingerprint.slice(0, 40),
    "",
  ];
  for (const entry of wrong) assert.deepEqual(await outcome({ trust: [spki, entry] }), [2, "TRUST"]);
});

test("what is not there, or cannot be opened, is unreadable", async () => {
  assert.deepEqual(await outcome({ trust: [spki] }, join(folder, "nowhere")), [2, "UNREADABLE"]);
  assert.deepEqual(await outcome({ trust: [spki] }, join(folder, "bundle", "bagit.txt")), [2, "UNREADABLE"]);
  assert.deepEqual(await outcome({ trust: [spki] }, "/dev/null"), [2, "UNREADABLE"]);
});

test("one file that may not be read is reported, and the rest is still examined", {
  skip: process.getuid?.() === 0 ? "root may read everything" : false,
}, async () => {
  const path = join(bundle, "data/case.json");
  chmodSync(path, 0);
  const got = await outcome({ trust: [spki] }, bundle);
  chmodSync(path, 0o644);
  assert.deepEqual(got, [2, "UNREADABLE"]);
});

test("the path of the bundle itself may be a link; nothing inside it may", async () => {
  symlinkSync("bundle", join(folder, "link"));
  assert.deepEqual(await outcome({ trust: [spki] }, join(folder, "link")), [0]);
});

test("limits on files, bytes and held bytes hold in every form", async () => {
  for (const source of [files, bundle, packZip(files)]) {
    for (const limits of [
      { ...DEFAULT_LIMITS, files: 3 },
      { ...DEFAULT_LIMITS, bytes: 5000 },
      { ...DEFAULT_LIMITS, heldBytes: 500 },
    ]) {
      assert.deepEqual(await outcome({ trust: [spki], limits }, source), [2, "LIMIT"]);
    }
  }
});

test("a bundle known to be replaced is proven, but not the newest", async () => {
  const supersededBy = { revision: 3, digest: "ab".repeat(32) };
  assert.deepEqual(await outcome({ trust: [spki], supersededBy }), [4, "SUPERSEDED"]);
  assert.deepEqual(await outcome({ trust: [], supersededBy }), [3, "UNTRUSTED", "SUPERSEDED"]);
  assert.deepEqual(await outcome({ trust: [spki], supersededBy: null }), [0]);
});

test("a bundle sealed in the future is refused when the verifier knows the time", async () => {
  assert.deepEqual(await outcome({ trust: [spki], now: "2026-11-21T00:05:35.999Z" }), [1, "TIME"]);
  assert.deepEqual(await outcome({ trust: [spki], now: "2026-11-21T00:05:36.000Z" }), [0]);
});

test("every altered file is named, not only the first", async () => {
  const altered = new Map([
    ...files,
    ["data/case.json", Buffer.from("x")],
    ["data/empty.txt", Buffer.from("x")],
  ] as const);
  const report = await verifyBundle(altered, { trust: [spki] });
  const named = report.errors.filter((error) => error.code === "DIGEST").map((error) => error.detail.split(":")[0]);
  assert.deepEqual(named, ["data/case.json", "data/empty.txt"]);
});

test("hostile names are printed without control or bidirectional characters", async () => {
  const report = await verifyBundle(new Map([...files, ["data/\u001b[31m\u202e\n.txt", Buffer.of(1)]]), {
    trust: [spki],
  });
  assert.equal(report.errors[0]?.code, "NAME");
  for (const { detail } of report.errors) assert.match(detail, /^[\x20-\x7e]+$/);
});

test("many verifications at once do not disturb each other", async () => {
  const reports = await Promise.all(
    Array.from({ length: 32 }, (_, index) => outcome({ trust: index % 2 ? [spki] : [] }, bundle)),
  );
  assert.deepEqual(
    reports.map(([code]) => code),
    Array.from({ length: 32 }, (_, index) => (index % 2 ? 0 : 3)),
  );
});

test("the verifier bundles into one file that imports nothing but node's own modules", async () => {
  const entry = new URL("../../lib/evidence/verify.ts", import.meta.url).pathname;
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
    metafile: true,
    external: ["node:*"],
  });
  const imports = Object.values(result.metafile.outputs).flatMap((output) => output.imports.map((one) => one.path));
  assert.deepEqual([...new Set(imports)].sort(), ["node:crypto", "node:fs", "node:path", "node:zlib"]);
});

const golden = new URL("../golden/", import.meta.url).pathname;
for (const version of readdirSync(golden).filter((name) => /^\d/.test(name))) {
  test(`the golden bundle of version ${version} stays verifiable`, async () => {
    const options = optionsFromTrustRoot(parseTrustRoot(readFileSync(join(golden, version, "keys.json"))));
    const authority = join(golden, version, "authority.pem");
    const named = existsSync(authority) ? { timeStampAuthorities: readAuthorities([authority]) } : {};
    assert.deepEqual(await outcome({ ...options, ...named }, join(golden, version, "bundle.zip")), [0]);
    const copy = join(golden, version, "redacted.zip");
    if (existsSync(copy)) assert.deepEqual(await outcome(options, copy), [0]);
  });
}
