import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { canonicalJson } from "../../base/jcs.ts";
import { spooled, withSpools } from "../../base/spool.ts";
import { QUERY, QUERY_ROWS, write } from "../../case/documents.ts";
import type { Row } from "../../case/scan.ts";
import { withoutSecrets } from "../../evidence/secrets.ts";
import type { Ports } from "../../ports/ports.ts";

/** Rows in a query's record; where there are more, all of them are lines of a document beside it. */
const KEPT_ROWS = 1000;

/** Runs a query of `lib/sql` over the case table and leaves its text, cost and result digest in the case. Secrets that the logs hold go no further than here. */
export const ask = async <R>(
  caseId: string,
  name: string,
  parameters: readonly string[],
  ports: Ports,
  series?: string,
): Promise<readonly R[]> => {
  const run = await ports.trail.query(caseId, name, queryText(name), parameters, series);
  const rows = withoutSecrets(run.rows);
  const lines = QUERY_ROWS.at(name).name;
  // Rows of an earlier, longer answer must not stay beside this one.
  if (rows.length > KEPT_ROWS || (await ports.cases.names(caseId, lines)).includes(lines))
    await writeRows(caseId, lines, rows, ports);
  await write(ports.cases, caseId, QUERY.at(name), {
    ...run,
    rows: rows.slice(0, KEPT_ROWS),
    rowsTotal: rows.length,
    resultDigest: digestOfRows(rows),
  });
  return rows as readonly Row[] as readonly R[];
};

const writeRows = (caseId: string, lines: string, rows: readonly Row[], { cases }: Ports): Promise<void> =>
  withSpools((spools) => {
    const texts = Iterator.from(rows).map((row) => `${canonicalJson(row)}\n`);
    return cases.write(caseId, lines, spooled(spools, texts));
  });

/** What `digestOf` gives, for answers too long for one text. */
const digestOfRows = (rows: readonly Row[]): string => {
  const hash = createHash("sha256").update("[");
  rows.forEach((row, at) => void hash.update(`${at === 0 ? "" : ","}${canonicalJson(row)}`));
  return hash.update("]").digest("hex");
};

export const queryText = (name: string): string =>
  readFileSync(new URL(`../../sql/${name}.sql`, import.meta.url), "utf8");
