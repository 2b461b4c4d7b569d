import { night } from "./story.ts";

const QUARTER = 15 * 60_000;
/** The week of the incident and the days around it: only times in it are the story's, older ones are of the account. */
const [FROM, TO] = [Date.parse("2026-02-14T00:00:00Z"), Date.parse("2026-02-27T00:00:00Z")];

/** When the detector speaks, in the story's own time. */
export const ALARM_AT = night("04:15:00");

/**
 * By how many milliseconds the story is moved for its alarm to come at `at`: in steps of a quarter of an hour, the steps in
 * which it is told and delivered, so that hours and files stay what they are. Null: it stays where it is.
 */
export const shiftTo = (at: string | null): number =>
  at === null ? 0 : Math.floor((Date.parse(at) - ALARM_AT) / QUARTER) * QUARTER;

/** `2026-02-23T04:12:41.123Z`, with the offset as AWS's tools print it. */
const INSTANT = /\b(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?)(Z|\+00:00)/g;
/** `20260223T0415Z` of a file's name, `20260223T041541Z` of a signed address. */
const STAMP = /(?<!\d)(20\d\d)(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?Z/g;
/** The folder of a day before a name with a stamp. */
const FOLDER = /20\d\d\/\d\d\/\d\d(\/[^/]*_)(20\d\d)(\d\d)(\d\d)(T\d{4}Z)/;

/** Moves every time of the story in a text, and leaves every other as it is. */
export const mover =
  (shift: number): ((text: string) => string) =>
  (text) => {
    if (shift === 0) return text;
    const movedBy = moving(shift);
    const moved = text
      .replace(INSTANT, (whole, at: string, zone: string) => {
        const later = movedBy(`${at}Z`);
        return later === null ? whole : `${later.slice(0, at.length)}${zone}`;
      })
      .replace(STAMP, (whole, year, month, day, hour, minute, second) => {
        const later = movedBy(`${year}-${month}-${day}T${hour}:${minute}:${second ?? "00"}Z`);
        if (later === null) return whole;
        const digits = later.slice(0, 19).replaceAll(/[-:]/g, "");
        return second === undefined ? `${digits.slice(0, 13)}Z` : `${digits}Z`;
      });
    return moved.replace(FOLDER, "$2/$3/$4$1$2$3$4$5");
  };

/** A text has most of its times more than once. */
const moving = (shift: number): ((at: string) => string | null) => {
  const known = new Map<string, string | null>();
  return (at) => {
    const before = known.get(at);
    if (before !== undefined) return before;
    const time = Date.parse(at);
    const after = time >= FROM && time < TO ? new Date(time + shift).toISOString() : null;
    known.set(at, after);
    return after;
  };
};
