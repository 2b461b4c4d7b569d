import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ScanRequest } from "../case/scan.ts";
import { inParts } from "../sql/case-table.ts";
import { tableOf } from "../sql/tables.ts";
import { CLOUDTRAIL_LOGS, RECORD_TYPE } from "./ingest-schema.ts";
import { quoted } from "./trail-duckdb.ts";
import { packRows, type RowPieces, rowsKindOf } from "./trail-rows.ts";
import { isSideLines } from "./trail-side.ts";

export const recordsIn = (lines: string): string =>
  `SELECT r, file FROM read_json(${quoted(lines)}, format = 'newline_delimited',
    columns = {file: 'VARCHAR', r: ${quoted(RECORD_TYPE)}}, compression = 'uncompressed', maximum_object_size = 8388608)`;

export interface CaseStage {
  take(lines: string): Promise<void>;
  /** Parquet files with what was selected; at least one, if only for its columns. */
  pieces(): Promise<readonly string[]>;
  /** Of records that are like others; null: there are none. */
  rows(): RowPieces | null;
  /** How the copies of an event are told apart. */
  readonly copies: string;
  /** Files with entries of logs beside CloudTrail. */
  readonly sideLines: readonly string[];
}

/** Runs `case-table.sql` over each file of lines as soon as it is there; copies are told apart when all are. */
export const createCaseStage = (connection: DuckDBConnection, request: ScanRequest, workDir: string): CaseStage => {
  const table = tableOf(request);
  const { rows, copies } = inParts(table.select);
  const parameters = [...table.parametersOf(request)];
  const pieces: string[] = [];
  const alike = { likes: [] as string[], names: [] as string[], rows: [] as string[] };
  const sideLines: string[] = [];
  const select = async (from: string, into: string[], name: string): Promise<void> => {
    const piece = join(workDir, `${name}-${into.length}.parquet`);
    await connection.run(`CREATE OR REPLACE TEMP VIEW batch AS ${from}`);
    await connection.run(`CREATE OR REPLACE TEMP VIEW cloudtrail_logs AS ${CLOUDTRAIL_LOGS}`);
    await connection.run(`COPY (${rows}) TO ${quoted(piece)} (FORMAT parquet, ROW_GROUP_SIZE 16384)`, parameters);
    into.push(piece);
  };
  return {
    take: async (lines) => {
      if (isSideLines(lines)) {
        sideLines.push(lines);
        return;
      }
      const kind = rowsKindOf(lines);
      if (kind === "names") {
        alike.names.push(lines);
        return;
      }
      if (kind === "rows") {
        const piece = join(workDir, `rows-${alike.rows.length}.parquet`);
        await packRows(connection, lines, piece);
        alike.rows.push(piece);
      } else if (kind === "likes") await select(recordsIn(lines), alike.likes, "likes");
      else await select(recordsIn(lines), pieces, "piece");
      await rm(lines);
    },
    pieces: async () => {
      if (pieces.length === 0)
        await select(
          `SELECT CAST(NULL AS ${RECORD_TYPE}) AS r, CAST(NULL AS VARCHAR) AS file WHERE false`,
          pieces,
          "piece",
        );
      return pieces;
    },
    rows: () => (alike.rows.length === 0 ? null : alike),
    copies,
    sideLines,
  };
};
