import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CordonError } from "../base/errors.ts";
import { systemIds } from "./clock.ts";
import { exclusively } from "./database.ts";
import type { Home } from "./home.ts";

/**
 * Writes everything of a data directory into one `.tar.gz` of mode 0600, as it was at one moment, also while a host runs:
 * every write of Cordon is made under the journal's lock, so while we hold it nothing changes. Only links are made
 * meanwhile, which takes a moment; databases are copied by SQLite and audit trails, which grow, as files. Of what is archived
 * the links go along, and not what they lead to. Throws INPUT_UNREADABLE when the file cannot be written.
 */
export const backUpHome = (home: Home, db: DatabaseSync, target: string): void => {
  const copy = join(home.root, `backup-${systemIds.random(6)}.tmp`);
  try {
    mkdirSync(copy, { mode: 0o700 });
    exclusively(db, () => copyFolder(home.root, copy, home.root));
    pack(copy, target);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
};

/** Work folders of scans are begun anew, the index of log files is made again; what the inbox holds is findings and goes along. */
const LEFT_OUT = /^backup-.*\.tmp$|\.(draft|work)$|-(wal|shm)$|^spill$|\.segment$/;
const DATABASE = /\.(db|sqlite)$/;

const copyFolder = (from: string, to: string, root: string): void => {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (LEFT_OUT.test(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      mkdirSync(target, { mode: 0o700 });
      copyFolder(source, target, root);
    } else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (entry.isFile()) copyOne(source, target);
  }
};

const copyOne = (source: string, target: string): void => {
  if (DATABASE.test(source)) {
    const other = new DatabaseSync(source, { readOnly: true, timeout: 10_000 });
    try {
      other.prepare("VACUUM INTO ?").run(target);
    } finally {
      other.close();
    }
    chmodSync(target, 0o600);
  } else if (source.endsWith(".jsonl") || !linked(source, target)) copyFileSync(source, target);
};

/** False on another file system, and on one without hard links. */
const linked = (source: string, target: string): boolean => {
  try {
    linkSync(source, target);
    return true;
  } catch {
    return false;
  }
};

const pack = (folder: string, target: string): void => {
  const unfinished = `${target}.${systemIds.random(4)}.part`;
  try {
    writeFileSync(unfinished, "", { mode: 0o600, flag: "wx" });
    const done = spawnSync("tar", ["-czf", unfinished, "-C", folder, "."], { encoding: "utf8" });
    if (done.error !== undefined) throw done.error;
    if (done.status !== 0) throw new Error(done.stderr.trim());
    renameSync(unfinished, target);
  } catch (cause) {
    rmSync(unfinished, { force: true });
    const what = `${relative(".", target)}: the backup cannot be written: ${(cause as Error).message}`;
    throw new CordonError("INPUT_UNREADABLE", what, { cause });
  }
};
