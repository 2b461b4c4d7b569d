/**
 * What calls have changed, over a snapshot that stays as it came. One SQLite file: several processes may use it, and a
 * change is on the disk before the call returns (WAL, synchronous=FULL).
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Prefix of a setting's name → value; `null` means "looked for and not there". */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface Store {
  /** The changed value, or undefined when no call has changed it. */
  read(name: string): Json | undefined;
  write(name: string, value: Json): void;
  /** Names that calls have changed, sorted. */
  names(): readonly string[];
  /** Runs `work` alone among all processes; what it wrote is kept only if it returns. */
  change<T>(work: () => T): T;
  /** Notes a changing call that was carried out and returns its number, from 1. */
  note(call: Json): number;
  /** Every changing call carried out, oldest first. */
  calls(): readonly Json[];
  /** Lets go of the file; the next call opens it again. */
  close(): void;
}

const SCHEMA = `
create table if not exists settings (name text primary key, value text not null) strict;
create table if not exists calls (seq integer primary key autoincrement, call text not null) strict;`;

/** The file is opened, and made, by the first call that asks for it: verbs that only read cases leave nothing behind. */
export const openStore = (dir: string): Store => {
  let opened: Store | null = null;
  const store = (): Store => {
    opened ??= openFile(dir);
    return opened;
  };
  return {
    read: (name) => store().read(name),
    write: (name, value) => store().write(name, value),
    names: () => store().names(),
    change: (work) => store().change(work),
    note: (call) => store().note(call),
    calls: () => store().calls(),
    close: () => {
      opened?.close();
      opened = null;
    },
  };
};

const openFile = (dir: string): Store => {
  mkdirSync(dir, { recursive: true });
  const db = new DatabaseSync(join(dir, "account.sqlite"), { timeout: 10_000 });
  db.exec("pragma journal_mode=wal; pragma synchronous=full;");
  db.exec(SCHEMA);
  const select = db.prepare("select value from settings where name = ?");
  const upsert = db.prepare(
    "insert into settings values (?, ?) on conflict(name) do update set value = excluded.value",
  );
  const all = db.prepare("select name from settings order by name");
  const insert = db.prepare("insert into calls (call) values (?)");
  const list = db.prepare("select call from calls order by seq");
  return {
    read: (name) => {
      const row = select.get(name);
      return row === undefined ? undefined : (JSON.parse(String(row.value)) as Json);
    },
    write: (name, value) => void upsert.run(name, JSON.stringify(value)),
    names: () => all.all().map(({ name }) => String(name)),
    change: (work) => transaction(db, work),
    note: (call) => Number(insert.run(JSON.stringify(call)).lastInsertRowid),
    calls: () => list.all().map((row) => JSON.parse(String(row.call)) as Json),
    close: () => db.close(),
  };
};

const transaction = <T>(db: DatabaseSync, work: () => T): T => {
  db.exec("begin immediate");
  try {
    const result = work();
    db.exec("commit");
    return result;
  } catch (error) {
    db.exec("rollback");
    throw error;
  }
};
