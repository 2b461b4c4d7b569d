import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Body } from "../../base/content.ts";
import { canonicalJson } from "../../base/jcs.ts";
import { withSpools } from "../../base/spool.ts";
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
  const isKept = rows.length > KEPT_ROWS || (await ports.cases.names(caseId, lines)).includes(lines);
  const resultDigest = await digestOfRows(rows, isKept ? (body) => ports.cases.write(caseId, lines, body) : null);
  await write(ports.cases, caseId, QUERY.at(name), {
    ...run,
    rows: rows.slice(0, KEPT_ROWS),
    rowsTotal: rows.length,
    resultDigest,
  });
  return rows as readonly Row[] as readonly R[];
};

/** What `digestOf` gives, for answers too long for one text; `keep` is given the same rows as lines. */
const digestOfRows = (rows: readonly Row[], keep: ((body: Body) => Promise<void>) | null): Promise<string> =>
  withSpools(async (spools) => {
    const spool = keep === null ? null : spools.spool();
    const hash = createHash("sha256").update("[");
    rows.forEach((row, at) => {
      const text = canonicalJson(row);
      hash.update(at === 0 ? text : `,${text}`);
      spool?.add(`${text}\n`);
    });
    if (spool !== null) await keep?.(spool.done());
    return hash.update("]").digest("hex");
  });

export const queryText = (name: string): string =>
  readFileSync(new URL(`../../sql/${name}.sql`, import.meta.url), "utf8");
