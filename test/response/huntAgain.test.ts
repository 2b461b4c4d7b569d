import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { parseFindings } from "../../lib/core/finding/finding.ts";
import { SUSPICION_TYPE } from "../../lib/core/finding/suspicion.ts";
import { createTrail } from "../../lib/embedded/trail.ts";
import { type HuntAgain, type HuntDone, huntAgain } from "../../lib/response/hunt/again.ts";
import { jsonLines, read } from "./inputWorld.ts";
import { withHome } from "./run.ts";

const NOW = "2026-11-20T15:00:00.000Z";
const at = (minutes: number): string =>
  new Date(Date.parse(NOW) - minutes * 60_000).toISOString().replace(".000Z", "Z");

/** A user who reads a file a day from the office, and 1,200 within the last hour from somewhere else. */
const RECORDS = [
  ...Array.from({ length: 6 }, (_, day) =>
    read(`daily/${day}`, { eventTime: at((day + 1) * 1440), sourceIPAddress: "192.0.2.10" }),
  ),
  ...Array.from({ length: 1200 }, (_, index) => read(`all/${index}`, { eventTime: at(40 - index / 60) })),
];

const world = async (
  openOn: readonly string[],
  work: (hunt: (given?: Partial<HuntAgain>) => Promise<Extract<HuntDone, { refused: null }>>) => Promise<void>,
): Promise<void> => {
  const root = mkdtempSync(join(tmpdir(), "cordon-hunt-again-"));
  writeFileSync(join(root, "logs.jsonl"), jsonLines(RECORDS));
  try {
    await withHome({ openOn: [...openOn], minimumSeverity: 4 }, async ({ ports }) => {
      const trail = createTrail({ logsDir: root, caseDir: (id) => `${root}-${id}`, memoryLimitMb: 400, threads: 1 });
      await work(async (given = {}) => {
        const done = await huntAgain(
          { at: NOW, hours: 2, habitDays: 8, limit: null, knowledge: {}, told: new Set(), ...given },
          trail,
          ports,
          () => sleep(20),
        );
        assert.ok(done.refused === null);
        return done;
      });
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

test("a hunt of the schedule judges the last hours against the days before, and tells of each once", async () => {
  await world(["Exfiltration:S3/*"], async (hunt) => {
    const { alerts } = await hunt();
    assert.deepEqual(
      alerts.map(({ suspect }) => suspect.network),
      ["198.51.100.0/24"],
    );
    assert.deepEqual(alerts[0]!.suspect.signs.map(({ id }) => id).sort(), ["burst", "new-network"]);
    assert.equal(alerts[0]!.suspicion, null, "no case opens where openOn does not hold a suspicion");
    const again = await hunt({ told: new Set(alerts.map(({ key }) => key)) });
    assert.deepEqual(again.alerts, []);
  });
});

test("where openOn holds a suspicion that is grave enough, it comes signed, as a finding", async () => {
  await world([SUSPICION_TYPE], async (hunt) => {
    const [alert] = (await hunt()).alerts;
    const [finding] = parseFindings(alert!.suspicion);
    assert.deepEqual([finding!.type, finding!.principals[0]!.accessKeyId], [SUSPICION_TYPE, "AKIAQ3EXAMPLEFIELD01"]);
  });
});
