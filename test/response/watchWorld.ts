/** A contained case, a folder of logs that goes on filling, and a clock that the test moves. */

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { read, WATCH } from "../../lib/case/documents.ts";
import type { Watch } from "../../lib/case/plan.ts";
import type { Settings } from "../../lib/core/settings.ts";
import { applyContainment } from "../../lib/response/contain/applyContainment.ts";
import { verifyContainment, watchContainment } from "../../lib/response/contain/verifyContainment.ts";
import { decide, execute, openWorld, PLAN, type World } from "../approval/world.ts";
import { getObject, tempDir, trailOf } from "../embedded/trailWorld.ts";

const ACCOUNT = "123456789012";
export const ALICE = {
  type: "IAMUser",
  principalId: "AIDAALICE00000000001",
  arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
  accountId: ACCOUNT,
  accessKeyId: "AKIARZPUZDIKJZEPKFUE",
  userName: "alice",
};
export const BOB = {
  ...ALICE,
  principalId: "AIDABOB000000000001",
  arn: `arn:aws:iam::${ACCOUNT}:user/bob`,
  accessKeyId: "AKIABOB",
  userName: "bob",
};

export interface Watched extends World {
  /** Writes a log file with these records; times are seconds after the cut was verified. */
  deliver(...records: readonly (readonly [seconds: number, members: Readonly<Record<string, unknown>>])[]): void;
  /** Moves the clock and looks until no scan runs; what the machine would do next. */
  look(minutesAfterCut: number): Promise<string>;
  watch(): Promise<Watch>;
  ended(): Readonly<Record<string, unknown>> | undefined;
}

/** Approves `approve`, carries it out and verifies it at once. */
export const watched = async (
  context: TestContext,
  approve: readonly string[],
  settings: Partial<Settings> = {},
): Promise<Watched> => {
  const home = tempDir(context);
  const logs = join(home, "logs");
  mkdirSync(logs);
  const world = await openWorld({
    settings: { watchMinutes: 30, ...settings },
    wrap: (ports) => ({ ...ports, trail: trailOf(logs, home) }),
  });
  await decide(world, { approve });
  await execute(world);
  const input = { caseId: world.caseId, planId: PLAN };
  await verifyContainment(input, world.ports);
  const cutAt = Date.parse(world.now());
  const at = (seconds: number): string => `${new Date(cutAt + seconds * 1000).toISOString().slice(0, 19)}Z`;
  const watch = (): Promise<Watch> => read(world.ports.cases, world.caseId, WATCH.at(PLAN));
  let files = 0;
  return {
    ...world,
    watch,
    deliver: (...records) => {
      files += 1;
      const Records = records.map(([seconds, members], index) =>
        getObject({
          eventTime: at(seconds),
          eventID: `e-${files}-${index}`,
          requestID: `r-${files}-${index}`,
          ...members,
        }),
      );
      const stamp = at(records[0]![0]).replaceAll(/[-:]/g, "").slice(0, 13);
      writeFileSync(
        join(logs, `${ACCOUNT}_CloudTrail_us-east-1_${stamp}Z_file${files}.json.gz`),
        gzipSync(JSON.stringify({ Records })),
      );
    },
    look: async (minutes) => {
      world.setTime(new Date(cutAt + minutes * 60_000).toISOString());
      let { next } = await watchContainment(input, world.ports);
      if (next === "apply") await applyContainment(input, world.ports);
      for (let tries = 0; next === "watch" && tries < 8_000; tries += 1) {
        if (!(await watch()).rounds.some(({ state }) => state === "running")) break;
        await setTimeout(25);
        ({ next } = await watchContainment(input, world.ports));
      }
      assert.ok(next !== "watch" || !(await watch()).rounds.some(({ state }) => state === "running"), "the scan ended");
      return next;
    },
    ended: () => (world.disk.events.get(world.caseId) ?? []).findLast(({ type }) => type === "watch.finished")?.data,
  };
};
