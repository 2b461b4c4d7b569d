import { counted, second } from "../../base/figures.ts";
import { visible } from "../../base/visible.ts";
import type { UnreadRecords } from "../../case/scan.ts";
import type { BucketHours } from "../../case/theft.ts";
import { notUnderstoodSentence, unnamedSentence, unreadSentence } from "./input.ts";

/** A row of `lib/sql/bucket-coverage.sql`. */
export interface BucketRow {
  readonly bucket: string;
  readonly data_events: number;
  readonly events: number;
  readonly first_at: string;
  readonly last_at: string;
  /** Hours (`YYYY-MM-DDTHH`) with a data event, separated by blanks. */
  readonly data_hours?: string;
}

/** A row of `lib/sql/contested.sql`. */
export interface ContestedRow {
  readonly eventid: string;
  readonly eventname: string;
  readonly eventtime: string;
  readonly source_file: string;
}

export type DataEvents = "covered" | "partly" | "absent" | "unknown";

export interface CoverageFacts {
  readonly buckets: readonly string[];
  readonly rows: readonly BucketRow[];
  readonly filesRead: number;
  readonly setAside: readonly { readonly file: string; readonly reason: string }[];
  /** Records of which `setAside` does not tell; absent: of all. */
  readonly unread?: UnreadRecords | undefined;
  readonly watermark: string | null;
  readonly earliest: string | null;
  /** The finding's window: what GuardDuty saw must be in the logs, or they are not complete. */
  readonly window: { readonly firstSeen: string; readonly lastSeen: string };
  /** Hours with at least one delivered file, `YYYY-MM-DDTHH`; null when names do not tell. */
  readonly deliveryHours: readonly string[] | null;
  /** Five-minute slots between busy ones for which no file came (`ScanInventory.deliveryGaps`). */
  readonly deliveryGaps?: readonly string[];
  readonly aggregatedRecords: number | null;
  /** Events that the logs hold twice with different contents. */
  readonly contested?: readonly ContestedRow[];
  /** Accounts whose records lie in the window, and the one that the finding is about. */
  readonly accounts?: readonly string[];
  readonly accountId?: string;
  /** Successful StopLogging, DeleteTrail, PutEventSelectors… of anybody in the case table. */
  readonly tampering: readonly { readonly eventName: string; readonly eventTime: string }[];
  /** What the trails are set to record of a bucket (`recordingOf`); absent: nobody asked. */
  readonly recording?: (bucket: string) => "on" | "off" | "unknown";
}

export interface Coverage {
  readonly buckets: readonly {
    readonly name: string;
    readonly dataEvents: DataEvents;
    /** For how many hours of the scan's window that is certain; only where it was worked out (`bucketHoursOf`). */
    readonly hours?: BucketHours;
  }[];
  readonly holes: readonly string[];
}

/**
 * Whether S3 data events cover each bucket: an event of a bucket by anybody proves that they were on. Where there is none,
 * the trails' settings tell a bucket that nobody touched from one that was never on record; where these are not known it
 * is inferred from the logs, and said to be so: no data event of any bucket means that they were off.
 */
export const coverageOf = (facts: CoverageFacts): Coverage => {
  const anyDataEvents = facts.rows.some(({ data_events }) => data_events > 0);
  const doubts = doubtsOf(facts);
  const buckets = facts.buckets.map((name) => ({
    name,
    dataEvents: judge(name, facts, anyDataEvents, doubts.length > 0),
  }));
  return {
    buckets,
    holes: [
      ...buckets.flatMap(({ name, dataEvents }) => sentences(name, dataEvents, facts)),
      ...doubts,
      ...notes(facts),
      ...aggregatedNote(
        facts.aggregatedRecords,
        buckets.filter(({ dataEvents }) => dataEvents !== "covered"),
      ),
    ],
  };
};

const judge = (
  name: string,
  { rows, watermark, window, recording }: CoverageFacts,
  anyDataEvents: boolean,
  doubtful: boolean,
): DataEvents => {
  const row = rows.find(({ bucket }) => bucket === name);
  if (watermark === null || watermark < window.firstSeen.slice(0, 19)) return "unknown";
  const isOn = recording?.(name) ?? "unknown";
  if (row === undefined || row.data_events === 0) {
    if (isOn === "off") return "absent";
    if (isOn === "unknown") return anyDataEvents ? "unknown" : "absent";
  }
  return doubtful ? "partly" : "covered";
};

const sentences = (name: string, dataEvents: DataEvents, { recording }: CoverageFacts): readonly string[] => {
  switch (dataEvents) {
    case "absent":
      if (recording?.(name) === "off")
        return [
          `${name}: no trail is set to record reads of its objects, so none is on record (by the trails' settings).`,
        ];
      return [
        `${name}: the logs hold no S3 data event of any bucket, so data events were off and no read of its objects is on record (inferred from the logs).`,
      ];
    case "unknown":
      return [
        `${name}: the logs hold no S3 data event of this bucket; whether they were off or nobody used it cannot be told.`,
      ];
    case "partly":
    case "covered":
      return [];
  }
};

/** What makes the picture of the finding's window incomplete. */
const doubtsOf = (facts: CoverageFacts): readonly string[] => [
  ...(facts.setAside.length === 0 ? [] : [notUnderstoodSentence(facts.setAside)]),
  ...(facts.unread === undefined ? [] : unnamedSentence(facts.unread)),
  ...foreignSentence(facts),
  ...contestedSentence(facts),
  ...(facts.watermark !== null && `${facts.watermark.slice(0, 19)}Z` < `${facts.window.lastSeen.slice(0, 19)}Z`
    ? [`The logs end at ${facts.watermark}, before the last thing GuardDuty saw (${facts.window.lastSeen}).`]
    : []),
  ...facts.tampering
    .filter(({ eventTime }) => eventTime < facts.window.lastSeen)
    .map(
      ({ eventName, eventTime }) =>
        `${eventName} succeeded at ${second(eventTime)}: from then on events may be missing.`,
    ),
  ...gapSentences(facts),
  ...missingHours(facts).map(
    (hour) => `No log file was delivered for the hour ${hour}:00Z, inside the finding's window.`,
  ),
];

/** Events named in a sentence. */
const NAMED_EVENTS = 3;

const contestedSentence = ({ contested = [] }: CoverageFacts): readonly string[] => {
  const named = contested
    .slice(0, NAMED_EVENTS)
    .map(({ eventid, eventname, eventtime, source_file }) =>
      visible(`${eventname} of ${eventtime}, ${eventid}, in ${source_file}`),
    );
  const more = contested.length > named.length ? ` and ${contested.length - named.length} more` : "";
  return contested.length === 0
    ? []
    : [
        `${counted(contested.length, "event")} ${contested.length === 1 ? "is" : "are"} in the logs twice under one id with different contents: ${named.join("; ")}${more}. Each is counted as the graver of the two; one of them was changed or made up.`,
      ];
};

/** Logs of the window that are all of other accounts. Exports may leave the account out; then nothing is said. */
const foreignSentence = ({ accounts = [], accountId }: CoverageFacts): readonly string[] =>
  accounts.length === 0 || accountId === undefined || accounts.includes(accountId)
    ? []
    : [`The logs are of account ${accounts.join(", ")}; none is of account ${accountId}, which the finding is about.`];

const notes = (facts: CoverageFacts): readonly string[] => [
  ...facts.tampering
    .filter(({ eventTime }) => eventTime >= facts.window.lastSeen)
    .map(
      ({ eventName, eventTime }) => `${eventName} succeeded at ${second(eventTime)}: what happened later is not known.`,
    ),
  ...(facts.unread === undefined ? [] : unreadSentence(facts.unread)),
];

/**
 * Summaries of five minutes count calls and name no object (CloudTrail user guide, aggregated events). They repeat other events
 * only where those are there: of a bucket whose data events are not, a summary may be all that there is.
 */
const aggregatedNote = (records: number | null, uncovered: readonly { readonly name: string }[]): readonly string[] => {
  if (records === 0) return [];
  const what =
    records === null
      ? "Aggregated records (summaries of five minutes) were left out and not counted"
      : `${counted(records, "aggregated record")} (summaries of five minutes) ${records === 1 ? "was" : "were"} left out`;
  return [
    uncovered.length === 0
      ? `${what}; they repeat other events.`
      : `${what}; they count calls and name no object, and of ${uncovered.map(({ name }) => visible(name)).join(", ")} they may tell what no other record does.`,
  ];
};

/** Delivery follows the event by five to fifteen minutes (CloudTrail user guide). */
const gapSentences = ({ deliveryGaps = [], window }: CoverageFacts): readonly string[] => {
  const [first, last] = [window.firstSeen, later(window.lastSeen, 15)].map((time) => time.slice(0, 16)) as [
    string,
    string,
  ];
  const inside = deliveryGaps.filter((gap) => gap >= first && gap <= last);
  if (inside.length === 0) return [];
  const named = inside.slice(0, 5).map((gap) => `${gap}Z`);
  return [
    `No log file was delivered at ${named.join(", ")}${inside.length > 5 ? ` and ${inside.length - 5} other times` : ""}, between busy ones: their events are probably missing.`,
  ];
};

const later = (time: string, minutes: number): string => new Date(Date.parse(time) + minutes * 60_000).toISOString();

/** Hours of the finding's window without a delivered file, at most a day of them: an idle account delivers none. */
const missingHours = ({ deliveryHours, window }: CoverageFacts): readonly string[] => {
  if (deliveryHours === null) return [];
  const known = new Set(deliveryHours);
  const hours: string[] = [];
  for (
    let at = Date.parse(`${window.firstSeen.slice(0, 13)}:00:00Z`);
    at <= Date.parse(window.lastSeen) && hours.length < 24;
    at += 3_600_000
  ) {
    const hour = new Date(at).toISOString().slice(0, 13);
    if (!known.has(hour)) hours.push(hour);
  }
  return hours;
};
