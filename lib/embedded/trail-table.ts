import type { DuckDBConnection } from "@duckdb/node-api";
import { quoted, rowsOf } from "./trail-duckdb.ts";

const REQUEST = "concat(requestid, chr(10), eventname, chr(10), object_key)";

/** A record that lost its id in an export, of a request that another file has with its id, is that one again. */
const IS_NO_ECHO = `NOT (eventid LIKE 'no-id-%' AND ${REQUEST} IN (SELECT request FROM requests))`;

/** As `is_contested` in `case-table.sql`, over all files. */
const DIFFERS = [
  "eventtime",
  "eventname",
  "coalesce(errorcode, '')",
  "bucket",
  "object_key",
  "principal_id",
  "sourceip",
  "bytes_out",
]
  .map((column) => `min(${column}) OVER (PARTITION BY eventid) <> max(${column}) OVER (PARTITION BY eventid)`)
  // Two accounts' copies of one event (`sharedEventID`) say the same of what was done.
  .concat(
    ["eventname", "object_key"].map(
      (column) => `min(${column}) OVER (PARTITION BY event_key) <> max(${column}) OVER (PARTITION BY event_key)`,
    ),
  )
  .join(" OR ");

/**
 * Puts the pieces together, each `event_key` once, sorted by time. Two steps, because de-duplicating whole rows
 * does not spill and dies at 1 GB (facts: log-scan.md): first the keys that occur twice, then only their rows are ranked,
 * by the same order as in `case-table.sql`, so that the result is what that text gives over all files at once.
 * Answers the number of events.
 */
export const writeCaseTable = async (
  connection: DuckDBConnection,
  pieces: readonly string[],
  target: string,
): Promise<number> => {
  const staged = `read_parquet([${pieces.map(quoted).join(", ")}])`;
  await connection.run(
    `CREATE TEMP TABLE twice AS SELECT event_key FROM ${staged} GROUP BY event_key HAVING count(*) > 1`,
  );
  await connection.run(`CREATE TEMP TABLE requests AS SELECT DISTINCT ${REQUEST} AS request FROM ${staged}
    WHERE eventid NOT LIKE 'no-id-%' AND requestid IN (SELECT requestid FROM ${staged} WHERE eventid LIKE 'no-id-%')`);
  await connection.run(`COPY (
    SELECT * FROM ${staged} WHERE event_key NOT IN (SELECT event_key FROM twice) AND ${IS_NO_ECHO}
    UNION ALL
    SELECT * EXCLUDE (copy_number) FROM (
      SELECT * REPLACE (is_contested OR coalesce(${DIFFERS}, false) AS is_contested), row_number() OVER (
        PARTITION BY event_key ORDER BY CASE WHEN access_key_id IS NULL THEN 1 ELSE 0 END,
          CASE WHEN errorcode IS NULL THEN 0 ELSE 1 END, coalesce(bytes_out, 0) DESC, eventid, source_file
      ) AS copy_number
      FROM ${staged} WHERE event_key IN (SELECT event_key FROM twice) AND ${IS_NO_ECHO})
    WHERE copy_number = 1
  ) TO ${quoted(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 16384)`);
  const [row] = await rowsOf(connection, `SELECT count(*) AS kept FROM read_parquet(${quoted(target)})`);
  return Number(row?.kept);
};
