/** What a habit is about. `identity` is only asked of buckets. */
export type Dimension = "address" | "network" | "agent" | "bucket" | "identity" | "hour-of-day";

/** A row of `lib/sql/baseline-habits.sql`: one value of one kind for one identity or bucket. */
export interface HabitValueRow {
  readonly scope: "identity" | "bucket";
  readonly subject: string;
  readonly dimension: Dimension | "hour";
  readonly told_value: string;
  /** Values of the kind there are; more than there are rows when the rarest were left out. */
  readonly values_total: number;
  readonly days: number;
  readonly calls: number;
  readonly reads: number;
  readonly objects: number;
  readonly bytes_out: number | null;
  readonly deletes?: number;
  readonly secrets?: number;
  readonly first_at: string;
  readonly last_at: string;
}

/** One active hour (`YYYY-MM-DDTHH`, UTC) of somebody or of a bucket. */
export interface ActiveHour {
  readonly hour: string;
  readonly calls: number;
  readonly reads: number;
  readonly bytes: number;
  /** Calls that deleted objects, and calls that read secrets, parameters or machine passwords. */
  readonly deletes: number;
  readonly secrets: number;
}

/** What was usual before, whichever way it was counted. */
export interface Habits {
  readonly hours: readonly ActiveHour[];
  readonly known: (dimension: Dimension) => Known;
}

export interface Known {
  readonly values: ReadonlySet<string>;
  /** Values there were, of which the rarest may be missing in `values`. */
  readonly total: number;
  /** Those of `values` that were seen on one day only. */
  readonly once: number;
}

/** Habits as rows of the case table tell them. */
export const habitsOfRows = (
  rows: readonly HabitRow[],
  told: (dimension: Dimension, row: HabitRow) => string | null,
): Habits => ({
  hours: addedUp(rows.map((row) => ({ ...row, bytes: row.bytes_out ?? 0 }))),
  known: (dimension) => {
    const days = Map.groupBy(rows, (row) => told(dimension, row));
    days.delete(null);
    const once = [...days.values()].filter((seen) => new Set(seen.map(({ hour }) => hour.slice(0, 10))).size === 1);
    return { values: new Set(days.keys()) as Set<string>, total: days.size, once: once.length };
  },
});

/** Habits as the baseline scan tells them, of the given identities together, or of one bucket. */
export const habitsOfScan = (
  rows: readonly HabitValueRow[],
  scope: HabitValueRow["scope"],
  subjects: readonly string[],
): Habits => {
  const theirs = rows.filter((row) => row.scope === scope && subjects.includes(row.subject));
  const hours = theirs.filter(({ dimension }) => dimension === "hour");
  return {
    hours: addedUp(hours.map((row) => ({ ...row, hour: row.told_value, bytes: row.bytes_out ?? 0 }))),
    known: (dimension) => {
      const found = theirs.filter((row) => row.dimension === dimension);
      const values = new Set(found.map(({ told_value }) => told_value));
      const once = found.filter(({ days }) => Number(days) === 1).length;
      return { values, total: values.size + leftOut(found, subjects), once };
    },
  };
};

/** Values that the query left out, being the rarest of very many. */
const leftOut = (found: readonly HabitValueRow[], subjects: readonly string[]): number =>
  subjects
    .map((subject) => found.filter((row) => row.subject === subject))
    .reduce((sum, own) => sum + Math.max(0, Number(own[0]?.values_total ?? 0) - own.length), 0);

type Hours = Pick<ActiveHour, "hour" | "calls" | "reads" | "bytes"> & Partial<ActiveHour>;

/** Numbers may arrive as decimal texts when they are large. */
const addedUp = (parts: readonly Hours[]): readonly ActiveHour[] => {
  const hours = new Map<string, ActiveHour>();
  for (const { hour, calls, reads, bytes, deletes = 0, secrets = 0 } of parts) {
    const sum = hours.get(hour) ?? { calls: 0, reads: 0, bytes: 0, deletes: 0, secrets: 0 };
    hours.set(hour, {
      hour,
      calls: sum.calls + Number(calls),
      reads: sum.reads + Number(reads),
      bytes: sum.bytes + Number(bytes),
      deletes: sum.deletes + Number(deletes),
      secrets: sum.secrets + Number(secrets),
    });
  }
  return [...hours.values()];
};

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
  readonly deletes?: number;
  readonly secrets?: number;
  readonly first_at: string;
  readonly last_at: string;
}
