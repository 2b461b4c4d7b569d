import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { canonicalJson } from "../../lib/base/jcs.ts";
import { sealBundle } from "../../lib/evidence/seal.ts";
import { timeStampRequest } from "../../lib/evidence/timestamp.ts";
import { verifyBundle } from "../../lib/evidence/verify.ts";
import { coarseNumber, coarseText } from "../../lib/export/redact/coarse.ts";
import { createAuthority } from "./authority.ts";
import { redactedFiles } from "./redactedFiles.ts";
import { ATTACKER_SIGNER, EVIDENCE_SIGNER, sampleInput } from "./sample.ts";

const AT = "2026-11-21T09:00:00.000Z";
const secret = "11".repeat(32);
const salt = (): string => randomBytes(32).toString("hex");
const owner = await EVIDENCE_SIGNER.publicKey();
const redactor = await ATTACKER_SIGNER.publicKey();
const payload = new Map([
  ...sampleInput().payload,
  ["theft.json", Buffer.from('{"at":"2026-02-23T03:14:15Z","bytes":4712338467,"objects":12847,"severity":8}')],
]);
const original = await sealBundle(sampleInput({ payload, salt }));
const codes = async (files: ReadonlyMap<string, Uint8Array>, options: object): Promise<readonly string[]> =>
  (await verifyBundle(files, { trust: [owner], withoutLedger: true, ...options })).errors.map(({ code }) => code);

test("whoever may make copies may make nothing else: an original by the redactor's key is signed by a stranger", async () => {
  const copy = await redactedFiles(original, { secret, at: AT, signer: ATTACKER_SIGNER });
  assert.deepEqual(await codes(copy.files, {}), ["UNTRUSTED"]);
  assert.deepEqual(await codes(copy.files, { redactors: [redactor] }), []);
  const forged = await sealBundle(sampleInput({ payload, salt, signer: ATTACKER_SIGNER }));
  assert.deepEqual(await codes(forged, { redactors: [redactor] }), ["UNTRUSTED"]);
  const ofForged = await redactedFiles(forged, { secret, at: AT, signer: ATTACKER_SIGNER });
  assert.deepEqual(await codes(ofForged.files, { redactors: [redactor] }), ["UNTRUSTED"]);
});

test("a copy of what was replaced is replaced, and what it says is said to be the word of its maker", async () => {
  const copy = await redactedFiles(original, { secret, at: AT, signer: EVIDENCE_SIGNER });
  const options = { trust: [owner], withoutLedger: true, supersededBy: { revision: 3, digest: "ab".repeat(32) } };
  const report = await verifyBundle(copy.files, options);
  assert.equal(report.exitCode, 4);
  assert.match(report.checks.find(({ code }) => code === "REDACTION")!.detail, /word of whoever made the copy/);
});

test("sizes, counts and times are made coarse where that is asked for, and only there", async () => {
  const exact = await redactedFiles(original, { secret, at: AT, signer: EVIDENCE_SIGNER });
  const coarse = await redactedFiles(original, { secret, at: AT, signer: EVIDENCE_SIGNER, coarse: true });
  const theft = (files: ReadonlyMap<string, Uint8Array>): string =>
    Buffer.from(files.get("data/copy/theft.json")!).toString();
  assert.equal(theft(exact.files), Buffer.from(payload.get("theft.json")!).toString());
  assert.equal(
    theft(coarse.files),
    canonicalJson({ at: "2026-02-23T00:00:00Z", bytes: 4_000_000_000, objects: 10_000, severity: 8 }),
  );
  assert.deepEqual(await codes(coarse.files, {}), []);
  assert.match(Buffer.from(coarse.files.get("about-this-copy.txt")!).toString(), /Made coarse/);
  assert.deepEqual([coarseNumber(-127), coarseNumber(0.93), coarseNumber(9)], [-100, 0.93, 9]);
  assert.equal(
    coarseText(
      "12,847 objects (4.7 GB) of 123456789012 by v3.11 at 2026-02-23T03:14:15.926Z, 2012-10-17, in 97 files.",
    ),
    "10,000 objects (4.7 GB) of 123456789012 by v3.11 at 2026-02-23T00:00:00Z, 2012-10-17, in 90 files.",
  );
});

test("a time stamp of the original survives in its copy, and a copy of what was not stamped has none", async () => {
  const authority = createAuthority();
  const stamped = await sealBundle(
    sampleInput({
      payload,
      salt,
      stamp: async (bytes) => authority.stamp(timeStampRequest(bytes, "0102030405060708")),
    }),
  );
  const asked = { timeStampAuthorities: [authority.ca] };
  const copy = await redactedFiles(stamped, { secret, at: AT, signer: EVIDENCE_SIGNER });
  assert.deepEqual(await codes(copy.files, asked), []);
  const unstamped = await redactedFiles(original, { secret, at: AT, signer: EVIDENCE_SIGNER });
  assert.deepEqual(await codes(unstamped.files, asked), ["TIMESTAMP_UNTRUSTED"]);
});
