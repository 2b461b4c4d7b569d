/** The watch over log files that arrive: on in `cordon serve`, off where a person hands in logs of the past. */

import assert from "node:assert/strict";
import { execFile, spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { CordonError } from "../../lib/base/errors.ts";
import type { CaseView } from "../../lib/case/caseView.ts";
import { minutesFrom, watchingFor } from "../../lib/cli/watching.ts";
import { SETTINGS } from "../approval/world.ts";

const CORDON = resolve(import.meta.dirname, "../../bin/cordon.js");
const FIXTURES = resolve(import.meta.dirname, "../fixtures");
const PATIENCE_MS = 240_000;

test("a data directory that says nothing is watched for half an hour and its late logs are read; 0 switches both off", () => {
  const off = { ...SETTINGS, watchMinutes: 0, waits: { ...SETTINGS.waits, watch: 1, lateLogs: null } };
  const on = watchingFor(null)(off);
  assert.deepEqual([on.watchMinutes, on.waits.watch, on.waits.lateLogs], [30, 30, 900]);
  assert.deepEqual(watchingFor(0)(on).waits.lateLogs, null);
  assert.equal(watchingFor(0)(on).watchMinutes, 0);
  const own = { ...off, watchMinutes: 45 };
  assert.equal(watchingFor(null)(own), own);
  assert.equal(watchingFor(5)(own).watchMinutes, 5);
});

test("a length of the watch that is no number of minutes of a day is refused", () => {
  for (const watch of ["", "-1", "1.5", "1441", "30m", "99999"])
    assert.throws(
      () => minutesFrom({ values: { watch }, positionals: [] }),
      (error) => error instanceof CordonError && error.code === "USAGE",
      watch,
    );
  assert.equal(minutesFrom({ values: { watch: "1440" }, positionals: [] }), 1440);
});

test("while the host watches a cut, whoever decided has his terminal back and is shown until when", async (t) => {
  const home = mkdtempSync(join(tmpdir(), "cordon-watching-"));
  const [logs, iam, buckets] = ["otrf/logs", "otrf-case/iam.json", "otrf-case/buckets"].map((name) =>
    join(FIXTURES, name),
  );
  const sources = ["--logs", logs!, "--iam", iam!, "--buckets", buckets!];
  const host = spawn(process.execPath, [CORDON, "serve", ...sources, "--home", home, "--quiet"], { stdio: "ignore" });
  const ended = new Promise((done) => host.once("exit", done));
  t.after(async () => {
    host.kill("SIGTERM");
    await ended;
    rmSync(home, { recursive: true, force: true });
  });
  const cordon = (...args: readonly string[]) =>
    spawnSync(process.execPath, [CORDON, ...args, "--home", home], { encoding: "utf8" });
  const view = (caseId: string): CaseView => JSON.parse(cordon("show", caseId, "--json").stdout);

  mkdirSync(join(home, "inbox"), { recursive: true });
  copyFileSync(join(FIXTURES, "otrf-case/finding.json"), join(home, "inbox/finding.json"));
  const caseId = await eventually(() => (JSON.parse(cordon("cases", "--json").stdout) as CaseView[])[0]?.caseId);
  await eventually(() => view(caseId).status === "awaiting-decision" || undefined);
  const words = ["--approve", "all", "--reason", "confirmed with the owner"];
  const run = promisify(execFile);
  const decided = await run(process.execPath, [CORDON, "decide", caseId, ...words, "--home", home, "--json"]);
  assert.equal((JSON.parse(decided.stdout) as CaseView).plan?.status, "executed");
  assert.equal(host.exitCode, null);
  const said = /^watch +contain-\d +goes on until (\S+ \S+) UTC; so far not known/m;
  const until = await eventually(() => said.exec(cordon("show", caseId, "--full").stdout)?.[1]);
  const left = Date.parse(`${until.replace(" ", "T")}Z`) - Date.now();
  assert.ok(left > 20 * 60_000 && left <= 30 * 60_000, until);
  assert.equal(view(caseId).closedAt, null);
});

const eventually = async <T>(look: () => T | undefined): Promise<T> => {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    assert.ok(Date.now() < end, "nothing came of it in time");
    await setTimeout(1000);
  }
};
