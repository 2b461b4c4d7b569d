import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DEFAULT_LIMITS } from "../../lib/evidence/inventory.ts";
import { openBundle } from "../../lib/evidence/openBundle.ts";
import { writeIncident } from "../../lib/incident/incident.ts";
import { totalsDiffer } from "../../lib/response/seal/totals.ts";
import { VARIANT_IDS } from "../incident/variantIds.ts";
import { respondTo, withHome } from "./run.ts";

for (const variant of VARIANT_IDS)
  test(variant, async () => {
    const dir = mkdtempSync(join(tmpdir(), "cordon-scr-"));
    await writeIncident(dir, { variant, seed: "x", backgroundEvents: 300 });
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
      console.log(
        variant,
        JSON.stringify(view.theft.certain),
        JSON.stringify(view.theft.likely),
        JSON.stringify(view.theft.upperBound),
      );
    });
  });
