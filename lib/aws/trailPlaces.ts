/** What lies of a scan in the bucket of the cases: what was asked, what was started and what came of it. */
import { CordonError } from "../base/errors.ts";
import type { ScanRequest, ScanResult } from "../case/scan.ts";
import { assertCaseId } from "./cases.ts";
import type { Objects } from "./objects.ts";
import type { SideFinished, SideStart } from "./sideScan.ts";

/** `result.json`: what a scan found, and the table that holds it. */
export interface Finished {
  readonly table: string;
  /** When it was finished, ISO 8601 UTC; absent in cases of 0.1.0. */
  readonly at?: string;
  readonly result: ScanResult;
  /** Tables of logs beside CloudTrail. */
  readonly sides?: readonly SideFinished[];
}

/** One run of the case table's CTAS. */
export interface Attempt {
  readonly number: number;
  readonly table: string;
  readonly executionId: string;
  readonly at: string;
  /** What it asks in the place of the lake, and what making those took; absent: the lake itself. */
  readonly copies?: { readonly tables: readonly string[]; readonly bytesScanned: number };
  /** Absent in cases begun before there were any. */
  readonly sides?: readonly SideStart[];
  /** Files that an earlier attempt broke off at; absent: none. */
  readonly without?: readonly string[];
}

const SERIES = /^[a-z0-9-]{1,40}$/;

/** A scan is of a case, or of a hunt. */
const assertScanned = (id: string): string => (/^hunt-[0-9a-f]{12}$/.test(id) ? id : assertCaseId(id));

export const ticketOf = ({ caseId, round, series }: ScanRequest): string =>
  [assertScanned(caseId), round, ...(series === undefined ? [] : [assertSeries(series)])].join("#");

export const folderOf = (ticket: string): string => {
  const [caseId, round, series] = ticket.split("#");
  return `${roundsOf(caseId!, series)}${Number(round)}/`;
};

/** Where the rounds of a case or of a series lie, up to their number. */
export const roundsOf = (caseId: string, series: string | undefined): string =>
  `${assertScanned(caseId)}/trail/${series === undefined ? "" : `${assertSeries(series)}/`}round-`;

const assertSeries = (series: string): string => {
  if (SERIES.test(series)) return series;
  throw new CordonError("INPUT_INVALID", `series of scans: expected a-z, 0-9 and -, got ${JSON.stringify(series)}`);
};

interface Documents {
  readonly objects: Objects;
}

export const finished = (options: Documents, folder: string): Promise<Finished | null> =>
  readJson(options, `${folder}result.json`);

export const readJson = async <T>({ objects }: Documents, name: string): Promise<T | null> => {
  const found = await objects.read(name);
  return found === null ? null : (JSON.parse(Buffer.from(found.bytes).toString("utf8")) as T);
};
