import type { DuckDBConnection } from "@duckdb/node-api";
import { quoted, rowsOf } from "./trail-duckdb.ts";

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
  await connection.run(`COPY (
    SELECT * FROM ${staged} WHERE event_key NOT IN (SELECT event_key FROM twice)
    UNION ALL
    SELECT * EXCLUDE (copy_number) FROM (
      SELECT *, row_number() OVER (
        PARTITION BY event_key ORDER BY CASE WHEN access_key_id IS NULL THEN 1 ELSE 0 END, eventid, source_file
      ) AS copy_number
      FROM ${staged} WHERE event_key IN (SELECT event_key FROM twice))
    WHERE copy_number = 1
  ) TO ${quoted(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 16384)`);
  const [row] = await rowsOf(connection, `SELECT count(*) AS kept FROM read_parquet(${quoted(target)})`);
  return Number(row?.kept);
};
