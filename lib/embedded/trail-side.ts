import { rename, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { SideLogFound } from "../case/scan.ts";
import type { FileReport } from "./ingest-reader.ts";
import { SIDE_LOGS, type SideTally } from "./ingest-side.ts";
import { quoted } from "./trail-duckdb.ts";

/** Whether a file of lines holds entries of a log beside CloudTrail. */
export const isSideLines = (lines: string): boolean =>
  SIDE_LOGS.some(({ file }) => basename(lines).startsWith(`${file}-`));

/**
 * Writes the table of each log that was given, beside the case table: `round-<n>.<log>.parquet`. Where none was given
 * there is no table, so that a question to it fails instead of answering nothing.
 */
export const writeSideTables = async (
  connection: DuckDBConnection,
  lines: readonly string[],
  reports: readonly FileReport[],
  place: { readonly workDir: string; readonly parquet: string },
): Promise<void> => {
  for (const { file, columns } of SIDE_LOGS.filter(({ log }) =>
    reports.some(({ sides }) => sides.some((side) => side.log === log)),
  )) {
    const nothing = join(place.workDir, `${file}-none.jsonl`);
    const unfinished = join(place.workDir, `${file}.parquet`);
    await writeFile(nothing, "");
    const mine = [nothing, ...lines.filter((path) => basename(path).startsWith(`${file}-`))].map(quoted).join(", ");
    // S3 may log a request twice, and exports overlap: equal entries of a file are one.
    await connection.run(`COPY (SELECT DISTINCT * FROM read_json([${mine}], format = 'newline_delimited',
      columns = ${columns}, compression = 'uncompressed')) TO ${quoted(unfinished)} (FORMAT parquet)`);
    await rename(unfinished, sideParquet(place.parquet, file));
  }
};

/** Makes those tables visible beside the case table, as far as they are there. */
export const openSideTables = async (connection: DuckDBConnection, parquet: string): Promise<void> => {
  for (const { table, file } of SIDE_LOGS) {
    const path = sideParquet(parquet, file);
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (isThere) await connection.run(`CREATE VIEW ${table} AS SELECT * FROM read_parquet(${quoted(path)})`);
  }
};

const sideParquet = (parquet: string, file: string): string => parquet.replace(/\.parquet$/, `.${file}.parquet`);

/** What was found of each log, for the scan's inventory. */
export const sideLogsIn = (reports: readonly FileReport[]): readonly SideLogFound[] =>
  SIDE_LOGS.map(({ log }) => reports.flatMap(({ sides }) => sides.filter((side) => side.log === log)))
    .filter((tallies) => tallies.length > 0)
    .map((tallies) => ({
      log: tallies[0]!.log,
      files: tallies.length,
      entries: sum(tallies, ({ entries }) => entries),
      unread: sum(tallies, ({ unread }) => unread),
      earliest: tallies.flatMap(({ earliest }) => earliest ?? []).toSorted()[0] ?? null,
      latest:
        tallies
          .flatMap(({ latest }) => latest ?? [])
          .toSorted()
          .at(-1) ?? null,
    }));

const sum = (tallies: readonly SideTally[], of: (tally: SideTally) => number): number =>
  tallies.reduce((total, tally) => total + of(tally), 0);
