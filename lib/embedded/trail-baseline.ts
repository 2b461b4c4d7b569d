import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ScanRequest } from "../case/scan.ts";
import { tableOf } from "../sql/tables.ts";
import { CLOUDTRAIL_LOGS, RECORD_TYPE } from "./ingest-schema.ts";
import { quoted, rowsOf } from "./trail-duckdb.ts";

/** What `baseline-table.sql` reads of Athena's CloudTrail table; kept between reading and counting, then removed. */
const COLUMNS =
  "day, eventtime, eventid, sharedeventid, eventname, eventcategory, errorcode, useridentity, sourceipaddress, useragent, requestparameters, additionaleventdata, resources";

/** The stages of a baseline: each file of lines becomes a small one, and one SELECT counts over all of them. */
export interface BaselineStage {
  take(from: string): Promise<void>;
  /** Writes the table; answers the number of calls it stands for. */
  finish(target: string): Promise<number>;
}

/**
 * Hours are spread over many files, so that nothing can be counted before all are read; until then the events wait
 * in narrow Parquet files (about 100 bytes an event) in the work folder, which goes with the scan.
 */
export const createBaselineStage = (
  connection: DuckDBConnection,
  request: ScanRequest,
  workDir: string,
): BaselineStage => {
  const table = tableOf(request);
  const pieces: string[] = [];
  const take = async (from: string): Promise<void> => {
    const piece = join(workDir, `piece-${pieces.length}.parquet`);
    await connection.run(`CREATE OR REPLACE TEMP VIEW batch AS ${from}`);
    await connection.run(`CREATE OR REPLACE TEMP VIEW cloudtrail_logs AS ${CLOUDTRAIL_LOGS}`);
    await connection.run(`COPY (SELECT ${COLUMNS} FROM cloudtrail_logs) TO ${quoted(piece)} (FORMAT parquet,
      COMPRESSION zstd, ROW_GROUP_SIZE 16384)`);
    pieces.push(piece);
  };
  return {
    take,
    finish: async (target) => {
      if (pieces.length === 0)
        await take(`SELECT CAST(NULL AS ${RECORD_TYPE}) AS r, CAST(NULL AS VARCHAR) AS file WHERE false`);
      const all = pieces.map(quoted).join(", ");
      await connection.run(`CREATE OR REPLACE TEMP VIEW cloudtrail_logs AS SELECT * FROM read_parquet([${all}])`);
      await connection.run(`COPY (${table.select}) TO ${quoted(target)} (FORMAT parquet, COMPRESSION zstd)`, [
        ...table.parametersOf(request),
      ]);
      for (const piece of pieces) await rm(piece);
      const [row] = await rowsOf(connection, table.summary.replace("?", `read_parquet(${quoted(target)})`));
      return Number(row?.kept);
    },
  };
};
