import type { DuckDBConnection } from "@duckdb/node-api";
import type { LogFile } from "./ingest.ts";
import { CLOUDTRAIL_LOGS, LINE_COLUMNS, LINE_RECORD, RECORD_TYPE } from "./ingest-schema.ts";
import { quoted } from "./trail-duckdb.ts";

const MEBIBYTE = 1024 * 1024;
const SMALLEST_OBJECT_LIMIT = 16 * MEBIBYTE;

/**
 * Loads files into table `batch` (columns `r`, `file`) and sets `cloudtrail_logs` over it. One bad file fails a whole
 * read_json, so the batch is read again without the file that the message names, or halved until the bad one is alone.
 * Answers the files that were left out.
 */
export const loadBatch = async (
  connection: DuckDBConnection,
  files: readonly LogFile[],
  logsDir: string,
): Promise<readonly LogFile[]> => {
  await connection.run(`CREATE OR REPLACE TEMP TABLE batch (r ${RECORD_TYPE}, file VARCHAR)`);
  const refused: LogFile[] = [];
  const waiting: (readonly LogFile[])[] = files.length === 0 ? [] : [files];
  for (let some = waiting.pop(); some !== undefined; some = waiting.pop()) {
    const failure = await insert(connection, some, logsDir);
    if (failure === null) continue;
    const named = some.find(({ path }) => failure.includes(`"${path}"`));
    if (some.length === 1) refused.push(...some);
    else if (named !== undefined) {
      refused.push(named);
      waiting.push(some.filter((file) => file !== named));
    } else {
      const half = some.length >> 1;
      waiting.push(some.slice(half), some.slice(0, half));
    }
  }
  await nameIt(connection);
  return refused;
};

/** Loads lines that `salvage` wrote. */
export const loadLines = async (connection: DuckDBConnection, path: string): Promise<void> => {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE batch AS SELECT r, file FROM read_json(${quoted(path)},
      columns = {file: 'VARCHAR', r: ${quoted(RECORD_TYPE)}}, format = 'newline_delimited', compression = 'uncompressed')`,
  );
  await nameIt(connection);
};

const nameIt = async (connection: DuckDBConnection): Promise<void> => {
  await connection.run(`CREATE OR REPLACE TEMP VIEW cloudtrail_logs AS ${CLOUDTRAIL_LOGS}`);
};

/** Null, or DuckDB's message. Files of one batch are of one kind; plain and gzip files are read apart. */
const insert = async (
  connection: DuckDBConnection,
  files: readonly LogFile[],
  logsDir: string,
): Promise<string | null> => {
  const groups = [files.filter(({ gzip }) => gzip), files.filter(({ gzip }) => !gzip)];
  const reads = groups.filter((group) => group.length > 0).map((group) => readOf(group, logsDir));
  try {
    await connection.run(`INSERT INTO batch ${reads.join(" UNION ALL ")}`);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

const readOf = (files: readonly LogFile[], logsDir: string): string => {
  const limit = Math.max(SMALLEST_OBJECT_LIMIT, ...files.map(({ rawBytes }) => rawBytes + MEBIBYTE));
  const list = `[${files.map(({ path }) => quoted(path)).join(", ")}]`;
  const options = `compression = ${files[0]!.gzip ? "'gzip'" : "'uncompressed'"}, filename = true`;
  const name = `substr(filename, ${logsDir.length + 2}) AS file`;
  if (files[0]!.kind === "delivered")
    return `SELECT r, file FROM (SELECT unnest("Records") AS r, ${name} FROM read_json(${list},
      columns = {"Records": ${quoted(`${RECORD_TYPE}[]`)}}, format = 'unstructured', maximum_object_size = ${limit}, ${options}))`;
  return `SELECT ${LINE_RECORD} AS r, ${name} FROM read_json(${list},
    columns = ${LINE_COLUMNS}, format = 'newline_delimited', ${options})`;
};
