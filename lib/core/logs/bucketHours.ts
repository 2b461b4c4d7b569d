import { counted, second } from "../../base/figures.ts";
import type { BucketHours, HourHole } from "../../case/theft.ts";
import type { CoverageFacts } from "./coverage.ts";

export interface HourFacts
  extends Pick<CoverageFacts, "watermark" | "earliest" | "deliveryHours" | "deliveryGaps" | "setAside" | "tampering"> {
  /** The scan's window; hours that it only begins or ends in count. */
  readonly window: { readonly from: string; readonly to: string };
  /** Hours (`YYYY-MM-DDTHH`) with a data event of the bucket, by anybody. */
  readonly dataHours: readonly string[];
  /** What the trails are set to record now (`recordingOf`). */
  readonly recording: "on" | "off" | "unknown";
}

const HOUR_MS = 3_600_000;

/**
 * An hour is certain when its log files are there and reads were recorded in it: by the trails' settings, else inferred
 * from data events of the bucket in it or on both sides of it. Behind a change of a trail nothing is inferred until a
 * data event shows that recording goes on.
 */
export const bucketHoursOf = (facts: HourFacts): BucketHours => {
  const hours = hoursOf(facts.window);
  const reasons = hours.map((hour) => missingIn(hour, facts) ?? unrecordedIn(hour, facts));
  return summed(facts.window, hours, reasons);
};

/** The same with some hours known to be incomplete, `YYYY-MM-DDTHH`. */
export const withSpoiltHours = (known: BucketHours, spoilt: readonly string[], reason: string): BucketHours => {
  const hours = hoursOf(known);
  const was = (hour: string): string | null =>
    known.holes.find(({ from, to }) => startOf(hour) >= from && startOf(hour) < to)?.reason ?? null;
  return summed(
    known,
    hours,
    hours.map((hour) => was(hour) ?? (spoilt.includes(hour) ? reason : null)),
  );
};

/** A sentence for each hole of a bucket, the longest first, at most `limit` of them. */
export const hourSentences = (
  bucket: string,
  { hours, certain, holes }: BucketHours,
  limit: number,
): readonly string[] => {
  if (hours === 0 || certain === hours) return [];
  const most = holes.toSorted((a, b) => b.hours - a.hours || (a.from < b.from ? -1 : 1));
  const rest = most.slice(limit).reduce((sum, one) => sum + one.hours, 0);
  return [
    ...most
      .slice(0, limit)
      .map(
        ({ from, to, hours: count, reason }) =>
          `${bucket}: not certain for ${counted(count, "hour")} from ${from} to ${to}: ${reason}.`,
      ),
    ...(rest === 0
      ? []
      : [
          `${bucket}: not certain for ${counted(rest, "more hour")} of ${counted(holes.length - limit, "other hole")}.`,
        ]),
  ];
};

const startOf = (hour: string): string => `${hour}:00:00Z`;

const hoursOf = ({ from, to }: { readonly from: string; readonly to: string }): readonly string[] => {
  const first = Math.floor(Date.parse(from) / HOUR_MS);
  const end = Math.ceil(Date.parse(to) / HOUR_MS);
  return Array.from({ length: Math.max(0, end - first) }, (_, at) =>
    new Date((first + at) * HOUR_MS).toISOString().slice(0, 13),
  );
};

/** Why the log files of an hour are not all there; null: they are. Delivery follows the event by up to fifteen minutes. */
const missingIn = (hour: string, facts: HourFacts): string | null => {
  const { watermark, earliest, deliveryHours, deliveryGaps = [], setAside } = facts;
  if (watermark === null) return "no log was read";
  if (hour >= watermark.slice(0, 13)) return `the logs end at ${watermark}`;
  if (earliest !== null && hour < earliest.slice(0, 13)) return `the logs begin at ${earliest}`;
  if (deliveryGaps.some((gap) => gap.startsWith(hour))) return "a log file between busy ones is missing";
  if (setAside.some(({ file }) => deliveredIn(file) === hour)) return "a log file could not be read";
  if (deliveryHours !== null && !deliveryHours.includes(hour) && !deliveryHours.includes(nextOf(hour)))
    return "no log file was delivered: nothing happened, or it is missing";
  return null;
};

const nextOf = (hour: string): string => new Date(Date.parse(startOf(hour)) + HOUR_MS).toISOString().slice(0, 13);

/** The hour of delivery in a log file's name, or null. */
export const deliveredIn = (file: string): string | null => {
  const [, date, hour] = /_(\d{8})T(\d\d)\d\dZ_[A-Za-z0-9]+\.json(?:\.gz)?$/.exec(file) ?? [];
  return date === undefined ? null : `${date.replace(/^(....)(..)(..)$/, "$1-$2-$3")}T${hour}`;
};

/** Why it is not certain that reads were recorded in an hour whose files are there; null: it is. */
const unrecordedIn = (hour: string, { dataHours, tampering, recording }: HourFacts): string | null => {
  const change = tampering.filter(({ eventTime }) => eventTime.slice(0, 13) <= hour).at(-1);
  const changedIn = change?.eventTime.slice(0, 13) ?? "";
  const since = dataHours.filter((one) => one > changedIn);
  if (since.includes(hour)) return null;
  const before = since.some((one) => one < hour);
  if (change !== undefined && !before) return `${change.eventName} succeeded at ${second(change.eventTime)}`;
  if (recording === "on" || (before && since.some((one) => one > hour))) return null;
  return recording === "off"
    ? "no trail is set to record reads of this bucket"
    : "no data event of this bucket shows that reads were recorded";
};

const summed = (
  { from, to }: { readonly from: string; readonly to: string },
  hours: readonly string[],
  reasons: readonly (string | null)[],
): BucketHours => {
  const certain = reasons.filter((reason) => reason === null).length;
  return {
    from,
    to,
    hours: hours.length,
    certain,
    share: hours.length === 0 ? null : Math.floor((certain / hours.length) * 1000) / 1000,
    holes: holesOf(hours, reasons),
  };
};

const holesOf = (hours: readonly string[], reasons: readonly (string | null)[]): readonly HourHole[] => {
  const holes: HourHole[] = [];
  for (const [at, hour] of hours.entries()) {
    const reason = reasons[at] ?? null;
    const last = holes.at(-1);
    const to = startOf(nextOf(hour));
    if (reason === null) continue;
    if (last !== undefined && last.to === startOf(hour) && last.reason === reason)
      holes[holes.length - 1] = { ...last, to, hours: last.hours + 1 };
    else holes.push({ from: startOf(hour), to, hours: 1, reason });
  }
  return holes;
};
