/**
 * Every JSON document of a case, declared once: where it lies, what it must be, who writes it, and by which published
 * schema it goes into the bundle (null: it serves the machine and is no evidence). Whoever reads one gets a checked value.
 */

import { RoleChain } from "./chain.ts";
import { StoredDecision } from "./decision.ts";
import { type CaseDocument, document, documents, patternOf } from "./document.ts";
import { Finding, ReceivedFinding, Run } from "./finding.ts";
import { type CaseLines, lines } from "./lines.ts";
import { LogIntegrity } from "./logIntegrity.ts";
import { Classification, StolenList, TakenObject } from "./objects.ts";
import { Opinion, Pivots, SensitivityHints } from "./opinion.ts";
import { ActionRecord, Begun, Plan, Verification, Watch } from "./plan.ts";
import { Discovered, ScopedPrincipal } from "./principal.ts";
import { DetectionResult, QueryRecord } from "./queries.ts";
import { ReportData } from "./reportData.ts";
import { BaselineRound, LogCustody, LogFileRead, ScanRound } from "./scan.ts";
import { Row } from "./schema.ts";
import { AccessLogSummary, FlowSummary } from "./sideLogs.ts";
import { CoverageView, TheftView } from "./theft.ts";
import { TrailFacts } from "./trails.ts";

export { find, findSound, keep, namesOf, read, readAll, readSound, write } from "./document.ts";
export { keepLines, linesIn, readLines, writeLines } from "./lines.ts";

export const FINDING = document("finding.json", Finding, "openCase", "finding");
export const RECEIVED_FINDING = documents("findings/*.json", ReceivedFinding, "openCase", "finding-received");
/** Which execution opened a run through the case anew: one of two that come at once. */
export const RUN = documents("runs/*.json", Run, "openCase", null);
export const PRINCIPALS = document("principal.json", ScopedPrincipal.array(), "scopePrincipal", "principal");
export const DISCOVERED = document("discovered.json", Discovered, "quantify", "discovered");

export const TRAILS = document("trails.json", TrailFacts, "scopePrincipal", "trails");

export const SCAN_ROUND = documents("scans/round-*.json", ScanRound, "startScan, checkScan", "scan");
export const BASELINE_ROUND = documents(
  "scans/baseline-*.json",
  BaselineRound,
  "startBaseline, checkBaseline",
  "baseline-scan",
);

export const QUERY = documents("queries/*.json", QueryRecord, "quantify", "query");
export const DETECTIONS = document("detections.json", DetectionResult.array(), "detect", "detections");
export const QUERY_ROWS = lines("queries/*.rows.jsonl", Row, "quantify", "query-row");
export const LOG_FILES = lines("log-files/*.jsonl", LogFileRead, "checkScan, checkBaseline", "log-file");
export const LOG_CUSTODY = document("log-custody.json", LogCustody, "sealEvidence", "log-custody");
export const OBJECTS = lines("objects.jsonl", TakenObject, "quantify", null);
export const THEFT_SUMMARY = document("theft-summary.json", TheftView, "quantify, the decision door", "theft-summary");
export const COVERAGE_SUMMARY = document(
  "coverage-summary.json",
  CoverageView,
  "quantify, checkScan, the decision door",
  "coverage-summary",
);

export const LOG_INTEGRITY = document("log-integrity.json", LogIntegrity, "checkScan", "log-integrity");
export const ACCESS_LOG = document("access-log.json", AccessLogSummary, "quantify", "access-log");
export const FLOW_LOGS = document("flow-logs.json", FlowSummary, "quantify", "flow-logs");
export const REPORT_DATA = document("report-data.json", ReportData, "quantify", "report-data");
export const STOLEN = document("stolen.json", StolenList, "quantify", "stolen");
export const CLASSIFICATION = document(
  "classification.json",
  Classification,
  "startClassification, checkClassification",
  "classification",
);
export const PIVOTS = document("pivots.json", Pivots, "quantify", "pivots");
export const ROLE_CHAIN = document("role-chain.json", RoleChain, "quantify", "role-chain");
export const LIKELIHOOD = document("likelihood.json", Opinion, "quantify, startBaseline, checkBaseline", "likelihood");
export const SENSITIVITY_HINTS = document("sensitivity-hints.json", SensitivityHints, "quantify", "sensitivity-hints");

export const PLAN = documents("plans/*.json", Plan, "planContainment, planRelease", "plan");
export const DECISION = documents("decisions/*/*/*.json", StoredDecision, "the decision door", "decision");
export const REVIEW = documents("reviews/*/*.json", StoredDecision, "the decision door", "decision");
export const MARK = documents("marks/*.json", StoredDecision, "the decision door", "decision");
export const ACTION = documents("actions/*/*.json", ActionRecord, "applyContainment", "action");
export const BEGUN = documents("begun/*/*.json", Begun, "applyContainment", "begun");
export const VERIFICATION = documents(
  "verification/*.json",
  Verification,
  "verifyContainment, watchContainment",
  "verification",
);
export const WATCH = documents("watch/*.json", Watch, "watchContainment", "watch");

/** Those that are no JSON: the list of objects for a table, and a plan as people were shown it. */
export const TEXTS = ["objects.csv", "plans/*.shown.txt"] as const;

/** All of them but the texts. */
export const DOCUMENTS: readonly (CaseDocument | CaseLines)[] = [
  FINDING,
  RECEIVED_FINDING,
  RUN,
  PRINCIPALS,
  DISCOVERED,
  TRAILS,
  SCAN_ROUND,
  BASELINE_ROUND,
  QUERY,
  QUERY_ROWS,
  DETECTIONS,
  LOG_FILES,
  LOG_CUSTODY,
  OBJECTS,
  THEFT_SUMMARY,
  COVERAGE_SUMMARY,
  LOG_INTEGRITY,
  ACCESS_LOG,
  FLOW_LOGS,
  REPORT_DATA,
  STOLEN,
  CLASSIFICATION,
  PIVOTS,
  ROLE_CHAIN,
  LIKELIHOOD,
  SENSITIVITY_HINTS,
  PLAN,
  DECISION,
  REVIEW,
  MARK,
  ACTION,
  BEGUN,
  VERIFICATION,
  WATCH,
];

const PATTERNS = [...DOCUMENTS.map(({ name }) => name), ...TEXTS].map(patternOf);

/** Written once, and never again. */
const ONCE = [
  ...[RECEIVED_FINDING, RUN, PLAN, DECISION, REVIEW, MARK, BEGUN, LOG_FILES].map(({ name }) => name),
  TEXTS[1],
].map(patternOf);

export const isWrittenOnce = (name: string): boolean => ONCE.some((pattern) => pattern.test(name));

/** Whether Cordon writes a document of this name. */
export const isDeclared = (name: string): boolean => PATTERNS.some((pattern) => pattern.test(name));
