import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Body } from "../../base/content.ts";
import { canonicalJson } from "../../base/jcs.ts";
import { type Spools, withSpools } from "../../base/spool.ts";
import { find, QUERY, QUERY_ROWS, write } from "../../case/documents.ts";
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
  const isKept = rows.length > KEPT_ROWS || (await isKeptAlready(caseId, name, ports));
  await withSpools(async (spools) => {
    const { resultDigest, lines } = writtenOut(rows, isKept ? spools.spool() : null);
    await write(ports.cases, caseId, QUERY.at(name), {
      ...run,
      rows: rows.slice(0, KEPT_ROWS),
      rowsTotal: rows.length,
      resultDigest,
      ...(isKept ? { hasLines: true } : {}),
    });
    // After the record, which alone says that they are there: a crash in between leaves none that it does not know of.
    if (lines !== null) await ports.cases.write(caseId, QUERY_ROWS.at(name).name, lines);
  });
  return rows as readonly Row[] as readonly R[];
};

/** Rows of an earlier, longer answer must not stay beside this one. */
const isKeptAlready = async (caseId: string, name: string, { cases }: Ports): Promise<boolean> => {
  const before = await find(cases, caseId, QUERY.at(name));
  return before !== null && (before.hasLines === true || before.rowsTotal > KEPT_ROWS);
};

/** The digest that `digestOf` gives, for answers too long for one text, and the same rows as lines. */
const writtenOut = (
  rows: readonly Row[],
  spool: ReturnType<Spools["spool"]> | null,
): { readonly resultDigest: string; readonly lines: Body | null } => {
  const hash = createHash("sha256").update("[");
  rows.forEach((row, at) => {
    const text = canonicalJson(row);
    hash.update(at === 0 ? text : `,${text}`);
    spool?.add(`${text}\n`);
  });
  return { resultDigest: hash.update("]").digest("hex"), lines: spool?.done() ?? null };
};

export const queryText = (name: string): string =>
  readFileSync(new URL(`../../sql/${name}.sql`, import.meta.url), "utf8");
