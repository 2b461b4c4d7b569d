import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { trustRootOf } from "../../lib/cli/trust.ts";
import { verifyBundle } from "../../lib/evidence/verify.ts";
import { carryOn, decideOn, eventTypes, OTRF, respondTo, withHome } from "../response/run.ts";
import { cordonHere } from "./here.ts";

const WAITS = { scan: 0.1, classification: 0.1, propagation: 0.1, watch: 1, lateLogs: 1, reminder: 3600 };

const cordon = async (...args: readonly string[]): Promise<{ readonly status: number; readonly report: Report }> => {
  const { status, stdout } = await cordonHere([...args, "--json"], { env: process.env, cwd: tmpdir() });
  return { status, report: JSON.parse(stdout) as Report };
};
interface Report {
  readonly errors: readonly { readonly code: string }[];
  readonly sealed: readonly unknown[];
}

test("revisions after log lag supersede each other, an old one says so, and an auditor elsewhere sees it by a copy of the ledger", async () => {
  await withHome({ waits: WAITS }, async (deployment) => {
    const { caseId } = await respondTo(OTRF, deployment);
    await decideOn(caseId, deployment, {});
    const { evidence } = await carryOn(caseId, deployment);
    const scans = (await eventTypes(caseId, deployment)).filter((type) => type === "scan.finished");
    assert.ok(scans.length >= 2, `${scans.length} scans: one at once, one after the lag`);
    assert.ok(evidence.length >= 3, `${evidence.length} revisions`);
    const { path: keys, options } = await trustRootOf(deployment);
    let before: string | null = null;
    for (const { path, digest } of evidence) {
      const { exitCode, statement } = await verifyBundle(path, options);
      assert.deepEqual([exitCode, statement?.predicate.supersedes?.digest ?? null], [0, before]);
      before = digest;
    }
    const ends = [evidence[0]!, evidence.at(-1)!];

    const { root } = deployment.home;
    for (const { revision } of ends) {
      const { status, report } = await cordon(
        "evidence",
        "verify",
        caseId,
        "--revision",
        String(revision),
        "--home",
        root,
      );
      const isNewest = revision === evidence.length;
      assert.deepEqual([status, report.errors[0]?.code], isNewest ? [0, undefined] : [4, "SUPERSEDED"]);
    }

    // An auditor on another machine: a bundle, keys.json and a copy of the ledger, nothing else.
    const elsewhere = mkdtempSync(join(tmpdir(), "cordon-auditor-"));
    try {
      cpSync(join(root, "ledger"), join(elsewhere, "ledger"), { recursive: true });
      cpSync(keys, join(elsewhere, "keys.json"));
      const given = ["--trust", join(elsewhere, "keys.json"), "--home", join(elsewhere, "home")];
      for (const { path, revision } of ends) {
        cpSync(path, join(elsewhere, `r${revision}`), { recursive: true });
        const verify = ["evidence", "verify", join(elsewhere, `r${revision}`), ...given];
        assert.equal((await cordon(...verify)).status, 0);
        const { status, report } = await cordon(...verify, "--ledger", join(elsewhere, "ledger"));
        const isNewest = revision === evidence.length;
        assert.deepEqual([status, report.errors[0]?.code], isNewest ? [0, undefined] : [4, "SUPERSEDED"]);
      }
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });
});
