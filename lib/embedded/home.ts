import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { CordonError } from "../base/errors.ts";

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
  /** What is known of log files by their content; made again when it is gone. */
  readonly index: string;
}

/** Where everything lies under a root. Touches nothing. */
export const homeAt = (root: string): Home => {
  const at = (name: string): string => join(root, name);
  return {
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
    index: at("index"),
  };
};

/** Lays the folders of a data directory out; safe to call from several processes. */
export const openHome = (root: string): Home => {
  const home = homeAt(root);
  const { keys, cases, vault, ledger, notices, account, jobs, inbox } = home;
  for (const folder of [root, keys, cases, vault, ledger, notices, account, jobs, inbox])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  return home;
};

/** Throws INPUT_UNREADABLE, a sentence, unless a data directory lies there. For those who only read: they make none. */
export const assertFounded = (home: Home): void => {
  const missing = missingIn(home);
  if (missing.length === 0) return;
  const none = missing.length === ESSENTIAL.length;
  throw new CordonError(
    "INPUT_UNREADABLE",
    none
      ? `there is no data directory at ${home.root}: \`cordon respond\` and \`cordon serve\` make one, --home names another`
      : `${home.root}: ${missing.join(" and ")} missing: put the data directory back from a backup, or let \`cordon respond\` finish making it`,
  );
};

const ESSENTIAL = ["settings.json", "journal.db", "keys/evidence.pem", "keys/ledger.pem"] as const;

/** Files without which a data directory is none, or not whole. A new key in the place of a lost one would make another deployment of it. */
export const missingIn = ({ root }: Pick<Home, "root">): readonly string[] =>
  ESSENTIAL.filter((name) => !existsSync(join(root, name)));

/** Throws SETTINGS_INVALID when others could change what lies there, and when it is no folder; EACCES when it is somebody else's. */
export const assertPrivate = ({ root }: Pick<Home, "root">): void => {
  const found = statSync(root, { throwIfNoEntry: false });
  if (found === undefined || process.platform === "win32") return;
  if (!found.isDirectory()) throw new CordonError("SETTINGS_INVALID", `${root}: expected a folder, got a file`);
  // Whoever may not look inside would take it for an empty one.
  accessSync(root, constants.R_OK | constants.X_OK);
  if ((found.mode & 0o022) === 0) return;
  const mode = (found.mode & 0o777).toString(8);
  throw new CordonError(
    "SETTINGS_INVALID",
    `${root}: expected mode 0700, got 0${mode}: others could change evidence and keys (chmod 700)`,
  );
};
