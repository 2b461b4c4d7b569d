/** A day as `YYYY-MM-DD`. */
type Day = string;

const DAY = 86_400_000;

/** US federal holidays of a year as observed: on a Saturday the Friday before, on a Sunday the Monday after. Source: 5 U.S.C. 6103; E.O. 11582. */
export const federalHolidays = (year: number): readonly Day[] =>
  [
    fixed(year, 1, 1),
    nth(year, 1, MONDAY, 3),
    nth(year, 2, MONDAY, 3),
    nth(year, 6, MONDAY, 1, -1),
    fixed(year, 6, 19),
    fixed(year, 7, 4),
    nth(year, 9, MONDAY, 1),
    nth(year, 10, MONDAY, 2),
    fixed(year, 11, 11),
    nth(year, 11, THURSDAY, 4),
    fixed(year, 12, 25),
  ].map(toDay);

/**
 * The last of `count` US federal business days after a day. An event on a business day is not counted itself; one on a
 * weekend or holiday makes the next business day the first. Source: Form 8-K, General Instruction B.1.
 */
export const businessDaysAfter = (day: Day, count: number): Day => {
  let at = Date.parse(day);
  let left = count;
  while (left > 0) {
    at += DAY;
    if (isBusinessDay(toDay(at))) left--;
  }
  return toDay(at);
};

export const isBusinessDay = (day: Day): boolean => {
  const weekday = new Date(day).getUTCDay();
  const year = Number(day.slice(0, 4));
  /** New Year's Day on a Saturday is observed in the year before. */
  return weekday !== 0 && weekday !== 6 && ![year, year + 1].some((one) => federalHolidays(one).includes(day));
};

const MONDAY = 1;
const THURSDAY = 4;

const fixed = (year: number, month: number, date: number): number => {
  const at = Date.UTC(year, month - 1, date);
  const weekday = new Date(at).getUTCDay();
  return weekday === 6 ? at - DAY : weekday === 0 ? at + DAY : at;
};

/** The nth such weekday of a month; `weeks` moves it (Memorial Day: a week before the first Monday of June). */
const nth = (year: number, month: number, weekday: number, which: number, weeks = 0): number => {
  const first = Date.UTC(year, month - 1, 1);
  const offset = (weekday - new Date(first).getUTCDay() + 7) % 7;
  return first + (offset + (which - 1 + weeks) * 7) * DAY;
};

const toDay = (at: number): Day => new Date(at).toISOString().slice(0, 10);

const EASTERN = new Intl.DateTimeFormat("en-CA", {
  timeZone: "America/New_York",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** The day it is in New York at an instant (ISO 8601 UTC). */
export const easternDay = (at: string): Day => {
  const parts = partsOf(Date.parse(at));
  return `${parts.year}-${parts.month}-${parts.day}`;
};

/** The instant of 17:30 in New York, when EDGAR's business day ends. Source: 17 CFR 232.13(a)(2). */
export const endOfFilingDay = (day: Day): string => {
  const atZero = Date.parse(`${day}T17:30:00Z`);
  const shown = partsOf(atZero);
  const local = Date.parse(`${shown.year}-${shown.month}-${shown.day}T${shown.hour}:${shown.minute}:00Z`);
  return new Date(2 * atZero - local).toISOString();
};

const partsOf = (at: number): Readonly<Record<string, string>> =>
  Object.fromEntries(EASTERN.formatToParts(at).map(({ type, value }) => [type, value]));
