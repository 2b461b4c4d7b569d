import { counted } from "../base/figures.ts";
import type {
  InputAccount,
  Row,
  ScanInventory,
  ScanRequest,
  ScanResult,
  SetAside,
  SideLogFound,
} from "../case/scan.ts";
import { aggregated, isOfLake, LOG_SOURCES } from "../logs/index.ts";
import { windowParameters } from "../sql/case-table.ts";
import { BASELINE_SERIES, tableOf } from "../sql/tables.ts";
import type { Athena } from "./athena.ts";
import { brokenAside } from "./brokenFiles.ts";
import { accountsIn } from "./lakeScope.ts";
import { isPassedOver, type LogFile, type LogLister, type LogMeasure, type LogWindow } from "./logFiles.ts";

/** Days that results of Athena, case tables and copies among them, are kept. */
export const RESULT_DAYS = 90;

export interface FinishedScan {
  readonly request: ScanRequest;
  /** The case table, as an identifier of SQL. */
  readonly table: string;
  readonly bytesScanned: number;
  readonly engine: string;
  readonly otherLogs: readonly SideLogFound[];
  /** Files that Athena broke off at, and was asked without. */
  readonly without: readonly string[];
}

/**
 * What a scan found. Athena tells bytes only; files and hours come from their names in S3, and the watermark from a small
 * query over the newest and the oldest files alone, so that the lake is not read twice.
 */
export const resultOf = async (
  athena: Athena,
  logs: LogLister,
  { request, table, bytesScanned, engine, otherLogs, without }: FinishedScan,
): Promise<ScanResult> => {
  const files = await logs.measure(logWindow(request));
  const kept = await one(athena, tableOf(request).summary.replace("?", table), [], table);
  const readable = files?.edges.filter(({ path }) => !without.includes(path));
  const edges =
    readable === undefined ? edgesUnlisted(request, kept) : await edgesOf(athena, readable, request.accounts, table);
  const base = {
    engine,
    bytesScanned,
    filesSetAside: [...brokenAside(without), ...otherLogs.filter(isRead).flatMap(sideAside)],
    eventsSeen: null,
    eventsKept: Number(kept.kept),
    watermark: textOrNull(edges.latest),
    earliest: textOrNull(edges.earliest),
  };
  // Files in which nothing was found cannot be counted without a listing: the number is then a lower bound.
  if (files === null)
    return {
      ...base,
      filesRead: Number(kept.files),
      ...(otherLogs.length === 0 ? {} : { inventory: inventoryOf(null, otherLogs) }),
    };
  return {
    ...base,
    filesRead: files.files - without.length,
    filesSetAside: [
      ...base.filesSetAside,
      ...files.strangers.filter((key) => !isPassedOver(key)).map((file) => ({ file, reason: STRANGER })),
    ],
    inventory: inventoryOf(files, otherLogs, without.length),
  };
};

const STRANGER = "among CloudTrail's files without the name of one; Athena tells no file that it could not read";

/** A case table reaches as far as the lake, for it holds every change of settings; habits of a few identities do not tell. */
const edgesUnlisted = ({ series }: ScanRequest, kept: Row): Row => (series === BASELINE_SERIES ? {} : kept);

/** The delivery days and accounts that a request reads. */
export const logWindow = (request: Pick<ScanRequest, "from" | "to" | "accounts">): LogWindow => {
  const [firstDay, lastDay] = windowParameters(request);
  return { firstDay, lastDay, accounts: request.accounts };
};

/** The first and last event time in the first and the last files: the whole lake is not read once more for them. */
const edgesOf = async (
  athena: Athena,
  edge: readonly LogFile[],
  accounts: readonly string[] | undefined,
  table: string,
): Promise<Row> => {
  if (edge.length === 0) return { earliest: null, latest: null };
  const days = [...new Set(edge.map(({ day }) => day))];
  const paths = edge.map(({ path }) => path);
  const sql = `SELECT min(eventtime) AS earliest, max(eventtime) AS latest FROM cloudtrail_logs
WHERE ${accounts === undefined ? "" : `${accountsIn(accounts)} AND `}day IN (${places(days)}) AND "$path" IN (${places(paths)}) AND eventid IS NOT NULL`;
  return one(athena, sql, [...days, ...paths], table);
};

const places = (values: readonly string[]): string => values.map(() => "?").join(", ");

const one = async (athena: Athena, sql: string, parameters: readonly string[], seed: string): Promise<Row> =>
  (await athena.run({ sql, parameters, seed })).rows[0] ?? {};

/** Only requests are read (the case table filters the category): summaries are a log beside, or neither counted nor seen. */
const inventoryOf = (files: LogMeasure | null, otherLogs: readonly SideLogFound[], broken = 0): ScanInventory => ({
  deliveryHours: files?.deliveryHours ?? null,
  digestFiles: files?.digests ?? [],
  otherLogs,
  ...(files === null ? {} : { input: inputOf(files, otherLogs, broken) }),
  filesOutside: 0,
  aggregatedRecords: otherLogs.some(({ log, failed }) => log === aggregated.id && failed === undefined) ? 0 : null,
});

/** From the names alone: what is in a file is asked apart (`unreadFiles`). Only the days of the window are listed, so that none lies outside. */
const inputOf = (
  { files, digests, strangers, accounts }: LogMeasure,
  otherLogs: readonly SideLogFound[],
  broken: number,
): InputAccount => {
  const read = files - broken;
  const passedOver = strangers.filter(isPassedOver);
  const sides = otherLogs.filter(({ failed }) => failed === undefined);
  return {
    files: files + digests.length + strangers.length + sides.reduce((sum, side) => sum + side.files, 0),
    read: [
      ...(read === 0 ? [] : [{ kind: "cloudtrail", files: read, records: null }]),
      ...(digests.length === 0 ? [] : [{ kind: "digest", files: digests.length, records: null }]),
      ...sides.map(({ log, files: count, entries }) => ({ kind: log, files: count, records: entries })),
    ],
    irrelevant:
      passedOver.length === 0
        ? []
        : [{ because: PASSED_OVER, files: passedOver.length, names: passedOver.slice(0, NAMED) }],
    outside: [],
    notUnderstood: strangers.length - passedOver.length + broken,
    inPart: null,
    accounts: accounts.slice(0, MOST_ACCOUNTS),
  };
};

/** Tables that AWS keeps are asked later, and then it is known what they hold. */
const isRead = ({ log }: SideLogFound): boolean => LOG_SOURCES.some((source) => source.id === log && isOfLake(source));

/** A log beside CloudTrail that the deployment was told of and that says nothing, or not all, of the window. */
const sideAside = ({ log, entries, unread, failed }: SideLogFound): readonly SetAside[] => [
  ...(failed === undefined ? [] : [{ file: log, reason: `The log was given and not read: ${failed}.` }]),
  ...(failed === undefined && entries === 0
    ? [{ file: log, reason: "The log was given and has no entry in the window." }]
    : []),
  ...(unread === 0 ? [] : [{ file: log, reason: `Athena made no entry of ${counted(unread, "line")} in it.` }]),
];

const PASSED_OVER = "a folder's marker, or hidden from Athena by its name";
const NAMED = 5;
const MOST_ACCOUNTS = 50;

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);
