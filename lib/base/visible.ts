/**
 * C0 and C1 controls, DEL, bidirectional and zero-width marks, line and paragraph separators, tags, BOM and lone
 * surrogates: what a terminal obeys or a reader cannot see. Source: Unicode categories Cc, Cf, Cs, Zl, Zp.
 */
const INVISIBLE =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: every character of the class is meant alone
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0]/gu;

/** Hostile text made harmless to read: every invisible or controlling character becomes `\u{…}`; nothing is dropped. */
export const visible = (text: string): string =>
  text.replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);

/** The same, but line feeds stay: for text of our own making that holds values made visible before. */
export const visibleLines = (text: string): string => text.split("\n").map(visible).join("\n");

/** Makes every string inside a JSON value visible, keys included. */
export const visibleJson = (value: unknown): unknown => {
  if (typeof value === "string") return visible(value);
  if (Array.isArray(value)) return value.map(visibleJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [visible(key), visibleJson(inner)]));
};
