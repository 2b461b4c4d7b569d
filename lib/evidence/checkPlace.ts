import type { BundleStatement } from "./checkAttestation.ts";
import type { Report } from "./report.ts";
import type { VerifyOptions } from "./verifyOptions.ts";

/** Genuine, and not the one that was asked for: a folder that lies under another one's name. */
export function checkExpected(
  report: Report,
  { subject, predicate }: BundleStatement,
  { expected }: VerifyOptions,
): void {
  if (expected === undefined) return;
  const { caseId, revision } = predicate;
  const digest = subject[0].digest.sha256;
  const isIt =
    caseId === expected.caseId &&
    revision === expected.revision &&
    (expected.digest === undefined || expected.digest === digest);
  const detail = `expected ${expected.caseId} r${expected.revision}${expected.digest === undefined ? "" : ` ${expected.digest}`}, here is ${caseId} r${revision} ${digest}`;
  report.record("EXPECTED", isIt ? [] : [{ code: "OTHER_BUNDLE", detail }], `${caseId} r${revision}, as asked for`);
}

/** `original` is the digest of the bundle that a redacted copy was made from: the copy of what was replaced is replaced too. */
export function checkPlaceInTime(
  report: Report,
  statement: BundleStatement,
  original: string | null,
  options: VerifyOptions,
): void {
  const { sealedAt, caseId, revision } = statement.predicate;
  const { now } = options;
  const digest = original ?? statement.subject[0].digest.sha256;
  const supersededBy =
    typeof options.supersededBy === "function" ? options.supersededBy({ caseId, digest }) : options.supersededBy;
  const isFuture = now !== undefined && Date.parse(sealedAt) > Date.parse(now);
  report.record(
    "TIME",
    isFuture ? [{ code: "TIME", detail: `sealed at ${sealedAt}, after now (${now})` }] : [],
    `sealed at ${sealedAt}`,
  );
  const detail = supersededBy && `replaced by revision ${supersededBy.revision}, digest ${supersededBy.digest}`;
  report.record(
    "NEWEST",
    detail ? [{ code: "SUPERSEDED", detail }] : [],
    `${caseId}, revision ${revision}; no newer one is known`,
  );
}
