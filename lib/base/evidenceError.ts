import { CordonError } from "./errors.ts";

/**
 * What a verifier can hold against a bundle, with the exit code it leads to:
 * 1 tampered · 2 unreadable, over a limit, or the verifier was asked wrongly · 3 intact, signer not established ·
 * 4 proven, but not the newest. Codes are stable: auditors' scripts bind to them. New ones may be added.
 */
const EXIT_CODES = {
  UNREADABLE: 2,
  LIMIT: 2,
  TRUST: 2,
  ARCHIVE: 1,
  NAME: 1,
  LINK: 1,
  EXTRA: 1,
  MISSING: 1,
  DIGEST: 1,
  MANIFEST: 1,
  BAGINFO: 1,
  KEY: 1,
  ENCODING: 1,
  SIGNATURE: 1,
  ENVELOPE: 1,
  JSON: 1,
  TYPE: 1,
  VERSION: 1,
  DOWNGRADE: 1,
  PREDICATE: 1,
  REDACTION: 1,
  REPORT: 1,
  ACTIVE: 1,
  SUBJECT: 1,
  OTHER_BUNDLE: 1,
  TIME: 1,
  TIMESTAMP: 1,
  LEDGER: 1,
  HISTORY: 1,
  FORK: 1,
  INCONSISTENT: 1,
  EQUIVOCATION: 1,
  KEY_PURPOSE: 1,
  KEY_NOT_YET_VALID: 1,
  KEY_EXPIRED: 1,
  KEY_REVOKED: 1,
  ROTATION_UNSIGNED: 1,
  UNTRUSTED: 3,
  LEDGER_UNTRUSTED: 3,
  TIMESTAMP_UNTRUSTED: 3,
  ROLLBACK: 4,
  SUPERSEDED: 4,
} as const;

/** When several apply: proof of tampering outweighs what could not be read, and so on down to the mildest. */
const WORST_FIRST = [1, 2, 3, 4] as const;

export type FaultCode = keyof typeof EXIT_CODES;
export type ExitCode = 0 | 1 | 2 | 3 | 4;

export interface EvidenceFault {
  readonly code: FaultCode;
  readonly detail: string;
}

/** Evidence refused. `fault.code` is the stable code; `code` is always INPUT_INVALID. */
export class EvidenceError extends CordonError {
  override readonly name = "CordonError";
  readonly fault: EvidenceFault;

  constructor(code: FaultCode, detail: string, cause?: unknown) {
    super("INPUT_INVALID", `${code}: ${detail}`, cause === undefined ? {} : { cause });
    this.fault = { code, detail };
  }
}

export function exitCodeOf(faults: readonly EvidenceFault[]): ExitCode {
  const codes = new Set<number>(faults.map((fault) => EXIT_CODES[fault.code]));
  return WORST_FIRST.find((code) => codes.has(code)) ?? 0;
}

/** Runs a check that throws EvidenceError; other errors are faults of the program and pass through. */
export function faultOf(check: () => void): EvidenceFault | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof EvidenceError) return error.fault;
    throw error;
  }
}

/** Text of unknown origin made safe to print: no control or bidirectional characters, at most 120 characters. */
export function printable(text: string): string {
  const safe = text.replace(/[^\x20-\x7e]/g, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
  return safe.length > 120 ? `${safe.slice(0, 117)}...` : safe;
}
