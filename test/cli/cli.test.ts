import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { test } from "node:test";
import type { CaseView } from "../../lib/case/caseView.ts";
import { commands } from "../../lib/cli/commands.ts";
import { helpOf, overview } from "../../lib/cli/help.ts";
import { openDeployment } from "../../lib/embedded/deployment.ts";
import { OTRF, withCase } from "../response/run.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const FIXTURES = join(ROOT, "test/fixtures");

const cordon = (...args: readonly string[]) =>
  spawnSync(process.execPath, [join(ROOT, "bin/cordon.js"), ...args], {
    encoding: "utf8",
    cwd: tmpdir(),
    timeout: 120_000,
  });
const temporary = (): string => mkdtempSync(join(tmpdir(), "cordon-cli-"));
const otrf = (home: string): readonly string[] => [
  join(FIXTURES, "otrf-case/finding.json"),
  "--logs",
  join(FIXTURES, "otrf/logs"),
  "--iam",
  join(FIXTURES, "otrf-case/iam.json"),
  "--buckets",
  join(FIXTURES, "otrf-case/buckets"),
  "--home",
  home,
];

test("without a terminal respond parks at the decision, another process decides and finishes, a third verifies", () => {
  const home = join(temporary(), "home");
  const parked = cordon("respond", ...otrf(home), "--json");
  assert.equal(parked.status, 0, parked.stderr);
  const view = JSON.parse(parked.stdout) as CaseView;
  assert.equal(view.status, "awaiting-decision");
  const decided = cordon(
    "decide",
    view.caseId,
    "--plan",
    "contain-2",
    "--approve",
    "all",
    "--reason",
    "confirmed with the owner",
    "--home",
    home,
    "--json",
  );
  assert.equal(decided.status, 0, decided.stderr);
  const after = JSON.parse(decided.stdout) as CaseView;
  assert.equal(after.status, "contained");
  assert.equal(after.plan?.status, "executed");
  const bundle = after.evidence.at(-1)!;
  assert.equal(cordon("evidence", "verify", view.caseId, "--home", home).status, 0);
  assert.equal(cordon("evidence", "verify", view.caseId, "--revision", "1", "--home", home).status, 4);
  assert.equal(cordon("evidence", "verify", bundle.path).status, 3);
  assert.equal(cordon("evidence", "verify", bundle.path, "--trust", join(bundle.path, "evidence-key.pem")).status, 0);
  assert.equal(cordon("evidence", "verify", join(bundle.path, "data/report.md")).status, 2);
  const zip = join(temporary(), "case.zip");
  assert.equal(cordon("evidence", "get", view.caseId, "--out", zip, "--home", home).status, 0);
  assert.equal(cordon("evidence", "verify", zip, "--trust", join(bundle.path, "evidence-key.pem")).status, 0);
  const again = cordon(
    "decide",
    view.caseId,
    "--plan",
    "contain-2",
    "--approve",
    "all",
    "--reason",
    "confirmed with the owner",
    "--home",
    home,
    "--json",
  );
  assert.equal((JSON.parse(again.stdout) as CaseView).plan?.status ?? "refused", "executed");
});

test("the bundle is verified by openssl and sha256sum alone, in dash and in bash", () =>
  withCase(OTRF, async (_deployment, { evidence }) => {
    const { path } = evidence.at(-1)!;
    const der = execFileSync("openssl", ["pkey", "-pubin", "-in", join(path, "evidence-key.pem"), "-outform", "DER"]);
    const fingerprint = execFileSync("sha256sum", { input: der }).toString().slice(0, 64);
    for (const shell of ["dash", "bash"]) {
      const run = spawnSync(shell, ["verify-with-openssl.sh", "evidence-key.pem", fingerprint], {
        cwd: path,
        encoding: "utf8",
      });
      assert.equal(run.status, 0, run.stderr);
    }
  }));

test("wrong input: all faults at once, by path, exit code 2, and nothing is written", () => {
  const folder = temporary();
  const home = join(folder, "home");
  const bad = join(folder, "bad.json");
  writeFileSync(bad, JSON.stringify({ detail: { type: 7, severity: "high" } }));
  const run = cordon("respond", bad, "--logs", folder, "--home", home, "--json");
  assert.equal(run.status, 2);
  const { error } = JSON.parse(run.stdout) as { error: { code: string; faults: { path: string }[] } };
  assert.equal(error.code, "INPUT_INVALID");
  assert.ok(error.faults.some(({ path }) => path.includes("type")));
  assert.ok(error.faults.some(({ path }) => path.includes("severity")));
  assert.equal(existsSync(home), false);
});

test("missing logs, a finding that is no JSON, an unknown verb and an unknown option are exit code 2", () => {
  const folder = temporary();
  writeFileSync(join(folder, "text.json"), "not json");
  const finding = join(FIXTURES, "otrf-case/finding.json");
  for (const args of [
    ["respond", finding, "--logs", join(folder, "nowhere")],
    ["respond", finding],
    ["respond", join(folder, "text.json"), "--logs", folder],
    ["respond", finding, "--logs", folder, "--iam", join(folder, "text.json")],
    ["rob", "bank"],
    ["cases", "--colour"],
    ["show", "case-20200101-0000000000", "--home", join(folder, "home")],
    ["show", "../../etc/passwd", "--home", join(folder, "home")],
  ]) {
    assert.equal(cordon(...args).status, 2, args.join(" "));
  }
});

test("the data directory and its keys are for their owner alone", () => {
  const home = join(temporary(), "home");
  openDeployment({ home, print: null, onBoundary: () => {} }).close();
  assert.equal(statSync(home).mode & 0o777, 0o700);
  for (const name of readdirSync(join(home, "keys")))
    assert.equal(statSync(join(home, "keys", name)).mode & 0o077, 0, name);
});

test("a key file that others can read is refused in a sentence", async () => {
  const home = join(temporary(), "home");
  openDeployment({ home, print: null, onBoundary: () => {} }).close();
  const { chmodSync } = await import("node:fs");
  chmodSync(join(home, "keys/evidence.pem"), 0o644);
  const run = cordon("keys", "--home", home);
  assert.equal(run.status, 2);
  assert.match(run.stderr, /0600/);
});

test("an older Node is refused in one sentence", (context) => {
  const older = (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "node"))
    .find(
      (path) =>
        existsSync(path) && Number(execFileSync(path, ["-p", "process.versions.node.split('.')[0]"]).toString()) < 24,
    );
  if (older === undefined) return context.skip("no Node older than 24 on this machine");
  const run = spawnSync(older, [join(ROOT, "bin/cordon.js"), "cases"], { encoding: "utf8" });
  assert.equal(run.status, 2);
  assert.equal(run.stderr.trim().split("\n").length, 1);
  assert.match(run.stderr, /needs Node 24/);
});

test("help of a family of verbs lists that family, a verb that is not in it is exit code 2", () => {
  const evidence = cordon("evidence", "--help");
  assert.equal(evidence.status, 0);
  assert.match(evidence.stdout, /^ {2}evidence verify /m);
  assert.doesNotMatch(evidence.stdout, /^ {2}respond /m);
  assert.equal(cordon("evidence", "rob").status, 2);
});

test("help of a verb offers no option it refuses", async () => {
  const local = [
    "investigate",
    "hunt",
    "home archive",
    "home check",
    "home backup",
    "home archive",
    "serve",
    "demo",
    "keys rotate",
    "keys revoke",
    "completion",
  ];
  for (const { name, summary, load } of commands) {
    const command = { name, summary, ...(await load()) };
    const offers = /--profile/.test(helpOf({ ...command, examples: [] }, 110));
    assert.equal(offers, !local.includes(command.name), command.name);
  }
  assert.equal(cordon("keys", "rotate", "--profile", "security").status, 2);
});

test("the overview and every help but its examples fit the terminal", async () => {
  for (const width of [60, 80, 200]) {
    const helps = await Promise.all(
      commands.map(async ({ name, summary, load }) =>
        helpOf({ name, summary, ...(await load()), examples: [] }, width),
      ),
    );
    const lines = [overview(commands, width), ...helps].flatMap((text) => text.split("\n"));
    assert.deepEqual(
      lines.filter((line) => line.length > width),
      [],
    );
  }
});
