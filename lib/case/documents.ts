/**
 * Every JSON document of a case, declared once: where it lies, what it must be, who writes it, and by which published
 * schema it goes into the bundle (null: it serves the machine and is no evidence). Whoever reads one gets a checked value.
 */

import { StoredDecision } from "./decision.ts";
import { type CaseDocument, document, documents } from "./document.ts";
import { Finding } from "./finding.ts";
import { LogIntegrity } from "./logIntegrity.ts";
import { ActionRecord, Begun, Plan, Verification, Watch } from "./plan.ts";
import { Discovered, ScopedPrincipal } from "./principal.ts";
import { BaselineRound, ScanRound } from "./scan.ts";
import { CoverageView, TheftView } from "./theft.ts";

export { find, keep, namesOf, read, readAll, readSound, write } from "./document.ts";

export const FINDING = document("finding.json", Finding, "openCase", "finding");
export const PRINCIPALS = document("principal.json", ScopedPrincipal.array(), "scopePrincipal", "principal");
export const DISCOVERED = document("discovered.json", Discovered, "quantify", "discovered");

export const SCAN_ROUND = documents("scans/round-*.json", ScanRound, "startScan, checkScan", "scan");
export const BASELINE_ROUND = documents(
  "scans/baseline-*.json",
  BaselineRound,
  "startBaseline, checkBaseline",
  "baseline-scan",
);

export const THEFT_SUMMARY = document("theft-summary.json", TheftView, "quantify", "theft-summary");
export const COVERAGE_SUMMARY = document(
  "coverage-summary.json",
  CoverageView,
  "quantify, checkScan",
  "coverage-summary",
);

export const LOG_INTEGRITY = document("log-integrity.json", LogIntegrity, "checkScan", "log-integrity");

export const PLAN = documents("plans/*.json", Plan, "planContainment, planRelease", "plan");
export const DECISION = documents("decisions/*/*/*.json", StoredDecision, "the decision door", "decision");
export const REVIEW = documents("reviews/*/*.json", StoredDecision, "the decision door", "decision");
export const ACTION = documents("actions/*/*.json", ActionRecord, "applyContainment", "action");
export const BEGUN = documents("begun/*/*.json", Begun, "applyContainment", "begun");
export const VERIFICATION = documents(
  "verification/*.json",
  Verification,
  "verifyContainment, watchContainment",
  "verification",
);
export const WATCH = documents("watch/*.json", Watch, "watchContainment", "watch");

/** All of them. */
export const DOCUMENTS: readonly CaseDocument[] = [
  FINDING,
  PRINCIPALS,
  DISCOVERED,
  SCAN_ROUND,
  BASELINE_ROUND,
  THEFT_SUMMARY,
  COVERAGE_SUMMARY,
  LOG_INTEGRITY,
  PLAN,
  DECISION,
  REVIEW,
  ACTION,
  BEGUN,
  VERIFICATION,
  WATCH,
];
