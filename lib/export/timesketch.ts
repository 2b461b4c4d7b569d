import * as z from "zod";
import type { Body } from "../base/content.ts";
import { textLines } from "../base/textLines.ts";
import { visible } from "../base/visible.ts";
import { checked, jsonOf } from "../case/check.ts";
import type { Known } from "../case/schema.ts";
import { toCsv } from "../report/csv.ts";
import { AccessLine as Line } from "./schemas/analysis.ts";

/** A line of a bundle that was handed over; one whose time is none stays a line. */
const AccessLine = Line.extend({ at: z.string(), until: z.string() });
type AccessLine = Known<typeof AccessLine>;

/** A line of a Timesketch timeline: three fields that it asks for, the rest are searchable (Timesketch, "Create timeline from JSON/JSONL/CSV file"). */
export interface TimesketchLine {
  readonly message: string;
  /** ISO 8601 with an offset. */
  readonly datetime: string;
  /** What the time is of. */
  readonly timestamp_desc: string;
  readonly [field: string]: string | number | null;
}

const WHAT: Readonly<Record<AccessLine["kind"], string>> = {
  authentication: "Credential given",
  authorization: "First refusal",
  "data-access": "First read",
  configuration: "Configuration change",
  detection: "Detection",
  response: "Response",
};

/** `access-timeline.jsonl` for Timesketch, a line for each of its own. Every text is made visible. Throws DOCUMENT_CONFLICT for what is no such file. */
export const timesketchOf = (caseId: string, sealed: Body): readonly TimesketchLine[] =>
  [...textLines(sealed)].map((text) =>
    lineOf(caseId, checked(AccessLine, jsonOf(text, WHERE), "DOCUMENT_CONFLICT", WHERE)),
  );

const WHERE = "access-timeline.jsonl";

const lineOf = (caseId: string, line: AccessLine): TimesketchLine => ({
  message: visible(messageOf(line)),
  datetime: timeOf(line.at) ?? NO_TIME,
  timestamp_desc: timeOf(line.at) === null ? "Time not known" : WHAT[line.kind],
  until: timeOf(line.until),
  data_type: `cordon:${line.kind}`,
  case_id: caseId,
  actor: shown(line.actor),
  access_key_id: shown(line.accessKeyId),
  source_ip: shown(line.address),
  bucket: shown(line.bucket),
  object_key: shown(line.key),
  outcome: line.outcome,
  calls: line.calls,
  bytes: line.bytes,
  certainty: shown(line.certainty),
  event_ids: shown(line.eventIds.join(" ")),
  source_file: line.source,
});

/** One JSON object a line, UTF-8. */
export const timesketchJsonl = (lines: readonly TimesketchLine[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join("");

/** The same as CSV. Text that a spreadsheet would run as a formula has an apostrophe in front; the JSON lines have the exact text. */
export const timesketchCsv = (lines: readonly TimesketchLine[]): string => toCsv(lines);

/** Timesketch takes no event without a time; Plaso gives such a one the beginning of the epoch, and says that it is none. */
const NO_TIME = "1970-01-01T00:00:00.000+00:00";

const timeOf = (at: string): string | null => {
  const time = Date.parse(at);
  return Number.isNaN(time) ? null : new Date(time).toISOString().replace("Z", "+00:00");
};

const shown = (text: string | null): string | null => (text === null || text === "" ? null : visible(text));

const messageOf = ({ kind, what, actor, address, bucket, key, outcome, calls, bytes }: AccessLine): string =>
  [
    `${kind}: ${what}`,
    ...(bucket === null ? [] : [`s3://${bucket}${key === null ? "" : `/${key}`}`]),
    ...(actor === null ? [] : [`by ${actor}`]),
    ...(address === null ? [] : [`from ${address}`]),
    ...(calls > 1 ? [`${calls} calls`] : []),
    ...(bytes === null ? [] : [`${bytes} bytes`]),
    ...(outcome === "refused" ? ["refused"] : []),
  ].join(" · ");
