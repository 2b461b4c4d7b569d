/** The totals that a sealed case tells are those of its list of objects. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DEFAULT_LIMITS } from "../../lib/evidence/inventory.ts";
import { openBundle } from "../../lib/evidence/openBundle.ts";
import { writeIncident } from "../../lib/incident/incident.ts";
import { totalsDiffer } from "../../lib/response/seal/totals.ts";
import { VARIANT_IDS } from "../incident/variantIds.ts";
import { LONG } from "../sample.ts";
import { respondTo, withHome } from "./run.ts";

for (const variant of LONG ? VARIANT_IDS : (["cross-account"] as const))
  test(`${variant}: every total in every sealed revision is that of the objects in it`, async (context) => {
    const dir = mkdtempSync(join(tmpdir(), "cordon-totals-"));
    context.after(() => rmSync(dir, { recursive: true, force: true }));
    await writeIncident(dir, { variant, seed: "totals", backgroundEvents: 300 });
    await withHome({}, async (deployment) => {
      const view = await respondTo(
        {
          finding: JSON.parse(readFileSync(join(dir, "finding.json"), "utf8")),
          logs: join(dir, "logs"),
          iam: join(dir, "iam.json"),
          buckets: join(dir, "buckets"),
        },
        deployment,
      );
      assert.ok(view.evidence.length > 0);
      for (const { path } of view.evidence) assert.equal(totalsDiffer(openBundle(path, DEFAULT_LIMITS)), null);
    });
  });
