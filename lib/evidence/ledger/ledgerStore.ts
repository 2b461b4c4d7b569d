import type { LedgerDocuments, LedgerPlace } from "../../base/ledger.ts";
import type { LedgerEntry } from "./ledger.ts";

/**
 * Where a ledger lies: a directory, or a bucket with `If-None-Match: *`. All the concurrency and crash safety of the
 * ledger rests on `create`.
 */
export interface LedgerStore extends LedgerDocuments {
  /** Creates a whole document, exclusively and durably; false when the name was taken. Never leaves a partial document. */
  create(name: string, bytes: Uint8Array): Promise<boolean>;
}

/** A leaf as stored, with what it says. */
export interface StoredEntry extends LedgerPlace {
  readonly entry: LedgerEntry;
  readonly bytes: Uint8Array;
}
