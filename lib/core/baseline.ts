import { type Fingerprints, isThief } from "./discovery.ts";

/** A row of `lib/sql/baseline.sql`: one hour of one caller on one bucket. `hour` is `YYYY-MM-DDTHH` (UTC). */
export interface HabitRow {
  readonly hour: string;
  readonly principal_type: string | null;
  readonly stable_id: string | null;
  readonly principal_id: string | null;
  readonly access_key_id: string | null;
  readonly sourceip: string | null;
  readonly useragent: string | null;
  readonly bucket: string | null;
  readonly calls: number;
  readonly reads: number;
  readonly copies: number;
  readonly bytes_out: number | null;
  readonly first_at: string;
  readonly last_at: string;
}

/** What the thief used, and which of it the identity had not used before; null where there is no before to compare with. */
export interface Novelty {
  readonly before: number;
  readonly during: readonly string[];
  readonly fresh: readonly string[] | null;
}

/** Volume per active hour before, and the busiest hour of the thief. `threshold` null: too few points for a rule. */
export interface Volume {
  readonly points: number;
  readonly mean: number | null;
  /** Population standard deviation over the points. */
  readonly deviation: number | null;
  readonly threshold: number | null;
  readonly busiest: { readonly hour: string; readonly value: number } | null;
  readonly above: boolean | null;
}

export interface Baseline {
  readonly schema: "cordon/baseline/v1";
  readonly note: string;
  readonly from: string;
  /** First sign of the thief: what came before is the baseline. */
  readonly until: string;
  readonly hours: number;
  /** Hours before in which the identity called at all. */
  readonly activeHours: number;
  readonly address: Novelty;
  /** IPv4 /24 or IPv6 /48; names of services stand for themselves. */
  readonly network: Novelty;
  readonly agent: Novelty;
  readonly bucket: Novelty;
  /** UTC, `00` to `23`. */
  readonly hourOfDay: Novelty;
  /** Days before on which the identity called, and those of them on which it did in one of the thief's hours of day. */
  readonly days: { readonly active: number; readonly sameHour: number };
  readonly callsPerHour: Volume;
  readonly readsPerHour: Volume;
  readonly bytesPerHour: Volume;
}

/** As in Splunk's rule for spikes: below so many points a mean says nothing. */
export const MINIMUM_POINTS = 15;

/**
 * Before against during, for the identities in question: all sessions of a role are one identity. Rows of the thief are
 * those with his marks; of the rest only what lies wholly before the first sign of him is the baseline, so that calls
 * whose owner is in doubt count for neither side.
 */
export const baselineOf = (
  rows: readonly HabitRow[],
  marks: Fingerprints,
  window: { readonly from: string; readonly until: string },
): Baseline => {
  const during = rows.filter((row) => isThief(row, marks) && row.last_at >= window.until);
  const theirs = new Set(during);
  const before = rows.filter((row) => !theirs.has(row) && row.first_at >= window.from && row.last_at < window.until);
  const compare = (told: (row: HabitRow) => string | null): Novelty => noveltyOf(before, during, told);
  const volume = (told: (row: HabitRow) => number): Volume => volumeOf(before, during, told);
  return {
    schema: "cordon/baseline/v1",
    note: "The baseline is only as long as the scan's lookback, and holds only what an indicator of the case reaches; a new thing in it is new within these hours and no more.",
    ...window,
    hours: Math.max(0, Math.round((Date.parse(window.until) - Date.parse(window.from)) / 3_600_000)),
    activeHours: new Set(before.map(({ hour }) => hour)).size,
    address: compare(({ sourceip }) => sourceip),
    network: compare(({ sourceip }) => networkOf(sourceip)),
    agent: compare(({ useragent }) => useragent),
    bucket: compare(({ bucket }) => bucket),
    hourOfDay: compare(({ hour }) => hour.slice(11, 13)),
    days: daysOf(before, during),
    callsPerHour: volume(({ calls }) => calls),
    readsPerHour: volume(({ reads }) => reads),
    bytesPerHour: volume(({ bytes_out }) => bytes_out ?? 0),
  };
};

/** IPv4 to its /24, IPv6 to its /48, as networks are commonly handed out; anything else stays as it is. */
export const networkOf = (address: string | null): string | null => {
  if (address === null) return null;
  const four = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(address);
  if (four !== null) return `${four[1]}.0/24`;
  if (!/^[0-9a-f:]+$/i.test(address) || !address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("::", 2);
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right];
  return `${groups
    .slice(0, 3)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/48`;
};

const noveltyOf = (
  before: readonly HabitRow[],
  during: readonly HabitRow[],
  told: (row: HabitRow) => string | null,
): Novelty => {
  const known = new Set(before.flatMap((row) => told(row) ?? []));
  const used = [...new Set(during.flatMap((row) => told(row) ?? []))].sort();
  return {
    before: known.size,
    during: used,
    fresh: before.length === 0 ? null : used.filter((value) => !known.has(value)),
  };
};

const daysOf = (before: readonly HabitRow[], during: readonly HabitRow[]): Baseline["days"] => {
  const hours = new Set(during.map(({ hour }) => hour.slice(11, 13)));
  const dayOf = ({ hour }: HabitRow): string => hour.slice(0, 10);
  const same = before.filter(({ hour }) => hours.has(hour.slice(11, 13)));
  return { active: new Set(before.map(dayOf)).size, sameHour: new Set(same.map(dayOf)).size };
};

const volumeOf = (
  before: readonly HabitRow[],
  during: readonly HabitRow[],
  told: (row: HabitRow) => number,
): Volume => {
  const points = [...hourly(before, told).values()];
  const [hour, value] = [...hourly(during, told)].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0] ?? [];
  const busiest = hour === undefined || value === undefined ? null : { hour: `${hour}:00:00Z`, value };
  if (points.length === 0) return { points: 0, mean: null, deviation: null, threshold: null, busiest, above: null };
  const mean = points.reduce((sum, point) => sum + point, 0) / points.length;
  const deviation = Math.sqrt(points.reduce((sum, point) => sum + (point - mean) ** 2, 0) / points.length);
  const threshold = points.length < MINIMUM_POINTS ? null : mean + 3 * deviation;
  return {
    points: points.length,
    mean,
    deviation,
    threshold,
    busiest,
    above: threshold === null || busiest === null ? null : busiest.value > threshold,
  };
};

/** Without the hours in which nothing was done: with them in, every busy hour of a quiet identity would be a spike. */
const hourly = (rows: readonly HabitRow[], told: (row: HabitRow) => number): ReadonlyMap<string, number> => {
  const hours = new Map<string, number>();
  for (const row of rows) hours.set(row.hour, (hours.get(row.hour) ?? 0) + Number(told(row)));
  return hours;
};
