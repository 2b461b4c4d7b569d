/** Generated incidents, one for each way in which data leaves: the detection of that way must fire on the actor, with the truth's figures. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Row } from "../../lib/case/scan.ts";
import { writeIncident } from "../../lib/incident/incident.ts";
import type { Truth } from "../../lib/incident/truth.ts";
import type { VariantId } from "../../lib/incident/variants.ts";
import { isSampled } from "../sample.ts";
import { rowsOfDetection } from "./real.ts";
import { type CaseTable, caseTableOfLogs } from "./trail.ts";

const base = mkdtempSync(join(tmpdir(), "cordon-detections-incidents-"));
after(() => rmSync(base, { recursive: true, force: true }));

/** Way of the story: the detections that must fire, and the one whose objects must be the truth's. */
const WAYS: readonly {
  readonly variant: VariantId;
  readonly fires: readonly string[];
  readonly path?: keyof Truth["byPath"];
}[] = [
  { variant: "stolen-key", fires: ["bulk-download", "trail-tampering", "access-key-new-address"] },
  { variant: "presigned", fires: ["presigned-url-access"], path: "presigned" },
  {
    variant: "anonymous",
    fires: ["anonymous-access", "bucket-policy-public", "public-access-block-weakened"],
    path: "anonymous",
  },
  { variant: "copy", fires: ["copy-to-other-account"], path: "copy" },
  { variant: "replication", fires: ["replication-to-other-account"] },
  { variant: "datasync", fires: ["datasync-exfiltration"] },
  { variant: "batch", fires: ["batch-job", "copy-to-other-account"] },
  { variant: "restore", fires: ["restore-flood"] },
  { variant: "role-chain", fires: ["role-chaining"] },
  { variant: "cross-account", fires: ["foreign-principal-access", "bucket-policy-foreign"], path: "download" },
];

const ask = async (variant: VariantId): Promise<{ readonly truth: Truth; readonly table: CaseTable }> => {
  const dir = join(base, variant);
  const truth = await writeIncident(dir, { variant, seed: "detections", backgroundEvents: 1_500 });
  const { addresses, principals } = truth.thief;
  const table = await caseTableOfLogs(join(dir, "logs"), {
    addresses,
    principalIds: principals.map(({ principalId }) => principalId),
    buckets: [...new Set(truth.objects.map(({ bucket }) => bucket))],
  });
  return { truth, table };
};

const byThief = ({ thief }: Truth, row: Row): boolean =>
  thief.addresses.some((address) => String(row.sourceip).includes(address)) ||
  thief.principals.some(({ arn }) => arn === row.principal);

for (const { variant, fires, path } of WAYS.filter((_way, index) => isSampled(index + 1, 3))) {
  test(`incident ${variant}: ${fires.join(", ")} fire on the thief`, async () => {
    const { truth, table } = await ask(variant);
    const found = await Promise.all(
      fires.map(async (id) => (await rowsOfDetection(table, id, "", [truth.accountId])).firing),
    );
    await table.close();
    fires.forEach((id, n) => {
      assert.ok(
        found[n]!.some((row) => byThief(truth, row)),
        `${id}: ${JSON.stringify(found[n])}`,
      );
    });
    if (path === undefined) return;
    const objects = found[0]!.filter((row) => byThief(truth, row)).reduce((sum, row) => sum + Number(row.objects), 0);
    assert.equal(objects, truth.byPath[path]!.objects);
  });
}
