import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Suspect } from "../../lib/core/hunt/suspects.ts";
import { createTrail } from "../../lib/embedded/trail.ts";
import { writeIncident } from "../../lib/incident/incident.ts";
import type { Truth } from "../../lib/incident/truth.ts";
import type { VariantId } from "../../lib/incident/variants.ts";
import { type Hunted, hunt, type Indicator } from "../../lib/response/hunt/hunt.ts";
import { VARIANT_IDS } from "../incident/variantIds.ts";
import { LONG } from "../sample.ts";
import { FIXTURES } from "./run.ts";

const ALWAYS = { from: "1970-01-01T00:00:00.000Z", to: "2999-01-01T00:00:00.000Z" };

const huntIn = async (logsDir: string, indicator: Indicator = {}): Promise<Hunted> => {
  const root = mkdtempSync(join(tmpdir(), "cordon-hunt-"));
  try {
    const trail = createTrail({ logsDir, caseDir: (id) => join(root, id), memoryLimitMb: 400, threads: 2 });
    return await hunt({ huntId: "hunt-1", read: ALWAYS, judge: null, indicator }, trail, () => sleep(20));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

/** Whether a suspect is who the generator says stole: by key, address or account. */
const isActor = (suspect: Suspect | undefined, { thief }: Truth): boolean =>
  suspect !== undefined &&
  (suspect.accessKeyIds.some((key) => thief.accessKeyIds.includes(key)) ||
    suspect.addresses.some((address) => thief.addresses.includes(address)));

/** Ways out that CloudTrail's records of the window do not show as anybody's reads: an access log alone, and a delivery that is missing. */
const PLAYED: readonly VariantId[] = LONG ? VARIANT_IDS : ["stolen-key", "role-chain", "replication", "anonymous"];

for (const variant of PLAYED)
  test(`${variant}: without its finding the actor is first of all,`, async () => {
    const dir = mkdtempSync(join(tmpdir(), "cordon-hunt-incident-"));
    try {
      const truth = await writeIncident(dir, { variant, seed: "hunt", backgroundEvents: 4_000 });
      const { suspects, notAsked } = await huntIn(join(dir, "logs"));
      assert.deepEqual(notAsked, []);
      assert.ok(isActor(suspects[0], truth), `${variant}: ${suspects[0]?.name} from ${suspects[0]?.network}`);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

test("otrf: the stolen session of the web server's role is first", async () => {
  const { suspects } = await huntIn(join(FIXTURES, "otrf/logs"));
  assert.match(suspects[0]!.name, /MordorNginxStack-BankingWAFRole/);
});
