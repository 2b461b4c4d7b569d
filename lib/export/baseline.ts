import { LIKELIHOOD, SCAN_ROUND } from "../case/documents.ts";
import type { BaselineReach } from "../case/opinion.ts";
import { type ActorRow, isActor } from "../core/theft/discovery.ts";
import { marksOf } from "./accessTimeline.ts";
import { type CaseContents, documentOf, rowsOf } from "./contents.ts";
import type { Baseline } from "./schemas/analysis.ts";

/**
 * `previous-activity-baseline.json`. The 30-day baseline is a scan of its own (`known`: it was run; `scan` says how far
 * back it reaches); where it was not, what the case table shows of the same identities before the first sign of the actor
 * stands in, and is called partial. `comparison` is what `likelihood.json` was weighed with.
 */

interface Habit {
  readonly principal: string | null;
  readonly accessKeyId: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly calls: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

export const baselineOf = (contents: CaseContents): Baseline => {
  const marks = marksOf(contents);
  const rows = rowsOf<ActorRow>(contents, "actors");
  const actors = rows.filter((row) => isActor(row, marks));
  const since = actors.map(({ first_at }) => first_at).toSorted()[0] ?? null;
  const same = new Set(actors.map(({ principal_id }) => stable(principal_id)));
  const before = rows.filter(
    (row) => since !== null && row.first_at < since && same.has(stable(row.principal_id)) && !isActor(row, marks),
  );
  const scan = documentOf(contents, SCAN_ROUND.at("001"));
  const isNew = (key: "sourceip" | "useragent"): readonly string[] => {
    const known = new Set(before.map((row) => row[key]));
    return [...new Set(actors.flatMap((row) => row[key] ?? []))].filter((value) => !known.has(value)).sort();
  };
  const comparison = documentOf(contents, LIKELIHOOD)?.baseline ?? null;
  return {
    schema: "cordon/previous-activity-baseline/v1",
    ...stateOf(rows.length, comparison?.scan ?? null),
    from: comparison?.from ?? scan?.request.from ?? null,
    until: comparison?.until ?? since,
    before: before.map(habitOf),
    during: actors.map(habitOf),
    newAddresses: comparison?.address.fresh ?? isNew("sourceip"),
    newUserAgents: comparison?.agent.fresh ?? isNew("useragent"),
    scan: comparison?.scan ?? null,
    comparison,
  };
};

const stateOf = (rows: number, scan: BaselineReach | null): Pick<Baseline, "state" | "reason"> => {
  if (rows === 0) return { state: "not run", reason: "no log was read for this case" };
  if (scan?.state === "known")
    return { state: "known", reason: scan.reason ?? `all ${scan.daysAsked} days before the first sign were read` };
  return {
    state: "partial",
    reason: `this compares within the window of the case table only: ${scan === null ? "no baseline scan was run" : `the baseline scan is not known (${scan.reason})`}`,
  };
};

const stable = (principalId: string | null): string => principalId?.split(":", 1)[0] ?? "";

const habitOf = (row: ActorRow): Habit => ({
  principal: row.principal_arn ?? row.principal_id,
  accessKeyId: row.access_key_id,
  address: row.sourceip,
  userAgent: row.useragent,
  calls: row.calls,
  firstAt: row.first_at,
  lastAt: row.last_at,
});
