import type { Fault } from "../../lib/base/errors.ts";

/**
 * A construct that must not stand in SQL that Athena (Trino) and DuckDB share: because they answer differently without
 * a word, or because one of them refuses it. Source: facts/sql-dialect.md, 139 checks on Trino 476 and DuckDB 1.5.6.
 */
interface Rule {
  readonly found: RegExp;
  readonly instead: string;
}

const SILENT: readonly Rule[] = [
  { found: /\bjson_(value|exists|query)\s*\(/i, instead: "json_extract_scalar or json_extract" },
  {
    found: /\bCAST\s*\(\s*json_(extract|parse)\s*\([^()]*\)\s+AS\s+VARCHAR/i,
    instead: "json_format, or json_extract_scalar for text",
  },
  { found: /\bCAST\s*\(\s*'[^']*'\s+AS\s+JSON/i, instead: "json_parse" },
  { found: /\bAT\s+TIME\s+ZONE\b|\bat_timezone\s*\(/i, instead: "times in UTC" },
  {
    found: /\/\s*(?!\s|[1-9]|nullif\s*\(|CAST\s*\(\s*[^()]*\s+AS\s+double\s*\)|CAST\s*\(\s*nullif)/i,
    instead: "a divisor that is no 0, nullif(y, 0) or a double: Trino fails on integers where DuckDB says NULL",
  },
  {
    found: /\bCAST\s*\(\s*json_extract_scalar\s*\((?:[^()]|\([^()]*\))*\)\s+AS\s+(BIGINT|INT|INTEGER)\b/i,
    instead: "TRY_CAST(TRY_CAST(… AS double) AS bigint)",
  },
  { found: /\bapprox_\w+\s*\(/i, instead: "count(DISTINCT …), exact quantiles" },
  { found: /\burl_decode\s*\(/i, instead: "decoding in code: + is a space for one engine only" },
];

const REFUSED: readonly Rule[] = [
  {
    found: /\bUNNEST\s*\([^)]*\)\s*(?:WITH\s+ORDINALITY\s*)?AS\s+\w+\s*\(\s*\w+\s*,\s*\w+\s*,/i,
    instead: "UNNEST(sequence(1, cardinality(a))) and element_at",
  },
  {
    found:
      /\b(transform|reduce|any_match|all_match|none_match|zip_with|map_filter|transform_values|transform_keys|array_sort)\s*\(/i,
    instead: "UNNEST, or filter()",
  },
  { found: /\bAS\s+ARRAY\s*[(<]/i, instead: "split() or UNNEST" },
  { found: /\bTIMESTAMP\s*\(\s*\d\s*\)/i, instead: "from_iso8601_timestamp" },
  { found: /\b(IGNORE|RESPECT)\s+NULLS\b/i, instead: "max_by/min_by" },
  { found: /\bLISTAGG\s*\(/i, instead: "array_join(array_agg(x ORDER BY x), ',')" },
  {
    found: /\bIPPREFIX\b|(?<!TRY_CAST\(\w+ AS )\bIPADDRESS\b(?!\) AS varchar)/i,
    instead: "coalesce(CAST(TRY_CAST(x AS ipaddress) AS varchar), x)",
  },
  { found: /\bTABLESAMPLE\b|\bMATCH_RECOGNIZE\b|\bJSON_TABLE\b/i, instead: "plain SQL" },
  { found: /\b(date_format|format_datetime|date_parse|parse_datetime)\s*\(/i, instead: "substr of the ISO text" },
  { found: /\b(LIMIT|OFFSET)\s+\?/i, instead: "a number: Athena takes parameters in WHERE only" },
  { found: /::\s*[a-z]+/i, instead: "CAST" },
  {
    found:
      /\b(EXCLUDE|REPLACE)\s*\(\s*\w+\s*\)\s+FROM|\bQUALIFY\b|\bILIKE\b|\bSTRUCT_PACK\b|\bread_(json|parquet|csv)\b/i,
    instead: "Trino's dialect",
  },
  { found: /;/, instead: "one statement without a semicolon" },
  { found: /\bVARCHAR\s*\[\s*\]/i, instead: "split() or ARRAY[…]" },
  { found: /"[^"]*"\s*=\s*"|=\s*"[^"$]*"/, instead: "single quotes around text" },
];

/** What must not stand inside a text. */
const PATTERNS: readonly Rule[] = [
  { found: /'[^']*\(\?<?[=!][^']*'/, instead: "RE2 patterns: no look-around" },
  { found: /'[^']*\(\?<[a-zA-Z][^']*'/, instead: "numbered groups" },
];

/** Faults of a shared SQL text; empty when both engines give the same rows for it. */
export const lintSql = (text: string): readonly Fault[] => {
  const sql = text.replaceAll(/^\s*--.*$/gm, "");
  const bare = sql.replaceAll(/'[^']*'/g, (quoted) => `'${quoted.slice(1, -1).replaceAll(/[^\n]/g, "x")}'`);
  return [
    ...headerFaults(text),
    ...[...SILENT, ...REFUSED].flatMap((rule) => ruleFaults(bare, rule)),
    ...PATTERNS.flatMap((rule) => ruleFaults(sql, rule)),
    ...parameterFaults(bare),
    ...sumFaults(bare),
    ...limitFaults(bare),
  ];
};

/** The comment with which a text begins says what a query finds, what it misses, and its parameters in order. */
const headerFaults = (text: string): readonly Fault[] => {
  const head = /^(--.*\n)*/.exec(text)![0];
  return [/^-- Finds: /m, /^-- Misses: /m, /^-- Parameters?: /m].flatMap((line) =>
    line.test(head) ? [] : [{ path: "head", expected: `a line ${line.source}`, got: head.slice(0, 60) }],
  );
};

const ruleFaults = (text: string, { found, instead }: Rule): readonly Fault[] => {
  const hit = found.exec(text);
  return hit === null ? [] : [{ path: placeOf(text, hit.index), expected: instead, got: hit[0].slice(0, 60) }];
};

const CLAUSE = /\(|\)|\?|\bDISTINCT\s+FROM\b|\b(?:SELECT|FROM|JOIN|ON|WHERE|GROUP|HAVING|ORDER|VALUES)\b/gi;

/** Athena takes execution parameters in WHERE alone (Athena user guide, parameterized queries). */
const parameterFaults = (text: string): readonly Fault[] => {
  const faults: Fault[] = [];
  const outer: string[] = [];
  let clause = "no clause";
  for (const { 0: token, index } of text.matchAll(CLAUSE)) {
    if (token === "(") outer.push(clause);
    else if (token === ")") clause = outer.pop() ?? clause;
    else if (token === "?") {
      if (clause !== "WHERE")
        faults.push({ path: placeOf(text, index), expected: "? in WHERE", got: `? in ${clause}` });
    } else if (!/^DISTINCT/i.test(token)) clause = token.toUpperCase();
  }
  return faults;
};

/** sum(bigint) is HUGEINT in DuckDB and bigint in Trino; where the line goes on with doubles it does not matter. */
const sumFaults = (text: string): readonly Fault[] =>
  [...text.matchAll(/\bsum\s*\(/gi)].flatMap((hit) =>
    /\bCAST\s*\(\s*(coalesce\s*\(\s*)?$/i.test(text.slice(0, hit.index)) ||
    /^[^\n]*\/\s*CAST\s*\([^()]*AS\s+double/i.test(text.slice(hit.index))
      ? []
      : [{ path: placeOf(text, hit.index), expected: "CAST(sum(…) AS bigint)", got: "sum(…)" }],
  );

/** Which rows a LIMIT cuts off is chance unless the order is total, which only a last key that is unique makes it. */
const limitFaults = (text: string): readonly Fault[] => {
  const limit = /\b(LIMIT|FETCH\s+FIRST|OFFSET)\b/i.exec(text);
  if (limit === null) return [];
  const order = [...text.slice(0, limit.index).matchAll(/\bORDER\s+BY\b([\s\S]*?)$/gi)].at(-1)?.[1] ?? "";
  return /\b(event_key|eventid)\b\s*(ASC|DESC)?\s*$/i.test(order.trim())
    ? []
    : [{ path: placeOf(text, limit.index), expected: "ORDER BY … , event_key before LIMIT", got: limit[0] }];
};

const placeOf = (text: string, index: number): string => `line ${text.slice(0, index).split("\n").length}`;
