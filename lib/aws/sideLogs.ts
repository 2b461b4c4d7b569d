import { readFileSync } from "node:fs";
import type { ScanRequest, SideLogName } from "../case/scan.ts";
import { chunksOf, windowParameters } from "../sql/case-table.ts";
import { ofAccounts } from "./lakeScope.ts";

/** What the deployment says of a log beside CloudTrail. */
export interface SideLogPlace {
  /**
   * `s3://bucket/prefix/` of each folder that holds files without folders by day, whose names begin with the day; empty
   * where the table has a partition `day`.
   */
  readonly flatFolders: readonly string[];
}
export type SideLogPlaces = Readonly<Partial<Record<SideLogName, SideLogPlace>>>;

/** A statement, and what is bound to its places. */
export interface Bound {
  readonly sql: string;
  readonly parameters: readonly string[];
}

/** A log beside CloudTrail as this engine reads it. */
export interface SideTable {
  readonly log: SideLogName;
  /** Its name in queries. */
  readonly name: "access_log" | "flow_log" | "identity_log";
  /** Makes rows of the columns of `lib/sql/README.md` from the raw table. */
  readonly lines: string;
  /** The column with the time; null where a line is no entry. */
  readonly at: string;
  /** What an entry must touch to belong to the case; the rules of `lib/embedded/ingest-side.ts`. */
  readonly touched: string;
  touchedBy(request: ScanRequest): readonly string[];
}

const DAYS = "day >= ? AND day <= ?";
/** A transfer to the internet of this size in one record is kept whoever made it, as in a folder of logs. */
const LARGE_BYTES = 10_000_000;
/** Addresses inside a network: `isInside` of lib/core/logs/flowLog.ts. */
const INSIDE =
  "(?i)^(10\\.|192\\.168\\.|169\\.254\\.|127\\.|172\\.(1[6-9]|2\\d|3[01])\\.|100\\.(6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])\\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|::1$)";
const SIGN_IN = "^(user\\.(session|authentication|mfa|account|credential)\\.|policy\\.evaluate_sign_on$|security\\.)";

const textOf = (name: string): string => readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), "utf8");

/** Values, one a line, of `count` texts. */
const places = (count: number): string => `split(concat(${Array(count).fill("?").join(", chr(10), ")}), chr(10))`;

export const SIDE_TABLES: readonly SideTable[] = [
  {
    log: "s3-access-log",
    name: "access_log",
    lines: textOf("access-log-lines"),
    at: "request_at",
    touched: `arrays_overlap(ARRAY[bucket, remote_ip, requester], ${places(16)})`,
    touchedBy: ({ indicators: { buckets, addresses, arns, principalIds } }) =>
      chunksOf(textsIn([...buckets, ...addresses, ...arns, ...principalIds]), 16),
  },
  {
    log: "vpc-flow-log",
    name: "flow_log",
    lines: textOf("flow-log-records"),
    at: "start_at",
    touched: `arrays_overlap(ARRAY[srcaddr, dstaddr, pkt_srcaddr, pkt_dstaddr], ${places(8)})
    OR contains(${places(2)}, instance_id)
    OR (bytes >= ${LARGE_BYTES} AND regexp_like(coalesce(pkt_srcaddr, srcaddr), '${INSIDE}')
      AND NOT regexp_like(coalesce(pkt_dstaddr, dstaddr), '${INSIDE}'))`,
    touchedBy: ({ indicators: { addresses, principalIds } }) => [
      ...chunksOf(textsIn(addresses), 8),
      ...chunksOf(textsIn(principalIds.flatMap((id) => /:(i-[0-9a-f]{8,17})$/.exec(id)?.[1] ?? [])), 2),
    ],
  },
  {
    log: "okta-system-log",
    name: "identity_log",
    lines: textOf("identity-log-lines"),
    at: "event_at",
    touched: `regexp_like(event_type, '${SIGN_IN}')`,
    touchedBy: () => [],
  },
];

/** Values that can stand one a line. */
const textsIn = (values: readonly string[]): readonly string[] =>
  [...new Set(values)].filter((value) => /^[^\u0000-\u001f]+$/.test(value)).sort();

/** Entries of the case, for a CTAS. Throws INPUT_INVALID when the indicators do not fit. */
export const entriesOf = (table: SideTable, place: SideLogPlace, request: ScanRequest): Bound => {
  const { sql, parameters } = linesOf(table, place, request);
  const [, , from, to] = windowParameters(request);
  return {
    sql: `WITH lines AS (\n${sql})
SELECT DISTINCT * FROM lines
WHERE ${table.at} >= ? AND ${table.at} < ?
  AND (${table.touched})`,
    parameters: [...parameters, from, to, ...table.touchedBy(request)],
  };
};

/**
 * One row: `files`, `entries` of the window, `unread` lines, `earliest` and `latest`. Athena binds in WHERE alone, so that
 * the two times, which `windowParameters` made, stand in the text.
 */
export const countOf = (table: SideTable, place: SideLogPlace, request: ScanRequest): Bound => {
  const { sql, parameters } = linesOf(table, place, request);
  const [, , from, to] = windowParameters(request);
  return {
    sql: `WITH lines AS (\n${sql})
SELECT count(DISTINCT source_file) AS files, count_if(${table.at} >= '${from}' AND ${table.at} < '${to}') AS entries,
  count_if(${table.at} IS NULL) AS unread, min(${table.at}) AS earliest, max(${table.at}) AS latest
FROM lines`,
    parameters,
  };
};

/** Files are dated by their delivery: the days of the window, and one more on both sides. */
const linesOf = ({ log, lines }: SideTable, { flatFolders }: SideLogPlace, request: ScanRequest): Bound => {
  const [firstDay, lastDay] = windowParameters(request);
  // Flow logs lie in folders by account; the others have no such partition.
  if (flatFolders.length === 0)
    return {
      sql: log === "vpc-flow-log" ? ofAccounts(lines, request.accounts) : lines,
      parameters: [firstDay, lastDay],
    };
  const [first, last] = [firstDay, lastDay].map((day) => day.replaceAll("/", "-"));
  // `2026-02-18-10-…`: of a day's names none sorts behind the day and a tilde.
  return {
    sql: lines.replace(DAYS, `(${flatFolders.map(() => `("$path" >= ? AND "$path" <= ?)`).join(" OR ")})`),
    parameters: flatFolders.flatMap((folder) => [`${folder}${first}`, `${folder}${last}~`]),
  };
};
