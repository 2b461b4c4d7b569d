import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** Where an embedded deployment keeps everything. Every path below is created on first use with mode 0700. */
export interface Home {
  readonly root: string;
  /** SQLite: journal of executions, parked questions, used nonces, index of cases. */
  readonly journal: string;
  readonly settings: string;
  readonly keys: string;
  readonly cases: string;
  readonly vault: string;
  readonly ledger: string;
  readonly notices: string;
  readonly account: string;
  readonly jobs: string;
  readonly inbox: string;
}

/** Lays the folders of a data directory out; safe to call from several processes. */
export const openHome = (root: string): Home => {
  const at = (name: string): string => join(root, name);
  const home: Home = {
    root,
    journal: at("journal.db"),
    settings: at("settings.json"),
    keys: at("keys"),
    cases: at("cases"),
    vault: at("vault"),
    ledger: at("ledger"),
    notices: at("notices"),
    account: at("account"),
    jobs: at("jobs"),
    inbox: at("inbox"),
  };
  for (const folder of [
    root,
    home.keys,
    home.cases,
    home.vault,
    home.ledger,
    home.notices,
    home.account,
    home.jobs,
    home.inbox,
  ]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  return home;
};
