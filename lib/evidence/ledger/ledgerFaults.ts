import type { Checkpoint } from "./checkpoint.ts";
import type { LedgerEntry } from "./ledger.ts";

/**
 * What an audit can find. Codes are stable; new ones may be added.
 * MALFORMED a leaf that is no entry · GAP an index without entry · REORDERED an entry at another index than its own ·
 * TRUNCATED fewer entries than were signed · FORK two signed roots for one size · ROLLBACK a newest checkpoint older
 * than the one remembered · UNSIGNED entries that no checkpoint covers · KEYS a keys.json that is not the newest entered · INCONSISTENT entries that do not give a signed root · CHAIN a case's entry that does not
 * name the one before · UNOPENED a case that does not begin with its opening · UNSEALED opened, decided or carried out, and not sealed in time ·
 * EQUIVOCATION one case with two openings, a seal that does not supersede the one before, or a statement other than the
 * one sealed · DOWNGRADE a sealing that names no statement behind one that does · MISSING sealed and not in the store ·
 * UNLISTED in the store and not sealed in the ledger · ALTERED in the store and not as it was sealed, or under another's name · HEARTBEAT too long without a sign of life ·
 * TIME an entry dated before the one ahead of it, or after the audit · SIGNATURE a checkpoint that no known key signed ·
 * EXTRA a file that does not belong · DERIVED a cache or index that contradicts the entries (harmless, can be rebuilt).
 */
export type AuditCode =
  | "MALFORMED"
  | "GAP"
  | "REORDERED"
  | "TRUNCATED"
  | "FORK"
  | "ROLLBACK"
  | "INCONSISTENT"
  | "CHAIN"
  | "UNOPENED"
  | "UNSEALED"
  | "EQUIVOCATION"
  | "DOWNGRADE"
  | "MISSING"
  | "UNLISTED"
  | "UNSIGNED"
  | "KEYS"
  | "ALTERED"
  | "HEARTBEAT"
  | "TIME"
  | "SIGNATURE"
  | "EXTRA"
  | "DERIVED";

export interface AuditFault {
  readonly code: AuditCode;
  /** Index of the entry concerned, where there is one. */
  readonly seq: number | null;
  /** The case concerned, as the ledger names it. */
  readonly case: string | null;
  readonly detail: string;
}

/** How much silence and delay is normal for the deployment; nothing here has a default. */
export interface AuditPolicy {
  readonly heartbeatSeconds: number;
  readonly sealWithinSeconds: number;
  readonly clockSkewSeconds: number;
}

export interface AuditInput {
  readonly origin: string;
  /** Index → bytes, as they were stored. */
  readonly entries: ReadonlyMap<number, Uint8Array>;
  /** Verified checkpoints of this log, oldest first; the last is its present word. */
  readonly checkpoints: readonly Checkpoint[];
  /** Entries that were there when the trust root was written; a log cut off before that shows without any memory. */
  readonly leastSize: number;
  /** The keys.json by which is judged: its version and the SHA-256 (hex) of its bytes; null: none was given. */
  readonly trustRoot: { readonly version: number; readonly digest: string } | null;
  /** The newest checkpoint this auditor saw before, or null. */
  readonly remembered: Checkpoint | null;
  /** Sealed bundles in the store; null when the store was not looked at. */
  readonly bundles: readonly StoredBundle[] | null;
  /** The time of the audit, ISO 8601 UTC. */
  readonly asOf: string;
  readonly policy: AuditPolicy;
}

/** A sealed bundle as the store has it. */
export interface StoredBundle {
  readonly caseId: string;
  /** `bundleDigest`. */
  readonly digest: string;
  /** SHA-256 (hex) of its statement's bytes. */
  readonly statement: string;
  /** Digest of the bundle it replaces, or null. */
  readonly supersedes: string | null;
}

/** An entry that could be read, at the index where it lies. */
export interface AuditedEntry {
  readonly index: number;
  readonly entry: LedgerEntry;
  /** Hex. */
  readonly hash: string;
}

export const fault = (code: AuditCode, seq: number | null, subject: string | null, detail: string): AuditFault => ({
  code,
  seq,
  case: subject,
  detail,
});
