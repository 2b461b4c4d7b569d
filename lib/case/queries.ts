/** What was asked of the case table, and what it answered. */
import * as z from "zod";
import { Count, type Known, LogTime, Row, Sha256, Text, Texts } from "./schema.ts";

const asked = {
  name: z.string(),
  sql: z.string(),
  parameters: Texts.describe("bound to the `?` of the text, in order"),
  bytesScanned: Count,
} as const;

export const QueryRecord = z.looseObject({
  ...asked,
  engine: z.string(),
  rows: z.array(Row).describe("the first 1,000; where there are more, all of them are in queries/<name>.rows.jsonl"),
  rowsTotal: Count,
  hasLines: z
    .literal(true)
    .exactOptional()
    .describe("all rows are in queries/<name>.rows.jsonl too, because this answer or an earlier one was longer"),
  resultDigest: Sha256.describe(
    "SHA-256 over the canonical JSON of all rows: [, the lines of the rows joined by commas, ]",
  ),
});
export type QueryRecord = Known<typeof QueryRecord>;

/** Where in a theft a detection belongs; the order is the order of the story. */
export const PHASES = [
  "initial access",
  "reconnaissance",
  "credential access",
  "persistence",
  "escalation",
  "lateral movement",
  "collection",
  "theft",
  "covering tracks",
  "impact",
] as const;
export type Phase = (typeof PHASES)[number];

export const SEVERITIES = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A rule that others published, whose idea a detection is; day of the version read, where one is known. */
const Origin = z.looseObject({ from: z.string(), name: z.string(), date: z.string().exactOptional() });

export const DetectionResult = z.looseObject({
  id: z.string(),
  title: z.string(),
  technique: Text.describe("MITRE ATT&CK (Enterprise) id"),
  tactic: z.enum(PHASES),
  origin: z.array(Origin),
  severity: z.enum(SEVERITIES),
  rows: z.array(Row).describe("the first 200, those of the suspects before all others"),
  rowsTotal: Count,
  fired: Count.describe("rows that happened"),
  attempts: Count.describe("rows that were refused"),
  ofSuspects: Count.exactOptional().describe("rows of the suspects, with which `rows` begins"),
  others: z
    .looseObject({ identities: Count, named: z.array(z.looseObject({ principal: z.string(), rows: Count })) })
    .exactOptional()
    .describe("everybody else, by rows; the first 20 by name"),
  error: Text.describe("why it was not run; null when it was"),
  query: z.looseObject({ ...asked, engine: Text, resultDigest: Sha256.nullable() }),
});
export type DetectionResult = Known<typeof DetectionResult>;

/** An entry of the story: the attack in order. */
export const StoryEntry = z.looseObject({
  at: LogTime,
  phase: z.enum([...PHASES, "ordinary", "detection"]),
  technique: Text.describe("ATT&CK id; null where no technique stands for it"),
  text: z.string(),
  until: LogTime.exactOptional().describe(
    "the last call of the entry; absent: it was one moment, or that was not written down",
  ),
  eventIds: Texts.describe("the first of them; all are in the case table, by the query `conduct`"),
});
export type StoryEntry = Known<typeof StoryEntry>;
