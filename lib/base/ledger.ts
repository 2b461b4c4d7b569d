/** Entries that concern one case form a chain of their own. */
export const CASE_ENTRY_TYPES = ["case-opened", "plan", "decision", "execution", "review", "bundle-sealed"] as const;
export const ENTRY_TYPES = [...CASE_ENTRY_TYPES, "policy-changed", "key-rotated", "break-glass", "heartbeat"] as const;
export type EntryType = (typeof ENTRY_TYPES)[number];

/** The log of all cases of a deployment. Entries are never changed or removed; every promise below survives a crash. */
export interface Ledger {
  /** Name of the log, `<domain>/ledger/<deployment>`. */
  readonly origin: string;
  /**
   * Records a fact and returns its place. Durable before it returns; signed with the next `head`, which whoever acts on a fact
   * calls before acting. The same type, case, digest and statement again is
   * the same fact: its first place is returned and nothing is written, so a step that is retried records once. Entries without
   * a case are always written. Throws AUDIT_UNAVAILABLE when the entry cannot be made durable or entries are missing.
   */
  append(fact: LedgerFact): Promise<LedgerPlace>;
  /** Signs the whole log as it is now, unless that was signed before. Throws SEAL_FAILED where the signer must refuse. */
  head(): Promise<LedgerHead>;
  /** Inclusion of one entry in the newest signed tree; signs first when that does not reach the entry yet. */
  proof(seq: number): Promise<LedgerProof>;
  /** That the tree of `to` entries extends the one of `from` entries (RFC 6962); both sizes were signed. */
  consistency(from: number, to: number): Promise<readonly Uint8Array[]>;
  /** The signed note over exactly the first `size` entries, as it was published; null when that size was never signed. */
  checkpoint(size: number): Promise<string | null>;
  /** Bytes of the entries of a case, in order. */
  caseEntries(caseId: string): Promise<readonly Uint8Array[]>;
}

/** Where a ledger lies, to be read: documents by name. */
export interface LedgerDocuments {
  has(name: string): Promise<boolean>;
  /** Null: there is none of this name. */
  read(name: string): Promise<Uint8Array | null>;
  /** Names below a folder (`entry/`, `case/<id>/`), sorted. */
  list(folder: string): Promise<readonly string[]>;
}

/** The entries of a ledger, and what is signed of them. */
export interface LedgerToRead {
  readonly store: LedgerDocuments;
  readonly signed: LedgerDocuments;
}

export interface LedgerFact {
  readonly type: EntryType;
  /** Null for what concerns the deployment as a whole. */
  readonly caseId: string | null;
  /** SHA-256 (hex) of the thing recorded. */
  readonly digest: string;
  /** SHA-256 (hex) of the signed statement, for `bundle-sealed`, and of what opened the case as it was received, for `case-opened`: so that the entry fixes every member of it. */
  readonly statement?: string;
  /** ISO 8601 UTC with milliseconds. */
  readonly at: string;
}

export interface LedgerPlace {
  readonly seq: number;
  /** Hex. */
  readonly leafHash: string;
}

export interface LedgerHead {
  readonly size: number;
  /** Hex. */
  readonly root: string;
  /** The signed note. */
  readonly checkpoint: string;
}

export interface LedgerProof {
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
  readonly checkpoint: string;
}
