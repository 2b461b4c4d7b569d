/** What was asked of the logs and what it says was taken. Members may be added by later versions, so objects are open; what is named here is there. */
import { z } from "zod";
import { Cell, Certainty, Count, Instant, Row, Sha256, Text, Texts } from "./parts.ts";

const QueryText = {
  name: z.string(),
  sql: z.string(),
  parameters: Texts.describe("bound to the `?` of the text, in order"),
  bytesScanned: Count,
} as const;

export const Query = z.looseObject({
  ...QueryText,
  engine: z.string(),
  rows: z.array(Row).describe("the first 1,000"),
  rowsTotal: Count,
  resultDigest: Sha256.describe("SHA-256 over the canonical JSON of all rows"),
});

export const Detections = z.array(
  z.looseObject({
    id: z.string(),
    title: z.string(),
    technique: Text,
    severity: z.enum(["low", "medium", "high", "critical"]),
    fired: Count,
    attempts: Count,
    rowsTotal: Count,
    rows: z.array(z.record(z.string(), Cell)),
    error: Text.describe("why it was not run; null when it was"),
    query: z.looseObject({ ...QueryText, engine: Text, resultDigest: Sha256.nullable() }),
  }),
);

export const LogFileLine = z.strictObject({
  file: z.string(),
  bytes: Count.describe("size as it lies there, packed or not"),
  sha256: Sha256.nullable().describe(
    "of the file as it lay there when it was read; null where the engine sees no bytes",
  ),
  kind: z.string().describe("what the file turned out to be"),
  records: Count.nullable().describe("records of CloudTrail in it; null where the engine cannot tell"),
});

const Destination = z.looseObject({ bucket: z.string(), key: z.string() }).nullable();
const Taken = {
  bucket: z.string(),
  key: z.string(),
  versionId: Text,
  path: z.string(),
  certainty: Certainty,
  calls: Count,
  bytesOut: Count.nullable().describe("as S3 wrote it into its events; null where none is recorded"),
  size: Count.nullable().describe("stored size; null: not known"),
  whole: z.boolean().nullable().describe("every byte left; null: the log cannot tell"),
  firstAt: Instant,
  lastAt: Instant,
  principals: Texts,
  accessKeyIds: Texts,
  addresses: Texts,
  restoredFirst: z.boolean(),
  destination: Destination,
  eventIds: Texts.optional().describe("the first events of it; the query's text gives all"),
  recordedBy: z
    .array(z.enum(["cloudtrail", "access-log"]))
    .optional()
    .describe("absent: CloudTrail; access-log alone: no CloudTrail event has it"),
  accessLog: z
    .strictObject({ requests: Count, inCloudTrail: Count, partial: Count, bytesSent: Count.nullable() })
    .optional()
    .describe("what the server access log says of the same reads"),
  openedBy: z.string().optional().describe("event by which the thief let the readers in"),
} as const;

export const ObjectLine = z.looseObject({
  ...Taken,
  sensitivity: z.strictObject({
    state: z.enum(["found", "nothing-found", "not-classified"]),
    severity: z.enum(["Low", "Medium", "High"]).nullable(),
    categories: z.record(z.string(), Count).nullable(),
    source: Text,
  }),
});

export const ReportData = z.looseObject({
  hours: z.array(z.looseObject({ hour: Instant, calls: Count, objects: Count, bytes: Count.nullable() })),
  objects: z.array(z.looseObject({ bucket: z.string(), key: z.string() })),
  objectsTotal: Count,
  story: z.array(z.looseObject({ at: Instant, phase: z.string(), text: z.string() })),
});

export const Stolen = z.looseObject({
  revision: Count,
  bytes: Count,
  items: z.array(z.looseObject({ bucket: z.string(), key: z.string(), bytes: Count.nullable() })),
});

export const Classification = z.looseObject({
  state: z.enum(["running", "paused", "unavailable", "done"]),
  reason: z.string(),
  complete: z.boolean().optional(),
  findings: z
    .array(
      z.looseObject({
        bucket: z.string(),
        key: z.string(),
        severity: z.enum(["Low", "Medium", "High"]),
        categories: z.record(z.string(), Count),
        source: z.string(),
      }),
    )
    .optional(),
});
