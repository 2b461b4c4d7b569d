import type { LedgerPlace } from "../../base/ledger.ts";
import type { LedgerEntry } from "./ledger.ts";

/**
 * Where a ledger lies: a directory, or a bucket with `If-None-Match: *`. All the concurrency and crash safety of the
 * ledger rests on `create`.
 */
export interface LedgerStore {
  /** Creates a whole document, exclusively and durably; false when the name was taken. Never leaves a partial document. */
  create(name: string, bytes: Uint8Array): Promise<boolean>;
  has(name: string): Promise<boolean>;
  read(name: string): Promise<Uint8Array | null>;
  /** Names below a folder (`entry/`, `case/<id>/`), sorted. */
  list(folder: string): Promise<readonly string[]>;
}

/** A leaf as stored, with what it says. */
export interface StoredEntry extends LedgerPlace {
  readonly entry: LedgerEntry;
  readonly bytes: Uint8Array;
}
