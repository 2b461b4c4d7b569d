/**
 * Makes the files of a release in `release/` and looks whether they work: the package twice with the same bytes, the verifier, an
 * SBOM, and SHA-256 sums. Nothing leaves this machine unless `--publish` is given; that asks npm to publish this very tarball.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { checkHelp, checkResponse, checkUpgrade, unpackHome } from "./releaseCheck.ts";
import { sbomOf } from "./sbom.ts";

const ROOT = resolve(import.meta.dirname, "..");
const OUT = join(ROOT, "release");
const FIXTURES = join(ROOT, "test/fixtures");

const { publish } = parseArgs({ options: { publish: { type: "boolean", default: false } } }).values;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const npm = (cwd: string, ...args: readonly string[]): string =>
  execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

const pack = (folder: string): string => {
  npm(ROOT, "pack", "--silent", "--pack-destination", folder);
  return join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz"))!);
};

const temporary = mkdtempSync(join(tmpdir(), "cordon-release-"));
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT);
try {
  const tarball = pack(OUT);
  mkdirSync(join(temporary, "again"));
  assert.equal(sha256(pack(join(temporary, "again"))), sha256(tarball), "the same command made other bytes");
  say(`${tarball}: twice the same bytes`);
  copyFileSync(join(ROOT, "dist/cordon-verify.mjs"), join(OUT, "cordon-verify.mjs"));
  writeFileSync(join(OUT, "sbom.cdx.json"), sbomOf(ROOT));

  const folder = join(temporary, "installed");
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), "{}");
  npm(folder, "install", "--silent", "--no-audit", "--no-fund", tarball);
  const program = join(folder, "node_modules/@cordon-response/cordon/bin/cordon.js");
  const installed = { folder, program, fixtures: FIXTURES };
  checkHelp(installed);
  checkResponse(installed);
  say("installed in an empty folder: finding to verified bundle");
  checkUpgrade(installed, unpackHome(join(FIXTURES, "home-0.1.0/home.tar.gz"), join(temporary, "home"), FIXTURES));
  say("a data directory of 0.1.0 with a case that waits: decided and verified");

  const names = readdirSync(OUT).sort();
  writeFileSync(join(OUT, "SHA256SUMS"), names.map((name) => `${sha256(join(OUT, name))}  ${name}\n`).join(""));
  say(readFileSync(join(OUT, "SHA256SUMS"), "utf8").trimEnd());
  if (publish) npm(ROOT, "publish", "--access", "public", tarball);
  else say("dry run: nothing was published (npm run release -- --publish)");
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
