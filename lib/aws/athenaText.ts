import { CordonError } from "../base/errors.ts";

/** Characters that Athena takes per execution parameter, the quotes included (StartQueryExecution, ExecutionParameters). */
const PARAMETER_CHARS = 1024;

/**
 * Values as Athena's ExecutionParameters take them: each a literal of SQL that is put in for a `?`, so that a text carries
 * its own quotes and doubles those inside. Throws INPUT_INVALID for what does not fit or would end a literal early.
 */
export const toExecutionParameters = (values: readonly string[]): readonly string[] => values.map(toLiteral);

const toLiteral = (value: string, index: number): string => {
  const literal = `'${value.replaceAll("'", "''")}'`;
  if (value.includes("\0"))
    throw new CordonError("INPUT_INVALID", `parameter ${index + 1}: expected text without NUL characters`);
  if (literal.length <= PARAMETER_CHARS) return literal;
  throw new CordonError(
    "INPUT_INVALID",
    `parameter ${index + 1}: expected at most ${PARAMETER_CHARS} characters as a literal, got ${literal.length}`,
  );
};

const LEADING_WITH = /^((?:\s*--[^\n]*\n)*\s*)WITH\s+/i;

/** A query of `lib/sql` with `case_events` (or `baseline_hours`) bound to a table of the case, as its first common table. */
export const overTable = (sql: string, name: string, table: string): string => {
  const events = `${name} AS (SELECT * FROM ${table})`;
  return LEADING_WITH.test(sql)
    ? sql.replace(LEADING_WITH, (_all, lead: string) => `${lead}WITH ${events},\n`)
    : `WITH ${events}\n${sql}`;
};

/**
 * The case table as one CTAS. No location is named: a workgroup with enforced configuration refuses one, and gives every
 * query an empty folder of its own below its results (Athena user guide, CTAS and workgroups).
 */
export const createTableAs = (table: string, select: string, partition?: "day"): string =>
  `CREATE TABLE ${table} WITH (format = 'PARQUET', write_compression = 'ZSTD'${partition === undefined ? "" : `, partitioned_by = ARRAY['${partition}']`}) AS\n${select}`;

/** Names of ours as identifiers; anything else is refused, because it becomes SQL. */
export const tableName = (database: string, name: string): string => {
  if (!/^[a-z][a-z0-9_]{0,127}$/.test(database) || !/^[a-z][a-z0-9_]{0,127}$/.test(name)) {
    throw new CordonError(
      "INPUT_INVALID",
      `expected a database and a table of a-z, 0-9 and _, got ${JSON.stringify([database, name])}`,
    );
  }
  return `"${database}"."${name}"`;
};
