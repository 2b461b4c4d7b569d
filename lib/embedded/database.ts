import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { CordonError } from "../base/errors.ts";

/**
 * Runs synchronous work while no other process of the data directory can write. Every write of the embedded run, rows and
 * files alike, is done inside one; inside another it is part of that.
 */
export type Alone = <T>(work: () => T) => T;

/** Of the data directory: 1 was written by 0.1.0, 2 has a lease of holder and epoch, 3 claims of actors. Stands in `PRAGMA user_version`. */
export const FORMAT = 3;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS executions (name TEXT PRIMARY KEY, machine TEXT NOT NULL, input TEXT NOT NULL, case_id TEXT NOT NULL, parent TEXT,
  status TEXT NOT NULL, output TEXT, begun_at TEXT NOT NULL, ended_at TEXT) STRICT;
CREATE TABLE IF NOT EXISTS tasks (execution TEXT NOT NULL, state TEXT NOT NULL, occurrence INTEGER NOT NULL, phase TEXT NOT NULL,
  outcome TEXT NOT NULL, body TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (execution, state, occurrence, phase)) STRICT;
CREATE TABLE IF NOT EXISTS waits (execution TEXT NOT NULL, state TEXT NOT NULL, occurrence INTEGER NOT NULL, deadline_ms INTEGER NOT NULL,
  PRIMARY KEY (execution, state, occurrence)) STRICT;
CREATE TABLE IF NOT EXISTS parked (case_id TEXT NOT NULL, plan_id TEXT NOT NULL, plan_digest TEXT NOT NULL, token TEXT NOT NULL,
  deadline TEXT NOT NULL, woken TEXT, PRIMARY KEY (case_id, plan_id)) STRICT;
CREATE TABLE IF NOT EXISTS heads (case_id TEXT PRIMARY KEY, version INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS actors (actor TEXT PRIMARY KEY, case_id TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS sources (case_id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS nonces (nonce TEXT PRIMARY KEY, claimed_by TEXT NOT NULL, at TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS lease (one INTEGER PRIMARY KEY CHECK (one = 1), holder TEXT, epoch INTEGER NOT NULL, beat INTEGER NOT NULL,
  mark TEXT NOT NULL) STRICT;
`;

/** Worst first: `urgency` is the severity of the finding, `rank` the order of arrival; what an execution starts has those of its parent. */
const QUEUE = `
ALTER TABLE executions ADD COLUMN urgency REAL NOT NULL DEFAULT 0;
ALTER TABLE executions ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
CREATE INDEX executions_running ON executions (urgency DESC, rank) WHERE status = 'running';
`;

/**
 * 0.1.0 had no names of plans in what a case was opened with: the steps after it knew them. Today's machines read them there, so a
 * case that waits would end with its decision on record and nothing carried out.
 */
const NAMES_OF_PLANS = `
UPDATE tasks SET body = json_set(body, '$.plans', json('{"contain":"contain-1","followUp":"follow-up-1"}'))
  WHERE state = 'OpenCase' AND json_valid(body) AND json_extract(body, '$.next') = 'respond' AND json_type(body, '$.plans') IS NULL;
UPDATE executions SET input = json_set(input, '$.planId', CASE json_extract(input, '$.purpose') WHEN 'contain' THEN 'contain-1' ELSE 'follow-up-1' END)
  WHERE machine = 'contain' AND status = 'running' AND json_valid(input) AND json_type(input, '$.planId') IS NULL;
`;

/** Opens the journal, bringing an older one up to date. Throws SETTINGS_INVALID for one of a later release, INPUT_UNREADABLE in a read-only place. */
export const openDatabase = (path: string): DatabaseSync => {
  if (path !== ":memory:" && isOnReadOnly(path))
    throw new CordonError("INPUT_UNREADABLE", `${dirname(path)} is a read-only place, and this would write there`);
  const db = new DatabaseSync(path, { timeout: 10_000 });
  try {
    db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
    migrate(db, path);
    return db;
  } catch (error) {
    db.close();
    throw damageIn(path, error);
  }
};

/** Opens the journal to read: nothing can be written through it. Throws SETTINGS_INVALID for one of a later release. */
export const openToRead = (path: string): DatabaseSync => {
  const db = isOnReadOnly(path) ? openUnchanging(path) : openQuerying(path);
  try {
    const format = formatOf(db);
    if (format > FORMAT) throw laterFormat(path, format);
    // 0.1.0 wrote no format into its journal.
    if (format === 0 && !hasHeads(db)) throw new CordonError("STATE_UNKNOWN", `${path} is empty: ${FROM_BACKUP}`);
    db.prepare("SELECT count(*) FROM heads").get();
    return db;
  } catch (error) {
    db.close();
    throw damageIn(path, error);
  }
};

/**
 * SQLite reads a journal of its kind with two files beside it (`-wal`, `-shm`). Whoever may only read the file itself leaves
 * them there; the last of those who may write takes them away.
 */
const openQuerying = (path: string): DatabaseSync => {
  const db = new DatabaseSync(path, { timeout: 10_000 });
  db.exec("PRAGMA query_only = 1");
  return db;
};

/** SQLite reads a journal of its kind by writing beside it, which a read-only place forbids; there nobody changes it either. */
const openUnchanging = (path: string): DatabaseSync => {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (log !== undefined && log.size > 0)
    throw new CordonError(
      "STATE_UNKNOWN",
      `${path} lies in a read-only place and was not closed (${path}-wal holds more of it): copy the data directory to where it can be opened`,
    );
  const place = pathToFileURL(path);
  place.searchParams.set("immutable", "1");
  return new DatabaseSync(place, { readOnly: true });
};

/** For root too: the file system itself refuses. */
export const isOnReadOnly = (path: string): boolean => {
  try {
    accessSync(dirname(path), constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EROFS";
  }
};

const FROM_BACKUP = "put the data directory back from a backup";

/** A sentence where the file itself is to blame, else the error. */
const damageIn = (path: string, error: unknown): unknown =>
  DAMAGED.includes(primaryCode(error))
    ? new CordonError("STATE_UNKNOWN", `${path} is damaged (${(error as Error).message}): ${FROM_BACKUP}`, {
        cause: error,
      })
    : error;

const laterFormat = (path: string, format: number): CordonError =>
  new CordonError(
    "SETTINGS_INVALID",
    `${path} is of format ${format}, written by a later release; this one reads up to ${FORMAT}`,
  );

/** SQLITE_CORRUPT and SQLITE_NOTADB (sqlite.org/rescode.html). */
const DAMAGED: readonly number[] = [11, 26];

const primaryCode = (error: unknown): number => ((error as { readonly errcode?: number }).errcode ?? 0) & 0xff;

const migrate = (db: DatabaseSync, path: string): void => {
  const format = formatOf(db);
  if (format > FORMAT) throw laterFormat(path, format);
  if (format === FORMAT) return;
  exclusively(db, () => {
    const before = formatOf(db);
    if (before >= FORMAT) return;
    // Format 1 kept a process number there, which two containers share; whoever held it is gone with its release.
    if (before < 2) db.exec(`DROP TABLE IF EXISTS lease; ${SCHEMA} ${QUEUE} ${NAMES_OF_PLANS}`);
    // What format 3 has more is made where it is missing.
    db.exec(`${SCHEMA} PRAGMA user_version = ${FORMAT};`);
  });
};

const hasHeads = (db: DatabaseSync): boolean =>
  db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'heads'").get() !== undefined;

const formatOf = (db: DatabaseSync): number =>
  (db.prepare("PRAGMA user_version").get() as { readonly user_version: number }).user_version;

/** Runs `work` while no other process of this data directory can write. `work` must be synchronous. */
export const exclusively = <T>(db: DatabaseSync, work: () => T): T => {
  if (db.isTransaction) return work();
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    // A full disk has rolled back already.
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
};

export const aloneOn =
  (db: DatabaseSync): Alone =>
  (work) =>
    exclusively(db, work);
