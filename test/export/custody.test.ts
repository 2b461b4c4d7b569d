import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { textLines } from "../../lib/base/textLines.ts";
import type { CustodyLine } from "../../lib/export/schemas/record.ts";
import { sealedFiles } from "../evidence/sealedFiles.ts";
import { carryOn, decideOn, FIXTURES, OTRF, withCase } from "../response/run.ts";

const sha256sum = (input: string | Uint8Array): string =>
  (typeof input === "string" ? execFileSync("sha256sum", [input]) : execFileSync("sha256sum", { input }))
    .toString()
    .slice(0, 64);

test("custody: a line for every acquired file, with the digest that sha256sum gives, and for the log behind the case table", async () => {
  await withCase(OTRF, async (deployment, { caseId }) => {
    await decideOn(caseId, deployment, {});
    await carryOn(caseId, deployment);
    const bundle = await sealedFiles(deployment.ports.vault, `${caseId}/r2`);
    const lines = [...textLines(bundle.get("data/custody.jsonl")!)].map((line) => JSON.parse(line) as CustodyLine);
    for (const { file, sha256, bytes } of lines) {
      if (file === null) continue;
      assert.equal(sha256, sha256sum(bundle.get(`data/${file}`)!), file);
      assert.equal(bytes, bundle.get(`data/${file}`)!.length);
    }
    const acquired = [...bundle.keys()]
      .filter((path) => /^data\/(findings|queries|scans|actions|decisions|plans)\/.*\.json$/.test(path))
      .map((path) => path.slice(5));
    assert.deepEqual(
      acquired.filter((file) => !lines.some((line) => line.file === file)),
      [],
    );
    const log = "ec2_proxy_s3_exfiltration_2020-09-14011940.json";
    const kept = lines.find(({ source }) => source.arn === log)!;
    assert.deepEqual([kept.file, kept.sha256, kept.transfers], [null, sha256sum(join(FIXTURES, "otrf/logs", log)), []]);
    assert.deepEqual(
      lines.map(({ acquiredAt }) => acquiredAt),
      lines.map(({ acquiredAt }) => acquiredAt).toSorted(),
    );
    assert.ok(lines.some(({ requestIds }) => requestIds.length > 0));
  });
});
