import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Likelihood } from "../../lib/case/opinion.ts";
import { writeIncident } from "../../lib/incident/incident.ts";
import { withHome } from "./run.ts";
import { investigated } from "./storyLook.ts";

const dir = mkdtempSync(join(tmpdir(), "cordon-weigh-"));
after(() => rmSync(dir, { recursive: true, force: true }));

test("the bundled incident is very likely theft: its signs and figures are those of the incident's own account", async () => {
  const truth = await writeIncident(dir, { variant: "stolen-key", seed: "weigh", backgroundEvents: 2_500 });
  const incident = {
    finding: JSON.parse(readFileSync(join(dir, "finding.json"), "utf8")),
    logs: join(dir, "logs"),
    iam: join(dir, "iam.json"),
    buckets: join(dir, "buckets"),
  };
  await withHome({}, async (deployment) => {
    const { opinion, hints, chain } = await investigated(incident, deployment);
    const { likelihood, signs, explanations } = opinion as Likelihood;
    assert.equal(likelihood, "very likely theft");
    const shown = signs.filter(({ holds }) => holds === true);
    assert.deepEqual(
      shown.filter(({ decisive }) => decisive).map(({ id }) => id),
      ["covering-tracks", "own-credentials", "foreign-grants"],
    );
    const refused = Object.values(truth.denied).reduce((sum, calls) => sum + calls, 0);
    assert.match(shown.find(({ id }) => id === "refusals")!.text, new RegExp(`^${refused} `));
    assert.deepEqual(
      explanations.map(({ verdict }) => verdict),
      ["does not fit", "does not fit", "does not fit", "does not fit"],
    );
    assert.equal(hints?.objects, truth.objects.length);
    const [stolen, minted] = truth.thief.accessKeyIds as [string, string];
    assert.equal(chain?.cut?.credential.accessKeyId, stolen);
    assert.deepEqual(chain?.cut?.revokeToo, [minted]);
  });
});
