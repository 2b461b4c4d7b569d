/** Queries over the tables that scans left, one after another, in a DuckDB that is kept open between them. */
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { CordonError } from "../base/errors.ts";
import type { QueryRun } from "../ports/ports.ts";
import { type Duck, openDuck, rowsOf } from "./trail-duckdb.ts";
import { wholeTable } from "./trail-rows.ts";
import { openSideTables } from "./trail-side.ts";

/** A query sorts and counts what the scan left; beyond this it spills to disk. */
const QUERY_MEMORY_MB = 240;

/** A case table up to this is held in memory, unpacked about ten times as large: a hundred queries need not open its file each. */
const SMALL_BYTES = 4e6;

/** So much more is allowed, once, where the logs are too many for the ordinary limit. */
const MORE_MEMORY = 6;

/** A case table that queries run over. */
interface Opened {
  readonly parquet: string;
  readonly memoryLimitMb: number;
  readonly duck: Duck;
}

export interface Asked {
  /** Holds the tables of one series of scans. */
  readonly folder: string;
  /** Name of the newest table in SQL. */
  readonly table: string;
  readonly name: string;
  readonly sql: string;
  readonly parameters: readonly string[];
}

export interface Tables {
  query(asked: Asked): Promise<QueryRun>;
  /** Closes what is open, after the query under way: a scan has the memory to itself. Tables open again when they are asked. */
  close(): Promise<void>;
}

interface Limits {
  readonly memoryLimitMb: number;
  readonly threads: number;
}

export const createTables = (limits: Limits): Tables => {
  const open = new Map<string, Opened>();
  let last: Promise<unknown> = Promise.resolve();
  /** One query after another: a newer round closes the table of the older one. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const opened = async (asked: Asked, parquet: string, memoryLimitMb: number): Promise<Duck> => {
    const before = open.get(asked.folder);
    if (before?.parquet === parquet && before.memoryLimitMb >= memoryLimitMb) return before.duck;
    before?.duck.close();
    const duck = await openTable({ ...limits, memoryLimitMb }, asked, parquet);
    open.set(asked.folder, { parquet, memoryLimitMb, duck });
    return duck;
  };
  return {
    query: (asked) =>
      inTurn(async () => {
        const parquet = await newestTable(asked.folder);
        return withMoreMemory(Math.min(limits.memoryLimitMb, QUERY_MEMORY_MB), async (memoryLimitMb) =>
          runQuery(await opened(asked, parquet, memoryLimitMb), parquet, asked),
        );
      }),
    close: () =>
      inTurn(async () => {
        for (const { duck } of open.values()) duck.close();
        open.clear();
      }),
  };
};

/** Once with the ordinary limit; once more with much of the machine, where that was too little. */
export const withMoreMemory = async <T>(limitMb: number, work: (limitMb: number) => Promise<T>): Promise<T> => {
  try {
    return await work(limitMb);
  } catch (error) {
    if (!/Out of Memory/.test(String(error))) throw error;
    return work(limitMb * MORE_MEMORY);
  }
};

/** The case table of the newest finished round. */
const newestTable = async (folder: string): Promise<string> => {
  const names = await readdir(folder).catch(() => []);
  const rounds = names.flatMap((name) => /^round-(\d+)\.json$/.exec(name)?.[1] ?? []).map(Number);
  if (rounds.length === 0) throw new CordonError("QUERY_FAILED", `${folder}: expected a finished scan, got none`);
  return join(resolve(folder), `round-${Math.max(...rounds)}.parquet`);
};

const openTable = async (limits: Limits, { folder, table }: Asked, parquet: string): Promise<Duck> => {
  const duck = await openDuck({
    ...limits,
    database: ":memory:",
    folders: [resolve(folder)],
    spillFolder: join(resolve(folder), "spill"),
  });
  const isSmall = (await stat(parquet)).size <= SMALL_BYTES;
  await duck.connection.run(`CREATE ${isSmall ? "TABLE" : "VIEW"} ${table} AS ${wholeTable(parquet)}`);
  await openSideTables(duck.connection, parquet);
  return duck;
};

const runQuery = async (duck: Duck, parquet: string, { name, sql, parameters }: Asked): Promise<QueryRun> => {
  try {
    const rows = await rowsOf(duck.connection, sql, parameters);
    return { name, sql, parameters, engine: "DuckDB", bytesScanned: (await stat(parquet)).size, rows };
  } catch (cause) {
    throw new CordonError("QUERY_FAILED", `query ${name}: ${(cause as Error).message}`, { cause });
  }
};
