import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { homeAt } from "../../lib/embedded/home.ts";
import { inspectHome } from "../../lib/embedded/homeCheck.ts";
import { runs } from "../sample.ts";
import { drop, findingNumber, namesIn, sealed, startHost, until } from "./hostProcess.ts";

const KILLS = runs(3, 200);
const CORDON = resolve(import.meta.dirname, "../../bin/cordon.js");

/** The same moments in every run (mulberry32). */
const moments = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

test(`a host that is killed ${KILLS} times while findings arrive loses none, does nothing twice and leaves no draft`, async () => {
  const root = mkdtempSync(join(tmpdir(), "cordon-kills-"));
  const home = join(root, "home");
  mkdirSync(home, { mode: 0o700 });
  const next = moments(20261130);
  const findings = Math.max(2, Math.ceil(KILLS / 10));
  let dropped = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const host = await startHost(home);
    if (dropped < findings && kill % Math.ceil(KILLS / findings) === 0) {
      drop(home, `${dropped}`, findingNumber(dropped, 5 + (dropped % 4)));
      dropped += 1;
    }
    await new Promise((done) => setTimeout(done, 300 + next() * 6000));
    host.child.kill("SIGKILL");
    await host.ended;
  }
  const last = await startHost(home);
  for (; dropped < findings; dropped += 1) drop(home, `${dropped}`, findingNumber(dropped, 5));
  await until(() => sealed(home).length === findings, 60 * findings + 600);
  last.child.kill("SIGTERM");
  assert.equal(await last.ended, 0, last.said());

  assert.equal(namesIn(join(home, "cases")).length, findings);
  assert.equal(namesIn(join(home, "inbox/taken")).length, findings);
  assert.deepEqual(inspectHome(homeAt(home)).faults, []);
  for (const caseId of namesIn(join(home, "cases"))) {
    const once = readFileSync(join(home, "cases", caseId, "events.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string; data: { planId?: string } })
      .filter(({ type }) => type === "case.opened" || type === "plan.proposed")
      .map(({ type, data }) => `${type} ${data.planId}`);
    assert.deepEqual(once, [...new Set(once)], caseId);
  }
  const drafts = readdirSync(home, { recursive: true, encoding: "utf8" }).filter((name) => /\.draft($|\/)/.test(name));
  assert.deepEqual(drafts, []);
  const audit = spawnSync(
    process.execPath,
    [CORDON, "ledger", "audit", "--home", home, "--memory", join(root, "memory")],
    {
      encoding: "utf8",
    },
  );
  assert.equal(audit.status, 0, audit.stdout + audit.stderr);
  rmSync(root, { recursive: true, force: true });
});
