import assert from "node:assert/strict";
import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CordonError } from "../../lib/base/errors.ts";
import type { Verb } from "../../lib/cli/command.ts";
import { evidenceGet, evidenceVerify } from "../../lib/cli/evidence.ts";
import { evidenceExport } from "../../lib/cli/evidenceExport.ts";
import { evidenceOpen } from "../../lib/cli/evidenceOpen.ts";
import { ledgerAudit } from "../../lib/cli/ledger.ts";
import { evidenceRedact } from "../../lib/cli/redact.ts";
import { quiet, withHome } from "../response/run.ts";
import { openBareCase, sealNext } from "../response/sealedCase.ts";

interface Said {
  readonly errors?: readonly { readonly code: string }[];
  readonly findings?: readonly { readonly code: string }[];
  readonly report?: string;
}

/** Runs a verb in this process: exit code, or the code of what it refuses with, and what `--json` would print. */
const run = async (
  command: Verb,
  home: string,
  positionals: readonly string[],
  values = {},
): Promise<readonly [unknown, Said]> => {
  const heard: Said[] = [];
  const io = { ...quiet, result: (value: unknown) => void heard.push(value as Said) };
  try {
    return [await command.run({ positionals, values: { home, ...values } }, io), heard[0] ?? {}];
  } catch (error) {
    if (error instanceof CordonError) return [error.code, heard[0] ?? {}];
    throw error;
  }
};

test("every verb asks for the bundle that the case names: folders that were exchanged or altered in the vault give nothing", async () => {
  await withHome({}, async (deployment) => {
    const caseId = await openBareCase(deployment);
    await sealNext(caseId, deployment);
    await sealNext(caseId, deployment, "final");
    const { root, vault } = deployment.home;
    const [r1, r2, aside, out] = [
      join(vault, caseId, "r1"),
      join(vault, caseId, "r2"),
      join(root, "aside"),
      join(root, "out"),
    ];
    const verify = async (): Promise<readonly unknown[]> => {
      const [status, { errors }] = await run(evidenceVerify, root, [caseId]);
      return [status, errors?.[0]?.code];
    };
    const audit = async (): Promise<readonly unknown[]> => {
      const [status, { findings }] = await run(ledgerAudit, root, [], { memory: join(root, "memory") });
      return [status, ...new Set(findings?.map(({ code }) => code))];
    };
    assert.deepEqual([await verify(), await audit()], [[0, undefined], [0]]);

    // A report handed out is a copy of what was verified: the bundle cannot be changed under it.
    const [, { report }] = await run(evidenceOpen, root, [caseId]);
    assert.ok(!report!.startsWith(vault) && readFileSync(report!).equals(readFileSync(join(r2, "data/report.html"))));

    renameSync(r1, aside);
    renameSync(r2, r1);
    renameSync(aside, r2);
    assert.deepEqual(await verify(), [1, "OTHER_BUNDLE"]);
    assert.deepEqual(await audit(), [1, "ALTERED"]);
    assert.equal((await run(evidenceGet, root, [caseId], { out }))[0], "INPUT_INVALID");
    renameSync(r1, aside);
    renameSync(r2, r1);
    renameSync(aside, r2);

    const altered = join(r2, "data/report.html");
    chmodSync(altered, 0o600);
    writeFileSync(altered, "<h1>Nothing was stolen</h1>");
    assert.deepEqual(
      [await verify(), await audit()],
      [
        [1, "DIGEST"],
        [1, "ALTERED"],
      ],
    );
    for (const command of [evidenceOpen, evidenceGet, evidenceExport, evidenceRedact])
      assert.equal((await run(command, root, [caseId], { out, format: "ocsf" }))[0], "INPUT_INVALID");
    assert.ok(!existsSync(out));

    // A genuine older revision in the place of the newest, and a case that says where else to look.
    rmSync(r2, { recursive: true, force: true });
    cpSync(r1, r2, { recursive: true });
    await deployment.ports.cases.update(caseId, (head) => ({
      ...head,
      sealed: head.sealed.map((one) => ({ ...one, path: r1 })),
    }));
    assert.deepEqual(await verify(), [1, "OTHER_BUNDLE"]);
  });
});
