import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { CaseView } from "../../../lib/case/caseView.ts";
import { createAccount } from "../../../lib/embedded/account.ts";
import { LONG } from "../../sample.ts";

const CHILD = join(import.meta.dirname, "child.ts");
const MAXIMUM_LIVES = 200;

const live = (home: string, log: string, mode: "kill" | "finish") =>
  spawnSync(process.execPath, ["--disable-warning=TimeoutNegativeWarning", CHILD, home, log, mode], {
    encoding: "utf8",
    timeout: 240_000,
  });

const folder = (): string => mkdtempSync(join(tmpdir(), "cordon-crash-"));

test("a response that is killed at every boundary of every state ends as one that was never killed", () => {
  const [calm, harsh] = [folder(), folder()];
  const undisturbed = live(join(calm, "home"), join(calm, "log"), "finish");
  assert.equal(undisturbed.status, 0, undisturbed.stderr);
  const expected = JSON.parse(undisturbed.stdout) as CaseView;

  const log = join(harsh, "log");
  let lives = 0;
  let last = live(join(harsh, "home"), log, "kill");
  for (; last.signal === "SIGKILL" && lives < MAXIMUM_LIVES; lives += 1) last = live(join(harsh, "home"), log, "kill");
  assert.equal(last.status, 0, last.stderr);
  const survived = JSON.parse(last.stdout) as CaseView;

  // Every boundary that the calm run met killed the other one once; in a sample, some did.
  const boundaries = new Set(
    readFileSync(join(calm, "log"), "utf8")
      .trim()
      .split("\n")
      .filter((line) => !/Check(Scan|Baseline|Classification)/.test(line)),
  );
  assert.ok(lives >= (LONG ? boundaries.size : 2), `${lives} kills, ${boundaries.size} boundaries`);

  assert.equal(survived.status, expected.status);
  assert.deepEqual(survived.theft, expected.theft);
  assert.deepEqual(
    survived.plans.map(({ planId, status, actions }) => ({ planId, status, actions })),
    expected.plans.map(({ planId, status, actions }) => ({ planId, status, actions })),
  );
  assert.equal(survived.evidence.length, expected.evidence.length);

  // No finished step began again.
  const lines = readFileSync(log, "utf8").trim().split("\n");
  for (const [index, line] of lines.entries()) {
    if (
      !line.endsWith(" after") ||
      line.includes(" Contain ") ||
      line.includes(" Investigate ") ||
      line.includes(" FollowUp ")
    )
      continue;
    if (/ (CheckScan|CheckBaseline|CheckClassification|StartScan|Quantify|AskApproval|CheckDecision) /.test(line))
      continue;
    const again = lines.indexOf(line.replace(/ after$/, " before"), index + 1);
    assert.equal(again, -1, `${line} (line ${index + 1}) ran again at line ${again + 1}`);
  }

  // Each change reached the account exactly once.
  const calls = (home: string): readonly string[] =>
    createAccount({
      iamSnapshotPath: null,
      bucketsDir: null,
      overlayDir: join(home, "home", "account", "123456789123"),
      accountId: "123456789123",
    })
      .calls()
      .map(({ service, operation }) => `${service}:${operation}`)
      .sort();
  assert.ok(calls(calm).length > 0);
  assert.deepEqual(calls(harsh), calls(calm));
  for (const place of [calm, harsh]) rmSync(place, { recursive: true, force: true });
});
