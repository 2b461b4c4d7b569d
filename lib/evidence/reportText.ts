import type { ExitCode } from "../base/evidenceError.ts";
import type { VerifyReport } from "./report.ts";

/** What each exit code means, for the verifier of its own, `cordon evidence verify` and `cordon mcp` alike. */
export const VERDICTS: Readonly<Record<ExitCode, string>> = {
  0: "PROVEN: intact, and signed by a key you trust",
  1: "TAMPERED: do not rely on it",
  2: "UNREADABLE, or over the limits: nothing is proven",
  3: "INTACT, BUT THE SIGNER IS NOT ESTABLISHED: give --trust",
  4: "PROVEN, BUT NOT THE NEWEST: a later revision replaces it",
};

/** A line a check, a line a fault, and the verdict last. */
export const reportText = ({ checks, errors, exitCode }: VerifyReport): string =>
  [
    ...checks.map(
      ({ code, ok, notChecked, detail }) =>
        `${(notChecked === true ? "not checked" : ok ? "ok" : "FAIL").padEnd(13)}${code.padEnd(12)} ${detail}`,
    ),
    ...errors.map(({ code, detail }) => `error ${code}: ${detail}`),
    "",
    VERDICTS[exitCode],
  ].join("\n");

/** For whoever does not build the report again from the data: what is left out is said. */
export const withoutReport = (report: VerifyReport): VerifyReport => {
  const detail = "report not rebuilt: cordon evidence verify builds it again from the data";
  return { ...report, checks: [...report.checks, { code: "REPORT", ok: true, notChecked: true, detail }] };
};
