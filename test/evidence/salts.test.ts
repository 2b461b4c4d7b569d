import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { FILES, SALTS } from "../../lib/evidence/layout.ts";
import { sealBundle } from "../../lib/evidence/seal.ts";
import { verifyBundle } from "../../lib/evidence/verify.ts";
import { topFolderOf } from "../../lib/evidence/zip.ts";
import { redactedFiles } from "./redactedFiles.ts";
import { EVIDENCE_SIGNER, sampleInput } from "./sample.ts";
import { packZip } from "./wholeZip.ts";

const sha256 = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex");
const trust = [await EVIDENCE_SIGNER.publicKey()];
let count = 0;
const salt = (): string => sha256(`salt ${count++}`);
const ADDRESS = "203.0.113.77";
const payload = new Map([
  ...sampleInput().payload,
  ["network.json", Buffer.from(`{"address":"${ADDRESS}"}`)],
  ["rules.jsonl", Buffer.from('{"id":"bulk-read"}\n')],
]);
const sealed = await sealBundle(sampleInput({ payload, salt }));
const copy = await redactedFiles(sealed, {
  secret: "11".repeat(32),
  at: "2026-11-21T09:00:00.000Z",
  signer: EVIDENCE_SIGNER,
});
const detailOf = async (files: ReadonlyMap<string, Uint8Array>, code: string) =>
  (await verifyBundle(files, { trust, withoutLedger: true })).checks.find((check) => check.code === code)?.detail;

test("a sealed bundle names each file by a salted digest too, and a bundle without says that it is of the older form", async () => {
  const report = await verifyBundle(sealed, { trust, withoutLedger: true });
  assert.deepEqual([report.exitCode, report.errors], [0, []]);
  assert.match((await detailOf(sealed, "SALTS"))!, /^\d+ salted digests$/);
  assert.equal(await detailOf(await sealBundle(sampleInput()), "SALTS"), "older form: digests not salted");
  const salts = new Map(
    Buffer.from(sealed.get(SALTS)!)
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  );
  const salted = Buffer.from(sealed.get(FILES.salted)!).toString();
  const expected = sha256(`${salts.get("data/network.json")} ${sha256(payload.get("network.json")!)}\n`);
  assert.ok(salted.includes(`${expected}  data/network.json\n`));
  assert.equal(new Set(salts.values()).size, payload.size);
});

test("nothing in a redacted copy lets a guessed address be tried: no plain digest of what was redacted or withheld, no salt of it", async () => {
  const { exitCode, errors } = await verifyBundle(copy.files, { trust, withoutLedger: true });
  assert.deepEqual([exitCode, errors], [0, []]);
  const text = [...copy.files].map(([path, bytes]) => `${path}\n${Buffer.from(bytes).toString("latin1")}`).join("\n");
  assert.ok(!text.includes(ADDRESS));
  const hidden = copy.record.files.filter(({ state }) => state !== "same").map(({ path }) => path);
  assert.ok(hidden.includes("data/network.json"));
  const salts = Buffer.from(sealed.get(SALTS)!).toString();
  for (const path of hidden) {
    assert.ok(!text.includes(sha256(sealed.get(path)!)), path);
    assert.ok(!text.includes(new RegExp(`(\\w{64})  ${path}\n`).exec(salts)![1]!), path);
  }
});

test("bundle and copy verify out of a ZIP with a folder at its top, and under no other name than their own", async () => {
  const exit = async (zip: Uint8Array) => (await verifyBundle(zip, { trust, withoutLedger: true })).exitCode;
  const top = topFolderOf(sampleInput());
  for (const files of [sealed, copy.files]) {
    assert.deepEqual([await exit(packZip(files)), await exit(packZip(files, top))], [0, 0]);
    assert.equal(await exit(packZip(files, top.replace("-r2", "-r3"))), 1);
  }
});

test("a copy whose unchanged file was exchanged does not pass for the original's", async () => {
  const same = copy.record.files.find(({ path }) => path === "data/rules.jsonl");
  assert.equal(same?.state, "same");
  const forged = {
    ...copy.record,
    files: copy.record.files.map((file) => (file === same ? { ...file, salt: "00".repeat(32) } : file)),
  };
  const files = new Map(copy.files).set("data/redaction.json", Buffer.from(JSON.stringify(forged)));
  assert.equal((await verifyBundle(files, { trust, withoutLedger: true })).exitCode, 1);
});
