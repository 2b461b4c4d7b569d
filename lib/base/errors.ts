/** Every code a Cordon error can carry; a closed list, so that a test or a caller can switch over it. */
export type ErrorCode =
  | "INPUT_INVALID"
  | "INPUT_UNREADABLE"
  | "CASE_NOT_FOUND"
  | "CASE_CONFLICT"
  | "DOCUMENT_MISSING"
  | "DOCUMENT_CONFLICT"
  | "SCAN_FAILED"
  | "QUERY_FAILED"
  | "PLAN_REFUSED"
  | "DECISION_REFUSED"
  | "GATE_CLOSED"
  | "DRIFTED"
  | "SEAL_FAILED"
  | "AUDIT_UNAVAILABLE"
  | "SETTINGS_INVALID"
  | "STATE_UNKNOWN"
  | "LEASE_LOST"
  | "ARCHIVE_AWAY"
  | "LOGIN_REFUSED"
  | "LOGIN_UNAVAILABLE"
  | "USAGE";

/** One fault of an input: where it is (a JSON path or a file) and what was expected there. */
export interface Fault {
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/**
 * The one error class of the core. `name` is literal because Step Functions matches `ErrorEquals` on it and minifying
 * rewrites constructor names. `CordonError` never heals by itself; `TransientError` may, and ASL retries it by name.
 */
export class CordonError extends Error {
  override readonly name: string = "CordonError";
  readonly code: ErrorCode;
  readonly faults: readonly Fault[];

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; faults?: readonly Fault[] } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.faults = options.faults ?? [];
  }
}

/** The faults of an error that its message does not say already. */
export const unsaidFaults = ({ message, faults }: CordonError): readonly Fault[] =>
  faults.filter(({ expected, got }) => !message.includes(`expected ${expected}, got ${got}`));

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: "nothing by that name",
  ENOTDIR: "nothing by that name",
  EISDIR: "a folder",
  EACCES: "a file that this user may not read",
  EPERM: "a file that this user may not read",
};

/** What there was instead of a file that can be read. */
export const gotInstead = (cause: unknown): string => {
  const { code, message } = cause as NodeJS.ErrnoException;
  return UNREADABLE[code ?? ""] ?? message;
};

/** A failure that a later attempt may not meet: throttling, a lost connection, a job that must be started again. */
export class TransientError extends CordonError {
  override readonly name = "TransientError";
}

/**
 * What came in is no finding that can be read: nothing to try again, and nothing wrong with the deployment. ASL tells it
 * by its name from a case that could not be opened.
 */
export class FindingRefused extends CordonError {
  override readonly name = "FindingRefused";
}

/**
 * An AWS API said no (or the embedded account, in the same words). `awsCode` is the service's own error code,
 * for example `NoSuchEntity`, `AccessDenied`, `NoSuchBucketPolicy`; `NotKnown` means that an embedded run was given
 * no snapshot of this part of the account; its cause is then why one that was given is not believed, a text, if one was.
 */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly awsCode: string;
  readonly operation: string;

  constructor(operation: string, awsCode: string, message: string, cause?: unknown) {
    super(`${operation}: ${awsCode}: ${message}`, cause === undefined ? undefined : { cause });
    this.operation = operation;
    this.awsCode = awsCode;
  }
}

export const isApiError = (error: unknown, ...codes: readonly string[]): error is ApiError =>
  error instanceof ApiError && (codes.length === 0 || codes.includes(error.awsCode));
