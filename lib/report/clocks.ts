import { businessDaysAfter, easternDay, endOfFilingDay } from "./businessDays.ts";
import data from "./clocks.json" with { type: "json" };

/** Facts of a case from which clocks may run; ISO 8601 UTC, null: not on record. There is no single "awareness". */
export interface ClockFacts {
  readonly firstEventAt: string | null;
  readonly detectedAt: string | null;
  readonly alertedAt: string | null;
  readonly firstHumanAt: string | null;
  readonly confirmedAt: string | null;
  readonly classifiedAt: string | null;
  readonly materialityDeterminedAt: string | null;
}

type Duration =
  | { readonly hours: number }
  | { readonly days: number }
  | { readonly months: number }
  | { readonly businessDays: number };

interface Clock {
  readonly id: string;
  readonly regime: string;
  /** Facts that may start it, each a candidate; or the clocks after whose report it runs. */
  readonly triggers?: readonly (keyof ClockFacts)[];
  readonly after?: readonly string[];
  /** Null: no fixed time ("without undue delay"). */
  readonly duration: Duration | null;
  readonly counting: string;
  readonly starts: string;
  readonly citation: string;
  readonly sure: string;
  readonly on: boolean;
}

/** One candidate. `startsAt` null: its fact is not on record. `dueAt` null: no start, or no fixed time. */
export interface CandidateClock {
  readonly id: string;
  readonly regime: string;
  readonly startsAt: string | null;
  readonly dueAt: string | null;
  readonly basis: string;
  readonly citation: string;
  readonly reviewedOn: string;
}

const CLOCKS = data.clocks as readonly Clock[];

/**
 * Candidate notification clocks: for every regime and every fact that may have started it one row, in the order of
 * `clocks.json`. Nothing here says that a duty applies. Sources and their certainty stand in that file.
 */
export const candidateClocks = (facts: ClockFacts): readonly CandidateClock[] => {
  const rows: CandidateClock[] = [];
  for (const clock of CLOCKS.filter(({ on }) => on))
    rows.push(...(clock.after === undefined ? fromFacts(clock, facts) : [fromReports(clock, rows)]));
  return rows;
};

const fromFacts = (clock: Clock, facts: ClockFacts): readonly CandidateClock[] =>
  (clock.triggers ?? []).map((trigger) =>
    row(clock, `${clock.id}.${trigger}`, facts[trigger], `${WORDS[trigger]}. By the text: ${clock.starts}`),
  );

/** A report that follows another: nobody knows yet when that one will be sent, so it is taken as sent at its last moment. */
const fromReports = (clock: Clock, rows: readonly CandidateClock[]): CandidateClock => {
  const before = rows.filter(
    ({ id, dueAt }) => dueAt !== null && clock.after!.some((one) => id === one || id.startsWith(`${one}.`)),
  );
  const startsAt = before.map(({ dueAt }) => dueAt!).toSorted()[0] ?? null;
  return row(
    clock,
    clock.id,
    startsAt,
    `the earliest candidate date of the report before, taken as sent then. By the text: ${clock.starts}`,
  );
};

const WORDS: Readonly<Record<keyof ClockFacts, string>> = {
  firstEventAt: "first event",
  detectedAt: "detected by a system",
  alertedAt: "alert sent",
  firstHumanAt: "first seen by a person",
  confirmedAt: "confirmed by a person",
  classifiedAt: "classified",
  materialityDeterminedAt: "materiality determined",
};

const row = (clock: Clock, id: string, startsAt: string | null, basis: string): CandidateClock => ({
  id,
  regime: clock.regime,
  startsAt,
  dueAt: startsAt === null || clock.duration === null ? null : dueOf(startsAt, clock.duration),
  basis: `${capital(lengthOf(clock.duration))}, counted here from: ${basis}${clock.sure === "counsel" ? " (to be checked by counsel)" : ""}`,
  citation: clock.citation,
  reviewedOn: data.reviewedOn,
});

const HOUR = 3_600_000;

const dueOf = (startsAt: string, duration: Duration): string => {
  if ("hours" in duration) return new Date(Date.parse(startsAt) + duration.hours * HOUR).toISOString();
  if ("days" in duration) return new Date(Date.parse(startsAt) + duration.days * 24 * HOUR).toISOString();
  if ("months" in duration) return monthsAfter(startsAt, duration.months);
  return endOfFilingDay(businessDaysAfter(easternDay(startsAt), duration.businessDays));
};

/** The same day and time of a later month, or that month's last day where it is shorter. */
const monthsAfter = (startsAt: string, months: number): string => {
  const at = new Date(startsAt);
  const target = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months + 1, 0));
  const day = Math.min(at.getUTCDate(), target.getUTCDate());
  return new Date(
    Date.UTC(target.getUTCFullYear(), target.getUTCMonth(), day) + (at.getTime() % (24 * HOUR)),
  ).toISOString();
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const lengthOf = (duration: Duration | null): string => {
  if (duration === null) return "no fixed time";
  const [unit, value] = Object.entries(duration)[0]!;
  return `${value} ${unit === "businessDays" ? "business days (US federal, ends 17:30 Eastern)" : value === 1 ? unit.replace(/s$/, "") : unit}`;
};
