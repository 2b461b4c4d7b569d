import { count } from "../base/figures.ts";
import type { Block, Head, Inline, Mark, Table, Tone } from "./model.ts";

/** Template tag for a line: strings and marks in the order in which they are read. */
export const say = (strings: TemplateStringsArray, ...parts: readonly (Inline | number)[]): Inline =>
  strings.flatMap((text, index): readonly Inline[] => {
    const part = parts[index];
    const words = part === undefined ? [] : [typeof part === "number" ? String(part) : part];
    return text === "" ? words : [text, ...words];
  });

export const UNKNOWN: Mark = { as: "unknown" };
export const BREAK: Mark = { as: "break" };
export const code = (text: string): Mark => ({ as: "code", text });
export const strong = (inner: Inline): Mark => ({ as: "strong", inner });
export const small = (inner: Inline): Mark => ({ as: "small", inner });
export const time = (at: string): Mark => ({ as: "time", at, to: "second" });
export const minuteOf = (at: string): Mark => ({ as: "time", at, to: "minute" });
export const link = (to: string, text: string): Mark => ({ as: "link", to, text });
export const pill = (text: string, tone: Tone = "plain"): Mark => ({ as: "pill", tone, text });
export const lines = (items: readonly Inline[]): Mark => ({ as: "lines", items });

export const timeOrUnknown = (at: string | null): Inline => (at === null ? UNKNOWN : time(at));

/** `a, b, c`, each as code. */
export const codes = (values: readonly string[], separator = ", "): Inline => joined(values.map(code), separator);

export const joined = (parts: readonly Inline[], separator: string): Inline =>
  parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]));

/** Beyond this a key fills the page and tells nothing; the document that lists it has it whole. */
const LONGEST_KEY = 160;

/** `bucket / key`; a key of up to 1,024 bytes is shortened in the middle, and says so. */
export const objectName = (bucket: string, key: string): Inline => [code(bucket), " / ", code(shortKey(key))];

const shortKey = (key: string): string => {
  const letters = [...key];
  if (letters.length <= LONGEST_KEY) return key;
  return `${letters.slice(0, 100).join("")} … ${count(letters.length - 150)} characters left out … ${letters.slice(-50).join("")}`;
};

/** Event ids listed with a moment; a burst of hundreds is counted instead. */
const MOST_IDS = 3;

/** `total`: how many events there are, where `ids` are only the first of them. */
export const eventIds = (ids: readonly string[], total: number = ids.length): Inline => {
  if (ids.length === 0) return "–";
  const rest = total - Math.min(ids.length, MOST_IDS);
  return [codes(ids.slice(0, MOST_IDS), " "), rest > 0 ? small(` and ${count(rest)} more`) : ""];
};

export const heading = (text: Inline, level: 3 | 4 = 3): Block => ({ as: "heading", level, text });
export const text = (words: Inline): Block => ({ as: "text", text: words, look: "plain" });
export const lead = (words: Inline): Block => ({ as: "text", text: words, look: "lead" });
export const note = (words: Inline): Block => ({ as: "text", text: words, look: "note" });
/** The sentence in place of something that is not there. */
export const nothing = (words: Inline): Block => ({ as: "text", text: words, look: "none" });
export const verdict = (tone: Tone, words: Inline): Block => ({ as: "verdict", tone, text: words });

/** Name and value pairs; null is "not known". */
export const facts = (pairs: readonly (readonly [string, Inline | null])[]): Block => ({
  as: "facts",
  pairs: pairs.map(([name, value]) => [name, value ?? UNKNOWN]),
});

export const list = (items: readonly Inline[], empty: string): Block =>
  items.length === 0 ? nothing(empty) : { as: "list", ordered: false, items };

export const steps = (items: readonly Inline[], empty: string): Block =>
  items.length === 0 ? nothing(empty) : { as: "list", ordered: true, items };

export const folded = (title: string, blocks: readonly Block[]): Block => ({ as: "folded", title, blocks });

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row, index: number) => Inline | number;
  readonly kind?: Head["kind"];
}

export interface TableOptions<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly empty: string;
  readonly anchor?: (index: number) => string;
  readonly look?: Table["look"];
}

/** A table with a caption and headed columns; the first cell of each row heads the row. */
export const table = <Row>({ caption, columns, rows, empty, anchor, look }: TableOptions<Row>): Table => ({
  as: "table",
  caption,
  look: look ?? "plain",
  empty,
  heads: columns.map(({ head, kind }) => ({ text: head, kind: kind ?? null })),
  rows: rows.map((row, index) => ({
    anchor: anchor?.(index) ?? null,
    cells: columns.map(({ cell }) => told(cell(row, index))),
  })),
});

const told = (cell: Inline | number): Inline => (typeof cell === "number" ? count(cell) : cell);

/** Something missing from a list that was cut, said aloud. */
export const more = (shown: number, total: number, where: string): readonly Block[] =>
  total > shown ? [note(say`${count(shown)} of ${count(total)} are shown here; all are in ${code(where)}.`)] : [];

/** The blocks, where there is something to say. */
export const when = (holds: boolean, ...blocks: readonly Block[]): readonly Block[] => (holds ? blocks : []);

/** Every block of a list with those inside folds, in reading order. */
export const allBlocks = (blocks: readonly Block[]): readonly Block[] =>
  blocks.flatMap((block) => (block.as === "folded" ? [block, ...allBlocks(block.blocks)] : [block]));
