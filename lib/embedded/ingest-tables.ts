import { rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { threadId } from "node:worker_threads";
import { parse } from "csv-parse";
import type { Content } from "./ingest-content.ts";
import type { Table } from "./ingest-kind.ts";
import type { Members } from "./ingest-members.ts";
import type { Piece } from "./ingest-pieces.ts";
import { openDuck, quoted } from "./trail-duckdb.ts";

const MOST_ROW = 4 * 1024 * 1024;

/** The rows of a table of comma-separated values, each by the names of its columns. A broken row is lost alone. */
export async function* csvRows(content: Content, { delimiter, quoteEscape, line }: Table): AsyncGenerator<Piece> {
  const lost: string[] = [];
  const parser = parse({
    delimiter,
    escape: quoteEscape,
    from_line: line,
    record_delimiter: ["\r\n", "\n"],
    columns: distinctNames,
    bom: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: MOST_ROW,
    on_skip: (error) => void lost.push(error?.code === "CSV_QUOTE_NOT_CLOSED" ? "a row has no end" : "a row is broken"),
  });
  const input = Readable.from(content.chunks(), { objectMode: false });
  input.on("error", (error) => parser.destroy(error));
  const rows = input.pipe(parser) as AsyncIterable<Members>;
  try {
    for await (const value of rows) {
      for (const one of lost.splice(0)) yield { lost: one };
      if (!isHeader(value)) yield { value: filled(value) };
    }
  } catch (error) {
    yield { lost: `it breaks off (${(error as Error).message})` };
  }
  for (const one of lost.splice(0)) yield { lost: one };
  if (content.broken !== null) yield { lost: content.broken };
}

/** A second column of a name is another one. */
const distinctNames = (names: readonly string[]): string[] =>
  names.map((name, at) => (names.indexOf(name) === at ? name : `${name} ${at + 1}`));

/** Of another table behind the first. */
const isHeader = (row: Members): boolean => Object.entries(row).every(([name, value]) => name === value);

/** An empty cell says nothing. */
const filled = (row: Members): Members =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === "" ? null : value]));

/** DuckDB reads a Parquet file in parts of this memory. */
const PARQUET_MB = 256;

/** Rows of a Parquet file. `path`: where it lies, if it is no file inside an archive; else it is put into `folder` meanwhile. */
export async function* parquetRows(content: Content, path: string | null, folder: string): AsyncGenerator<Piece> {
  const file = path ?? join(folder, `unpacked-${process.pid}-${threadId}.parquet`);
  try {
    if (path === null) await writeFile(file, content.chunks());
    yield* rowsIn(file, folder);
  } catch (error) {
    yield { lost: `DuckDB cannot read it (${(error as Error).message.split("\n")[0]!.slice(0, 200)})` };
  } finally {
    if (path === null) await rm(file, { force: true });
  }
}

async function* rowsIn(file: string, folder: string): AsyncGenerator<Piece> {
  const duck = await openDuck({
    database: ":memory:",
    folders: [dirname(file), folder],
    spillFolder: folder,
    memoryLimitMb: PARQUET_MB,
    threads: 1,
  });
  try {
    const rows = await duck.connection.stream(
      `SELECT CAST(to_json(t) AS VARCHAR) FROM read_parquet(${quoted(file)}, binary_as_string = true) t`,
    );
    for (let part = await rows.fetchChunk(); part !== null && part.rowCount > 0; part = await rows.fetchChunk())
      for (const [row] of part.getRows()) yield { value: JSON.parse(String(row)) as unknown };
  } finally {
    duck.close();
  }
}
