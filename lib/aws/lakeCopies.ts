/**
 * The lake is read once for a case: what is read of it is kept as a compact table, which every later round and the watch ask;
 * they read only accounts that are new, and what was delivered since.
 */
import type { ScanRequest } from "../case/scan.ts";
import { windowParameters } from "../sql/case-table.ts";
import type { Athena } from "./athena.ts";
import { createTableAs, tableName } from "./athenaText.ts";
import { withoutFiles } from "./brokenFiles.ts";
import { assertCaseId } from "./cases.ts";
import { accountsIn } from "./lakeScope.ts";
import type { LogPlace } from "./logFiles.ts";
import type { Objects } from "./objects.ts";
import { RESULT_DAYS } from "./scanResult.ts";

/** A part of the lake as a table of a case: `<case>/trail/copies/<table>.json`. */
export interface Copy {
  readonly table: string;
  readonly accounts: readonly string[];
  /** Delivery days, both inclusive. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** ISO 8601 UTC: when the reading began. What was delivered before is in it. */
  readonly asOf: string;
  /** Files that Athena broke off at, and was asked without; absent: none. */
  readonly without?: readonly string[];
}

/** What is left to read for a request, beside the copies that there are. */
export interface Piece {
  readonly accounts: readonly string[];
  readonly firstDay: string;
  readonly lastDay: string;
  /** Only files delivered from then on, ISO 8601 UTC; null: all of these days. */
  readonly since: string | null;
}

interface Begun extends Copy {
  readonly executionId: string;
}

/** The document `lake-<n>.json` of a round: which copies it begins to make, and which it takes as they are. */
export interface Reading {
  readonly number: number;
  readonly begun: readonly Begun[];
  readonly uses: readonly string[];
  readonly at: string;
  /** Files that are in none of these copies; absent: none. */
  readonly without?: readonly string[];
}

export interface LakeOptions {
  readonly athena: Athena;
  readonly database: string;
  readonly objects: Objects;
  readonly place: LogPlace;
  readonly now: () => string;
}

/** Columns that the case table and the baseline are made of. */
const COLUMNS =
  "eventid, sharedeventid, requestid, eventtime, eventsource, eventname, awsregion, eventtype, eventcategory, sourceipaddress, useragent, errorcode, errormessage, vpcendpointid, readonly, useridentity, requestparameters, responseelements, additionaleventdata, serviceeventdetails, resources, recipientaccountid, account, region";
/** Files arrive out of order by minutes; what is read twice is the same event, and counted once (`event_key`). */
const OVERLAP_MS = 3_600_000;
/** Ranges of names in one statement, one an account and region; Athena takes 262,144 bytes of SQL. */
const MOST_RANGES = 500;

/** What must be read for a window of accounts. An account whose copy does not reach back far enough is read anew. */
export const piecesFor = (
  { accounts, firstDay, lastDay }: Pick<Copy, "accounts" | "firstDay" | "lastDay">,
  copies: readonly Copy[],
): readonly Piece[] => {
  const newest = (account: string): string | null =>
    copies
      .filter((copy) => copy.accounts.includes(account) && copies.some((one) => reaches(one, account, firstDay)))
      .map(({ asOf }) => asOf)
      .sort()
      .at(-1) ?? null;
  const known = accounts.map((account) => ({ account, asOf: newest(account) }));
  const fresh = known.filter(({ asOf }) => asOf === null).map(({ account }) => account);
  const covered = known.filter(({ asOf }) => asOf !== null);
  const oldest = covered.map(({ asOf }) => asOf!).sort()[0];
  const since = oldest === undefined ? null : new Date(Date.parse(oldest) - OVERLAP_MS).toISOString();
  const sinceDay = since === null ? "" : dayOf(since);
  return [
    ...(fresh.length === 0 ? [] : [{ accounts: fresh, firstDay, lastDay, since: null }]),
    ...(since === null || sinceDay > lastDay
      ? []
      : [{ accounts: covered.map(({ account }) => account), firstDay: later(sinceDay, firstDay), lastDay, since }]),
  ];
};

const reaches = (copy: Copy, account: string, firstDay: string): boolean =>
  copy.accounts.includes(account) && copy.firstDay <= firstDay;
const later = (one: string, other: string): string => (one > other ? one : other);
const dayOf = (time: string): string => time.slice(0, 10).replaceAll("-", "/");

/** One CTAS, with rows of which nothing can be made: they are counted there. Names of files sort by their delivery, so that a range of them is a time; the engine opens no file outside. */
export const copyOf = (
  { accounts, since, firstDay, lastDay }: Piece,
  place: LogPlace,
  table: string,
  without: readonly string[] = [],
): { readonly sql: string; readonly parameters: readonly string[] } => {
  const ranges = since === null ? [] : rangesOf(accounts, since, lastDay, place);
  return {
    // By day, so that the watch reads the days since the cut; a CTAS takes a hundred partitions, and the last column is theirs.
    sql: createTableAs(
      table,
      withoutFiles(
        `SELECT ${COLUMNS}, "$path" AS source_path, day
FROM cloudtrail_logs
WHERE ${accountsIn(accounts)} AND day >= ? AND day <= ?${
          ranges.length === 0 ? "" : `\n  AND (${ranges.map(() => '("$path" >= ? AND "$path" < ?)').join(" OR ")})`
        }`,
        without,
      ),
      "day",
    ),
    parameters: [firstDay, lastDay, ...ranges.flat()],
  };
};

const rangesOf = (
  accounts: readonly string[],
  since: string,
  lastDay: string,
  { bucket, prefix, organizationId, regions }: LogPlace,
): readonly (readonly [string, string])[] => {
  if (accounts.length * regions.length > MOST_RANGES) return [];
  const root = `s3://${bucket}/${prefix}AWSLogs/${organizationId === null ? "" : `${organizationId}/`}`;
  const stamp = since.slice(0, 16).replaceAll(/[-:]/g, "");
  return accounts.flatMap((account) =>
    regions.map((region) => {
      const folder = `${root}${account}/CloudTrail/${region}/`;
      return [`${folder}${dayOf(since)}/${account}_CloudTrail_${region}_${stamp}`, `${folder}${lastDay}0`] as const;
    }),
  );
};

/** The copies as the lake itself, for the text of the case table: what it calls `cloudtrail_logs`; `copy_number`: of which one a row is. */
export const lakeOf = (database: string, tables: readonly string[]): string =>
  `(SELECT *, source_path AS "$path" FROM (${tables.map((one, at) => `SELECT *, ${at} AS copy_number FROM ${tableName(database, one)}`).join(" UNION ALL ")}))`;

/** Starts what is left to read. `table`: the name that the tables of this round begin with; `broken`: files to leave out. */
export const beginReading = async (
  options: LakeOptions,
  request: ScanRequest & { readonly accounts: readonly string[] },
  { table, number, broken }: { readonly table: string; readonly number: number; readonly broken: readonly string[] },
): Promise<Reading> => {
  const { athena, database, place, now } = options;
  const [firstDay, lastDay] = windowParameters(request);
  const copies = await copiesOf(options, request.caseId);
  const left = broken.length === 0 ? {} : { without: broken };
  const pieces = piecesFor({ accounts: request.accounts, firstDay, lastDay }, copies);
  const begun: Begun[] = [];
  for (const [at, piece] of pieces.entries()) {
    const own = `${table}_lake${number}_${at + 1}`;
    const asOf = now();
    const { sql, parameters } = copyOf(piece, place, tableName(database, own), broken);
    const executionId = await athena.start({ sql, parameters, seed: own });
    const { accounts, firstDay: first, lastDay: last } = piece;
    begun.push({ table: own, accounts, firstDay: first, lastDay: last, asOf, executionId, ...left });
  }
  const own = copies.filter((copy) => copy.accounts.some((account) => request.accounts.includes(account)));
  const without = [...new Set([...own.flatMap((copy) => copy.without ?? []), ...broken])];
  const reading = { number, begun, uses: own.map((copy) => copy.table), at: now() };
  return without.length === 0 ? reading : { ...reading, without };
};

export type ReadingState =
  | { readonly state: "running" }
  | { readonly state: "failed"; readonly reason: string; readonly retryable: boolean }
  | {
      readonly state: "done";
      readonly tables: readonly string[];
      readonly bytesScanned: number;
      readonly without: readonly string[];
    };

/** What became of it; copies that are whole are kept for the case, also where another one failed. */
export const lookAtReading = async (
  { athena, objects }: Pick<LakeOptions, "athena" | "objects">,
  caseId: string,
  { begun, uses, without = [] }: Reading,
): Promise<ReadingState> => {
  let bytesScanned = 0;
  let isRunning = false;
  let failed: ReadingState | null = null;
  for (const { executionId, ...copy } of begun) {
    const seen = await athena.look(executionId);
    if (seen.state === "failed") failed ??= { state: "failed", reason: seen.reason, retryable: seen.retryable };
    else if (seen.state === "running") isRunning = true;
    else {
      bytesScanned += seen.bytesScanned;
      await objects.create(`${folderOf(caseId)}${copy.table}.json`, Buffer.from(JSON.stringify(copy)));
    }
  }
  if (isRunning) return { state: "running" };
  return failed ?? { state: "done", tables: [...uses, ...begun.map(({ table }) => table)], bytesScanned, without };
};

const folderOf = (caseId: string): string => `${assertCaseId(caseId)}/trail/copies/`;

/** Those whose data are kept still. */
const copiesOf = async ({ objects, now }: LakeOptions, caseId: string): Promise<readonly Copy[]> => {
  const names = await objects.list(folderOf(caseId));
  const found = await Promise.all(names.map((name) => objects.read(name)));
  const oldest = new Date(Date.parse(now()) - (RESULT_DAYS - 2) * 86_400_000).toISOString();
  return found
    .flatMap((one) => (one === null ? [] : [JSON.parse(Buffer.from(one.bytes).toString("utf8")) as Copy]))
    .filter(({ asOf }) => asOf > oldest);
};
