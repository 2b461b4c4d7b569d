/** What is asked of the logs and what a scan of them gives. */

/** A value of a query result. Integers arrive as numbers when safe, else as decimal strings. */
export type Cell = string | number | boolean | null;

export type Row = Readonly<Record<string, Cell>>;

/** What one case asks of the log lake. Times are ISO 8601 UTC, `from` inclusive, `to` exclusive. */
export interface ScanRequest {
  readonly caseId: string;
  /** Distinguishes a later scan of the same case (after log lag, or with new indicators). */
  readonly round: number;
  /**
   * A series of rounds of its own, with tables of its own (`[a-z0-9-]`, at most 40): what the watch after a cut reads must
   * not take the place of the case table. Absent: the rounds of the investigation. Series `baseline` makes another table,
   * `baseline_hours`: what the identities (`principalIds`, stable) and the buckets of `indicators` did hour by hour.
   */
  readonly series?: string;
  readonly from: string;
  readonly to: string;
  readonly indicators: Indicators;
}

/** What a scan of a window would read, from the sizes of the log files, before it is begun. */
export interface ScanEstimate {
  /** Compressed bytes; null where they cannot be told cheaply, and `reason` says why. */
  readonly bytes: number | null;
  readonly files: number | null;
  readonly reason: string | null;
}

/** What an event must touch, at least one of, to enter the case table. All exact matches. */
export interface Indicators {
  readonly accessKeyIds: readonly string[];
  /** Full principal ids (`AROA…:session`) and stable ids (`AIDA…`, `AROA…`). */
  readonly principalIds: readonly string[];
  readonly arns: readonly string[];
  readonly addresses: readonly string[];
  readonly buckets: readonly string[];
  /** Names of users and roles: calls to IAM about them, by whomever. */
  readonly iamNames?: readonly string[];
}

/** A log file that could not be read; a coverage gap, never a failed run. */
export interface SetAside {
  readonly file: string;
  readonly reason: string;
}

export interface ScanResult {
  readonly engine: string;
  readonly filesRead: number;
  readonly filesSetAside: readonly SetAside[];
  /** Compressed bytes read from the lake (Athena: DataScannedInBytes). */
  readonly bytesScanned: number;
  /** Events in the lake inside the window, before the indicator filter; null where the engine cannot tell cheaply. */
  readonly eventsSeen: number | null;
  readonly eventsKept: number;
  /** Latest eventTime inside the window: what is later is not known yet. Null when no event was read. */
  readonly watermark: string | null;
  /** Earliest eventTime anywhere in the files read. */
  readonly earliest: string | null;
  /** What else was found in the lake; absent where the engine cannot list it. */
  readonly inventory?: ScanInventory;
}

/** A file that a scan read or met. `kind` is what it turned out to be; `records` are CloudTrail's in it, null where the engine cannot tell. */
export interface LogFileRead {
  readonly file: string;
  /** Size as it lies there, packed or not. */
  readonly bytes: number;
  /** Hex, of the file as it lay there when it was read; null where the engine does not see the bytes, or could not read them. */
  readonly sha256: string | null;
  readonly kind: string;
  readonly records: number | null;
}

/** Logs beside CloudTrail; their entries are in tables `access_log`, `flow_log` and `identity_log`, which exist only where such logs were given. */
export type SideLogName = "s3-access-log" | "vpc-flow-log" | "okta-system-log";

export interface SideLogFound {
  readonly log: SideLogName;
  readonly files: number;
  /** Entries inside the window, whoever they are about. */
  readonly entries: number;
  /** Lines that could not be read. */
  readonly unread: number;
  /** Times of the first and last entry anywhere in the files, ISO 8601 UTC. */
  readonly earliest: string | null;
  readonly latest: string | null;
  /** Why it could not be read although it was given; absent where it was. */
  readonly failed?: string;
}

/** What a scan met besides the events it was asked for. */
export interface ScanInventory {
  /** Hours (`YYYY-MM-DDTHH`, UTC) for which at least one log file was delivered, from the file names; null = names do not tell. */
  readonly deliveryHours: readonly string[] | null;
  /** Five-minute slots (`YYYY-MM-DDTHH:MM`, UTC) without a file between busy ones: a file is probably missing. */
  readonly deliveryGaps?: readonly string[];
  /** CloudTrail's digest files. */
  readonly digestFiles: readonly string[];
  /** How every file ended; those not wholly understood are in `filesSetAside`. Absent in cases written before it was counted. */
  readonly input?: InputAccount;
  /** Logs beside CloudTrail that were given. Absent where an engine reads none. */
  readonly otherLogs?: readonly SideLogFound[];
  /** Log files left unopened: delivered more than a day before or after the window. */
  readonly filesOutside: number;
  /** Records of category `Aggregated` (summaries), never counted as events. */
  readonly aggregatedRecords: number;
}

/** How the files of a lake ended: read, irrelevant for a reason, outside the case, or not understood. A file in an archive is a file. */
export interface InputAccount {
  readonly files: number;
  /** Files with something in them that was read, by what they are; `records`: of it, in the window or not. */
  readonly read: readonly { readonly kind: string; readonly files: number; readonly records: number }[];
  /** Files that are known to be no logs, by what they are, with a few names. */
  readonly irrelevant: readonly {
    readonly because: string;
    readonly files: number;
    readonly names: readonly string[];
  }[];
  /** Logs in which nothing lies in the window, or that were left unopened because they were delivered elsewhen. */
  readonly outside: readonly OutsideLogs[];
  /** Files that were not understood at all, and in part. All of them are in `filesSetAside`. */
  readonly notUnderstood: number;
  readonly inPart: number;
  /** Accounts with records in the window (`recipientAccountId`), a few at most. */
  readonly accounts: readonly string[];
}

/** Times are ISO 8601 UTC, of records, or of delivery where the files were not opened. */
export interface OutsideLogs {
  readonly account: string | null;
  readonly from: string;
  readonly to: string;
  readonly files: number;
}

/**
 * A log file against the digest that names it. `verified`: the SHA-256 of its content is the digest's. `differs`: it was
 * changed, or cannot be unpacked. `missing`: a digest names it and it is not there. `not covered`: no digest names it.
 * `not checked`: a limit was reached, or it may not be read.
 */
export type LogFileState = "verified" | "differs" | "missing" | "not covered" | "not checked";

/** A digest file of CloudTrail: whether its RSA signature holds, and whether it fits the digest before it. */
export interface DigestCheck {
  readonly file: string;
  /** The hours it speaks of, ISO 8601 UTC; null where it cannot be read. */
  readonly from: string | null;
  readonly to: string | null;
  readonly signature: "verified" | "invalid" | "not checked";
  /** `first`: no digest before it is named. `missing`: the one before it is not there. */
  readonly chain: "linked" | "broken" | "missing" | "first" | "not checked";
  readonly reason: string | null;
}

export interface LogIntegrity {
  readonly digests: readonly DigestCheck[];
  /** Files that are not `verified`, by name; what verifies is only counted. */
  readonly files: readonly { readonly file: string; readonly state: Exclude<LogFileState, "verified"> }[];
  readonly counts: Readonly<Record<LogFileState, number>>;
  /** What was not done, a sentence each. */
  readonly notes: readonly string[];
}
