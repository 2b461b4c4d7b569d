/** Questions to the tables of a scan, in Athena. */
import { CordonError } from "../base/errors.ts";
import type { Clock, QueryRun } from "../ports/ports.ts";
import { tableOf } from "../sql/tables.ts";
import type { Athena } from "./athena.ts";
import { overTable, tableName } from "./athenaText.ts";
import type { Objects } from "./objects.ts";
import { RESULT_DAYS } from "./scanResult.ts";
import type { SideLogPlaces } from "./sideLogs.ts";
import { keptTablesIn, sideTablesIn } from "./sideScan.ts";
import { type Attempt, type Finished, finished, readJson, roundsOf } from "./trailPlaces.ts";

export interface QueryOptions {
  readonly athena: Athena;
  readonly database: string;
  /** The folder of all cases. */
  readonly objects: Objects;
  /** Logs beside CloudTrail that the deployment was given. */
  readonly sideLogs: SideLogPlaces;
  readonly clock: Clock;
}

interface TablesOf {
  readonly caseId: string;
  readonly series: string | undefined;
}

/** Rows of the newest finished round, as Athena gives them; of a bucket without the tables that AWS keeps, none. */
export const query = async (
  options: QueryOptions,
  of: TablesOf,
  { name, sql, parameters }: Pick<QueryRun, "name" | "sql" | "parameters">,
): Promise<QueryRun> => {
  const text = await overTables(options, of, sql);
  const kept = keptTablesIn(sql, options.sideLogs, parameters[0]);
  const texts = kept === null ? [text] : kept.places.map((place) => overTable(text, kept.name, place));
  for (const [at, one] of texts.entries()) {
    try {
      const { rows, bytesScanned, engine } = await options.athena.run({
        sql: one,
        parameters,
        seed: `${of.caseId}|${name}`,
      });
      return { name, sql: one, parameters, engine, bytesScanned, rows };
    } catch (error) {
      if (kept !== null && isNotThere(error) && at < texts.length - 1) continue;
      // A bucket without such tables is one of which they tell nothing.
      if (kept !== null && isNotThere(error)) break;
      if (error instanceof CordonError) error.message = `query ${name}: ${error.message}`;
      throw error;
    }
  }
  return { name, sql: text, parameters, engine: "Athena", bytesScanned: 0, rows: [] };
};

/** Athena knows no table, or no place of tables, by that name. */
const isNotThere = (error: unknown): boolean =>
  /\b(?:CATALOG|SCHEMA|TABLE)_NOT_FOUND\b|EntityNotFoundException/.test((error as Error).message);

const overTables = async (options: QueryOptions, of: TablesOf, sql: string): Promise<string> => {
  const { table, sides = [] } = await newest(options, of);
  const { database } = options;
  const bound = [[tableOf(of).name, tableName(database, table)] as const, ...sideTablesIn(sql, sides, database)];
  return bound.reduce((text, [name, from]) => overTable(text, name, from), sql);
};

/** The newest finished round. */
const newest = async (options: QueryOptions, { caseId, series }: TablesOf): Promise<Finished> => {
  const folder = roundsOf(caseId, series);
  const names = await options.objects.list(folder);
  const finishedRound = /^(\d+)\/result\.json$/;
  const rounds = names.flatMap((name) => finishedRound.exec(name.slice(folder.length))?.[1] ?? []).map(Number);
  if (rounds.length === 0) throw new CordonError("QUERY_FAILED", `${caseId}: expected a finished scan, got none`);
  const round = `${folder}${Math.max(...rounds)}/`;
  const found = (await finished(options, round))!;
  const at =
    found.at ?? (await readJson<Attempt>(options, (await options.objects.list(`${round}attempt-`)).at(-1) ?? ""))?.at;
  assertKept(caseId, at, options.clock.now());
  return found;
};

/** A table whose data the lifecycle took still answers, with no row: that must not read as "nobody did anything". */
const assertKept = (caseId: string, at: string | undefined, now: string): void => {
  const keptUntil = Date.parse(at ?? now) + (RESULT_DAYS - 1) * 86_400_000;
  if (Date.parse(now) < keptUntil) return;
  throw new CordonError(
    "QUERY_FAILED",
    `${caseId}: its tables were made at ${at} and their data are kept for ${RESULT_DAYS} days: scan the logs anew`,
  );
};
