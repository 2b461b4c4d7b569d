import type { DatabaseSync } from "node:sqlite";
import { CordonError } from "../base/errors.ts";
import { counted } from "../base/figures.ts";
import { type Home, missingIn } from "./home.ts";
import { caseFolders, casesWithoutHead } from "./homeCheck.ts";

/** Cases that lie here and are not in the journal. Throws STATE_UNKNOWN, and closes the journal, when it knows none of them. */
export const lostCases = (home: Home, db: DatabaseSync): readonly string[] => {
  const lost = casesWithoutHead(home, db);
  if (lost.length === 0 || lost.length < caseFolders(home).length) return lost;
  db.close();
  throw journalLost(home);
};

/** What is made anew beside cases, an empty journal or another key, would hide that there was one. */
export const assertWhole = (home: Home): void => {
  const missing = missingIn(home);
  if (missing.length === 0 || caseFolders(home).length === 0) return;
  throw missing.includes("journal.db") ? journalLost(home) : lostFrom(home, missing.join(" and "));
};

const lostFrom = (home: Home, what: string): CordonError =>
  new CordonError(
    "STATE_UNKNOWN",
    `${home.root}: ${what} missing although ${counted(caseFolders(home).length, "case lies", "cases lie")} here: put the data directory back from a backup; \`cordon home check\` says what is whole`,
  );

const journalLost = (home: Home): CordonError => lostFrom(home, "the journal of these cases is");
