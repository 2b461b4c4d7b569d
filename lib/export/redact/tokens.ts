import { coarseNumber, coarseText } from "./coarse.ts";
import { parse } from "./identifiers.ts";
import { isWord, type Names } from "./names.ts";
import { schemaMembers } from "./ordinaryWords.ts";

export const ALGORITHM = "HMAC-SHA256, first 128 bits";
/** Most texts of a large file are those of the line before; so many are remembered. */
const REMEMBERED = 10_000;

/** Names of members that a schema or an API gives, and no data: `sha256`, `numberOfPast24HoursAPIs`. */
const IS_PLAIN = /^[A-Za-z_@$](?:[A-Za-z_@$:.-]|\d{1,3}(?!\d))*$/;

/** The same JSON value with tokens in the place of names; member names stay, unless they are names themselves. */
export type Redact = (value: unknown) => unknown;

/**
 * Stable within a copy, and with another secret unlinkable between copies. A plain digest would not do: there are only
 * four billion addresses to try. `coarse`: numbers and times are made coarse too.
 */
export const createRedact = (names: Names, coarse: boolean): Redact => {
  const between = coarse ? (text: string): string => coarseText(text, names.isAccount) : (text: string): string => text;
  const inText = (text: string): string => {
    const whole = names.tokenOf(text);
    if (whole !== null) return whole;
    const parsed = /^\s*[[{]/.test(text) ? parse(text) : undefined;
    return typeof parsed === "object" && parsed !== null ? JSON.stringify(redact(parsed)) : inside(text);
  };
  /** The longest name from each place where a word begins. */
  const inside = (text: string): string => {
    let [made, done] = ["", 0];
    for (let at = 0; at < text.length; at++) {
      if (at > 0 && isWord(text.charCodeAt(at - 1))) continue;
      const end = names.endOfNameAt(text, at);
      if (end === 0) continue;
      made += between(text.slice(done, at)) + names.tokenOf(text.slice(at, end))!;
      done = end;
      at = end - 1;
    }
    return made + between(text.slice(done));
  };
  const known = new Map<string, string>();
  const remembered = (text: string): string => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size === REMEMBERED) known.clear();
    const made = inText(text);
    known.set(text, made);
    return made;
  };
  const redact = (value: unknown): unknown => {
    if (typeof value === "string") return remembered(value);
    if (typeof value === "number") return coarse ? coarseNumber(value) : value;
    if (Array.isArray(value)) return value.map(redact);
    if (typeof value !== "object" || value === null) return value;
    return members(value);
  };
  /** Two that became one by it are told apart: nothing may be lost. */
  const members = (value: object): object => {
    const made: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(value)) {
      const wish = schemaMembers().has(name)
        ? name
        : (names.tokenOf(name) ?? (IS_PLAIN.test(name) ? name : remembered(name)));
      let free = wish;
      for (let at = 2; Object.hasOwn(made, free); at++) free = `${wish} (${at})`;
      Object.defineProperty(made, free, { value: redact(member), enumerable: true });
    }
    return made;
  };
  return redact;
};
