/**
 * cosign over the conformance corpus:  node test/peers/cosign.ts
 * Installs cosign by `go install` into the user's cache folder the first time (about three minutes, 1 GB of build cache), or
 * uses the binary that COSIGN names. Without Go, or where its module proxy cannot be reached, one line says so and the suite
 * counts as skipped.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const VERSION = "v3.1.3";
const MODULE = `github.com/sigstore/cosign/v3/cmd/cosign@${VERSION}`;
const INSTALL_MS = 15 * 60_000;

const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "cordon", `cosign-${VERSION}`);
const cosign = process.env.COSIGN ?? install();
if (cosign === null) console.log("skipped: cosign");
else process.exitCode = run(cosign);

function install(): string | null {
  const binary = join(folder, process.platform === "win32" ? "cosign.exe" : "cosign");
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  console.log(`go install ${MODULE}`);
  const { status, error } = spawnSync("go", ["install", MODULE], {
    env: { ...process.env, GOBIN: folder },
    stdio: "inherit",
    timeout: INSTALL_MS,
  });
  if (status === 0 && existsSync(binary)) return binary;
  console.log(`cosign could not be built: ${error?.message ?? `go ended with ${status}`}`);
  return null;
}

function run(binary: string): number {
  const suite = new URL("../evidence/cosign.test.ts", import.meta.url).pathname;
  const { status } = spawnSync(process.execPath, ["--test", suite], {
    env: { ...process.env, COSIGN: binary },
    stdio: "inherit",
  });
  return status ?? 1;
}
