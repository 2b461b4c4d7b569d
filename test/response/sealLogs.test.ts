import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { parse } from "../../lib/case/document.ts";
import { keepLines, LOG_CUSTODY, LOG_FILES } from "../../lib/case/documents.ts";
import { sealedFiles } from "../evidence/sealedFiles.ts";
import { eventTypes, withHome } from "./run.ts";
import { openBareCase, sealNext } from "./sealedCase.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

test("logs that are emptied, changed or gone after they were read are named in the next bundle, which keeps the digests as read", async () => {
  await withHome({}, async (deployment) => {
    const caseId = await openBareCase(deployment);
    const logs = join(deployment.home.root, "logs");
    mkdirSync(logs);
    const names = ["a.json.gz", "b.json.gz", "c.json.gz"];
    const contents = names.map((name) => gzipSync(`{"Records":["${name}"]}`));
    for (const [at, name] of names.entries()) writeFileSync(join(logs, name), contents[at]!);
    deployment.bind(caseId, { accountId: "123456789012", logs, iam: null, buckets: null });
    const read = names.map((file, at) => ({
      file,
      bytes: contents[at]!.length,
      sha256: sha256(contents[at]!),
      kind: "json",
      records: 1,
    }));
    await keepLines(deployment.ports.cases, caseId, LOG_FILES.at("round-001"), read);
    const custodyIn = async (revision: number) =>
      parse(
        LOG_CUSTODY,
        (await sealedFiles(deployment.ports.vault, `${caseId}/r${revision}`)).get("data/log-custody.json")!,
        "r",
      );

    await sealNext(caseId, deployment);
    const before = await custodyIn(1);
    assert.deepEqual([before.files, before.same, before.changed], [3, 3, []]);

    const empty = gzipSync('{"Records":[]}');
    for (const name of names.slice(1)) writeFileSync(join(logs, name), empty);
    await sealNext(caseId, deployment, "final");
    const after = await custodyIn(2);
    assert.deepEqual([after.files, after.same, after.changed.map(({ file }) => file)], [3, 1, names.slice(1)]);
    assert.deepEqual(after.changed[0]!.read.sha256, sha256(contents[1]!));
    assert.deepEqual(after.changed[0]!.here, { bytes: empty.length, sha256: sha256(empty) });
    assert.ok((await eventTypes(caseId, deployment)).includes("logs.changed"));
    const report = Buffer.from(
      (await sealedFiles(deployment.ports.vault, `${caseId}/r2`)).get("data/report.html")!,
    ).toString();
    assert.match(report, /2 of 3 log files are not as they were when they were read/);
  });
});
