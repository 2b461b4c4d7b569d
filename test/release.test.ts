import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { checkUpgrade, unpackHome } from "../bin/releaseCheck.ts";
import { ROOT, read } from "./house.ts";

const FIXTURES = join(ROOT, "test/fixtures");
/** Of the container recipe. */
const USER = 10_001;
const root = mkdtempSync(join(tmpdir(), "cordon-package-"));
after(() => rmSync(root, { recursive: true, force: true }));

/** What `npm install` of the tarball leaves, without fetching anything: the build, and DuckDB as it lies here. */
const installed = ((): { readonly folder: string; readonly program: string; readonly fixtures: string } => {
  const folder = join(root, "installed");
  const place = join(folder, "node_modules/@cordon-response/cordon");
  mkdirSync(join(place, "bin"), { recursive: true });
  execFileSync(process.execPath, [join(ROOT, "bin/build.ts"), join(place, "dist")], { cwd: ROOT });
  copyFileSync(join(ROOT, "bin/cordon.js"), join(place, "bin/cordon.js"));
  copyFileSync(join(ROOT, "package.json"), join(place, "package.json"));
  symlinkSync(realpathSync(join(ROOT, "node_modules/@duckdb")), join(folder, "node_modules/@duckdb"));
  return { folder, program: join(place, "bin/cordon.js"), fixtures: FIXTURES };
})();

/** The commands of a document, in order. */
const commandsIn = (path: string): readonly string[] =>
  [...read(path).matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block!.trim().split("\n"));

test("the tutorial works as it stands, from the package, for an ordinary user who may write nowhere but in that folder", () => {
  const folder = join(root, "tutorial");
  cpSync(join(FIXTURES, "otrf/logs"), join(folder, "cloudtrail"), { recursive: true });
  for (const name of ["finding.json", "iam.json"]) copyFileSync(join(FIXTURES, "otrf-case", name), join(folder, name));
  mkdirSync(join(root, "bin"));
  writeFileSync(
    join(root, "bin/npx"),
    `#!/bin/sh\n[ "$1" = cordon ] || exit 97\nshift\nexec "${process.execPath}" "${installed.program}" "$@"\n`,
  );
  chmodSync(join(root, "bin/npx"), 0o755);
  const asUser = process.getuid?.() === 0 ? { uid: USER, gid: USER } : {};
  if ("uid" in asUser) {
    chmodSync(root, 0o755);
    chownSync(folder, USER, USER);
  }
  const run = (line: string): string =>
    execFileSync("sh", ["-c", line], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: `${join(root, "bin")}:${process.env.PATH}`, HOME: folder, LANG: "C.UTF-8" },
      ...asUser,
    });
  const lines = commandsIn("docs/tutorial.md");
  assert.ok(lines.length > 8);
  let [caseId, planId] = ["CASE", "PLAN"];
  for (const line of lines) {
    assert.match(line, /^npx cordon /);
    if (caseId === "CASE" && /\bCASE\b/.test(line)) {
      const [listed] = JSON.parse(run("npx cordon cases --json")) as readonly { caseId: string }[];
      caseId = listed!.caseId;
      planId = (JSON.parse(run(`npx cordon show ${caseId} --json`)) as { plan: { planId: string } }).plan.planId;
    }
    assert.notEqual(run(line.replace(/\bCASE\b/, caseId).replace(/\bPLAN\b/, planId)), "");
  }
  const after = JSON.parse(run(`npx cordon show ${caseId} --json`)) as {
    plan: { status: string };
    theft: { certain: { objects: number } };
  };
  assert.equal(after.plan.status, "executed");
  assert.equal(after.theft.certain.objects, 1);
});

test("a data directory that 0.1.0 left with a case that waits is seen, decided and proven by this release", () => {
  checkUpgrade(installed, unpackHome(join(FIXTURES, "home-0.1.0/home.tar.gz"), join(root, "home"), FIXTURES));
});

/** In Step Functions an execution that waits keeps the definition it began with, while its functions are those of today. */
test("a case of 0.1.0 that waits is decided and proven by the functions of this release under the machines of 0.1.0", () => {
  const place = "node_modules/@cordon-response/cordon";
  const folder = join(root, "updated");
  cpSync(join(installed.folder, place), join(folder, place), { recursive: true });
  symlinkSync(realpathSync(join(ROOT, "node_modules/@duckdb")), join(folder, "node_modules/@duckdb"));
  const machines = globSync(`${place}/dist/**/stateMachines/*.asl.json`, { cwd: folder });
  assert.equal(machines.length, 4);
  for (const machine of machines)
    copyFileSync(join(FIXTURES, "machines-0.1.0", basename(machine)), join(folder, machine));
  checkUpgrade(
    { ...installed, folder, program: join(folder, place, "bin/cordon.js") },
    unpackHome(join(FIXTURES, "home-0.1.0/home.tar.gz"), join(root, "home-updated"), FIXTURES),
  );
});

test("the container recipe takes the tarball and nothing else, and ends as an ordinary user", () => {
  const steps = read("docs/container/Containerfile")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => [line.split(" ", 1)[0]!, line.slice(line.indexOf(" ") + 1)] as const);
  const of = (name: string): readonly string[] => steps.flatMap(([step, rest]) => (step === name ? [rest] : []));
  assert.deepEqual(of("COPY"), ["cordon-response-cordon-*.tgz /tmp/cordon.tgz"]);
  assert.deepEqual([of("ADD"), of("FROM").length, of("USER")], [[], 1, ["cordon"]]);
  assert.ok(of("RUN").some((line) => line.includes(`--uid ${USER} `)));
  const { bin, engines } = JSON.parse(read("package.json")) as {
    bin: Record<string, string>;
    engines: { node: string };
  };
  assert.deepEqual(of("ENTRYPOINT"), [JSON.stringify([Object.keys(bin)[0]])]);
  assert.match(of("FROM")[0]!, new RegExp(`node:${/\d+/.exec(engines.node)![0]}-`));
  assert.ok(steps.findIndex(([step]) => step === "USER") < steps.findIndex(([step]) => step === "ENTRYPOINT"));
});
