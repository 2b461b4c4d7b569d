/**
 * One file that is no JSON, or ends in its middle, ends the whole query: Hive's JSON SerDe knows no setting that passes it over, and
 * OpenX's, which does, may answer with other rows each time (Athena user guide, JSON SerDe libraries). So the file that Athena
 * names is left out of the next attempt, by its name, and said to be.
 */
import { CordonError } from "../base/errors.ts";
import type { SetAside } from "../case/scan.ts";

/** Left out one by one, each with a scan that Athena bills up to where it broke off; more of them is no accident. */
const MOST_BROKEN = 5;

const SPOILT = /\b(?:HIVE_CURSOR_ERROR|HIVE_BAD_DATA|HIVE_CANNOT_OPEN_SPLIT)\b/;
const FILE = /s3:\/\/[a-z0-9][a-z0-9.-]+\/[^\s'"`,;()]+?\.gz\b/;
const DAYS = "day >= ? AND day <= ?";

/** The file that a query broke off at, in addition to those left out already; null: another reason, or none is named, or too many. */
export const brokenFileIn = (reason: string, without: readonly string[]): string | null => {
  const [file] = SPOILT.test(reason) ? (FILE.exec(reason) ?? []) : [];
  return file === undefined || without.includes(file) || without.length >= MOST_BROKEN ? null : file;
};

/** The statement over every other file: a condition on the name, so that the engine opens none of these. */
export const withoutFiles = (sql: string, files: readonly string[]): string => {
  if (files.length === 0) return sql;
  const strange = files.find((file) => FILE.exec(file)?.[0] !== file);
  if (strange !== undefined)
    throw new CordonError("INPUT_INVALID", `files left out: expected places in S3, got ${JSON.stringify(strange)}`);
  return sql.replace(DAYS, () => `"$path" NOT IN (${files.map((file) => `'${file}'`).join(", ")}) AND ${DAYS}`);
};

export const brokenAside = (files: readonly string[]): readonly SetAside[] =>
  files.map((file) => ({ file, reason: "Athena could not read it as JSON to its end, and was asked without it" }));
