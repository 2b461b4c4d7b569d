import type { ScanRequest } from "../case/scan.ts";
import type { LogId } from "../logs/index.ts";
import type { Lake, LogSource } from "../logs/source.ts";
import { chunksOf, windowParameters } from "../sql/case-table.ts";
import { ofAccounts } from "./lakeScope.ts";

/** What the deployment says of a log beside CloudTrail. */
export interface SideLogPlace {
  /**
   * `s3://bucket/prefix/` of each folder that holds files without folders by day, whose names begin with the day; empty
   * where the table has a partition `day`.
   */
  readonly flatFolders: readonly string[];
  /** Of tables that AWS keeps: their place, as the source's schema has it. */
  readonly kept?: unknown;
}
export type SideLogPlaces = Readonly<Partial<Record<LogId, SideLogPlace>>>;

type LakeSource = LogSource & { readonly lake: Lake };

/** A statement, and what is bound to its places. */
export interface Bound {
  readonly sql: string;
  readonly parameters: readonly string[];
}

const DAYS = "day >= ? AND day <= ?";

/** Values that can stand one a line. */
const textsIn = (values: readonly string[]): readonly string[] =>
  [...new Set(values)].filter((value) => /^[^\u0000-\u001f]+$/.test(value)).sort();

/** The columns of its table, in the same order for all logs of a kind. */
export const columnsOf = ({ columns }: Pick<LogSource, "columns">): string =>
  [...Object.keys(columns), "source_file"].join(", ");

/** Entries of the case, for a CTAS. Throws INPUT_INVALID when the indicators do not fit. */
export const entriesOf = (source: LakeSource, place: SideLogPlace, request: ScanRequest): Bound => {
  const { sql, parameters } = linesOf(source, place, request);
  const [, , from, to] = windowParameters(request);
  const { at, lake } = source;
  const touched = lake.touchedBy(request).flatMap(({ values, texts }) => chunksOf(textsIn(values), texts));
  return {
    sql: `WITH lines AS (\n${sql})
SELECT DISTINCT ${columnsOf(source)} FROM lines
WHERE ${at} >= ? AND ${at} < ?
  AND (${lake.touched})`,
    parameters: [...parameters, from, to, ...touched],
  };
};

/**
 * One row: `files`, `entries` of the window, `unread` lines, `earliest` and `latest`. Athena binds in WHERE alone, so that
 * the two times, which `windowParameters` made, stand in the text.
 */
export const countOf = (source: LakeSource, place: SideLogPlace, request: ScanRequest): Bound => {
  const { sql, parameters } = linesOf(source, place, request);
  const [, , from, to] = windowParameters(request);
  const { at } = source;
  return {
    sql: `WITH lines AS (\n${sql})
SELECT count(DISTINCT source_file) AS files, count_if(${at} >= '${from}' AND ${at} < '${to}') AS entries,
  count_if(${at} IS NULL) AS unread, min(${at}) AS earliest, max(${at}) AS latest
FROM lines`,
    parameters,
  };
};

/** Files are dated by their delivery: the days of the window, and one more on both sides. */
const linesOf = ({ lake }: LakeSource, { flatFolders }: SideLogPlace, request: ScanRequest): Bound => {
  const { lines, byAccount } = lake;
  const [firstDay, lastDay] = windowParameters(request);
  if (flatFolders.length === 0)
    return { sql: byAccount ? ofAccounts(lines, request.accounts) : lines, parameters: [firstDay, lastDay] };
  const [first, last] = [firstDay, lastDay].map((day) => day.replaceAll("/", "-"));
  // `2026-02-18-10-…`: of a day's names none sorts behind the day and a tilde.
  return {
    sql: lines.replace(DAYS, `(${flatFolders.map(() => `("$path" >= ? AND "$path" <= ?)`).join(" OR ")})`),
    parameters: flatFolders.flatMap((folder) => [`${folder}${first}`, `${folder}${last}~`]),
  };
};
