/** ISO 8601, extended or basic, with `T` or a space, any number of decimals; without a zone it is UTC. */
const TEXT = /^(\d{4})-?(\d\d)-?(\d\d)[T ](\d\d):?(\d\d):?(\d\d)(?:\.(\d{1,9}))?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/;
/** Above this a number counts milliseconds: as seconds it would lie behind the year 5138. */
const LAST_SECOND = 100_000_000_000;
/** 9999-12-31T23:59:59.999Z, the last time that ISO 8601 writes with four digits of year. */
const LAST_MILLISECOND = 253_402_300_799_999;

/**
 * Any form in which GuardDuty writes a time, as ISO 8601 UTC with milliseconds: `2025-02-25T20:40:06.721Z`, the same
 * with a space and nanoseconds and no zone (attack sequences), or seconds since 1970 with decimals (bucket times).
 * Null for anything else, days that no calendar has included.
 */
export const parseTime = (value: unknown): string | null => {
  if (typeof value === "number") return fromNumber(value);
  if (typeof value !== "string") return null;
  const match = TEXT.exec(value);
  return match === null ? null : fromParts(match);
};

const fromNumber = (value: number): string | null => fromMilliseconds(value > LAST_SECOND ? value : value * 1000);

const fromMilliseconds = (value: number): string | null => {
  const milliseconds = Math.round(value);
  return milliseconds >= 0 && milliseconds <= LAST_MILLISECOND ? new Date(milliseconds).toISOString() : null;
};

const fromParts = (match: RegExpExecArray): string | null => {
  const fields = match.slice(1, 7).map(Number);
  const [year, month, day, hour, minute, second] = fields as [number, number, number, number, number, number];
  const milliseconds = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  const local = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  // Date.UTC carries over: 30 February becomes 2 March, and 24:00 the next day. Written back, it must read the same.
  const written = new Date(local).toISOString().slice(0, 19).match(/\d+/g)!.map(Number);
  return written.every((field, at) => field === fields[at]) ? fromMilliseconds(local - offsetOf(match[8])) : null;
};

const offsetOf = (zone: string | undefined): number => {
  if (zone === undefined || zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(":", ""));
  return (zone.startsWith("-") ? -1 : 1) * minutes * 60_000;
};
