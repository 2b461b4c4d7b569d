import { createHash } from "node:crypto";
import { type Html, html, type Part, toText, verbatim } from "./html.ts";
import { STYLE } from "./style.ts";

/** The style sheet is allowed by its digest, so that nothing else can style (or load through a style) whatever slips in. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'`;

/** One self-contained page: no script, no remote resource. */
export const page = (title: string, body: Part): string =>
  `${toText(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${verbatim(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${verbatim(STYLE)}</style>
</head>
<body>
${body}
</body>
</html>`)}\n`;

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => Part;
  readonly numeric?: boolean;
}

/** A table with a caption, headed columns and, first in each row, the row's own header; or a sentence when it is empty. */
export const table = <Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  empty: string,
): Html =>
  rows.length === 0
    ? html`<p class="none">${empty}</p>`
    : html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ head, numeric }) => html`<th scope="col"${numeric ? html` class="number"` : ""}>${head}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${columns.map((column, index) => cell(column, row, index))}</tr>\n`)}</tbody>
</table></div>`;

const cell = <Row>({ cell, numeric }: Column<Row>, row: Row, index: number): Html => {
  if (index === 0) return html`<th scope="row">${cell(row)}</th>`;
  return numeric ? html`<td class="number">${cell(row)}</td>` : html`<td>${cell(row)}</td>`;
};

/** Name and value pairs. A value that is null is "not known". */
export const facts = (pairs: readonly (readonly [string, Part | null])[]): Html =>
  html`<dl>${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value ?? html`<em class="unknown">not known</em>`}</dd></div>`)}</dl>`;

export const list = (items: readonly Part[], empty: string): Html =>
  items.length === 0
    ? html`<p class="none">${empty}</p>`
    : html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;

export const code = (text: string): Html => html`<code>${text}</code>`;
