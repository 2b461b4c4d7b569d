/**
 * How long verifying takes and what it needs:  node test/bench/verify.ts [files] [megabytes]
 * Builds a sealed bundle of 10,000 files and 200 MB in a temporary folder, then verifies it as folder and as ZIP, each in
 * a process of its own, and prints time and peak resident memory. The goal is 3 s and 256 MB. Then the same folder by other
 * means, whole processes by GNU time: sha256sum, the shell recipe, and cosign where COSIGN names its binary.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";
import { FILES } from "../../lib/evidence/layout.ts";
import { parsePem } from "../../lib/evidence/publicKey.ts";
import { sealBundle } from "../../lib/evidence/seal.ts";
import { PREDICATE_TYPES } from "../../lib/evidence/statement.ts";
import { EVIDENCE_SIGNER, sampleInput } from "../evidence/sample.ts";
import { packZip } from "../evidence/wholeZip.ts";

const [count = 10_000, megabytes = 200] = process.argv.slice(2).map(Number);
const verifier = new URL("verifyOnce.ts", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "cordon-bench-"));
try {
  await build();
  for (const form of ["bundle", "bundle.zip"]) {
    const out = execFileSync(process.execPath, [verifier, join(folder, form)], { encoding: "utf8" });
    console.log(form.padEnd(10), out.trim());
  }
  comparePeers();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Every program over the same folder, files in the page cache; a process and its children, the largest of them. */
function comparePeers(): void {
  const key = join(folder, "bundle/evidence-key.pem");
  const { fingerprint } = parsePem(readFileSync(key));
  const sums =
    "sha256sum --strict --quiet -c tagmanifest-sha256.txt && sha256sum --strict --quiet -c manifest-sha256.txt";
  const cosign = `"$COSIGN" verify-blob-attestation --key evidence-key.pem --bundle ${FILES.sigstore} --type ${PREDICATE_TYPES.evidenceBundle} --insecure-ignore-tlog=true ${FILES.tagManifest}`;
  const programs: Readonly<Record<string, string>> = {
    "cordon-verify, whole process": `"${process.execPath}" "${join(folder, "cordon-verify.mjs")}" . --trust ${fingerprint}`,
    "sha256sum -c, both manifests": sums,
    "shell recipe (openssl)": `sh verify-with-openssl.sh evidence-key.pem ${fingerprint}`,
    ...(process.env.COSIGN === undefined ? {} : { cosign, "cosign and sha256sum -c": `${cosign} && ${sums}` }),
  };
  const entry = new URL("../../lib/evidence/standalone.ts", import.meta.url).pathname;
  buildSync({
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: join(folder, "cordon-verify.mjs"),
  });
  for (const [name, command] of Object.entries(programs)) console.log(name.padEnd(30), measured(command));
}

function measured(command: string): string {
  const { status, stderr } = spawnSync(
    "/usr/bin/time",
    ["-f", "%e s, of it %U + %S s of CPU, %M kB", "sh", "-c", command],
    {
      cwd: join(folder, "bundle"),
      encoding: "utf8",
    },
  );
  return status === 0
    ? stderr.trim().split("\n").at(-1)!
    : `failed: ${stderr?.trim().split("\n").at(-2) ?? "no /usr/bin/time"}`;
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
