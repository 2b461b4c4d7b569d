import { BASELINE_ROUND, readAll } from "../../case/documents.ts";
import type { BaselineRound } from "../../case/scan.ts";
import type { Settings } from "../../core/settings.ts";
import type { BaselineScan } from "../../core/theft/baseline.ts";
import type { HabitValueRow } from "../../core/theft/habits.ts";
import type { Ports } from "../../ports/ports.ts";
import { baselineSubjects } from "../../sql/baseline-table.ts";
import { BASELINE_SERIES } from "../../sql/tables.ts";
import { ask } from "./queries.ts";

export type BaselinePolicy = NonNullable<Settings["baseline"]>;

/** 50 GB are 0.25 USD of Athena (5 USD a TB) and about 20 minutes of two cores (facts: log-scan.md). */
const USUAL: BaselinePolicy = { enabled: true, days: 30, maximumBytes: 50e9 };

export const baselinePolicy = ({ baseline }: Settings): BaselinePolicy => baseline ?? USUAL;

export const baselineRound = (round: number) => BASELINE_ROUND.at(String(round).padStart(3, "0"));

export const baselineRounds = (caseId: string, { cases }: Ports): Promise<readonly BaselineRound[]> =>
  readAll(cases, caseId, BASELINE_ROUND);

/** What the newest baseline scan says, or why it says nothing; undefined before it was tried. */
export const baselineScanOf = async (caseId: string, ports: Ports): Promise<BaselineScan | undefined> => {
  const { enabled, days } = baselinePolicy(ports.settings);
  const round = (await baselineRounds(caseId, ports)).at(-1);
  if (round === undefined)
    return enabled ? undefined : { state: "not known", days, reason: "it is switched off in the settings" };
  const { request, result, reason } = round;
  if (result === null) return { state: "not known", days, reason: reason ?? "it has not finished" };
  const rows = await ask<HabitValueRow>(
    caseId,
    "baseline-habits",
    baselineSubjects(request.indicators),
    ports,
    BASELINE_SERIES,
  );
  return { state: "known", days, from: secondOf(request.from), earliest: result.earliest, rows };
};

/** CloudTrail's way of writing a time, with which this one is compared. */
const secondOf = (time: string): string => `${time.slice(0, 19)}Z`;
