/** What the case table holds, by one text for both engines: the figures rest on it, and Athena keeps it where others may write. */
import { TransientError } from "../../base/errors.ts";
import { read, SCAN_ROUND, write } from "../../case/documents.ts";
import type { LogCustody, RowsDigest, ScanRound } from "../../case/scan.ts";
import type { Ports } from "../../ports/ports.ts";
import { ask } from "./queries.ts";
import { scanRounds } from "./scan.ts";

/** Before the first question is asked of the newest table; once, so that a later pass does not take a changed table for the first. */
export const keepTableDigest = async (caseId: string, ports: Ports): Promise<void> => {
  const newest = await newestTable(caseId, ports);
  if (newest === null || newest.rows !== undefined) return;
  const document = SCAN_ROUND.at(String(newest.request.round).padStart(3, "0"));
  const kept = await read(ports.cases, caseId, document);
  await write(ports.cases, caseId, document, { ...kept, rows: await digestOf(caseId, ports) });
};

/** The newest table now, against what it held then; null: no table was read, or by a version that did not ask what it holds. */
export const compareTable = async (caseId: string, ports: Ports): Promise<NonNullable<LogCustody["table"]> | null> => {
  const newest = await newestTable(caseId, ports);
  if (newest?.rows === undefined) return null;
  const here = newest.rows === null ? null : await digestOf(caseId, ports);
  return { round: newest.request.round, read: newest.rows, here };
};

const newestTable = async (caseId: string, ports: Ports): Promise<ScanRound | null> =>
  (await scanRounds(caseId, ports)).findLast(({ result }) => result !== null) ?? null;

/** A digest that cannot be had ends nothing: it is null, and said to be. Throws TransientError: the step is tried anew. */
const digestOf = async (caseId: string, ports: Ports): Promise<RowsDigest | null> => {
  try {
    const [row] = await ask<{ table_rows: number; sha256: string }>(caseId, "table-digest", [], ports);
    return row === undefined ? null : { rows: row.table_rows, sha256: row.sha256 };
  } catch (error) {
    if (error instanceof TransientError) throw error;
    return null;
  }
};
