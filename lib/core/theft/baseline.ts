import type { BaselineReach, BucketBaseline, Comparison, Novelty } from "../../case/opinion.ts";
import { type Fingerprints, isActor } from "./discovery.ts";
import {
  type ActiveHour,
  type Dimension,
  type HabitRow,
  type Habits,
  type HabitValueRow,
  habitsOfRows,
  habitsOfScan,
} from "./habits.ts";
import { networkOf } from "./network.ts";
import { volumeOf } from "./volume.ts";

/** How the 30-day baseline fared: a scan of its own, apart from that of the case. */
export type BaselineScan =
  | {
      readonly state: "known";
      readonly days: number;
      readonly from: string;
      /** Earliest event in the log files read, whoever made it; null: not known. */
      readonly earliest: string | null;
      readonly rows: readonly HabitValueRow[];
    }
  | { readonly state: "not known"; readonly days: number; readonly reason: string };

const NOTES = {
  rows: "The baseline is only as long as the scan's lookback, and holds only what an indicator of the case reaches; a new thing in it is new within these hours and no more.",
  scan: "The baseline is a scan of its own over all log files of these hours; a new thing in it is new within them and no more.",
} as const;

/**
 * Before against during, for the identities in question: all sessions of a role are one identity. Rows of the actor are
 * those with the actor's marks; of the rest only what lies wholly before their first sign is the baseline, so that calls
 * whose owner is in doubt count for neither side. What came before is taken from the baseline scan where that is known,
 * else from the case table.
 */
export const baselineOf = (
  rows: readonly HabitRow[],
  marks: Fingerprints,
  window: { readonly from: string; readonly until: string },
  scan?: BaselineScan,
): Comparison => {
  const during = rows.filter((row) => isActor(row, marks) && row.last_at >= window.until);
  const theirs = new Set(during);
  const before = rows.filter((row) => !theirs.has(row) && row.first_at >= window.from && row.last_at < window.until);
  const long = scan?.state === "known" ? cutAt(scan.rows, window.until) : null;
  const ids = [...new Set(during.flatMap(({ stable_id }) => stable_id ?? []))];
  const habits = long === null ? habitsOfRows(before, toldIn) : habitsOfScan(long, "identity", ids);
  const from = scan?.state === "known" ? later(scan.from, scan.earliest ?? scan.from) : window.from;
  return {
    schema: "cordon/baseline/v1",
    note: long === null ? NOTES.rows : NOTES.scan,
    from,
    until: window.until,
    hours: hoursBetween(from, window.until),
    activeHours: habits.hours.length,
    ...noveltiesOf(habits, during),
    days: daysOf(habits, during),
    ...volumesOf(habits, during),
    habit: {
      deletes: habits.hours.filter(({ deletes }) => deletes > 0).length,
      secrets: habits.hours.filter(({ secrets }) => secrets > 0).length,
    },
    ...(scan === undefined ? {} : { scan: reachOf(scan, window.until) }),
    ...(long === null ? {} : { buckets: bucketsOf(long, during) }),
  };
};

/** The scan ends at the first sign as it was known then; an earlier one found since shortens the baseline. */
const cutAt = (rows: readonly HabitValueRow[], until: string): readonly HabitValueRow[] =>
  rows.filter(({ dimension, first_at, last_at }) => (dimension === "hour" ? last_at : first_at) < until);

const later = (a: string, b: string): string => (a > b ? a : b);

const hoursBetween = (from: string, until: string): number =>
  Math.max(0, Math.round((Date.parse(until) - Date.parse(from)) / 3_600_000));

const reachOf = (scan: BaselineScan, until: string): BaselineReach => {
  const { state, days: daysAsked } = scan;
  if (state === "not known") return { state, daysAsked, daysCovered: null, reason: scan.reason };
  if (scan.earliest === null)
    return { state, daysAsked, daysCovered: null, reason: "How far back the log files reach is not known." };
  const daysCovered = Math.min(daysAsked, Math.floor(hoursBetween(later(scan.from, scan.earliest), until) / 2.4) / 10);
  const reason =
    daysCovered < daysAsked ? `The log files reach back ${daysCovered} of the ${daysAsked} days asked for.` : null;
  return { state, daysAsked, daysCovered, reason };
};

const toldIn = (dimension: Dimension, row: HabitRow): string | null => {
  switch (dimension) {
    case "address":
      return row.sourceip;
    case "network":
      return networkOf(row.sourceip);
    case "agent":
      return row.useragent;
    case "bucket":
      return row.reads > 0 ? row.bucket : null;
    case "identity":
      return row.stable_id;
    case "hour-of-day":
      return row.hour.slice(11, 13);
  }
};

type Novelties = Pick<Comparison, "address" | "network" | "agent" | "bucket" | "hourOfDay">;

const noveltiesOf = (habits: Habits, during: readonly HabitRow[]): Novelties => ({
  address: noveltyOf(habits, during, "address"),
  network: noveltyOf(habits, during, "network"),
  agent: noveltyOf(habits, during, "agent"),
  bucket: noveltyOf(habits, during, "bucket"),
  hourOfDay: noveltyOf(habits, during, "hour-of-day"),
});

const volumesOf = (
  { hours }: Habits,
  during: readonly HabitRow[],
): Pick<Comparison, "callsPerHour" | "readsPerHour" | "bytesPerHour"> => {
  const busy = habitsOfRows(during, toldIn).hours;
  return {
    callsPerHour: volumeOf(hours, busy, ({ calls }) => calls),
    readsPerHour: volumeOf(hours, busy, ({ reads }) => reads),
    bytesPerHour: volumeOf(hours, busy, ({ bytes }) => bytes),
  };
};

/** Of each bucket the actor touched, by what anybody did with it before. */
const bucketsOf = (rows: readonly HabitValueRow[], during: readonly HabitRow[]): readonly BucketBaseline[] =>
  [...new Set(during.flatMap(({ bucket }) => bucket ?? []))].sort().map((bucket) => {
    const habits = habitsOfScan(rows, "bucket", [bucket]);
    const there = during.filter((row) => row.bucket === bucket);
    const { network, agent, hourOfDay } = noveltiesOf(habits, there);
    const { readsPerHour, bytesPerHour } = volumesOf(habits, there);
    const identity = noveltyOf(habits, there, "identity");
    return {
      bucket,
      activeHours: habits.hours.length,
      identity,
      network,
      agent,
      hourOfDay,
      readsPerHour,
      bytesPerHour,
    };
  });

/** Nothing is called new against nothing, nor against a list that was cut. */
const noveltyOf = (habits: Habits, during: readonly HabitRow[], dimension: Dimension): Novelty => {
  const { values, total, once } = habits.known(dimension);
  const kinds = new Set([...values].map((value) => kindOf(dimension, value)));
  const used = [...new Set(during.flatMap((row) => toldIn(dimension, row) ?? []))].sort();
  const fresh = used.filter((value) => !kinds.has(kindOf(dimension, value)));
  const isTold = habits.hours.length > 0 && (total === values.size || fresh.length === 0);
  const changing = total >= CHANGING.values && once >= total * CHANGING.share;
  return { before: total, during: used, fresh: isTold ? fresh : null, ...(changing ? { changing } : {}) };
};

/** A runner of a build service has another address every time: so many values, so many of them on one day only. */
const CHANGING = { values: 5, share: 0.8 } as const;

/** What counts as the same: a program whatever its version, a private network by its first two numbers. */
const kindOf = (dimension: Dimension, value: string): string => {
  if (dimension === "agent") return value.replaceAll(/\d+(\.\d+)*/g, "0");
  return dimension === "network" ? value.replace(PRIVATE, "$1") : value;
};

/** RFC 1918: instances of one VPC come and go over its subnets. */
const PRIVATE = /^(10\.\d+|172\.(?:1[6-9]|2\d|3[01])|192\.168)\.\d+\.0\/24$/;

const daysOf = ({ hours }: Habits, during: readonly HabitRow[]): Comparison["days"] => {
  const theirs = new Set(during.map(({ hour }) => hour.slice(11, 13)));
  const dayOf = ({ hour }: ActiveHour): string => hour.slice(0, 10);
  const same = hours.filter(({ hour }) => theirs.has(hour.slice(11, 13)));
  return { active: new Set(hours.map(dayOf)).size, sameHour: new Set(same.map(dayOf)).size };
};
