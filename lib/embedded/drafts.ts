import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { isDraft } from "./files.ts";
import type { Home } from "./home.ts";

/**
 * Removes what dead processes left unfinished. To be called while the journal's write lock is held: every draft of a
 * living process is written under that lock, a bundle's by the driver alone, so that whatever is found is nobody's. Only
 * cases that have not ended, or of which something runs again, are looked through: the lock is held meanwhile, and a data
 * directory holds thousands of others after a year.
 */
export const removeDrafts = (home: Home, db: DatabaseSync): void => {
  const open = db
    .prepare(
      "SELECT case_id FROM heads WHERE json_extract(body, '$.closedAt') IS NULL UNION SELECT case_id FROM executions WHERE status = 'running'",
    )
    .all()
    .map((row) => String(row.case_id));
  for (const caseId of open) {
    removeBelow(join(home.cases, caseId, "docs"), true);
    removeBelow(join(home.cases, caseId, "trail"), true);
    removeBelow(join(home.cases, caseId), false);
    removeBelow(join(home.vault, caseId), false);
  }
  for (const folder of [home.root, home.keys, home.notices, home.jobs]) removeBelow(folder, false);
  for (const log of ["log", "signed"]) rmSync(join(home.ledger, log, "draft"), { recursive: true, force: true });
};

const removeBelow = (folder: string, recursive: boolean): void => {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { recursive, withFileTypes: true }))
    if (isDraft(entry.name)) rmSync(join(entry.parentPath, entry.name), { recursive: true, force: true });
};
