import { resolve } from "node:path";
import type { Bodies } from "../base/content.ts";
import { exitCodeOf } from "../base/evidenceError.ts";
import { DEFAULT_LIMITS } from "../evidence/inventory.ts";
import { openBundle } from "../evidence/openBundle.ts";
import type { Check, VerifyReport } from "../evidence/report.ts";
import { PREDICATE_TYPES } from "../evidence/statement.ts";
import { producer } from "../response/seal/producer.ts";
import { rebuildReport } from "../response/seal/rebuild.ts";

/** Whether the report says what the data say is asked only where every byte is as signed; of a copy there is no report. */
export const withReportRebuilt = async (report: VerifyReport, source: string | Bodies): Promise<VerifyReport> => {
  const { statement, exitCode } = report;
  if (statement === null || exitCode === 1 || exitCode === 2) return report;
  if (statement.predicateType !== PREDICATE_TYPES.evidenceBundle) return report;
  const files = typeof source === "string" ? openBundle(resolve(source), DEFAULT_LIMITS) : source;
  const rebuilt = await rebuildReport(files, statement.predicate, producer());
  switch (rebuilt.state) {
    case "same":
      return withCheck(report, {
        code: "REPORT",
        ok: true,
        detail: "built again from the data, the same to the byte; its totals are those of the list of objects",
      });
    case "not checked":
      return withCheck(report, { code: "REPORT", ok: true, notChecked: true, detail: rebuilt.why });
    case "differs":
      return withCheck(report, { code: "REPORT", ok: false, detail: rebuilt.why });
  }
};

const withCheck = (report: VerifyReport, check: Check): VerifyReport => {
  const errors: VerifyReport["errors"] = check.ok
    ? report.errors
    : [...report.errors, { code: "REPORT", detail: check.detail }];
  return { ...report, checks: [...report.checks, check], errors, exitCode: exitCodeOf(errors) };
};
