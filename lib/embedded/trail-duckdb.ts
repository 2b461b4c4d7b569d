import { readFileSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Cell, Row } from "../case/scan.ts";

const MACROS = readFileSync(new URL("./macros.sql", import.meta.url), "utf8");

export interface DuckOptions {
  /** `:memory:` or a file, which one process at a time can open. */
  readonly database: string;
  /** Where DuckDB may read and write, and spill. */
  readonly folders: readonly string[];
  readonly spillFolder: string;
  readonly memoryLimitMb: number;
  readonly threads: number;
}

export interface Duck {
  readonly connection: DuckDBConnection;
  close(): void;
}

/** A DuckDB that speaks Trino (macros.sql), in UTC, that reaches no file outside its folders and loads no extension. */
export const openDuck = async (options: DuckOptions): Promise<Duck> => {
  // Loaded when it is used: 70 MB of native code that most verbs never ask.
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(options.database, {
    threads: String(options.threads),
    memory_limit: `${options.memoryLimitMb}MB`,
    temp_directory: options.spillFolder,
    allocator_flush_threshold: "16MB",
    allocator_bulk_deallocation_flush_threshold: "32MB",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  const folders = options.folders.map((folder) => quoted(folder)).join(", ");
  await connection.run(`SET TimeZone = 'UTC'; SET integer_division = true; SET preserve_insertion_order = false;
    SET allowed_directories = [${folders}]; SET enable_external_access = false;`);
  await connection.run(MACROS);
  await connection.run("SET lock_configuration = true");
  return {
    connection,
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
};

/** Text as an SQL literal. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Rows of a query; parameters are bound as VARCHAR. */
export const rowsOf = async (
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly string[] = [],
): Promise<readonly Row[]> => {
  const reader = await connection.runAndReadAll(sql, [...parameters]);
  // Asked by columns: a third cheaper than by rows.
  const columns = reader.getColumns();
  const rows = Array.from({ length: reader.currentRowCount }, (): Record<string, Cell> => ({}));
  // There are none where there is no row.
  for (const [column, name] of reader.columnNames().entries())
    for (const [at, value] of (columns[column] ?? []).entries()) rows[at]![name] = toCell(value);
  return rows;
};

const toCell = (value: unknown): Cell => {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return toInteger(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return String(value);
};

const toInteger = (value: bigint): number | string =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value);
