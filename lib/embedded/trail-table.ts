import type { DuckDBConnection } from "@duckdb/node-api";
import { quoted, rowsOf } from "./trail-duckdb.ts";
import { type RowPieces, stagedRows, wholeTable, writeRows } from "./trail-rows.ts";

const REQUEST = "concat(requestid, chr(10), eventname, chr(10), object_key)";

/** A record that lost its id in an export, of a request that another file has with its id, is that one again. */
const IS_NO_ECHO = `NOT (eventid LIKE 'no-id-%' AND ${REQUEST} IN (SELECT request FROM requests))`;

/** What `copies` of `case-table.sql` asks of a row. */
const COMPARED =
  "event_key, eventid, access_key_id, errorcode, bytes_out, source_file, eventtime, eventname, bucket, object_key, principal_id, sourceip";

/**
 * Puts the pieces together, each `event_key` once. Whole rows in a window do not spill and die at 1 GB (facts: log-scan.md):
 * only events that occur twice are compared, by few columns and their places, so that the result is what the text gives over all
 * files at once. `copies`: how `case-table.sql` tells them apart; `rows`: of records that are like others, null where there are
 * none. Answers the number of events.
 */
export const writeCaseTable = async (
  connection: DuckDBConnection,
  { pieces, rows }: { readonly pieces: readonly string[]; readonly rows: RowPieces | null },
  copies: string,
  target: string,
): Promise<number> => {
  const whole = `read_parquet([${pieces.map(quoted).join(", ")}], filename = true, file_row_number = true)`;
  const staged = rows === null ? whole : `(SELECT * FROM ${whole} UNION ALL BY NAME ${stagedRows(rows)})`;
  await connection.run(`CREATE TEMP TABLE twice AS SELECT event_key FROM ${staged} GROUP BY event_key HAVING count(*) > 1
    UNION SELECT event_key FROM ${staged} WHERE eventid IN (SELECT eventid FROM ${staged} GROUP BY eventid HAVING count(*) > 1)`);
  await connection.run(`CREATE TEMP TABLE requests AS SELECT DISTINCT ${REQUEST} AS request FROM ${staged}
    WHERE eventid NOT LIKE 'no-id-%' AND requestid IN (SELECT requestid FROM ${whole} WHERE eventid LIKE 'no-id-%')`);
  await connection.run(`CREATE TEMP TABLE chosen AS
    WITH touched AS (SELECT ${COMPARED}, filename, file_row_number FROM ${staged}
      WHERE event_key IN (SELECT event_key FROM twice) AND ${IS_NO_ECHO}),
    copies AS (${copies})
    SELECT filename, file_row_number, coalesce(is_contested, false) AS differs FROM copies WHERE copy_number = 1`);
  const once = (from: string): string =>
    `SELECT * EXCLUDE (filename, file_row_number) FROM ${from} WHERE event_key NOT IN (SELECT event_key FROM twice) AND ${IS_NO_ECHO}
    UNION ALL
    SELECT * EXCLUDE (filename, file_row_number, differs) REPLACE (differs AS is_contested)
    FROM ${from} JOIN chosen USING (filename, file_row_number)`;
  await connection.run(
    `COPY (${once(whole)}) TO ${quoted(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 16384)`,
  );
  if (rows !== null) await writeRows(connection, rows, once, target);
  const [row] = await rowsOf(connection, `SELECT count(*) AS kept FROM (${wholeTable(target)})`);
  return Number(row?.kept);
};
