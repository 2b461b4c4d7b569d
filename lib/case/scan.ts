/** What is asked of the logs and what a scan of them gives. */
import * as z from "zod";
import { canonicalJson } from "../base/jcs.ts";
import { Count, Instant, type Known, LogTime, Sha256, Text, Texts } from "./schema.ts";

export type { Cell, Row } from "./schema.ts";

/** What an event must touch, at least one of, to enter the case table. All exact matches. */
export const Indicators = z.looseObject({
  accessKeyIds: Texts,
  principalIds: Texts.describe("full principal ids (`AROA…:session`) and stable ids (`AIDA…`, `AROA…`)"),
  arns: Texts,
  addresses: Texts,
  buckets: Texts,
  iamNames: Texts.exactOptional().describe("names of users and roles: calls to IAM about them, by whoever"),
  everything: z.literal(true).exactOptional().describe("every event of the window: a hunt, which has no indicator"),
});
export type Indicators = Known<typeof Indicators>;

/** What one case asks of the log lake. Times are ISO 8601 UTC, `from` inclusive, `to` exclusive. */
export const ScanRequest = z.looseObject({
  caseId: z.string(),
  round: Count.describe("distinguishes a later scan of the same case (after log lag, or with new indicators)"),
  /**
   * What the watch after a cut reads must not take the place of the case table. Absent: the rounds of the investigation.
   * Series `baseline` makes another table, `baseline_hours`: what the identities (`principalIds`, stable) and the buckets
   * of `indicators` did hour by hour.
   */
  series: z
    .string()
    .exactOptional()
    .describe("a series of rounds of its own, with tables of its own (`[a-z0-9-]`, at most 40)"),
  from: Instant,
  to: Instant,
  accounts: Texts.exactOptional().describe("accounts whose logs are read; absent: all that the deployment was given"),
  indicators: Indicators,
});
export type ScanRequest = Known<typeof ScanRequest>;

/** Whether two ask the same: one that was kept and is read again has its members in another order. */
export const isSameRequest = (a: unknown, b: ScanRequest): boolean => canonicalJson(a) === canonicalJson(b);

/** What a scan of a window would read, from the sizes of the log files, before it is begun. */
export const ScanEstimate = z.looseObject({
  bytes: z.number().nullable().describe("compressed; null where they cannot be told cheaply, and `reason` says why"),
  files: Count.nullable(),
  reason: Text,
});
export type ScanEstimate = Known<typeof ScanEstimate>;

/** A log file that could not be read; a coverage gap, never a failed run. */
export const SetAside = z.looseObject({ file: z.string(), reason: z.string() });
export type SetAside = Known<typeof SetAside>;

/** A file that a scan read or met: a line of `log-files/*.jsonl`. */
export const LogFileRead = z.looseObject({
  file: z.string(),
  bytes: Count.describe("size as it lies there, packed or not"),
  sha256: Sha256.nullable().describe(
    "of the file as it lay there when it was read; null where the engine does not see the bytes, or could not read them",
  ),
  kind: z.string().describe("what the file turned out to be"),
  records: Count.nullable().describe("records of CloudTrail in it; null where the engine cannot tell"),
});
export type LogFileRead = Known<typeof LogFileRead>;

const FileDigest = z.looseObject({ bytes: Count, sha256: Sha256 });

/** What a table holds, whatever the order of its rows and the form of its file (`lib/sql/table-digest.sql`). */
export const RowsDigest = z.looseObject({ rows: Count, sha256: Sha256 });
export type RowsDigest = Known<typeof RowsDigest>;

/** `log-custody.json`: the log files at sealing, against what they were when they were read. */
export const LogCustody = z.looseObject({
  at: Instant,
  files: Count.describe("of which a digest was taken in the pass that read them"),
  same: Count,
  changed: z.array(
    z.looseObject({
      file: z.string(),
      read: FileDigest,
      here: FileDigest.nullable().describe("null: gone, or not readable any more"),
    }),
  ),
  compared: z.boolean().describe("false where the engine cannot look at the files"),
  table: z
    .looseObject({
      round: Count,
      read: RowsDigest.nullable().describe("null: it could not be asked then"),
      here: RowsDigest.nullable().describe("null: it could not be asked, or there is nothing to hold it against"),
    })
    .exactOptional()
    .describe("rows of the newest case table at sealing, against those over which the first question was asked"),
});
export type LogCustody = Known<typeof LogCustody>;

/** A log beside CloudTrail by its id in `lib/logs`, where what it is made of is declared. */
export const LogId = z.string().describe("which log beside CloudTrail, for example `s3-access-log`");

/** What was found of one that was given. */
export const SideLogFound = z.looseObject({
  log: LogId,
  files: Count,
  entries: Count.describe("inside the window, whoever they are about"),
  unread: Count.describe("lines that could not be read"),
  earliest: Text.describe("time of the first entry anywhere in the files, ISO 8601 UTC"),
  latest: Text,
  failed: z.string().exactOptional().describe("why it could not be read although it was given; absent where it was"),
});
export type SideLogFound = Known<typeof SideLogFound>;

/** Log files in which nothing lies in the window. Times are ISO 8601 UTC, of records, or of delivery where the files were not opened. */
export const OutsideLogs = z.looseObject({ account: Text, from: z.string(), to: z.string(), files: Count });
export type OutsideLogs = Known<typeof OutsideLogs>;

/** How the files of a lake ended: read, irrelevant for a reason, outside the case, or not understood. A file in an archive is a file. */
export const InputAccount = z.looseObject({
  files: Count,
  read: z
    .array(z.looseObject({ kind: z.string(), files: Count, records: Count.nullable() }))
    .describe(
      "files with something in them that was read, by what they are; `records`: of it, in the window or not; null where the engine cannot tell",
    ),
  irrelevant: z
    .array(z.looseObject({ because: z.string(), files: Count, names: Texts }))
    .describe("files that are known to be no logs, by what they are, with a few names"),
  outside: z
    .array(OutsideLogs)
    .describe(
      "logs in which nothing lies in the window, or that were left unopened because they were delivered elsewhen",
    ),
  notUnderstood: Count.describe("files that were not understood at all; all of them are in `filesSetAside`"),
  inPart: Count.nullable().describe(
    "files that were understood in part, by name in `filesSetAside`; null: not known, and `unread` of the result says why",
  ),
  accounts: Texts.describe("accounts with records in the window (`recipientAccountId`), a few at most"),
});
export type InputAccount = Known<typeof InputAccount>;

/** What a scan met besides the events it was asked for. */
export const ScanInventory = z.looseObject({
  deliveryHours: Texts.nullable().describe(
    "hours (`YYYY-MM-DDTHH`, UTC) for which at least one log file was delivered, from the file names; null: names do not tell",
  ),
  deliveryGaps: Texts.exactOptional().describe(
    "five-minute slots (`YYYY-MM-DDTHH:MM`, UTC) without a file between busy ones: a file is probably missing",
  ),
  digestFiles: Texts.describe("CloudTrail's digest files"),
  input: InputAccount.exactOptional().describe(
    "how every file ended; those not wholly understood are in `filesSetAside`; absent in cases written before it was counted",
  ),
  otherLogs: z
    .array(SideLogFound)
    .exactOptional()
    .describe("logs beside CloudTrail that were given; absent where an engine reads none"),
  filesOutside: Count.describe("log files left unopened: delivered more than a day before or after the window"),
  aggregatedRecords: Count.nullable().describe(
    "records of category `Aggregated` (summaries), never counted as events; null: not counted (Athena)",
  ),
});
export type ScanInventory = Known<typeof ScanInventory>;

/** Records that the engine made no event of, where `filesSetAside` does not tell of all of them. */
export const UnreadRecords = z.looseObject({
  notKnown: Text.describe("why it is not known which they are; null: it is"),
  unnamedFiles: Count.describe("files that hold some, beyond those named in `filesSetAside`"),
});
export type UnreadRecords = Known<typeof UnreadRecords>;

export const ScanResult = z.looseObject({
  engine: z.string(),
  filesRead: Count,
  filesSetAside: z.array(SetAside),
  bytesScanned: Count.describe("compressed bytes read from the lake (Athena: DataScannedInBytes)"),
  eventsSeen: Count.nullable().describe(
    "events in the lake inside the window, before the indicator filter; null where the engine cannot tell cheaply",
  ),
  eventsKept: Count,
  watermark: LogTime.nullable().describe(
    "latest eventTime inside the window: what is later is not known yet; null: no event was read",
  ),
  earliest: LogTime.nullable().describe("earliest eventTime anywhere in the files read"),
  unread: UnreadRecords.exactOptional().describe(
    "absent where `filesSetAside` tells of every such record, and in cases written before it was counted",
  ),
  inventory: ScanInventory.exactOptional().describe(
    "what else was found in the lake; absent where the engine cannot list it",
  ),
});
export type ScanResult = Known<typeof ScanResult>;

/** What was asked of the logs and what came back. */
export const ScanRound = z.looseObject({
  request: ScanRequest,
  estimate: ScanEstimate.exactOptional(),
  refused: Text.exactOptional().describe("why it was not begun; null: it was"),
  result: ScanResult.nullable(),
  table: FileDigest.nullable()
    .exactOptional()
    .describe(
      "the case table as the scan left it, over which every query ran; null where the engine keeps it in no file",
    ),
  rows: RowsDigest.nullable()
    .exactOptional()
    .describe("its rows before the first question was asked of them; null: the engine could not say"),
});
export type ScanRound = Known<typeof ScanRound>;

/** A scan of the days before. `reason` says why there is no result; null: there is, or it is on its way. */
export const BaselineRound = z.looseObject({
  request: ScanRequest,
  estimate: ScanEstimate,
  result: ScanResult.nullable(),
  reason: Text,
});
export type BaselineRound = Known<typeof BaselineRound>;
