import { existsSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { sum } from "../base/lists.ts";
import type { SideLogFound } from "../case/scan.ts";
import { LOG_SOURCES } from "../logs/index.ts";
import type { LogSource } from "../logs/source.ts";
import type { FileReport } from "./ingest-report.ts";
import { quoted } from "./trail-duckdb.ts";

/** Whether a file of lines holds entries of a log beside CloudTrail. */
export const isSideLines = (lines: string): boolean =>
  LOG_SOURCES.some(({ file }) => basename(lines).startsWith(`${file}-`));

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
  for (const { file, columns } of LOG_SOURCES.filter(({ id }) =>
    reports.some(({ sides }) => sides.some((side) => side.log === id)),
  )) {
    const nothing = join(place.workDir, `${file}-none.jsonl`);
    const unfinished = join(place.workDir, `${file}.parquet`);
    await writeFile(nothing, "");
    const mine = [nothing, ...lines.filter((path) => basename(path).startsWith(`${file}-`))].map(quoted).join(", ");
    // S3 may log a request twice, and exports overlap: equal entries of a file are one.
    await connection.run(`COPY (SELECT DISTINCT * FROM read_json([${mine}], format = 'newline_delimited',
      columns = ${duckColumns(columns)}, compression = 'uncompressed')) TO ${quoted(unfinished)} (FORMAT parquet)`);
    await rename(unfinished, sideParquet(place.parquet, file));
  }
};

/** As `read_json` takes them. */
const duckColumns = (columns: LogSource["columns"]): string =>
  `{${Object.entries({ ...columns, source_file: "varchar" })
    .map(([name, type]) => `${name}: '${type.toUpperCase()}'`)
    .join(", ")}}`;

/** Makes those tables visible beside the case table, as far as they are there. Logs of one kind are one table. */
export const openSideTables = async (connection: DuckDBConnection, parquet: string): Promise<void> => {
  for (const [table, sources] of Map.groupBy(LOG_SOURCES, (source) => source.table)) {
    const paths = sources.map(({ file }) => sideParquet(parquet, file));
    const there = paths.filter((path) => existsSync(path)).map(quoted);
    if (there.length > 0)
      await connection.run(`CREATE VIEW ${table} AS SELECT * FROM read_parquet([${there.join(", ")}])`);
  }
};

const sideParquet = (parquet: string, file: string): string => parquet.replace(/\.parquet$/, `.${file}.parquet`);

/** What was found of each log, for the scan's inventory. */
export const sideLogsIn = (reports: readonly FileReport[]): readonly SideLogFound[] =>
  LOG_SOURCES.map(({ id }) => reports.flatMap(({ sides }) => sides.filter((side) => side.log === id)))
    .filter((tallies) => tallies.length > 0)
    .map((tallies) => ({
      log: tallies[0]!.log,
      files: tallies.length,
      entries: sum(tallies.map(({ entries }) => entries)),
      unread: sum(tallies.map(({ unread }) => unread)),
      earliest: tallies.flatMap(({ earliest }) => earliest ?? []).toSorted()[0] ?? null,
      latest:
        tallies
          .flatMap(({ latest }) => latest ?? [])
          .toSorted()
          .at(-1) ?? null,
    }));
