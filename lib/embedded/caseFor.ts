import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { type CaseHead, caseIdOf } from "../case/case.ts";
import { parse } from "../case/document.ts";
import { FINDING } from "../case/documents.ts";
import type { Finding } from "../case/finding.ts";
import { isSameActor, type Reach } from "../core/finding/joined.ts";
import { readEvent } from "../response/receivedFindings.ts";
import { caseFolder } from "./cases.ts";
import { readIfThere } from "./files.ts";
import type { Journal } from "./journal.ts";

export interface CaseForOptions {
  readonly db: DatabaseSync;
  /** Folder of the cases. */
  readonly folder: string;
  readonly journal: Pick<Journal, "execution">;
  readonly reach: Reach;
}

/** Cases that are looked at, newest first. */
const MOST_CASES = 200;

/**
 * The case that a finding belongs to: its own, or that of another finding of the same actor, which may still wait to be
 * opened. What was read once is kept as long as its case is looked at: a burst of findings looks at the same cases again and again.
 */
export const createCaseFor = ({ db, folder, journal, reach }: CaseForOptions): ((finding: Finding) => string) => {
  const opened = new Map<string, { readonly version: number; readonly finding: Finding | null }>();
  const waiting = new Map<string, Finding | null>();

  const findingOf = ({ caseId, version }: CaseHead): Finding | null => {
    const known = opened.get(caseId);
    if (known?.version === version) return known.finding;
    const bytes = readIfThere(join(caseFolder(folder, caseId), "docs", FINDING.name));
    const finding = bytes === null ? null : orNull(() => parse(FINDING, bytes, caseId));
    opened.set(caseId, { version, finding });
    return finding;
  };
  const waitingFor = (name: string): Finding | null => {
    const known = waiting.get(name);
    if (known !== undefined) return known;
    const finding = orNull(() => readEvent(JSON.parse(journal.execution(name)!.input)).finding);
    waiting.set(name, finding);
    return finding;
  };

  return (finding) => {
    const own = caseIdOf(finding);
    if (db.prepare("SELECT 1 FROM heads WHERE case_id = ?").get(own) !== undefined) return own;
    const isTheirs = (other: Finding | null): boolean => other !== null && isSameActor(other, finding, reach);
    const heads = newestOf(db, finding.accountId);
    keepOnly(opened, new Set(heads.map(({ caseId }) => caseId)));
    const known = heads.find((head) => isTheirs(findingOf(head)));
    if (known !== undefined) return known.caseId;
    const running = runningResponses(db);
    keepOnly(waiting, new Set(running.map(({ name }) => name)));
    return running.find(({ name }) => isTheirs(waitingFor(name)))?.caseId ?? own;
  };
};

const newestOf = (db: DatabaseSync, accountId: string): readonly CaseHead[] =>
  db
    .prepare(
      `SELECT body FROM heads WHERE json_extract(body, '$.accountId') = ?
       ORDER BY json_extract(body, '$.openedAt') DESC LIMIT ${MOST_CASES}`,
    )
    .all(accountId)
    .map(({ body }) => JSON.parse(String(body)) as CaseHead);

const runningResponses = (db: DatabaseSync): readonly { readonly name: string; readonly caseId: string }[] =>
  db
    .prepare(
      "SELECT name, case_id FROM executions WHERE status = 'running' AND machine = 'respond' ORDER BY begun_at, rowid",
    )
    .all()
    .map((row) => ({ name: String(row.name), caseId: String(row.case_id) }));

const keepOnly = (kept: Map<string, unknown>, names: ReadonlySet<string>): void => {
  for (const name of kept.keys()) if (!names.has(name)) kept.delete(name);
};

const orNull = <T>(work: () => T): T | null => {
  try {
    return work();
  } catch {
    return null;
  }
};
