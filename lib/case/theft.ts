/** What was taken, and how complete that is. */
import * as z from "zod";
import { IntegrityCoverage } from "./logIntegrity.ts";
import { Mark } from "./mark.ts";
import { InputAccount, LogId, SetAside } from "./scan.ts";
import { Count, Instant, type Known, LogTime, Texts } from "./schema.ts";

/** How much: null as a whole where it cannot be known. */
export const Amount = z
  .looseObject({ objects: Count, calls: Count, bytes: Count.nullable() })
  .nullable()
  .describe(
    "null when it cannot be known; `bytes` are those that S3 wrote it sent, and for a copy the stored size, once; null when the objects are known and their size is not",
  );
export type Amount = NonNullable<Known<typeof Amount>>;

/** How much of what a bucket held was taken, by its live inventory and journal (S3 Metadata), or S3 Inventory. */
export const BucketHeld = z.looseObject({
  bucket: z.string(),
  taken: Count.describe("objects of it that were certainly taken"),
  objects: Count.describe("objects that it holds by its inventory; those made since are among them"),
  bytes: Count.nullable(),
  deletedSince: Count.describe("objects that the journal saw deleted since `since`, and that are not there"),
  since: Instant,
  newestAt: Instant.describe("the inventory knows of nothing later"),
  says: z.string(),
});
export type BucketHeld = Known<typeof BucketHeld>;

/** Reads that CloudTrail's summaries of five minutes counted where no record names them: in no figure. */
export const CountedCalls = z.looseObject({
  bucket: z.string(),
  eventName: z.string(),
  calls: Count.describe("at least, by whomever"),
  from: Instant,
  to: Instant.describe("exclusive"),
  says: z.string(),
});
export type CountedCalls = Known<typeof CountedCalls>;

export const TheftView = z.looseObject({
  certain: Amount,
  likely: Amount,
  upperBound: Amount,
  notKnown: Texts.describe("what cannot be known and why, a sentence each"),
  firstAt: LogTime.nullable(),
  lastAt: LogTime.nullable(),
  buckets: Texts,
  addresses: Texts,
  held: z
    .array(BucketHeld)
    .exactOptional()
    .describe("how many objects the buckets held, where S3 Metadata tables tell; absent where none does"),
  counted: z
    .array(CountedCalls)
    .exactOptional()
    .describe("counted, not named: reads of buckets whose data events were off; absent where none was counted"),
});
export type TheftView = Known<typeof TheftView>;

/** Consecutive hours for one reason; `to` is exclusive. */
export const HourHole = z.looseObject({ from: Instant, to: Instant, hours: Count, reason: z.string() });
export type HourHole = Known<typeof HourHole>;

/** For how much of the scan's window it is certain that reads of a bucket's objects are on record. */
export const BucketHours = z.looseObject({
  from: Instant,
  to: Instant,
  hours: Count,
  certain: Count,
  share: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe("`certain / hours`, to a thousandth; null for a window of no hour"),
  holes: z.array(HourHole),
});
export type BucketHours = Known<typeof BucketHours>;

/** S3 data events of one bucket: whether they were on, and for how many hours of the scan's window that is certain. */
export const BucketCoverage = z.looseObject({
  name: z.string(),
  dataEvents: z.enum(["covered", "partly", "absent", "unknown"]),
  hours: BucketHours.exactOptional().describe(
    "hours in which reads of the bucket are certain to be on record, and why not in the others; absent in cases written before they were counted",
  ),
});
export type BucketCoverage = Known<typeof BucketCoverage>;

/** A log beside CloudTrail, and what came of it. */
export const OtherLog = z.looseObject({
  log: LogId,
  state: z.enum(["used", "not given", "failed"]),
  files: Count,
  entries: Count.describe("inside the window, whoever they are about"),
  says: z.string().describe("one sentence for the reader"),
});
export type OtherLog = Known<typeof OtherLog>;

export const CoverageView = z.looseObject({
  watermark: LogTime.nullable().describe("latest event in the files read; what is later is not known"),
  filesRead: Count,
  filesSetAside: Count,
  setAside: z
    .array(SetAside)
    .describe("files that were not understood, or not all of it; those that a person called irrelevant apart"),
  marked: z.array(Mark).exactOptional().describe("files that were not understood and that a person called irrelevant"),
  ifIrrelevant: z
    .looseObject({
      upperBound: Amount,
      notKnown: Texts,
      holes: Texts,
      buckets: z.array(BucketCoverage.pick({ name: true, dataEvents: true })),
    })
    .exactOptional()
    .describe(
      "what would be said if nothing of the files in `setAside` concerned the case; absent where there is none",
    ),
  buckets: z.array(BucketCoverage),
  holes: Texts,
  integrity: IntegrityCoverage.exactOptional().describe("log files against CloudTrail's digests; absent until checked"),
  otherLogs: z.array(OtherLog).exactOptional().describe("logs beside CloudTrail: given and used, or not"),
  input: InputAccount.extend({ says: Texts.describe("the same in sentences") })
    .exactOptional()
    .describe(
      "how every file ended: read, irrelevant, outside the case, or not understood (by name in `setAside`); absent in cases written before it was counted",
    ),
});
export type CoverageView = Known<typeof CoverageView>;
