import { DatabaseSync } from "node:sqlite";
import type { Clock, ParkedQuestion } from "../ports/ports.ts";

export interface Execution {
  readonly name: string;
  readonly machine: string;
  readonly input: string;
  readonly caseId: string;
  readonly parent: string | null;
  readonly status: "running" | "succeeded" | "failed";
  readonly output: string | null;
}

/** The recorded end of one task attempt. `outcome` error carries `{name, message}`. */
export interface Recorded {
  readonly outcome: "ok" | "error" | "invoked";
  readonly body: string;
}

/** How a parked question ended, or null while it waits. */
export type Woken = "decided" | "expired" | "withdrawn" | null;

/**
 * What makes the embedded run durable: executions, finished task attempts, deadlines of waits, parked questions, used
 * nonces and the lease of the process that runs them. SQLite in WAL mode with synchronous=FULL: a row that was
 * written is there after SIGKILL and after a power cut (about 0.25 ms a durable insert on the build machine).
 */
export interface Journal {
  begin(execution: {
    name: string;
    machine: string;
    input: string;
    caseId: string;
    parent: string | null;
  }): "begun" | "exists";
  execution(name: string): Execution | null;
  finish(name: string, status: "succeeded" | "failed", output: string): void;
  running(): readonly Execution[];
  recorded(execution: string, state: string, occurrence: number, phase: string): Recorded | null;
  record(execution: string, state: string, occurrence: number, phase: string, entry: Recorded): void;
  /** When anything was recorded last (ISO 8601 UTC), by whichever process; null: never. */
  lastRecordedAt(): string | null;
  /** The deadline (ms since epoch) of a wait: the first one given stays. */
  deadline(execution: string, state: string, occurrence: number, proposedMs: number): number;
  park(question: ParkedQuestion): void;
  parked(caseId: string, planId: string): (ParkedQuestion & { readonly woken: Woken }) | null;
  parkedByToken(token: string): (ParkedQuestion & { readonly woken: Woken }) | null;
  openQuestions(): readonly ParkedQuestion[];
  wake(caseId: string, planId: string, how: Exclude<Woken, null>): boolean;
  claim(nonce: string, by: string): boolean;
  /** Where the logs and snapshots of a case lie; the first ones given stay. */
  rememberSources(caseId: string, sources: string): string;
  sources(caseId: string): string | null;
  /** Takes or renews the right to run executions; false while another living process holds it. */
  lease(holder: string, isAlive: (holder: string) => boolean, nowMs: number): boolean;
  release(holder: string): void;
  close(): void;
}

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
CREATE TABLE IF NOT EXISTS sources (case_id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS nonces (nonce TEXT PRIMARY KEY, claimed_by TEXT NOT NULL, at TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS lease (one INTEGER PRIMARY KEY CHECK (one = 1), holder TEXT NOT NULL, renewed_ms INTEGER NOT NULL) STRICT;
`;

/** A lease not renewed for this long is free even if a process with the holder's number lives: pids are used again. */
const LEASE_STALE_MS = 15_000;

export const openDatabase = (path: string): DatabaseSync => {
  const db = new DatabaseSync(path, { timeout: 10_000 });
  db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
  db.exec(SCHEMA);
  return db;
};

/** Runs `work` while no other process of this data directory can write. `work` must be synchronous. */
export const exclusively = <T>(db: DatabaseSync, work: () => T): T => {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
};

export const openJournal = (db: DatabaseSync, clock: Clock): Journal => {
  return {
    ...executionsOf(db, clock),
    ...tasksOf(db, clock),
    ...questionsOf(db, clock),
    ...sourcesOf(db),
    ...leaseOf(db),
    close: () => db.close(),
  };
};

const EXECUTION = "name, machine, input, case_id AS caseId, parent, status, output";

const executionsOf = (db: DatabaseSync, clock: Clock): Pick<Journal, "begin" | "execution" | "finish" | "running"> => ({
  begin: ({ name, machine, input, caseId, parent }) => {
    const done = db
      .prepare("INSERT OR IGNORE INTO executions VALUES (?, ?, ?, ?, ?, 'running', NULL, ?, NULL)")
      .run(name, machine, input, caseId, parent, clock.now());
    return done.changes === 1 ? "begun" : "exists";
  },
  execution: (name) =>
    (db.prepare(`SELECT ${EXECUTION} FROM executions WHERE name = ?`).get(name) as Execution | undefined) ?? null,
  finish: (name, status, output) => {
    db.prepare("UPDATE executions SET status = ?, output = ?, ended_at = ? WHERE name = ?").run(
      status,
      output,
      clock.now(),
      name,
    );
  },
  running: () =>
    db
      .prepare(`SELECT ${EXECUTION} FROM executions WHERE status = 'running' ORDER BY begun_at, rowid`)
      .all() as unknown as Execution[],
});

const tasksOf = (
  db: DatabaseSync,
  clock: Clock,
): Pick<Journal, "recorded" | "record" | "lastRecordedAt" | "deadline"> => ({
  recorded: (execution, state, occurrence, phase) =>
    (db
      .prepare("SELECT outcome, body FROM tasks WHERE execution = ? AND state = ? AND occurrence = ? AND phase = ?")
      .get(execution, state, occurrence, phase) as Recorded | undefined) ?? null,
  record: (execution, state, occurrence, phase, { outcome, body }) => {
    db.prepare("INSERT OR IGNORE INTO tasks VALUES (?, ?, ?, ?, ?, ?, ?)").run(
      execution,
      state,
      occurrence,
      phase,
      outcome,
      body,
      clock.now(),
    );
  },
  lastRecordedAt: () => (db.prepare("SELECT max(at) AS at FROM tasks").get() as { readonly at: string | null }).at,
  deadline: (execution, state, occurrence, proposedMs) => {
    db.prepare("INSERT OR IGNORE INTO waits VALUES (?, ?, ?, ?)").run(
      execution,
      state,
      occurrence,
      Math.round(proposedMs),
    );
    const row = db
      .prepare("SELECT deadline_ms FROM waits WHERE execution = ? AND state = ? AND occurrence = ?")
      .get(execution, state, occurrence) as { deadline_ms: number };
    return row.deadline_ms;
  },
});

const PARKED = "case_id AS caseId, plan_id AS planId, plan_digest AS planDigest, token, deadline, woken";

const questionsOf = (
  db: DatabaseSync,
  clock: Clock,
): Pick<Journal, "park" | "parked" | "parkedByToken" | "openQuestions" | "wake" | "claim"> => ({
  park: ({ caseId, planId, planDigest, token, deadline }) => {
    db.prepare(
      "INSERT INTO parked VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT (case_id, plan_id) DO UPDATE SET token = excluded.token, woken = NULL",
    ).run(caseId, planId, planDigest, token, deadline);
  },
  parked: (caseId, planId) =>
    (db.prepare(`SELECT ${PARKED} FROM parked WHERE case_id = ? AND plan_id = ?`).get(caseId, planId) as never) ?? null,
  parkedByToken: (token) => (db.prepare(`SELECT ${PARKED} FROM parked WHERE token = ?`).get(token) as never) ?? null,
  openQuestions: () =>
    db
      .prepare(`SELECT ${PARKED} FROM parked WHERE woken IS NULL ORDER BY deadline`)
      .all() as unknown as ParkedQuestion[],
  wake: (caseId, planId, how) =>
    db
      .prepare("UPDATE parked SET woken = ? WHERE case_id = ? AND plan_id = ? AND woken IS NULL")
      .run(how, caseId, planId).changes === 1,
  claim: (nonce, by) => {
    db.prepare("INSERT OR IGNORE INTO nonces VALUES (?, ?, ?)").run(nonce, by, clock.now());
    const row = db.prepare("SELECT claimed_by FROM nonces WHERE nonce = ?").get(nonce) as { claimed_by: string };
    return row.claimed_by === by;
  },
});

const sourcesOf = (db: DatabaseSync): Pick<Journal, "rememberSources" | "sources"> => {
  const read = (caseId: string): string | null =>
    (db.prepare("SELECT body FROM sources WHERE case_id = ?").get(caseId) as { body: string } | undefined)?.body ??
    null;
  return {
    rememberSources: (caseId, sources) => {
      db.prepare("INSERT OR IGNORE INTO sources VALUES (?, ?)").run(caseId, sources);
      return read(caseId)!;
    },
    sources: read,
  };
};

const leaseOf = (db: DatabaseSync): Pick<Journal, "lease" | "release"> => ({
  lease: (holder, isAlive, nowMs) =>
    exclusively(db, () => {
      const row = db.prepare("SELECT holder, renewed_ms FROM lease").get() as
        | { holder: string; renewed_ms: number }
        | undefined;
      const free =
        row === undefined || row.holder === holder || nowMs - row.renewed_ms > LEASE_STALE_MS || !isAlive(row.holder);
      if (free) db.prepare("INSERT OR REPLACE INTO lease VALUES (1, ?, ?)").run(holder, nowMs);
      return free;
    }),
  release: (holder) => {
    db.prepare("DELETE FROM lease WHERE holder = ?").run(holder);
  },
});
