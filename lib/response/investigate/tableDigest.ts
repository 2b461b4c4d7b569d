/** What the case table holds, by one text for both engines: the figures rest on it, and Athena keeps it where others may write. */
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

/** The newest table now, against what it held then; null: there is nothing to hold it against. */
export const compareTable = async (caseId: string, ports: Ports): Promise<NonNullable<LogCustody["table"]> | null> => {
  const newest = await newestTable(caseId, ports);
  if (newest?.rows === undefined || newest.rows === null) return null;
  return { round: newest.request.round, read: newest.rows, here: await digestOf(caseId, ports) };
};

const newestTable = async (caseId: string, ports: Ports): Promise<ScanRound | null> =>
  (await scanRounds(caseId, ports)).findLast(({ result }) => result !== null) ?? null;

/** A digest that cannot be had ends nothing: it is null, and said to be. */
const digestOf = async (caseId: string, ports: Ports): Promise<RowsDigest | null> => {
  try {
    const [row] = await ask<{ table_rows: number; sha256: string }>(caseId, "table-digest", [], ports);
    return row === undefined ? null : { rows: row.table_rows, sha256: row.sha256 };
  } catch {
    return null;
  }
};
