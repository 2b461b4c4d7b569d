import type { DatabaseSync } from "node:sqlite";
import type { Clock, ParkedQuestion } from "../ports/ports.ts";
import { type Alone, aloneOn } from "./database.ts";

export interface Execution {
  readonly name: string;
  readonly machine: string;
  readonly input: string;
  readonly caseId: string;
  readonly parent: string | null;
  readonly status: "running" | "succeeded" | "failed";
  readonly output: string | null;
  /** Place in the queue: higher urgency first, then lower rank. */
  readonly urgency: number;
  readonly rank: number;
}

/** What begins an execution. `urgency`: severity of the finding, or more where a person waits; a nested one has its parent's. */
export type Begun = Pick<Execution, "name" | "machine" | "input" | "caseId" | "parent"> & { readonly urgency?: number };

/** The recorded end of one task attempt. `outcome` error carries `{name, message}`. */
export interface Recorded {
  readonly outcome: "ok" | "error" | "invoked";
  readonly body: string;
}

/** How a parked question ended, or null while it waits. */
export type Woken = "decided" | "expired" | "withdrawn" | null;

/**
 * What makes the embedded run durable: executions, finished task attempts, deadlines of waits, parked questions and used
 * nonces. SQLite in WAL mode with synchronous=FULL: a row that was written is there after SIGKILL and after a power cut
 * (about 0.25 ms a durable insert on the build machine).
 */
export interface Journal {
  begin(execution: Begun): "begun" | "exists";
  execution(name: string): Execution | null;
  finish(name: string, status: "succeeded" | "failed", output: string): void;
  running(): readonly Execution[];
  /** Names of what runs and was started by nobody else, most urgent first. */
  toRun(): readonly string[];
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
  casesByStatus(): Readonly<Record<string, number>>;
  wake(caseId: string, planId: string, how: Exclude<Woken, null>): boolean;
  claim(nonce: string, by: string): boolean;
  /** Where the logs and snapshots of a case lie; the first ones given stay. */
  rememberSources(caseId: string, sources: string): string;
  sources(caseId: string): string | null;
}

/** `alone`: how rows are written; the process that drives checks its lease there. */
export const openJournal = (db: DatabaseSync, clock: Clock, alone: Alone = aloneOn(db)): Journal => {
  const writes: Writes =
    (sql) =>
    (...values) =>
      alone(() => Number(db.prepare(sql).run(...values).changes));
  return {
    ...executionsOf(db, writes, clock),
    ...tasksOf(db, writes, clock),
    ...questionsOf(db, writes, clock),
    ...sourcesOf(db, writes),
  };
};

/** Prepares a statement that writes; running it gives the number of rows it changed. */
type Writes = (sql: string) => (...values: (string | number | null)[]) => number;

const EXECUTION = "name, machine, input, case_id AS caseId, parent, status, output, urgency, rank";

const executionsOf = (
  db: DatabaseSync,
  writes: Writes,
  clock: Clock,
): Pick<Journal, "begin" | "execution" | "finish" | "running" | "toRun"> => ({
  begin: ({ name, machine, input, caseId, parent, urgency = 0 }) => {
    const insert = writes(`INSERT OR IGNORE INTO executions
      SELECT ?, ?, ?, ?, ?, 'running', NULL, ?, NULL, coalesce(p.urgency, ?), coalesce(p.rank, n.next)
      FROM (SELECT coalesce(max(rowid), 0) + 1 AS next FROM executions) n LEFT JOIN executions p ON p.name = ?`);
    return insert(name, machine, input, caseId, parent, clock.now(), urgency, parent) === 1 ? "begun" : "exists";
  },
  execution: (name) =>
    (db.prepare(`SELECT ${EXECUTION} FROM executions WHERE name = ?`).get(name) as Execution | undefined) ?? null,
  finish: (name, status, output) => {
    writes("UPDATE executions SET status = ?, output = ?, ended_at = ? WHERE name = ?")(
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
  toRun: () =>
    db
      .prepare(
        "SELECT name FROM executions WHERE status = 'running' AND parent IS NULL ORDER BY urgency DESC, rank, rowid",
      )
      .all()
      .map(({ name }) => String(name)),
});

const tasksOf = (
  db: DatabaseSync,
  writes: Writes,
  clock: Clock,
): Pick<Journal, "recorded" | "record" | "lastRecordedAt" | "deadline"> => ({
  recorded: (execution, state, occurrence, phase) =>
    (db
      .prepare("SELECT outcome, body FROM tasks WHERE execution = ? AND state = ? AND occurrence = ? AND phase = ?")
      .get(execution, state, occurrence, phase) as Recorded | undefined) ?? null,
  record: (execution, state, occurrence, phase, { outcome, body }) => {
    writes("INSERT OR IGNORE INTO tasks VALUES (?, ?, ?, ?, ?, ?, ?)")(
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
    writes("INSERT OR IGNORE INTO waits VALUES (?, ?, ?, ?)")(execution, state, occurrence, Math.round(proposedMs));
    const row = db
      .prepare("SELECT deadline_ms FROM waits WHERE execution = ? AND state = ? AND occurrence = ?")
      .get(execution, state, occurrence) as { deadline_ms: number };
    return row.deadline_ms;
  },
});

const PARKED = "case_id AS caseId, plan_id AS planId, plan_digest AS planDigest, token, deadline, woken";

const questionsOf = (
  db: DatabaseSync,
  writes: Writes,
  clock: Clock,
): Pick<Journal, "park" | "parked" | "parkedByToken" | "openQuestions" | "casesByStatus" | "wake" | "claim"> => ({
  park: ({ caseId, planId, planDigest, token, deadline }) => {
    writes(
      "INSERT INTO parked VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT (case_id, plan_id) DO UPDATE SET token = excluded.token, woken = NULL",
    )(caseId, planId, planDigest, token, deadline);
  },
  parked: (caseId, planId) =>
    (db.prepare(`SELECT ${PARKED} FROM parked WHERE case_id = ? AND plan_id = ?`).get(caseId, planId) as never) ?? null,
  parkedByToken: (token) => (db.prepare(`SELECT ${PARKED} FROM parked WHERE token = ?`).get(token) as never) ?? null,
  openQuestions: () =>
    db
      .prepare(`SELECT ${PARKED} FROM parked WHERE woken IS NULL ORDER BY deadline`)
      .all() as unknown as ParkedQuestion[],
  casesByStatus: () =>
    Object.fromEntries(
      db
        .prepare("SELECT json_extract(body, '$.status') AS status, count(*) AS cases FROM heads GROUP BY 1")
        .all()
        .map(({ status, cases }) => [String(status), Number(cases)]),
    ),
  wake: (caseId, planId, how) =>
    writes("UPDATE parked SET woken = ? WHERE case_id = ? AND plan_id = ? AND woken IS NULL")(how, caseId, planId) ===
    1,
  claim: (nonce, by) => {
    writes("INSERT OR IGNORE INTO nonces VALUES (?, ?, ?)")(nonce, by, clock.now());
    const row = db.prepare("SELECT claimed_by FROM nonces WHERE nonce = ?").get(nonce) as { claimed_by: string };
    return row.claimed_by === by;
  },
});

const sourcesOf = (db: DatabaseSync, writes: Writes): Pick<Journal, "rememberSources" | "sources"> => {
  const read = (caseId: string): string | null =>
    (db.prepare("SELECT body FROM sources WHERE case_id = ?").get(caseId) as { body: string } | undefined)?.body ??
    null;
  return {
    rememberSources: (caseId, sources) => {
      writes("INSERT OR IGNORE INTO sources VALUES (?, ?)")(caseId, sources);
      return read(caseId)!;
    },
    sources: read,
  };
};
