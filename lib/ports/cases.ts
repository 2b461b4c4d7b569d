/** Case records, sealed bundles, and the question that waits for humans. */

import type { Bodies, Body } from "../base/content.ts";
import type { Spools } from "../base/spool.ts";
import type { CaseHead } from "../case/case.ts";
import type { CaseEvent, NewCaseEvent } from "../case/events.ts";

/** Case records: append-only audit events, write-once documents, one head with compare-and-set. */
export interface Cases {
  /** Exclusive: `false` when the case exists already, and nothing is written then. */
  open(head: CaseHead): Promise<boolean>;
  head(caseId: string): Promise<CaseHead>;
  /** Compare-and-set: re-reads and calls `change` again when somebody else was first. */
  update(caseId: string, change: (head: CaseHead) => CaseHead): Promise<CaseHead>;
  list(): Promise<readonly CaseHead[]>;
  /**
   * Claims an actor, by a SHA-256 in hex, for a case: answers the case that holds the claim, ours or an earlier one. One
   * that is held by `instead` is taken over.
   */
  claim(actor: string, caseId: string, instead: string | null): Promise<string>;
  /** Throws AUDIT_UNAVAILABLE when the event cannot be made durable; the caller must then not act. */
  append(caseId: string, event: NewCaseEvent): Promise<CaseEvent>;
  events(caseId: string): Promise<readonly CaseEvent[]>;
  /** Writes a document once. A second write under the same name keeps the first bytes; what is stored is returned. */
  putOnce(caseId: string, name: string, bytes: Uint8Array): Promise<Uint8Array>;
  /** Writes or replaces a derived document, atomically. */
  write(caseId: string, name: string, body: Body): Promise<void>;
  read(caseId: string, name: string): Promise<Uint8Array | null>;
  /** As `putOnce`, for what may be too large to hold: false when the name was taken, and nothing is written then. */
  createLarge(caseId: string, name: string, body: Body): Promise<boolean>;
  /** As `read`, for what may be too large to hold; it lasts as long as the spools. */
  readLarge(caseId: string, name: string, spools: Spools): Promise<Body | null>;
  /** Document names of the case that start with the prefix, sorted. */
  names(caseId: string, prefix: string): Promise<readonly string[]>;
}

/** The part of it that changes nothing. */
export type CaseReading = Pick<Cases, "head" | "list" | "events" | "read" | "names">;

/** Sealed bundles: put once, read back, list. */
export interface Vault {
  /** `name` is `<caseId>/r<revision>`; files are paths inside the bundle. Throws DOCUMENT_CONFLICT if it exists with other bytes. */
  put(name: string, files: Bodies): Promise<string>;
  /** Where the bundle lies (a folder, or an S3 URL), or null. */
  locate(name: string): Promise<string | null>;
  /** The files of a bundle, however large; they last as long as the spools. */
  files(name: string, spools: Spools): Promise<Bodies | null>;
  list(prefix: string): Promise<readonly string[]>;
}

/** A question that waits for humans. The task token never leaves this port. */
export interface Decisions {
  /** Parks a question; the same key again keeps the first deadline and takes over the new token. */
  park(question: ParkedQuestion): Promise<void>;
  read(caseId: string, planId: string): Promise<ParkedQuestion | null>;
  open(): Promise<readonly ParkedQuestion[]>;
  /** Wakes the execution that waits. Returns false when nobody waits any more. Decides nothing: the gate does. */
  wake(caseId: string, planId: string, outcome: "decided" | "expired" | "withdrawn"): Promise<boolean>;
  /** Claims a nonce for ever; false when it was claimed before. Durable before it returns. */
  claim(nonce: string, by: string): Promise<boolean>;
}

export interface ParkedQuestion {
  readonly caseId: string;
  readonly planId: string;
  readonly planDigest: string;
  readonly token: string;
  /** ISO 8601 UTC; after it the answer is no. */
  readonly deadline: string;
}
