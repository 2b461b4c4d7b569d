import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { CordonError } from "../base/errors.ts";
import { nextEvent } from "../case/auditTrail.ts";
import type { CaseHead } from "../case/case.ts";
import type { CaseEvent } from "../case/events.ts";
import type { Cases, Clock } from "../ports/ports.ts";
import { reachable } from "./archived.ts";
import { type Alone, aloneOn } from "./database.ts";
import { appendLine, bodyIfThere, createExclusively, isDraft, readIfThere, writeAtomically } from "./files.ts";

/** Names that a document may have inside a case; paths come from our code, never from a log. */
const DOCUMENT_NAME = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/;
const CASE_ID = /^case-\d{8}-[0-9a-f]{10}$/;
const UPDATE_ATTEMPTS = 50;

/**
 * Cases as plain files: `<cases>/<caseId>/events.jsonl` (append-only, hash-chained) and `<cases>/<caseId>/docs/…`;
 * the heads, small and often changed, are rows of the SQLite index. Safe for several processes: rows and files are
 * written inside `alone`, where the process that drives checks its lease.
 */
export const createCases = (db: DatabaseSync, folder: string, clock: Clock, alone: Alone = aloneOn(db)): Cases => ({
  ...headsOf(db, alone),
  ...eventsOf(folder, clock, alone),
  ...documentsOf(folder, alone),
});

/** The folder of a case; refuses anything that is not a case id, because it becomes a path. */
export const caseFolder = (folder: string, caseId: string): string => {
  if (!CASE_ID.test(caseId))
    throw new CordonError(
      "INPUT_INVALID",
      `expected a case id like case-20260223-0123456789, got ${JSON.stringify(caseId)}`,
    );
  return join(folder, caseId);
};

const headsOf = (db: DatabaseSync, alone: Alone): Pick<Cases, "open" | "head" | "update" | "list" | "claim"> => {
  const head = async (caseId: string): Promise<CaseHead> => {
    const row = db.prepare("SELECT body FROM heads WHERE case_id = ?").get(caseId) as { body: string } | undefined;
    if (row === undefined) throw new CordonError("CASE_NOT_FOUND", `there is no case ${JSON.stringify(caseId)} here`);
    return JSON.parse(row.body) as CaseHead;
  };
  return {
    head,
    open: async (opened) =>
      alone(
        () =>
          db
            .prepare("INSERT OR IGNORE INTO heads VALUES (?, ?, ?)")
            .run(opened.caseId, opened.version, JSON.stringify(opened)).changes === 1,
      ),
    update: async (caseId, change) => {
      for (let attempt = 0; attempt < UPDATE_ATTEMPTS; attempt += 1) {
        const before = await head(caseId);
        const after = { ...change(before), version: before.version + 1 };
        const done = alone(() =>
          db
            .prepare("UPDATE heads SET version = ?, body = ? WHERE case_id = ? AND version = ?")
            .run(after.version, JSON.stringify(after), caseId, before.version),
        );
        if (done.changes === 1) return after;
      }
      throw new CordonError("CASE_CONFLICT", `${caseId} was changed by others ${UPDATE_ATTEMPTS} times while we tried`);
    },
    list: async () =>
      (db.prepare("SELECT body FROM heads ORDER BY case_id").all() as { body: string }[]).map(
        (row) => JSON.parse(row.body) as CaseHead,
      ),
    claim: async (actor, caseId, instead) =>
      alone(() => {
        db.prepare("INSERT OR IGNORE INTO actors VALUES (?, ?)").run(actor, caseId);
        db.prepare("UPDATE actors SET case_id = ? WHERE actor = ? AND case_id = ?").run(caseId, actor, instead);
        return (db.prepare("SELECT case_id FROM actors WHERE actor = ?").get(actor) as { case_id: string }).case_id;
      }),
  };
};

const eventsOf = (folder: string, clock: Clock, alone: Alone): Pick<Cases, "append" | "events"> => {
  const path = (caseId: string): string => join(reachable(caseFolder(folder, caseId)), "events.jsonl");
  return {
    append: async (caseId, event) => {
      try {
        return alone(() => appendEvent(path(caseId), (last) => nextEvent(last, event, clock.now())));
      } catch (cause) {
        if (cause instanceof CordonError && ["INPUT_INVALID", "LEASE_LOST", "ARCHIVE_AWAY"].includes(cause.code))
          throw cause;
        throw new CordonError("AUDIT_UNAVAILABLE", `the audit trail of ${caseId} cannot be written`, { cause });
      }
    },
    events: async (caseId) => parseLines(readIfThere(path(caseId)) ?? new Uint8Array()),
  };
};

const appendEvent = (path: string, eventAfter: (last: CaseEvent | null) => CaseEvent): CaseEvent => {
  let event: CaseEvent | undefined;
  appendLine(path, (before) => {
    event = eventAfter(parseLines(before).at(-1) ?? null);
    return JSON.stringify(event);
  });
  return event!;
};

const parseLines = (bytes: Uint8Array): CaseEvent[] =>
  Buffer.from(bytes)
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as CaseEvent);

type Documents = "putOnce" | "write" | "read" | "createLarge" | "readLarge" | "names";

const documentsOf = (folder: string, alone: Alone): Pick<Cases, Documents> => {
  const docs = (caseId: string): string => join(reachable(caseFolder(folder, caseId)), "docs");
  const path = (caseId: string, name: string): string => {
    if (!DOCUMENT_NAME.test(name))
      throw new CordonError("INPUT_INVALID", `expected a document name, got ${JSON.stringify(name)}`);
    return join(docs(caseId), name);
  };
  return {
    putOnce: async (caseId, name, bytes) =>
      alone(() => (createExclusively(path(caseId, name), bytes) ? bytes : readFileSync(path(caseId, name)))),
    createLarge: async (caseId, name, body) => alone(() => createExclusively(path(caseId, name), body)),
    readLarge: async (caseId, name) => bodyIfThere(path(caseId, name)),
    write: async (caseId, name, body) => alone(() => writeAtomically(path(caseId, name), body)),
    read: async (caseId, name) => readIfThere(path(caseId, name)),
    names: async (caseId, prefix) =>
      namesBelow(docs(caseId), prefix.slice(0, prefix.lastIndexOf("/") + 1)).filter((name) => name.startsWith(prefix)),
  };
};

/** `folder`: empty, or a folder of the documents with a `/` behind it. */
const namesBelow = (root: string, folder: string): string[] => {
  try {
    return (
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !isDraft(entry.name))
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
        // Files that somebody left there (`.DS_Store`) are no documents.
        .filter((name) => DOCUMENT_NAME.test(name))
        .sort()
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
};
