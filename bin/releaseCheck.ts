/** Uses an installed package as a new user would, in an empty folder with an empty home. Throws with what did not hold. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export interface Installed {
  /** An empty folder of the user's. */
  readonly folder: string;
  /** The `cordon.js` that npm put in place. */
  readonly program: string;
  /** A finding and logs to respond to, as in `test/fixtures`. */
  readonly fixtures: string;
}

type Run = (...args: readonly string[]) => string;

const runIn = ({ folder, program }: Installed, codes: readonly number[] = [0]): Run => {
  return (...args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env.PATH, HOME: folder, LANG: "C.UTF-8" },
      timeout: 240_000,
    });
    assert.ok(codes.includes(status ?? -1), `cordon ${args.join(" ")}: exit ${status}\n${stderr}`);
    return stdout;
  };
};

interface View {
  readonly caseId: string;
  readonly status: string;
  readonly plan: {
    readonly planId: string;
    readonly status: string;
    readonly actions: readonly { readonly status: string }[];
  };
  readonly evidence: readonly unknown[];
}

/** Every verb but those that wait for somebody answers for itself. */
export const checkHelp = (installed: Installed): void => {
  const run = runIn(installed);
  const verbs = run("completion", "fish").matchAll(/__fish_use_subcommand -f -a (\S+)/g);
  const names = [...new Set([...verbs].map(([, name]) => name!))];
  assert.ok(names.length > 15);
  for (const name of names) assert.match(run(name, "--help"), /usage|cordon/);
};

/** Finding to verified bundle, as the README has it. */
export const checkResponse = (installed: Installed): void => {
  const run = runIn(installed);
  const at = (name: string): string => join(installed.fixtures, name);
  const parked = JSON.parse(
    run(
      "respond",
      at("otrf-case/finding.json"),
      "--logs",
      at("otrf/logs"),
      "--iam",
      at("otrf-case/iam.json"),
      "--buckets",
      at("otrf-case/buckets"),
      "--json",
    ),
  ) as View;
  assert.equal(parked.status, "awaiting-decision");
  finish(parked, run);
  assert.match(run("timeline", parked.caseId), /opened/);
  assert.match(run("objects", parked.caseId), /ring\.txt/);
  run("evidence", "export", parked.caseId, "--format", "timesketch", "--out", "timeline.jsonl");
  assert.ok(readFileSync(join(installed.folder, "timeline.jsonl"), "utf8").includes("ring.txt"));
};

/**
 * A data directory that 0.1.0 left with a case that waits: it is seen and carried on. What an earlier release planned otherwise than this
 * one would is not called: it is said to be undone, never contained, and a new plan is asked for and carried out.
 */
export const checkUpgrade = (installed: Installed, home: string): void => {
  const run = (...args: readonly string[]): string => runIn(installed)(...args, "--home", home);
  const show = (caseId: string): View => JSON.parse(run("show", caseId, "--json")) as View;
  const [listed] = JSON.parse(run("cases", "--json")) as readonly View[];
  const { caseId } = listed!;
  const parked = show(caseId);
  assert.equal(parked.status, "awaiting-decision");
  finish(parked, run);
  if (!isMade(show(caseId))) {
    assert.notEqual(show(caseId).status, "contained");
    run("propose", caseId);
    finish(show(caseId), run);
  }
  assert.ok(isMade(show(caseId)));
  run("home", "check");
};

/** Every change that was approved was made. */
const isMade = ({ plan: { actions } }: View): boolean =>
  actions.some(({ status }) => status === "applied") &&
  actions.every(({ status }) => ["applied", "not-approved"].includes(status));

/** Decides the plan that stands and verifies what was sealed of it. */
const finish = ({ caseId, plan }: View, run: Run): void => {
  const decided = JSON.parse(
    run(
      "decide",
      caseId,
      "--plan",
      plan.planId,
      "--approve",
      "all",
      "--reason",
      "checked before the release",
      "--json",
    ),
  ) as View;
  assert.equal(decided.plan.status, "executed");
  assert.ok(decided.evidence.length > 0);
  run("evidence", "verify", caseId);
  run("ledger", "audit");
};

/** Where the case of the archive was made from: nothing lies there. */
const MADE_FROM = "/srv/cloudtrail-example";

/** A home of its own, taken out of the archive; what its case was made from lies in `fixtures` now. */
export const unpackHome = (archive: string, folder: string, fixtures: string): string => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  assert.equal(spawnSync("tar", ["-xzf", archive, "-C", folder]).status, 0);
  const journal = new DatabaseSync(join(folder, "journal.db"));
  for (const table of ["heads", "sources"])
    journal.prepare(`UPDATE ${table} SET body = replace(body, ?, ?)`).run(MADE_FROM, fixtures);
  journal.close();
  return folder;
};
