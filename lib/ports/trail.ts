/** The logs: one scan of the lake per case and round, then queries over the case table. */
import type { CheckedLogs } from "../case/logIntegrity.ts";
import type { LogFileRead, Row, ScanEstimate, ScanRequest, ScanResult } from "../case/scan.ts";

export type ScanStatus =
  | { readonly state: "running"; readonly progress: number | null }
  | { readonly state: "failed"; readonly reason: string }
  | { readonly state: "done"; readonly result: ScanResult };

/** One named query from `lib/sql` or `lib/detections`, with the text that ran and what it cost. */
export interface QueryRun {
  readonly name: string;
  readonly sql: string;
  readonly parameters: readonly string[];
  readonly engine: string;
  readonly bytesScanned: number;
  readonly rows: readonly Row[];
}

/**
 * CloudTrail. One scan of the lake per case and round, then queries over the case table. No method is optional: an adapter that
 * is loaded with its first call cannot be asked what it has.
 */
export interface Trail {
  /** Starts a scan; the same request again returns the same ticket and starts nothing twice. */
  start(request: ScanRequest): Promise<string>;
  check(ticket: string): Promise<ScanStatus>;
  /** Size and SHA-256 (hex) of the case table that a finished scan left. Null where it is no file. */
  table(ticket: string): Promise<{ readonly bytes: number; readonly sha256: string } | null>;
  /**
   * Every file that a finished scan read or met, in order of name: custody begins here, with those that gave nothing too.
   * Null where they cannot be told.
   */
  files(ticket: string): Promise<readonly LogFileRead[] | null>;
  /** Runs a `.sql` text over the newest table of the case or of a series (`case_events`). Parameters are bound, never pasted. */
  query(caseId: string, name: string, sql: string, parameters: readonly string[], series?: string): Promise<QueryRun>;
  /** What a scan of this window would read. */
  estimate(window: Pick<ScanRequest, "from" | "to" | "accounts">): Promise<ScanEstimate>;
  /**
   * Holds the log files delivered in a window against CloudTrail's digest files. `sources` are log files that the case
   * rests on, by the names of the case table: where not all can be looked at, these come first.
   */
  integrity(window: Pick<ScanRequest, "from" | "to" | "accounts">, sources: readonly string[]): Promise<CheckedLogs>;
  /**
   * Size and SHA-256 (hex) of log files, by the names that the case table gives them, for the chain of custody. A file
   * that is gone or cannot be read is left out.
   */
  digests(files: readonly string[]): Promise<ReadonlyMap<string, { readonly bytes: number; readonly sha256: string }>>;
}
