import * as z from "zod";
import { DOCUMENTS } from "../../case/documents.ts";
import { Environment } from "../../case/environment.ts";
import { TimelineLine } from "../../case/events.ts";
import * as analysis from "./analysis.ts";
import * as caseDocuments from "./caseDocuments.ts";
import * as containment from "./containment.ts";
import * as exports from "./exports.ts";
import { InventoriedObject } from "./inventory.ts";
import * as record from "./record.ts";

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
  ...DOCUMENTS.flatMap(({ name, schema, publishedAs, lines: isLines }) =>
    publishedAs === null ? [] : [{ files: name, schema: publishedAs, lines: isLines, type: schema }],
  ),
  whole("case.json", "case-record", caseDocuments.CaseRecord),
  lines("timeline.jsonl", "timeline", TimelineLine),
  lines("objects.jsonl", "object", InventoriedObject),
  lines("ledger/entries.jsonl", "ledger-entry", containment.LedgerEntryLine),
  lines("custody.jsonl", "custody", record.CustodyLine),
  whole("environment.json", "environment", Environment),
  whole("clocks.json", "clocks", record.Clocks),
  whole("controls.json", "controls", record.Controls),
  lines("notices.jsonl", "notice", record.NoticeLine),
  lines("rules.jsonl", "rule", record.RuleLine),
  whole("artifacts.json", "artifacts", record.Artifacts),
  lines("access-timeline.jsonl", "access-timeline", analysis.AccessLine),
  whole("actor-attribution.json", "actor-attribution", analysis.Attribution),
  whole("impact-assessment.json", "impact-assessment", analysis.Impact),
  whole("network-traffic-analysis.json", "network-traffic-analysis", analysis.Network),
  whole("data-volume-report.json", "data-volume-report", analysis.Volume),
  whole("permission-analysis.json", "permission-analysis", analysis.Permissions),
  whole("previous-activity-baseline.json", "previous-activity-baseline", analysis.Baseline),
  lines("exports/ocsf.jsonl", "ocsf-event", exports.OcsfEvent),
  whole("exports/stix.json", "stix-bundle", exports.StixBundle),
  whole("exports/chain-of-custody.jsonld", "case-uco", exports.CaseUco),
];

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
