/** Figures for the report that `quantify` leaves behind. */
import * as z from "zod";
import { CERTAINTIES } from "./objects.ts";
import { HINT_KINDS } from "./opinion.ts";
import { StoryEntry } from "./queries.ts";
import { Count, type Known, LogTime, Sha256, Text, Texts } from "./schema.ts";

/** One hour of theft, for the histogram. */
export const HourOfTheft = z.looseObject({
  hour: LogTime.describe("to the hour, `2026-02-23T02:00:00Z`"),
  calls: Count,
  objects: Count,
  bytes: Count.nullable(),
});
export type HourOfTheft = Known<typeof HourOfTheft>;

/** A stolen object as the report lists it; the whole list is `objects.jsonl`. */
export const StolenObject = z.looseObject({
  bucket: z.string(),
  key: z.string(),
  versionId: Text,
  path: z.string(),
  certainty: z.enum(CERTAINTIES),
  calls: Count,
  bytesOut: Count.nullable(),
  whole: z.boolean().nullable(),
  firstAt: LogTime,
  lastAt: LogTime,
  addresses: Texts,
  eventIds: Texts.exactOptional().describe("the first events of it, a few at most"),
  size: Count.nullable().exactOptional().describe("stored size in bytes; null or absent: not known"),
  destination: z
    .looseObject({ bucket: z.string(), key: z.string(), accountId: Text.exactOptional() })
    .nullable()
    .exactOptional()
    .describe("where a server-side copy went; null or absent: it was no copy, or that is not known"),
});
export type StolenObject = Known<typeof StolenObject>;

/** Stolen objects below one prefix, added up over all of them. */
export const PrefixOfTheft = z.looseObject({
  bucket: z.string(),
  prefix: z.string(),
  objects: Count,
  calls: Count,
  bytes: Count.nullable().describe("null: of none the size is known"),
  kinds: z
    .partialRecord(z.enum(HINT_KINDS), Count)
    .exactOptional()
    .describe("objects whose names hint at a kind of data, by kind; absent: names were not looked at"),
});
export type PrefixOfTheft = Known<typeof PrefixOfTheft>;

/** What a figure of the report is about; each figure links to the queries that gave it. */
export const TOPICS = [
  "objects",
  "hours",
  "denied",
  "story",
  "changes",
  "actors",
  "coverage",
  "chain",
  "habits",
] as const;
export type Topic = (typeof TOPICS)[number];

/** One query that produced figures: what ran, what it cost, and the digest of what came out. */
export const QueryNote = z.looseObject({
  name: z.string(),
  engine: z.string(),
  bytesScanned: Count,
  rows: Count,
  resultDigest: Sha256,
  document: z.string(),
  figures: z.array(z.enum(TOPICS)).exactOptional().describe("which figures it gave; absent: told from its name"),
});
export type QueryNote = Known<typeof QueryNote>;

export const DeniedCalls = z.looseObject({
  eventName: z.string(),
  errorCode: z.string(),
  calls: Count,
  firstAt: LogTime,
  lastAt: LogTime,
  eventIds: Texts.exactOptional().describe("the first of them"),
});
export type DeniedCalls = Known<typeof DeniedCalls>;

export const ReportData = z.looseObject({
  hours: z.array(HourOfTheft),
  objects: z.array(StolenObject).describe("the first 500, largest first; `objectsTotal` says how many there are"),
  objectsTotal: Count,
  prefixes: z
    .array(PrefixOfTheft)
    .exactOptional()
    .describe("all stolen objects by bucket and prefix; absent: added up from `objects`, and the report says so"),
  denied: z.array(DeniedCalls),
  story: z.array(StoryEntry),
  queries: z.array(QueryNote),
});
export type ReportData = Known<typeof ReportData>;
