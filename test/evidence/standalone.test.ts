import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { build } from "esbuild";
import { DEFAULT_LIMITS } from "../../lib/evidence/inventory.ts";
import { parsePem } from "../../lib/evidence/publicKey.ts";
import { unpackZip } from "./wholeZip.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-standalone-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const golden = new URL("../golden/0.1.0/", import.meta.url).pathname;
const bundle = join(golden, "bundle.zip");
const keys = join(golden, "keys.json");
const pem = unpackZip(readFileSync(bundle), DEFAULT_LIMITS).get("evidence-key.pem")!;
const altered = readFileSync(bundle);
altered[altered.indexOf("confirmed")]! ^= 1;
writeFileSync(join(folder, "altered.zip"), altered);
writeFileSync(join(folder, "key.pem"), pem);

const outfile = join(folder, "cordon-verify.mjs");
const entryPoints = [new URL("../../lib/evidence/standalone.ts", import.meta.url).pathname];
const { metafile } = await build({
  entryPoints,
  bundle: true,
  platform: "node",
  format: "esm",
  outfile,
  metafile: true,
});

/** An environment with nothing in it, and an empty folder to stand in. */
const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, [outfile, ...args], { cwd: folder, env: {}, encoding: "utf8" });

test("the single file imports nothing but node's own modules", () => {
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map((one) => one.path));
  assert.deepEqual([...new Set(imports)].sort(), ["node:crypto", "node:fs", "node:path", "node:util", "node:zlib"]);
});

test("the single file answers with the exit codes of the verifier", () => {
  const { fingerprint } = parsePem(pem);
  assert.equal(run(bundle, "--trust", keys).status, 0);
  assert.equal(run(bundle, "--trust", fingerprint).status, 0);
  assert.equal(run(bundle, "--trust", "key.pem").status, 0);
  assert.equal(run(bundle).status, 3);
  assert.equal(run(bundle, "--trust", "0".repeat(64)).status, 3);
  assert.equal(run("altered.zip", "--trust", keys).status, 1);
  assert.equal(run("nowhere.zip", "--trust", keys).status, 2);
  assert.equal(run(bundle, "--trust", "nowhere.pem").status, 2);
  assert.equal(run().status, 64);
  assert.equal(run(bundle, "--unknown").status, 64);
});

test("--json prints the report", () => {
  const report = JSON.parse(run(bundle, "--trust", keys, "--json").stdout);
  assert.equal(report.exitCode, 0);
  assert.equal(report.statement.predicate.caseId, "case-20261121-0a1b2c3d4e");
});

test("without keys.json the report says that the ledger was not judged", () => {
  const report = JSON.parse(run(bundle, "--trust", "key.pem", "--json").stdout);
  const ledger = report.checks.find((check: { code: string }) => check.code === "LEDGER");
  assert.match(ledger.detail, /not judged/);
});

test("that it does not build the report again is said to people and to programs", () => {
  const report = JSON.parse(run(bundle, "--trust", keys, "--json").stdout);
  const rebuilt = report.checks.find((check: { code: string }) => check.code === "REPORT");
  assert.deepEqual([rebuilt.ok, rebuilt.notChecked], [true, true]);
  assert.match(run(bundle, "--trust", keys).stdout, /^not checked {2}REPORT +report not rebuilt/m);
});

const canUnshare = spawnSync("unshare", ["-rn", "true"]).status === 0;
test("it verifies in a namespace that has no network", {
  skip: canUnshare ? false : "unshare is not permitted here",
}, () => {
  const out = execFileSync("unshare", ["-rn", process.execPath, outfile, bundle, "--trust", keys], {
    encoding: "utf8",
    env: { PATH: process.env.PATH ?? "" },
  });
  assert.match(out, /^PROVEN/m);
});

test("the time zone and the language of the machine change nothing", () => {
  const usual = run(bundle, "--trust", keys, "--json").stdout;
  for (const env of [{ TZ: "Pacific/Kiritimati" }, { LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" }, { LANG: "C" }]) {
    assert.equal(
      spawnSync(process.execPath, [outfile, bundle, "--trust", keys, "--json"], { env, encoding: "utf8" }).stdout,
      usual,
    );
  }
});
