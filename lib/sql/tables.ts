import { readFileSync } from "node:fs";
import type { ScanRequest } from "../case/scan.ts";
import { baselineTableParameters } from "./baseline-table.ts";
import { caseTableParameters } from "./case-table.ts";

/** A table that a scan of the lake makes: the SELECT behind it, and its name in queries. */
export interface LakeTable {
  readonly name: "case_events" | "baseline_hours";
  readonly select: string;
  parametersOf(request: ScanRequest): readonly string[];
  /** One row over the finished table (`?` stands for its name) with `kept`, `files`, `earliest` and `latest`. */
  readonly summary: string;
}

/** The series whose scans make `baseline_hours`; every other one makes a case table. */
export const BASELINE_SERIES = "baseline";

const textOf = (name: string): string => readFileSync(new URL(`./${name}.sql`, import.meta.url), "utf8");

const CASE_EVENTS: LakeTable = {
  name: "case_events",
  select: textOf("case-table"),
  parametersOf: caseTableParameters,
  summary:
    "SELECT count(*) AS kept, count(DISTINCT source_file) AS files, min(eventtime) AS earliest, max(eventtime) AS latest FROM ?",
};

/** It names no files: no event of it can be found again. */
const BASELINE_HOURS: LakeTable = {
  name: "baseline_hours",
  select: textOf("baseline-table"),
  parametersOf: baselineTableParameters,
  summary:
    "SELECT CAST(coalesce(sum(calls), 0) AS bigint) AS kept, 0 AS files, min(first_at) AS earliest, max(last_at) AS latest FROM ?",
};

export const tableOf = ({ series }: { readonly series?: string | undefined }): LakeTable =>
  series === BASELINE_SERIES ? BASELINE_HOURS : CASE_EVENTS;
