import { count, second } from "../base/figures.ts";
import { type Html, html, NOTHING, type Part } from "./html.ts";

/** Columns beyond which a sheet of paper needs smaller print. */
const MANY = 8;

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row, index: number) => Part;
  /** `wide`: sentences, which a narrow screen scrolls to rather than breaks into letters; `name`: one long word. */
  readonly kind?: "number" | "time" | "wide" | "name";
}

export interface TableOptions<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** The sentence in place of an empty table. */
  readonly empty: string;
  /** Anchor of a row; must be made by us, never taken from data. */
  readonly anchor?: (index: number) => string;
}

/** A table with a caption and headed columns; the first cell of each row heads the row. */
export const table = <Row>({ caption, columns, rows, empty, anchor }: TableOptions<Row>): Html =>
  rows.length === 0
    ? html`<p class="none">${empty}</p>`
    : html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table${columns.length > MANY ? html` class="many"` : NOTHING}>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ head, kind }) => html`<th scope="col"${classOf(kind)}>${head}</th>`)}</tr></thead>
<tbody>
${rows.map((row, at) => html`<tr${anchor === undefined ? NOTHING : html` id="${anchor(at)}"`}>${columns.map((column, index) => cellOf(column, row, at, index === 0))}</tr>\n`)}</tbody>
</table></div>`;

const cellOf = <Row>({ cell, kind }: Column<Row>, row: Row, at: number, heads: boolean): Html =>
  heads ? html`<th scope="row"${classOf(kind)}>${cell(row, at)}</th>` : html`<td${classOf(kind)}>${cell(row, at)}</td>`;

const classOf = (kind: Column<never>["kind"]): Html => (kind === undefined ? NOTHING : html` class="${kind}"`);

/** Name and value pairs; null is "not known". */
export const facts = (pairs: readonly (readonly [string, Part | null])[]): Html =>
  html`<dl class="facts">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value ?? UNKNOWN}</dd></div>\n`)}</dl>`;

export const UNKNOWN: Html = html`<em class="unknown">not known</em>`;

export const orUnknown = (value: string | null): Part => value ?? UNKNOWN;

export const list = (items: readonly Part[], empty: string): Html =>
  items.length === 0
    ? html`<p class="none">${empty}</p>`
    : html`<ul>${items.map((item) => html`<li>${item}</li>\n`)}</ul>`;

export const steps = (items: readonly Part[], empty: string): Html =>
  items.length === 0
    ? html`<p class="none">${empty}</p>`
    : html`<ol>${items.map((item) => html`<li>${item}</li>\n`)}</ol>`;

export const code = (text: string): Html => html`<code>${text}</code>`;

/** Beyond this a key fills the page and tells nothing; the document that lists it has it whole. */
const LONGEST_KEY = 160;

/** `bucket / key`; a key of up to 1,024 bytes is shortened in the middle, and says so. */
export const objectName = (bucket: string, key: string): Html => html`${code(bucket)} / ${code(shortKey(key))}`;

const shortKey = (key: string): string => {
  const letters = [...key];
  if (letters.length <= LONGEST_KEY) return key;
  return `${letters.slice(0, 100).join("")} … ${count(letters.length - 150)} characters left out … ${letters.slice(-50).join("")}`;
};

/** An instant; where it must break, it breaks between date and time. */
export const time = (at: string): Html => {
  const [date = "", ...rest] = second(at).split(" ");
  return html`<span class="when"><span>${date}</span> <span>${rest.join(" ")}</span></span>`;
};

export const timeOrUnknown = (at: string | null): Part => (at === null ? UNKNOWN : time(at));

/** Event ids listed with a moment; a burst of hundreds is counted instead. */
const MOST_IDS = 3;

/** `total`: how many events there are, where `ids` are only the first of them. */
export const eventIds = (ids: readonly string[], total: number = ids.length): Html =>
  ids.length === 0
    ? html`–`
    : html`<span class="ids">${ids.slice(0, MOST_IDS).map((id) => html`<code>${id}</code> `)}</span>${total > Math.min(ids.length, MOST_IDS) ? html`<small>and ${count(total - Math.min(ids.length, MOST_IDS))} more</small>` : NOTHING}`;

/** Something missing from a list that was cut, said aloud. */
export const more = (shown: number, total: number, where: string): Html =>
  total > shown
    ? html`<p class="note">${count(shown)} of ${count(total)} are shown here; all are in ${code(where)}.</p>`
    : NOTHING;

export interface Section {
  /** Anchor; a constant of ours. */
  readonly id: string;
  readonly title: string;
  readonly body: Part;
}
