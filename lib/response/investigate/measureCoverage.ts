import { find, TRAILS } from "../../case/documents.ts";
import type { Finding } from "../../case/finding.ts";
import type { Mark } from "../../case/mark.ts";
import type { TakenObject } from "../../case/objects.ts";
import type { ScanResult, ScanRound, SetAside } from "../../case/scan.ts";
import type { CoverageView, TheftView } from "../../case/theft.ts";
import { bucketHoursOf } from "../../core/logs/bucketHours.ts";
import {
  type BucketRow,
  type ContestedRow,
  type Coverage,
  type CoverageFacts,
  coverageOf,
} from "../../core/logs/coverage.ts";
import { inputSentences } from "../../core/logs/input.ts";
import { markSentences, unmarked } from "../../core/logs/mark.ts";
import { recordingOf } from "../../core/logs/trailRecording.ts";
import type { ChangeRow } from "../../core/theft/changeRow.ts";
import { holesIn } from "../../core/theft/deeds.ts";
import { KIND_NAMES } from "../../logs/index.ts";
import { type FailedLogs, otherLogsOf } from "../../logs/told.ts";
import type { Ports } from "../../ports/ports.ts";
import { fileMarks } from "./fileMarks.ts";
import { ask } from "./queries.ts";
import type { TheftInput } from "./theftInput.ts";

/** Whether the logs cover the buckets concerned; what a person called irrelevant is no hole. */
export const measureCoverage = async (
  caseId: string,
  { finding, rounds, changes }: TheftInput,
  ledger: readonly TakenObject[],
  ports: Ports,
): Promise<Measured> => {
  const rows = await ask<BucketRow>(caseId, "bucket-coverage", [], ports);
  const contested = await ask<ContestedRow>(caseId, "contested", [], ports);
  const { request, result } = rounds.at(-1)!;
  const trails = await find(ports.cases, caseId, TRAILS);
  const recording = (bucket: string) => recordingOf(trails, bucket, finding.region);
  const marked = await fileMarks(caseId, ports);
  const setAside = unmarked(result!.filesSetAside, marked);
  const facts = { ...coverageFacts(finding, ledger, rows, result!, changes), setAside, recording, contested };
  const coverage = coverageOf(facts);
  return {
    ...coverage,
    setAside,
    marked: marked.filter(({ file, reason }) =>
      result!.filesSetAside.some((one) => one.file === file && one.reason === reason),
    ),
    whole: setAside.length === 0 ? null : coverageOf({ ...facts, setAside: [] }),
    buckets: coverage.buckets.map((bucket) => ({
      ...bucket,
      hours: bucketHoursOf({
        ...facts,
        window: request,
        dataHours: rows.find((row) => row.bucket === bucket.name)?.data_hours?.split(" ") ?? [],
        recording: recording(bucket.name),
      }),
    })),
  };
};

export interface Measured extends Coverage {
  readonly setAside: readonly SetAside[];
  readonly marked: readonly Mark[];
  /** As if nothing had been set aside; null where nothing was. */
  readonly whole: Coverage | null;
}

export const ifIrrelevantOf = ({ upperBound, notKnown }: TheftView, { holes, buckets }: Coverage) => ({
  ...{ upperBound, notKnown, holes },
  buckets: buckets.map(({ name, dataEvents }) => ({ name, dataEvents })),
});

const coverageFacts = (
  finding: Finding,
  ledger: readonly TakenObject[],
  rows: readonly BucketRow[],
  result: ScanResult,
  changes: readonly ChangeRow[],
): CoverageFacts => ({
  buckets: [
    ...new Set([
      ...finding.buckets.map(({ name }) => name),
      ...ledger.filter(({ certainty }) => certainty !== "upper-bound").map(({ bucket }) => bucket),
    ]),
  ].sort(),
  rows,
  filesRead: result.filesRead,
  setAside: result.filesSetAside,
  unread: result.unread,
  watermark: result.watermark,
  earliest: result.earliest,
  window: finding.window,
  deliveryHours: result.inventory?.deliveryHours ?? null,
  deliveryGaps: result.inventory?.deliveryGaps ?? [],
  aggregatedRecords: result.inventory === undefined ? 0 : result.inventory.aggregatedRecords,
  accounts: result.inventory?.input?.accounts ?? [],
  accountId: finding.accountId,
  tampering: holesIn(changes, finding.accountId).map(({ eventname, eventtime }) => ({
    eventName: eventname,
    eventTime: eventtime,
  })),
});

export const coverageViewOf = (coverage: Measured, rounds: readonly ScanRound[], failed: FailedLogs): CoverageView => {
  const result = rounds.at(-1)!.result!;
  const input = result.inventory?.input;
  return {
    watermark: result.watermark,
    filesRead: result.filesRead,
    filesSetAside: coverage.setAside.length,
    setAside: coverage.setAside,
    ...(coverage.marked.length === 0 ? {} : { marked: coverage.marked }),
    buckets: coverage.buckets,
    holes: coverage.holes,
    otherLogs: otherLogsOf(result.inventory, failed),
    ...(input === undefined
      ? {}
      : { input: { ...input, says: [...inputSentences(input, KIND_NAMES), ...markSentences(coverage.marked)] } }),
  };
};
