import type { DuckDBConnection, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import type { Cell, Row, ScanRequest } from "../case/scan.ts";
import { type Call, COUNTED_BYTES, createKeyedHash, type HashKey } from "../skim/skim.ts";
import { baselineParts, baselineSubjects } from "../sql/baseline-table.ts";
import { windowParameters } from "../sql/case-table.ts";
import { tableOf } from "../sql/tables.ts";
import { systemIds } from "./clock.ts";
import { CLOUDTRAIL_LOGS } from "./ingest-schema.ts";
import type { Counted } from "./ingest-skimmed.ts";
import type { BaselineStage } from "./trail-baseline.ts";
import { quoted, rowsOf } from "./trail-duckdb.ts";

/** What a baseline is counted from: an event is a few numbers, and what many share stands once. */
const TABLES = `
CREATE OR REPLACE TEMP TABLE counted (event UBIGINT, object UBIGINT, bytes BIGINT, call UINTEGER, second UINTEGER);
CREATE OR REPLACE TEMP TABLE calls (call UINTEGER, hour VARCHAR, stable_id VARCHAR, sourceip VARCHAR, useragent VARCHAR, bucket VARCHAR, eventname VARCHAR)`;

/** Each event once; as in the SQL, each column is the largest of its copies. */
const ONCE = `
CREATE OR REPLACE TEMP TABLE once AS SELECT event, min(call) AS call, max(call) AS other_call, max(second) AS second, max(object) AS object,
  coalesce(min(object) <> max(object), false) AS has_two_objects, max(bytes) AS bytes FROM counted GROUP BY event`;

const TIME = "concat(hour, format(':{:02d}:{:02d}Z', second // 60, second % 60))";

/** Events whose copies do not say the same. */
const CONTESTED = `
SELECT event, max(${TIME}) AS eventtime, max(stable_id) AS stable_id, max(sourceip) AS sourceip, max(useragent) AS useragent,
  max(bucket) AS bucket, max(eventname) AS eventname, max(object) AS object, max(bytes) AS bytes_out
FROM counted JOIN calls USING (call) WHERE event IN (SELECT event FROM once WHERE call <> other_call) GROUP BY event`;

const hoursBy = (network: string): string => `
WITH summed AS (
  SELECT call, count(*) AS calls, count(DISTINCT object) AS objects, CAST(sum(bytes) AS bigint) AS bytes_out, min(second) AS first_second, max(second) AS last_second
  FROM once WHERE call = other_call GROUP BY call
)
SELECT hour, stable_id, sourceip, ${network} AS network, useragent, bucket, eventname, summed.calls, objects, bytes_out,
  ${TIME.replaceAll("second", "first_second")} AS first_at, ${TIME.replaceAll("second", "last_second")} AS last_at
FROM summed JOIN calls USING (call)
ORDER BY 1, 2, 3, 5, 6, 7`;

/** So many calls are held in memory by their texts. */
const MOST_CALLS = 400_000;

/** It cannot be counted in this way, but as the text of the SQL says. */
export class NotCounted extends Error {
  override readonly name = "NotCounted";
}

export interface CountedStage extends BaselineStage {
  readonly counting: { readonly key: HashKey; take(counted: Counted): void };
}

/**
 * `baseline-table.sql` for logs that are counted while they are read: the same rows, from numbers in place of records
 * (`lib/skim/calls.as`). Records that were not counted come as lines and go through the SQL's own first part. Events and objects
 * are told apart by 64 bits of a keyed hash: of ten million, two are taken for one with a chance of one in 300,000. `finish`
 * throws NotCounted where copies of an event name two objects, or nearly every event is a call of its own.
 */
export const createCountedStage = async (connection: DuckDBConnection, request: ScanRequest): Promise<CountedStage> => {
  const { UBIGINT, BIGINT, UINTEGER, VARCHAR } = await import("@duckdb/node-api");
  const table = tableOf(request);
  const { named, network } = baselineParts(table.select);
  await connection.run(TABLES);
  const key = systemIds.random(16);
  const hash = createKeyedHash(key);
  const hashOf = (text: string | null): bigint | null => (text === null ? null : hash(text));
  const events = await createFiller(connection, "counted", [UBIGINT, UBIGINT, BIGINT, UINTEGER, UINTEGER]);
  const calls = await createFiller(connection, "calls", [UINTEGER, ...Array(6).fill(VARCHAR)]);
  const subjects = new Set(baselineSubjects(request.indicators).flatMap((text) => text.split("\n")));
  const numbers = new Map<string, number>();

  const numberOf = (call: Call): number => {
    const text = JSON.stringify(call);
    const known = numbers.get(text);
    if (known !== undefined) return known;
    const number = numbers.size;
    if (number < MOST_CALLS) numbers.set(text, number);
    calls.add(number, ...call);
    return number;
  };

  /** Null: it is of nobody and nothing in question. */
  const wanted = (call: Call): number | null => {
    const [, stableId, , , bucket] = call;
    return subjects.has(stableId ?? "") || subjects.has(bucket ?? "") ? numberOf(call) : null;
  };

  const take = (counted: Counted): void => {
    const found = counted.calls.map(wanted);
    for (const rows of counted.rows) takeRows(rows, found);
  };

  const takeRows = ({ buffer, byteOffset, byteLength }: Uint8Array, found: readonly (number | null)[]): void => {
    const hashes = new BigUint64Array(buffer as ArrayBuffer, byteOffset, byteLength / 8);
    const sizes = new BigInt64Array(buffer as ArrayBuffer, byteOffset, byteLength / 8);
    const places = new Uint32Array(buffer as ArrayBuffer, byteOffset, byteLength / 4);
    for (let row = 0; row < byteLength / COUNTED_BYTES; row++) {
      const call = found[places[8 * row + 6]!]!;
      const [object, bytes] = [hashes[4 * row + 1]!, sizes[4 * row + 2]!];
      if (call !== null)
        events.add(
          ...[hashes[4 * row]!, object === 0n ? null : object, bytes === -1n ? null : bytes],
          ...[call, places[8 * row + 7]!],
        );
    }
  };

  const takeEvent = (row: Row, event: bigint, object: bigint | null, call: number | null): void => {
    if (call !== null)
      events.add(event, object, row.bytes_out === null ? null : BigInt(row.bytes_out!), call, secondOf(row));
  };

  return {
    counting: { key, take },
    take: async (from) => {
      await connection.run(`CREATE OR REPLACE TEMP VIEW batch AS ${from}`);
      await connection.run(`CREATE OR REPLACE TEMP VIEW cloudtrail_logs AS ${CLOUDTRAIL_LOGS}`);
      for (const row of await rowsOf(connection, named, windowParameters(request)))
        takeEvent(row, hash(String(row.event_key)), hashOf(row.object_key as string | null), wanted(callOf(row)));
    },
    finish: async (target) => {
      if (numbers.size === MOST_CALLS) throw new NotCounted("too many calls");
      events.flush();
      calls.flush();
      await connection.run(ONCE);
      const [two] = await rowsOf(connection, "SELECT count(*) AS events FROM once WHERE has_two_objects");
      if (Number(two?.events) > 0) throw new NotCounted("copies of an event name two objects");
      const contested = await rowsOf(connection, CONTESTED);
      await connection.run("TRUNCATE counted");
      for (const row of contested) takeEvent(row, toHash(row.event)!, toHash(row.object), numberOf(callOf(row)));
      events.flush();
      calls.flush();
      await connection.run(`INSERT INTO once SELECT event, call, call, second, object, false, bytes FROM counted`);
      await connection.run(`COPY (${hoursBy(network)}) TO ${quoted(target)} (FORMAT parquet, COMPRESSION zstd)`);
      const [row] = await rowsOf(connection, table.summary.replace("?", `read_parquet(${quoted(target)})`));
      return Number(row?.kept);
    },
  };
};

/** Times are whole seconds: `YYYY-MM-DDTHH:MM:SSZ`. */
const secondOf = ({ eventtime }: Row): number => {
  const time = String(eventtime);
  return 60 * Number(time.slice(14, 16)) + Number(time.slice(17, 19));
};

const callOf = (row: Row): Call => {
  const { stable_id, sourceip, useragent, bucket, eventname } = row as Readonly<Record<string, string | null>>;
  return [String(row.eventtime).slice(0, 13), stable_id!, sourceip!, useragent!, bucket!, eventname!];
};

const toHash = (cell: Cell | undefined): bigint | null =>
  cell === null || cell === undefined ? null : BigInt(String(cell));

interface Filler {
  add(...row: readonly DuckDBValue[]): void;
  flush(): void;
}

/** Rows in a chunk of DuckDB. */
const CHUNK = 2048;

/** Appends rows to a temporary table, in chunks. Not while a query of the connection runs. */
const createFiller = async (
  connection: DuckDBConnection,
  table: string,
  types: readonly DuckDBType[],
): Promise<Filler> => {
  const { DuckDBDataChunk } = await import("@duckdb/node-api");
  const appender = await connection.createAppender(table, undefined, "temp");
  const columns: DuckDBValue[][] = types.map(() => []);
  const write = (): void => {
    if (columns[0]!.length === 0) return;
    const chunk = DuckDBDataChunk.create(types, columns[0]!.length);
    chunk.setColumns(columns);
    appender.appendDataChunk(chunk);
    for (const column of columns) column.length = 0;
  };
  return {
    add: (...row) => {
      for (let at = 0; at < columns.length; at++) columns[at]!.push(row[at]!);
      if (columns[0]!.length === CHUNK) write();
    },
    flush: () => {
      write();
      appender.flushSync();
    },
  };
};
