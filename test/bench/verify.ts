/**
 * How long verifying takes and what it needs:  node test/bench/verify.ts [files] [megabytes]
 * Builds a sealed bundle of 10,000 files and 200 MB in a temporary folder, then verifies it as folder and as ZIP, each in
 * a process of its own, and prints time and peak resident memory. The goal is 3 s and 256 MB.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { sealBundle } from "../../lib/evidence/seal.ts";
import { packZip } from "../../lib/evidence/zip.ts";
import { EVIDENCE_SIGNER, sampleInput } from "../evidence/sample.ts";

const [count = 10_000, megabytes = 200] = process.argv.slice(2).map(Number);
const verifier = new URL("verifyOnce.ts", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "cordon-bench-"));
try {
  await build();
  for (const form of ["bundle", "bundle.zip"]) {
    const out = execFileSync(process.execPath, [verifier, join(folder, form)], { encoding: "utf8" });
    console.log(form.padEnd(10), out.trim());
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function build(): Promise<void> {
  const bytes = Math.floor((megabytes * 2 ** 20) / count);
  const started = performance.now();
  const payload = new Map(
    Array.from({ length: count }, (_, index) => [
      `raw/${String(index).padStart(6, "0")}.json`,
      Buffer.alloc(bytes, index),
    ]),
  );
  const files = await sealBundle(sampleInput({ payload, signer: EVIDENCE_SIGNER }));
  console.log(
    `sealed      ${count} files, ${megabytes} MB in ${Math.round(performance.now() - started)} ms (verified once on the way)`,
  );
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, "bundle", path)), { recursive: true });
    writeFileSync(join(folder, "bundle", path), content);
  }
  writeFileSync(join(folder, "bundle.zip"), packZip(files));
}
