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
import { type Hunted, hunt, type Indicator } from "../../lib/response/hunt/hunt.ts";
import { VARIANT_IDS } from "../incident/variantIds.ts";
import { sampled } from "../sample.ts";
import { FIXTURES } from "./run.ts";

const ALWAYS = { from: "1970-01-01T00:00:00.000Z", to: "2999-01-01T00:00:00.000Z" };

type Hunts = (indicator: Indicator) => Promise<Hunted>;

/** Several hunts over one reading of the logs. */
const huntingIn = async (logsDir: string, work: (hunts: Hunts) => Promise<void>): Promise<void> => {
  const root = mkdtempSync(join(tmpdir(), "cordon-hunt-"));
  try {
    const trail = createTrail({ logsDir, caseDir: (id) => join(root, id), memoryLimitMb: 400, threads: 2 });
    await work((indicator) => hunt({ huntId: "hunt-1", read: ALWAYS, judge: null, indicator }, trail, () => sleep(20)));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

/** Whether a suspect is who the generator says stole: by key, address or account. */
const isActor = (suspect: Suspect | undefined, { thief }: Truth): boolean =>
  suspect !== undefined &&
  (suspect.accessKeyIds.some((key) => thief.accessKeyIds.includes(key)) ||
    suspect.addresses.some((address) => thief.addresses.includes(address)));

/** Buckets of which reads or copies of the actor are on record, the most robbed first. */
const robbed = ({ objects }: Truth): readonly string[] =>
  [...Map.groupBy(objects, ({ bucket }) => bucket)]
    .toSorted(([, one], [, other]) => other.length - one.length)
    .map(([bucket]) => bucket);

for (const variant of sampled(VARIANT_IDS, 16))
  test(`${variant}: without its finding the actor is first of all, and with a bucket alone first of those who touched it`, async () => {
    const dir = mkdtempSync(join(tmpdir(), "cordon-hunt-incident-"));
    try {
      const truth = await writeIncident(dir, { variant, seed: "hunt", backgroundEvents: 4_000 });
      await huntingIn(join(dir, "logs"), async (hunts) => {
        const asked: readonly Indicator[] = [{}, ...robbed(truth).map((bucket) => ({ bucket }))];
        for (const indicator of asked) {
          const { suspects, notAsked } = await hunts(indicator);
          assert.deepEqual(notAsked, []);
          const [first] = suspects;
          assert.ok(isActor(first, truth), `${JSON.stringify(indicator)}: ${first?.name} from ${first?.network}`);
        }
      });
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

/** Real logs with what their publishers say of the actor (NOTICE of each; `invictus` has no data event at all). */
const REAL: Readonly<Record<string, { readonly name: RegExp; readonly key: string; readonly bucket: string }>> = {
  otrf: {
    name: /MordorNginxStack-BankingWAFRole/,
    key: "ASIA5FLZVX4OPVKKVBMX",
    bucket: "mordors3stack-s3bucket-llp2yingx64a",
  },
  invictus: { name: /user\/bert-jan$/, key: "AKIATFQR7NSC8Q4X20BJ", bucket: "stratus-red-team-bdbp-lhfzvgcamn" },
};

for (const [name, actor] of sampled(Object.entries(REAL), 2))
  test(`${name}: the actor of the real logs is first, with nothing known and with the bucket alone`, async () => {
    await huntingIn(join(FIXTURES, name, "logs"), async (hunts) => {
      for (const indicator of [{}, { bucket: actor.bucket }]) {
        const [first] = (await hunts(indicator)).suspects;
        assert.match(first!.name, actor.name);
        assert.ok(first!.accessKeyIds.includes(actor.key));
        assert.notEqual(first!.level, "ordinary");
      }
    });
  });
