import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { cordonHere } from "./here.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const FIXTURES = join(ROOT, "test/fixtures");
const REASON = "Her owner has not rotated the keys yet.";

interface Shown {
  readonly caseId: string;
  readonly status: string;
  readonly plans: readonly { readonly planId: string; readonly status: string }[];
  readonly quarantine: { readonly dueAt: string; readonly overdue: boolean } | null;
}

test("denied, asked anew, approved, kept and undone, all from the command line", async (t) => {
  const home = mkdtempSync(join(tmpdir(), "cordon-propose-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const cordon = (...args: readonly string[]) =>
    cordonHere([...args, "--home", home, "--json"], { env: process.env, cwd: ROOT });
  const shown = async (...args: readonly string[]): Promise<Shown> => {
    const { status, stdout, stderr } = await cordon(...args);
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as Shown;
  };
  const place = ["otrf-case/finding.json", "otrf/logs", "otrf-case/iam.json", "otrf-case/buckets"];
  const [finding, logs, iam, buckets] = place.map((name) => join(FIXTURES, name)) as [string, string, string, string];
  const { caseId } = await shown("respond", finding, "--logs", logs, "--iam", iam, "--buckets", buckets);

  assert.equal((await cordon("propose", caseId)).status, 2);
  assert.equal(
    (await shown("decide", caseId, "--plan", "contain-2", "--deny", "--reason", "looks like our own job")).status,
    "denied",
  );
  const asked = await shown("propose", caseId);
  assert.deepEqual(
    asked.plans.map(({ planId, status }) => [planId, status]),
    [
      ["contain-1", "superseded"],
      ["contain-2", "denied"],
      ["contain-3", "proposed"],
    ],
  );
  assert.equal(asked.quarantine, null);
  assert.equal((await cordon("show", caseId, "--plan", "contain-9")).status, 2);
  assert.equal((await cordon("decide", caseId, "--plan", "contain-9", "--deny", "--reason", "no such plan")).status, 2);
  const unnamed = await cordon("decide", caseId, "--approve", "all", "--reason", "it was not our own job");
  assert.deepEqual([unnamed.status, JSON.parse(unnamed.stdout).error.code], [2, "USAGE"]);
  const late = await cordon("decide", caseId, "--plan", "contain-1", "--deny", "--reason", "it was not our own job");
  assert.deepEqual([late.status, JSON.parse(late.stdout).refused.code], [1, "SUPERSEDED"]);
  const another = ["--plan", "contain-3", "--approve", "all", "--reason", "it was not our own job"];
  const contained = await shown("decide", caseId, ...another);
  assert.deepEqual(
    (await shown("decide", caseId, ...another)).plans.map(({ planId, status }) => [planId, status]),
    [
      ["contain-1", "superseded"],
      ["contain-2", "denied"],
      ["contain-3", "executed"],
    ],
  );
  assert.equal(contained.status, "contained");
  assert.equal(contained.quarantine?.overdue, false);

  assert.equal((await cordon("review", caseId, "--justified", "--reason", REASON)).status, 2);
  assert.equal((await cordon("review", caseId, "--keep", "--reason", "too short")).status, 2);
  const kept = await shown("review", caseId, "--keep", "--reason", REASON);
  assert.ok(kept.quarantine!.dueAt > contained.quarantine!.dueAt);

  const screen = async () =>
    (await cordonHere(["show", caseId, "--home", home], { env: process.env, cwd: ROOT })).stdout;
  assert.match(await screen(), /^unsealed +1 review since r\d+/m);
  assert.match(await screen(), /^watch +contain-3 was not watched/m);

  assert.equal((await shown("rollback", caseId)).plans.at(-1)?.planId, "release-1");
  // Killed after the plan was made, the same command goes on; another one is refused while it waits.
  assert.equal((await shown("rollback", caseId)).plans.at(-1)?.planId, "release-1");
  assert.equal((await cordon("rollback", caseId, "--actions", "contain-3/a1")).status, 2);
  const released = await shown(
    "decide",
    caseId,
    "--plan",
    "release-1",
    "--approve",
    "all",
    "--reason",
    "keys are rotated",
  );
  assert.deepEqual([released.status, released.quarantine], ["released", null]);
  assert.doesNotMatch(await screen(), /^unsealed/m);
});
