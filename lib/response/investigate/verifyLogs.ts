import { COVERAGE_SUMMARY, find, LOG_INTEGRITY, write } from "../../case/documents.ts";
import type { CheckedLogs } from "../../case/logIntegrity.ts";
import type { CoverageView } from "../../case/theft.ts";
import { deliveredIn, withSpoiltHours } from "../../core/logs/bucketHours.ts";
import { integrityHoles, integrityLine } from "../../core/logs/logIntegrity.ts";
import type { Ports } from "../../ports/ports.ts";
import { ask } from "./queries.ts";
import { scanRounds } from "./scan.ts";

const UNCHECKED: Omit<CheckedLogs, "notes"> = {
  digests: [],
  files: [],
  counts: { verified: 0, differs: 0, missing: 0, "not covered": 0, "not checked": 0 },
};

/**
 * Holds the log files that the case was read from against CloudTrail's digests: `log-integrity.json`, and what is wrong
 * becomes a hole of the coverage. Never throws: logs that cannot be verified are logs all the same, and it is said.
 */
export const verifyLogs = async (caseId: string, ports: Ports): Promise<void> => {
  const integrity = await integrityOf(caseId, ports);
  await write(ports.cases, caseId, LOG_INTEGRITY, { schema: "cordon/log-integrity/v1", ...integrity });
  const holes = integrityHoles(integrity);
  const coverage = await find(ports.cases, caseId, COVERAGE_SUMMARY);
  if (coverage !== null) await write(ports.cases, caseId, COVERAGE_SUMMARY, withIntegrity(coverage, integrity, holes));
  await ports.cases.append(caseId, {
    type: "logs.verified",
    actor: "verifyLogs",
    data: { digests: integrity.digests.length, ...integrity.counts, holes },
  });
};

const integrityOf = async (caseId: string, ports: Ports): Promise<CheckedLogs> => {
  const round = (await scanRounds(caseId, ports)).findLast(({ result }) => result !== null);
  if (round === undefined) return { ...UNCHECKED, notes: ["No log was read."] };
  const { from, to, accounts } = round.request;
  try {
    const sources = await ask<{ source_file: string }>(caseId, "source-files", [], ports);
    const names = sources.map(({ source_file }) => source_file);
    return await ports.trail.integrity({ from, to, ...(accounts === undefined ? {} : { accounts }) }, names);
  } catch (error) {
    return { ...UNCHECKED, notes: [`CloudTrail's digests could not be checked: ${(error as Error).message}`] };
  }
};

/** Quantifying writes the coverage anew, so that what stood there of an earlier check is gone. */
const withIntegrity = (coverage: CoverageView, integrity: CheckedLogs, holes: readonly string[]): CoverageView => {
  const earlier = new Set(coverage.integrity?.holes ?? []);
  const spoilt = integrity.files
    .filter(({ state }) => state === "differs" || state === "missing")
    .flatMap(({ file }) => deliveredIn(file) ?? []);
  const reason = "a log file does not hold against CloudTrail's digest";
  return {
    ...coverage,
    buckets: coverage.buckets.map((bucket) =>
      bucket.hours === undefined ? bucket : { ...bucket, hours: withSpoiltHours(bucket.hours, spoilt, reason) },
    ),
    holes: [...coverage.holes.filter((hole) => !earlier.has(hole)), ...holes],
    integrity: { says: integrityLine(integrity), counts: integrity.counts, holes, notes: integrity.notes },
  };
};
