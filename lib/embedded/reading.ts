import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CordonError } from "../base/errors.ts";
import type { LedgerDocuments } from "../base/ledger.ts";
import { parseSettings } from "../core/settings.ts";
import type { Reading } from "../ports/ports.ts";
import { createCases } from "./cases.ts";
import { systemClock } from "./clock.ts";
import { openToRead } from "./database.ts";
import { readIfThere } from "./files.ts";
import { assertFounded, assertPrivate, homeAt } from "./home.ts";
import { assertWhole, lostCases } from "./homeLost.ts";
import { createDirectoryStore } from "./ledgerStore.ts";
import { createVault } from "./vault.ts";

/**
 * A data directory to be read: no key is opened, the journal takes no write, and nothing is made where there is none. What is
 * published of the keys (`keys.json`) is all that a verdict on evidence needs.
 */
export const openReading = (root: string): Reading => {
  const home = homeAt(root);
  assertPrivate(home);
  assertWhole(home);
  assertFounded(home);
  const db = openToRead(home.journal);
  const lost = lostCases(home, db);
  const { head, list, events, read, names } = createCases(db, home.cases, systemClock, readOnly);
  const { locate } = createVault(home.vault, readOnly);
  return {
    ports: {
      cases: { head, list, events, read, names },
      ledger: { origin: textOf(join(home.ledger, "origin")) },
      settings: parseSettings(JSON.parse(readFileSync(home.settings, "utf8")), home.settings),
      clock: systemClock,
    },
    lostCases: lost,
    bundle: async (name, work) => work(await locate(name)),
    ledger: { store: documentsIn(join(home.ledger, "log")), signed: documentsIn(join(home.ledger, "signed")) },
    publishedKeys: async () => readIfThere(join(home.keys, "keys.json")),
    close: () => db.close(),
  };
};

const readOnly = (): never => {
  throw new CordonError("STATE_UNKNOWN", "this process only reads");
};

const documentsIn = (folder: string): LedgerDocuments => {
  const { has, read, list } = createDirectoryStore(folder, undefined, readOnly);
  return { has, read, list };
};

const textOf = (path: string): string =>
  Buffer.from(readIfThere(path) ?? [])
    .toString("utf8")
    .trimEnd();
