/** Summaries of data events that CloudTrail makes every five minutes: they count calls and name no object. */
import * as z from "zod";
import { membersOf, textOf } from "./identity.ts";
import { BucketName, dayFrom, KeyArn, LINE, oneOf, Prefix, rootOf } from "./lake.ts";
import { type Lake, type LogSource, textBeside } from "./source.ts";

/** A row of table `aggregated_events`. Times are ISO 8601 UTC; counts are lines of a number and a name. */
export type AggregatedEvent = {
  readonly window_start: string;
  /** Exclusive. */
  readonly window_end: string | null;
  readonly event_id: string | null;
  readonly account_id: string | null;
  readonly region: string | null;
  readonly event_source: string | null;
  /** What it is a summary by: `resourceARN`, `eventName` or `userIdentity`. */
  readonly dimension: string | null;
  /** `800 arn:aws:s3:::exports`. */
  readonly counts: string | null;
  /** `eventName 800 GetObject`: the same calls by what else they are counted by. */
  readonly details: string | null;
};

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const SERVICE = "s3.amazonaws.com";

/** Null for an object that is none (CloudTrail user guide, record contents for aggregated events). */
export const parseAggregatedEvent = (object: unknown): AggregatedEvent | null => {
  const event = membersOf(object);
  const { timeWindow, summary } = { timeWindow: membersOf(event.timeWindow), summary: membersOf(event.summary) };
  const start = textOf(timeWindow.windowStart);
  if (event.eventCategory !== "Aggregated" || start === null || !TIME.test(start)) return null;
  const primary = membersOf(summary.primaryDimension);
  const details = listOf(summary.details).flatMap((one) =>
    countsIn(one).map((count) => `${textOf(one.dimension) ?? ""} ${count}`),
  );
  return {
    window_start: start,
    window_end: textOf(timeWindow.windowEnd),
    event_id: textOf(event.eventId),
    account_id: textOf(event.accountId),
    region: textOf(event.awsRegion),
    event_source: textOf(event.eventSource),
    dimension: textOf(primary.dimension),
    counts: linesOf(countsIn(primary)),
    details: linesOf(details),
  };
};

type Members = ReturnType<typeof membersOf>;
const listOf = (value: unknown): readonly Members[] => (Array.isArray(value) ? value : []).map(membersOf);

const countsIn = ({ statistics }: Members): readonly string[] =>
  listOf(statistics).flatMap(({ name, value }) =>
    typeof name === "string" && Number.isInteger(value) && Math.abs(Number(value)) < 1e15
      ? `${value} ${name.replaceAll(/\p{Cc}/gu, " ")}`
      : [],
  );

const linesOf = (lines: readonly string[]): string | null => (lines.length === 0 ? null : lines.join("\n"));

/** Text below `AWSLogs/<account>/CloudTrail-Aggregated/<region>/<day>/` (user guide, finding your CloudTrail log files). */
const Place = z.strictObject({
  bucket: BucketName,
  prefix: Prefix,
  organizationId: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/, "expected an organisation id such as o-abcdefghij")
    .nullable()
    .default(null),
  keyArn: KeyArn,
});
type Place = z.output<typeof Place>;

const folderOf = ({ prefix, organizationId }: Place): string =>
  `${prefix}AWSLogs/${organizationId === null ? "" : `${organizationId}/`}`;

const LAKE: Lake<Place> = {
  key: "aggregatedEvents",
  Place,
  byAccount: true,
  placed: (place, around) => ({
    ...{ bucket: place.bucket, folder: folderOf(place), keyArn: place.keyArn, flatFolders: [] },
    table: {
      ...{ ...LINE, id: "AggregatedEventLines", name: "aggregated_event_lines" },
      location: `${rootOf({ bucket: place.bucket, prefix: folderOf(place) })}`,
      partitions: { account: around.accounts, region: oneOf(around.regions), day: dayFrom(around) },
      template: "${account}/CloudTrail-Aggregated/${region}/${day}",
    },
  }),
  lines: textBeside(import.meta.url, "aggregated"),
  touched: `event_source = '${SERVICE}'`,
  touchedBy: () => [],
};

export const aggregated = {
  id: "cloudtrail-aggregated",
  name: "CloudTrail aggregated event",
  uses: "count the calls on a bucket whose data events are not on record, every five minutes; they name no object and are in no total",
  without: "where data events were off, not even the number of reads is known",
  table: "aggregated_events",
  file: "aggregated",
  columns: {
    window_start: "varchar",
    window_end: "varchar",
    event_id: "varchar",
    account_id: "varchar",
    region: "varchar",
    event_source: "varchar",
    dimension: "varchar",
    counts: "varchar",
    details: "varchar",
  },
  at: "window_start",
  reads: { form: "objects", parse: parseAggregatedEvent },
  keeper: () => ({ keeps: ({ event_source }) => event_source === SERVICE }),
  lake: LAKE,
} as const satisfies LogSource<AggregatedEvent>;
