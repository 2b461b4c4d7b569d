/**
 * What the core needs from the world. `lib/aws` and `lib/embedded` implement these; handlers receive them.
 * Nothing else in the project may read a clock, make a random value, or talk to a service.
 */
import type { CaseEvent, CaseHead } from "./core/case.ts";
import type { Settings } from "./core/settings.ts";
import type { Ledger } from "./evidence/ledgerPort.ts";

/** A value of a query result. Integers arrive as numbers when safe, else as decimal strings. */
export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

/** What one case asks of the log lake. Times are ISO 8601 UTC, `from` inclusive, `to` exclusive. */
export interface ScanRequest {
  readonly caseId: string;
  /** Distinguishes a later scan of the same case (after log lag, or with new indicators). */
  readonly round: number;
  readonly from: string;
  readonly to: string;
  readonly indicators: Indicators;
}

/** What an event must touch, at least one of, to enter the case table. All exact matches. */
export interface Indicators {
  readonly accessKeyIds: readonly string[];
  /** Full principal ids (`AROA…:session`) and stable ids (`AIDA…`, `AROA…`). */
  readonly principalIds: readonly string[];
  readonly arns: readonly string[];
  readonly addresses: readonly string[];
  readonly buckets: readonly string[];
}

/** A log file that could not be read; a coverage gap, never a failed run. */
export interface SetAside {
  readonly file: string;
  readonly reason: string;
}

export type ScanStatus =
  | { readonly state: "running"; readonly progress: number | null }
  | { readonly state: "failed"; readonly reason: string }
  | { readonly state: "done"; readonly result: ScanResult };

export interface ScanResult {
  readonly engine: string;
  readonly filesRead: number;
  readonly filesSetAside: readonly SetAside[];
  /** Compressed bytes read from the lake (Athena: DataScannedInBytes). */
  readonly bytesScanned: number;
  /** Events in the lake inside the window, before the indicator filter; null where the engine cannot tell cheaply. */
  readonly eventsSeen: number | null;
  readonly eventsKept: number;
  /** Latest eventTime anywhere in the files read: what is later is not known yet. Null when no event was read. */
  readonly watermark: string | null;
  /** Earliest eventTime anywhere in the files read. */
  readonly earliest: string | null;
  /** What else was found in the lake; absent where the engine cannot list it. */
  readonly inventory?: ScanInventory;
}

/** What a scan met besides the events it was asked for. */
export interface ScanInventory {
  /** Hours (`YYYY-MM-DDTHH`, UTC) for which at least one log file was delivered, from the file names; null = names do not tell. */
  readonly deliveryHours: readonly string[] | null;
  /** Five-minute slots (`YYYY-MM-DDTHH:MM`, UTC) without a file between busy ones: a file is probably missing. */
  readonly deliveryGaps?: readonly string[];
  /** CloudTrail's digest files. */
  readonly digestFiles: readonly string[];
  /** S3 server access logs; their entries are in table `access_log`. */
  readonly accessLogFiles?: number;
  /** Files that are no logs we read. */
  readonly otherFiles: number;
  /** Log files left unopened: delivered more than a day before or after the window. */
  readonly filesOutside: number;
  /** Records of category `Aggregated` (summaries), never counted as events. */
  readonly aggregatedRecords: number;
  /** Objects in CloudTrail files that are no CloudTrail records. */
  readonly otherRecords: number;
}

/** One named query from `lib/sql` or `lib/detections`, with the text that ran and what it cost. */
export interface QueryRun {
  readonly name: string;
  readonly sql: string;
  readonly parameters: readonly string[];
  readonly engine: string;
  readonly bytesScanned: number;
  readonly rows: readonly Row[];
}

/** CloudTrail. One scan of the lake per case and round, then queries over the case table. */
export interface Trail {
  /** Starts a scan; the same request again returns the same ticket and starts nothing twice. */
  start(request: ScanRequest): Promise<string>;
  check(ticket: string): Promise<ScanStatus>;
  /** Runs a `.sql` text over the case table (`case_events`). Parameters are bound, never pasted. */
  query(caseId: string, name: string, sql: string, parameters: readonly string[]): Promise<QueryRun>;
  /**
   * Size and SHA-256 (hex) of log files, by the names that the case table gives them, for the chain of custody. A file
   * that is gone or cannot be read is left out. Absent where an engine cannot tell.
   */
  digests?(files: readonly string[]): Promise<ReadonlyMap<string, { readonly bytes: number; readonly sha256: string }>>;
}

/** Services whose calls a plan may contain. */
export type ServiceName =
  | "iam"
  | "sts"
  | "s3"
  | "s3control"
  | "kms"
  | "ec2"
  | "lambda"
  | "ecs"
  | "datasync"
  | "cloudtrail"
  | "guardduty"
  | "organizations"
  | "sso-admin";

/** One AWS API call exactly as it is made: input in the API's own member names (as SDK v3 takes them). */
export interface ApiRequest {
  readonly service: ServiceName;
  readonly operation: string;
  readonly region: string;
  readonly accountId: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * The account concerned, by its APIs: identity and buckets, reads and containment calls.
 * Throws ApiError with the service's own code; `NotKnown` when an embedded run was given no snapshot of that part.
 */
export interface Account {
  call(request: ApiRequest): Promise<ApiAnswer>;
}

export interface ApiAnswer {
  readonly requestId: string;
  readonly output: Readonly<Record<string, unknown>>;
}

/** An object to classify. `bytes` is the stored size where known. */
export interface ClassifyItem {
  readonly bucket: string;
  readonly key: string;
  readonly bytes: number | null;
}

export interface ClassifyRequest {
  readonly caseId: string;
  /** Deterministic, so that a repeated start finds the same job (Macie clientToken). */
  readonly token: string;
  readonly items: readonly ClassifyItem[];
}

export type ClassifyStatus =
  | { readonly state: "running" | "paused"; readonly reason: string }
  | { readonly state: "unavailable"; readonly reason: string }
  | {
      readonly state: "done";
      readonly complete: boolean;
      readonly reason: string;
      readonly findings: readonly ClassifiedObject[];
    };

export interface ClassifiedObject {
  readonly bucket: string;
  readonly key: string;
  readonly severity: "Low" | "Medium" | "High";
  /** Category → total count, in Macie's category names. */
  readonly categories: Readonly<Record<string, number>>;
  readonly source: string;
}

/** Macie, or the local scanner. */
export interface Classifier {
  /** What is already known about a bucket, at once: sensitivity score −1…100 (50 = not analysed), or null. */
  known(bucket: string): Promise<{ readonly sensitivityScore: number | null; readonly reason: string }>;
  /** Starts a job and returns its id; the same token again returns the same job. */
  start(request: ClassifyRequest): Promise<{ readonly jobId: string } | { readonly unavailable: string }>;
  check(jobId: string): Promise<ClassifyStatus>;
}

/** Case records: append-only audit events, write-once documents, one head with compare-and-set. */
export interface Cases {
  /** Exclusive: `false` when the case exists already, and nothing is written then. */
  open(head: CaseHead): Promise<boolean>;
  head(caseId: string): Promise<CaseHead>;
  /** Compare-and-set: re-reads and calls `change` again when somebody else was first. */
  update(caseId: string, change: (head: CaseHead) => CaseHead): Promise<CaseHead>;
  list(): Promise<readonly CaseHead[]>;
  /** Throws AUDIT_UNAVAILABLE when the event cannot be made durable; the caller must then not act. */
  append(caseId: string, event: NewCaseEvent): Promise<CaseEvent>;
  events(caseId: string): Promise<readonly CaseEvent[]>;
  /** Writes a document once. A second write under the same name keeps the first bytes; what is stored is returned. */
  putOnce(caseId: string, name: string, bytes: Uint8Array): Promise<Uint8Array>;
  /** Writes or replaces a derived document, atomically. */
  write(caseId: string, name: string, bytes: Uint8Array): Promise<void>;
  read(caseId: string, name: string): Promise<Uint8Array | null>;
  /** Document names of the case that start with the prefix, sorted. */
  names(caseId: string, prefix: string): Promise<readonly string[]>;
}

export type NewCaseEvent = Omit<CaseEvent, "seq" | "at" | "previous" | "digest">;

/** Sealed bundles: put once, read back, list. */
export interface Vault {
  /** `name` is `<caseId>/r<revision>`; files are paths inside the bundle. Throws DOCUMENT_CONFLICT if it exists with other bytes. */
  put(name: string, files: ReadonlyMap<string, Uint8Array>): Promise<string>;
  /** Where the bundle lies (a folder, or an S3 URL), or null. */
  locate(name: string): Promise<string | null>;
  files(name: string): Promise<ReadonlyMap<string, Uint8Array> | null>;
  list(prefix: string): Promise<readonly string[]>;
}

/** Signs with the deployment's evidence key (ECDSA P-256 with SHA-256). */
export interface Signer {
  /**
   * Signs the SHA-256 digest of `message`; DER, as KMS returns it. The port takes the message and not the digest because
   * node:crypto cannot sign a ready digest; the KMS adapter hashes it itself and calls Sign with MessageType=DIGEST.
   * The caller normalises to low-S and verifies before it uses the signature.
   */
  sign(message: Uint8Array): Promise<Uint8Array>;
  /** DER SubjectPublicKeyInfo. */
  publicKey(): Promise<Uint8Array>;
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

/** A message from a fixed template: no attacker-controlled text, no token, nothing that acts when fetched. */
export interface Notice {
  readonly caseId: string;
  readonly kind: "opened" | "approval-asked" | "reminder" | "decided" | "contained" | "attention" | "sealed" | "closed";
  readonly severity: number;
  readonly text: string;
}

export interface Notifier {
  /** Never throws: a notice that cannot be delivered is reported in the answer and in the case. */
  notify(
    notice: Notice,
  ): Promise<{ readonly delivered: boolean; readonly channel: string; readonly reason: string | null }>;
}

export interface Clock {
  /** ISO 8601 UTC with milliseconds. */
  now(): string;
}

export interface Ids {
  /** `bytes` random bytes as lower-case hex. */
  random(bytes: number): string;
}

/** A time stamp authority (RFC 3161). */
export interface TimeStamps {
  /** Sends a TimeStampReq and returns the TimeStampResp, both DER. Throws when none can be had. */
  stamp(request: Uint8Array): Promise<Uint8Array>;
}

export interface Ports {
  readonly trail: Trail;
  readonly account: Account;
  readonly classifier: Classifier;
  readonly cases: Cases;
  readonly vault: Vault;
  readonly signer: Signer;
  readonly ledger: Ledger;
  readonly decisions: Decisions;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Absent where no time stamp authority is configured. */
  readonly timeStamps?: TimeStamps;
  readonly settings: Settings;
}
