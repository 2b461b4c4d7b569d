import { readFileSync } from "node:fs";
import { digestOf } from "../../base/jcs.ts";
import { QUERY, write } from "../../case/documents.ts";
import type { Row } from "../../case/scan.ts";
import { withoutSecrets } from "../../evidence/secrets.ts";
import type { Ports } from "../../ports/ports.ts";

/** Rows kept with a query's record; all of them are behind `resultDigest` and can be asked for again. */
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
  await write(ports.cases, caseId, QUERY.at(name), {
    ...run,
    rows: rows.slice(0, KEPT_ROWS),
    rowsTotal: rows.length,
    resultDigest: digestOf(rows),
  });
  return rows as readonly Row[] as readonly R[];
};

export const queryText = (name: string): string =>
  readFileSync(new URL(`../../sql/${name}.sql`, import.meta.url), "utf8");
