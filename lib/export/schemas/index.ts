import { z } from "zod";
import * as derived from "./derived.ts";
import * as documents from "./documents.ts";
import * as opinion from "./opinion.ts";

/** Which schema a data file obeys. `files` are paths below `data/`; `*` stands for one part of a path, `**` for several. */
export interface FileSchema {
  readonly files: string;
  /** Name inside `schema/`, without `.schema.json`. */
  readonly schema: string;
  /** Each line is a JSON value of its own. */
  readonly lines: boolean;
  readonly type: z.ZodType;
}

const whole = (files: string, schema: string, type: z.ZodType): FileSchema => ({ files, schema, lines: false, type });
const lines = (files: string, schema: string, type: z.ZodType): FileSchema => ({ files, schema, lines: true, type });

/** Every JSON file that a bundle may hold. A document without a line here fails the test over a real bundle. */
export const FILE_SCHEMAS: readonly FileSchema[] = [
  whole("case.json", "case-record", documents.CaseRecord),
  lines("timeline.jsonl", "timeline", documents.TimelineLine),
  whole("findings/*.json", "finding-received", documents.ReceivedFinding),
  whole("finding.json", "finding", documents.Finding),
  whole("principal.json", "principal", documents.PrincipalDossiers),
  whole("discovered.json", "discovered", documents.Discovered),
  whole("queries/*.json", "query", documents.Query),
  whole("detections.json", "detections", documents.Detections),
  whole("scans/*.json", "scan", documents.Scan),
  lines("objects.jsonl", "object", documents.ObjectLine),
  whole("theft-summary.json", "theft-summary", documents.TheftSummary),
  whole("coverage-summary.json", "coverage-summary", documents.CoverageSummary),
  whole("report-data.json", "report-data", documents.ReportData),
  whole("stolen.json", "stolen", documents.Stolen),
  whole("trails.json", "trails", opinion.Trails),
  whole("role-chain.json", "role-chain", opinion.RoleChain),
  whole("likelihood.json", "likelihood", opinion.Likelihood),
  whole("sensitivity-hints.json", "sensitivity-hints", opinion.SensitivityHints),
  whole("classification.json", "classification", documents.Classification),
  whole("plans/*.json", "plan", documents.Plan),
  whole("decisions/**.json", "decision", documents.StoredDecision),
  whole("actions/*/*.json", "action", documents.ActionRecord),
  whole("verification/*.json", "verification", documents.Verification),
  lines("ledger/entries.jsonl", "ledger-entry", documents.LedgerEntryLine),
  lines("custody.jsonl", "custody", derived.CustodyLine),
  whole("clocks.json", "clocks", derived.Clocks),
  whole("controls.json", "controls", derived.Controls),
  lines("notices.jsonl", "notice", derived.NoticeLine),
  lines("rules.jsonl", "rule", derived.RuleLine),
  whole("artifacts.json", "artifacts", derived.Artifacts),
  lines("access-timeline.jsonl", "access-timeline", derived.AccessLine),
  whole("actor-attribution.json", "actor-attribution", derived.Attribution),
  whole("impact-assessment.json", "impact-assessment", derived.Impact),
  whole("network-traffic-analysis.json", "network-traffic-analysis", derived.Network),
  whole("data-volume-report.json", "data-volume-report", derived.Volume),
  whole("permission-analysis.json", "permission-analysis", derived.Permissions),
  whole("previous-activity-baseline.json", "previous-activity-baseline", derived.Baseline),
  lines("exports/ocsf.jsonl", "ocsf-event", derived.OcsfEvent),
  whole("exports/stix.json", "stix-bundle", derived.StixBundle),
  whole("exports/chain-of-custody.jsonld", "case-uco", derived.CaseUco),
];

/** The schema of a data file, or null for one that holds no JSON (report, CSV, shown plan, proofs). */
export const schemaOf = (path: string): FileSchema | null =>
  FILE_SCHEMAS.find(({ files }) => patternOf(files).test(path)) ?? null;

const patternOf = (files: string): RegExp =>
  new RegExp(`^${files.replaceAll(".", "\\.").replaceAll(/\*+/g, (stars) => (stars === "*" ? "[^/]+" : ".+"))}$`);

/** The files of a bundle's `schema/` folder: JSON Schema 2020-12, one per kind of file, and the index that says which file obeys which. */
export const schemaFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ...FILE_SCHEMAS.map(
      ({ schema, files, type }) =>
        [`${schema}.schema.json`, text({ title: `data/${files}`, ...z.toJSONSchema(type) })] as const,
    ),
    [
      "index.json",
      text(
        FILE_SCHEMAS.map(({ files, schema, lines: isLines }) => ({
          files: `data/${files}`,
          schema: `schema/${schema}.schema.json`,
          lines: isLines,
        })),
      ),
    ] as const,
  ]);

const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
