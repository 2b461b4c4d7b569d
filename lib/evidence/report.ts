import { EvidenceError, type EvidenceFault, type ExitCode, exitCodeOf } from "../base/evidenceError.ts";
import type { BundleStatement } from "./checkAttestation.ts";

export type CheckCode =
  | "TRUST"
  | "CONTAINER"
  | "NAMES"
  | "TOP"
  | "KEY"
  | "STATEMENT"
  | "SIGSTORE"
  | "TIMESTAMP"
  | "SUBJECT"
  | "TAG_FILES"
  | "PAYLOAD"
  | "BAG"
  | "SALTS"
  | "REDACTION"
  | "LEDGER"
  | "HISTORY"
  | "SIGNER"
  | "EXPECTED"
  | "TIME"
  | "NEWEST"
  | "REPORT"
  | "PAGES";

/** One line of the report: what was examined, whether it held, and what was found. */
export interface Check {
  readonly code: CheckCode;
  readonly ok: boolean;
  readonly detail: string;
  /** It could not be examined here: neither good news nor bad; `ok` is true for it. Absent: it was examined. */
  readonly notChecked?: true;
}

export interface VerifyReport {
  /** 0 all proven · 1 tampered · 2 unreadable or over limits · 3 intact, signer not established · 4 proven, not the newest. */
  readonly exitCode: ExitCode;
  readonly checks: readonly Check[];
  /** Every fault, in the order of the checks: the first names the cause. */
  readonly errors: readonly EvidenceFault[];
  /** The signed statement; null unless its signature holds under the key in the bundle. */
  readonly statement: BundleStatement | null;
  /** SHA-256 (hex) of the tag manifest found: the bundle digest, if SUBJECT holds. Null when there is none. */
  readonly digest: string | null;
  /** SHA-256 (hex) of the key in the bundle, DER; null when there is none or it is no P-256 key. */
  readonly fingerprint: string | null;
}

/** Runs checks one after the other and remembers what each said. */
export interface Report {
  /** Runs a check that throws EvidenceError; gives its value, or null when it failed. `describe` says what holds. */
  attempt<Value>(code: CheckCode, check: () => Value, describe: (value: Value) => string): Value | null;
  /** Records a check that gathers faults. */
  record(code: CheckCode, faults: readonly EvidenceFault[], detail: string): void;
  /** Says what could not be examined here. */
  leave(code: CheckCode, detail: string): void;
  finish(known: Pick<VerifyReport, "statement" | "digest" | "fingerprint">): VerifyReport;
}

export function startReport(): Report {
  const checks: Check[] = [];
  const errors: EvidenceFault[] = [];
  const record = (code: CheckCode, faults: readonly EvidenceFault[], detail: string): void => {
    const [first] = faults;
    errors.push(...faults);
    checks.push({
      code,
      ok: first === undefined,
      detail: first === undefined ? detail : summary(first, faults.length),
    });
  };
  return {
    attempt(code, check, describe) {
      try {
        const value = check();
        record(code, [], describe(value));
        return value;
      } catch (error) {
        if (!(error instanceof EvidenceError)) throw error;
        record(code, [error.fault], "");
        return null;
      }
    },
    record,
    leave: (code, detail) => void checks.push({ code, ok: true, notChecked: true, detail }),
    finish: (known) => ({ exitCode: exitCodeOf(errors), checks, errors, ...known }),
  };
}

const summary = (first: EvidenceFault, count: number): string =>
  `${first.code}: ${first.detail}${count > 1 ? ` (and ${count - 1} more)` : ""}`;
