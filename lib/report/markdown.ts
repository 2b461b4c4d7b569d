import { visible } from "../base/visible.ts";

/** Characters that mean nothing to any Markdown dialect wherever they stand in a line. */
const PLAIN = /^[\p{L}\p{N}.,:;/=+()'"%?\-–—…×·→§’“”]+$/u;
/** Renderers make links of these by themselves, in the middle of text (GFM autolinks, linkify's bare host names). */
const LINKS = /:\/\/|www\.|[\p{L}\p{N}]\.\p{L}{2,}/iu;
/** At the start of a line these open a list, a heading's underline or a rule. */
const OPENERS = /^(?:[-+=]+|\d+[.)])$/;

/**
 * Text of any origin as inert Markdown: invisible characters made visible, line feeds included; words that could mean
 * anything to a Markdown reader (emphasis, links, images, HTML, mentions, tables) put into code spans, in which nothing
 * means anything. Ordinary words stay as they are, so that the file also reads as plain text.
 */
export const md = (text: string): string => {
  const words = visible(text).split(" ");
  const runs: { inert: boolean; words: string[] }[] = [];
  for (const [index, word] of words.entries()) {
    const inert = isInert(word, index === 0);
    const last = runs.at(-1);
    if (last !== undefined && last.inert === inert) last.words.push(word);
    else runs.push({ inert, words: [word] });
  }
  return runs.map(({ inert, words }) => (inert ? words.join(" ") : codeSpan(words.join(" ")))).join(" ");
};

/** The text as one code span: the fence is longer than any run of backticks inside. */
export const codeSpan = (text: string): string => {
  const shown = visible(text);
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const padding = shown === "" || /^[` ]|[` ]$/.test(shown) ? " " : "";
  return `${fence}${padding}${shown}${padding}${fence}`;
};

/** Lines that a Markdown reader must not run together: a hard break (two blanks) ends each but the last. */
export const paragraph = (lines: readonly string[]): string => lines.join("  \n");

const isInert = (word: string, first: boolean): boolean => {
  if (word === "") return true;
  if (LINKS.test(word) || (first && OPENERS.test(word))) return false;
  return PLAIN.test(word.replace(/(?<=[\p{L}\p{N}])_+(?=[\p{L}\p{N}])/gu, ""));
};
