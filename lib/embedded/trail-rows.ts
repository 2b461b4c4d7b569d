/**
 * Rows of records that are like one before (`lib/skim`): in files of their own, because a case table says of each event in 45
 * columns what is the same of thousands. Put together they are the case table's rows; only the JSON texts of a row are those
 * of the first record of its kind.
 */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { quoted } from "./trail-duckdb.ts";

/** Files of a scan, Parquet but for the names: first records of their kinds, what the rows are, and which files their numbers mean. */
export interface RowPieces {
  readonly likes: readonly string[];
  readonly rows: readonly string[];
  /** Lines `{"n":…,"file":…}`. */
  readonly names: readonly string[];
}

/** What a file of lines of a reader is for; null: whole records. */
export const rowsKindOf = (lines: string): keyof RowPieces | null =>
  (["likes", "names", "rows"] as const).find((kind) => basename(lines).startsWith(`${kind}-`)) ?? null;

const COLUMNS = `{skeleton: 'BIGINT', file: 'BIGINT', eventtime: 'VARCHAR', eventid: 'VARCHAR', requestid: 'VARCHAR',
  sharedeventid: 'VARCHAR', object_key: 'VARCHAR', bytes_out: 'BIGINT', bytes_in: 'BIGINT'}`;

/** From the lines that the skim wrote. */
export const packRows = async (connection: DuckDBConnection, lines: string, target: string): Promise<void> => {
  await connection.run(`COPY (SELECT * FROM read_csv(${quoted(lines)}, delim = '\t', quote = '', escape = '', header = false,
    auto_detect = false, nullstr = '', columns = ${COLUMNS})) TO ${quoted(target)} (FORMAT parquet, ROW_GROUP_SIZE 65536)`);
};

/** As a case table has them, with whatever else is asked of `r`, the rows. */
const joined = (
  rows: string,
  likes: string,
  sourceFile: string,
  more: string,
): string => `SELECT l.* EXCLUDE (skeleton) REPLACE (
    coalesce(r.sharedeventid, l.sharedeventid, r.eventid) AS event_key, r.eventid AS eventid, coalesce(r.sharedeventid, l.sharedeventid) AS sharedeventid,
    coalesce(r.requestid, l.requestid) AS requestid, r.eventtime AS eventtime, coalesce(r.object_key, l.object_key) AS object_key,
    coalesce(r.bytes_out, l.bytes_out) AS bytes_out, coalesce(r.bytes_in, l.bytes_in) AS bytes_in, ${sourceFile} AS source_file${more}
  FROM ${rows} r JOIN ${likes} l ON l.skeleton = r.skeleton`;

const filesOf = (paths: readonly string[]): string => `[${paths.map(quoted).join(", ")}]`;

/** Every column of a piece of a case table, the place of the row, and what it is like. */
export const stagedRows = ({ likes, rows, names }: RowPieces, more = ""): string =>
  joined(
    `(SELECT p.*, n.file AS name FROM read_parquet(${filesOf(rows)}, filename = true, file_row_number = true) p
      JOIN read_json(${filesOf(names)}, format = 'newline_delimited', columns = {n: 'BIGINT', file: 'VARCHAR'}) n ON n.n = p.file)`,
    `(SELECT *, CAST(source_file AS BIGINT) AS skeleton FROM read_parquet(${filesOf(likes)}))`,
    "r.name",
    `), r.filename AS filename, r.file_row_number AS file_row_number${more}`,
  );

/** Where the finished files lie, beside those of whole records. */
export const rowFilesOf = (parquet: string): { readonly rows: string; readonly likes: string } => ({
  rows: parquet.replace(/\.parquet$/, ".rows.parquet"),
  likes: parquet.replace(/\.parquet$/, ".likes.parquet"),
});

/** Of the rows that are kept, what is not the same of all their likes. `once`: makes a SELECT of it, each event once. */
export const writeRows = async (
  connection: DuckDBConnection,
  pieces: RowPieces,
  once: (from: string) => string,
  parquet: string,
): Promise<void> => {
  const { rows, likes } = rowFilesOf(parquet);
  await connection.run(`COPY (SELECT skeleton, eventtime, eventid, requestid, sharedeventid, object_key, bytes_out, bytes_in, source_file, is_contested
    FROM (${once(`(${stagedRows(pieces, ", r.skeleton AS skeleton")})`)})) TO ${quoted(rows)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 65536)`);
  await connection.run(`COPY (SELECT *, CAST(source_file AS BIGINT) AS skeleton FROM read_parquet(${filesOf(pieces.likes)}))
    TO ${quoted(likes)} (FORMAT parquet, COMPRESSION zstd)`);
};

/** A SELECT of the whole case table. */
export const wholeTable = (parquet: string): string => {
  const { rows, likes } = rowFilesOf(parquet);
  const whole = `SELECT * FROM read_parquet(${quoted(parquet)})`;
  if (!existsSync(rows)) return whole;
  return `${whole} UNION ALL BY NAME ${joined(`read_parquet(${quoted(rows)})`, `read_parquet(${quoted(likes)})`, "r.source_file", ", r.is_contested AS is_contested)")}`;
};
