import { minute, second } from "../base/figures.ts";
import { chainChart } from "./charts/chain.ts";
import { histogram } from "./charts/histogram.ts";
import { phaseChart } from "./charts/phases.ts";
import { treemap } from "./charts/treemap.ts";
import { type Html, html, NOTHING, type Part } from "./html.ts";
import type { Block, Card, Chart, Head, Inline, Mark, Row, Table } from "./model.ts";
import { queryAnchor } from "./sources.ts";

/** Columns beyond which a sheet of paper needs smaller print. */
const MANY = 8;

export const blocksHtml = (blocks: readonly Block[]): Html =>
  html`${blocks.map((block) => html`${blockHtml(block)}\n`)}`;

const blockHtml = (block: Block): Html => {
  switch (block.as) {
    case "heading":
      return block.level === 3 ? html`<h3>${inlineHtml(block.text)}</h3>` : html`<h4>${inlineHtml(block.text)}</h4>`;
    case "text":
      return html`<p${block.look === "plain" ? NOTHING : html` class="${block.look}"`}>${inlineHtml(block.text)}</p>`;
    case "verdict":
      return html`<p class="lead verdict ${block.tone}">${inlineHtml(block.text)}</p>`;
    case "facts":
      return factsHtml(block.pairs);
    case "list":
      return listHtml(block.ordered, block.items);
    case "checks":
      return html`<ul class="checks">${block.items.map(({ done, text }) => html`<li class="${done ? "done" : "open"}"><span class="box">${done ? "[x]" : "[ ]"}</span> <span>${inlineHtml(text)}</span></li>\n`)}</ul>`;
    case "cards":
      return html`<div class="cards">${block.cards.map(cardHtml)}</div>`;
    case "path":
      return html`<ol class="chain">${block.stops.map(({ label, values }) => html`<li><span class="label">${label}</span> ${values.length === 0 ? UNKNOWN : values.map((value, index) => html`${index === 0 ? "" : ", "}<code>${value}</code>`)}</li>\n`)}</ol>`;
    case "difference":
      return html`<pre tabindex="0">${block.lines.map(({ kind, text }) => (kind === "same" ? html`  ${text}\n` : kind === "added" ? html`<ins>+ ${text}</ins>\n` : html`<del>- ${text}</del>\n`))}</pre>`;
    case "folded":
      return html`<details class="fold"><summary>${block.title}</summary>\n${blocksHtml(block.blocks)}</details>`;
    case "table":
      return tableHtml(block);
    case "chart":
      return chartHtml(block);
  }
};

export const factsHtml = (pairs: readonly (readonly [string, Inline])[]): Html =>
  html`<dl class="facts">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${inlineHtml(value)}</dd></div>\n`)}</dl>`;

const listHtml = (ordered: boolean, items: readonly Inline[]): Html => {
  const all = items.map((item) => html`<li>${inlineHtml(item)}</li>\n`);
  return ordered ? html`<ol>${all}</ol>` : html`<ul>${all}</ul>`;
};

const cardHtml = ({ label, figure, second: below, meaning }: Card): Html => html`<div class="card"><h3>${label}</h3>
<p class="figure">${inlineHtml(figure)}</p>
<p class="second">${inlineHtml(below)}</p>
<p class="meaning">${meaning}</p></div>
`;

const tableHtml = ({ caption, heads, rows, empty, look }: Table): Html =>
  rows.length === 0
    ? html`<p class="none">${empty}</p>`
    : html`<div class="scroll" role="group" tabindex="0" aria-label="${caption}"><table${tableClass(heads.length, look)}>
<caption>${caption}</caption>
<thead><tr>${heads.map(({ text, kind }) => html`<th scope="col"${classOf(kind)}>${text}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => rowHtml(row, heads))}</tbody>
</table></div>`;

const tableClass = (columns: number, look: Table["look"]): Html =>
  look === "plain" ? (columns > MANY ? html` class="many"` : NOTHING) : html` class="${look}"`;

const rowHtml = ({ anchor, cells }: Row, heads: readonly Head[]): Html =>
  html`<tr${anchor === null ? NOTHING : html` id="${anchor}"`}>${cells.map((cell, index) => (index === 0 ? html`<th scope="row"${classOf(heads[0]!.kind)}>${inlineHtml(cell)}</th>` : html`<td${classOf(heads[index]!.kind)}>${inlineHtml(cell)}</td>`))}</tr>\n`;

const classOf = (kind: Head["kind"]): Html => (kind === null ? NOTHING : html` class="${kind}"`);

const chartHtml = (chart: Chart): Html => {
  switch (chart.of) {
    case "hours":
      return histogram(chart);
    case "prefixes":
      return treemap(chart);
    case "phases":
      return phaseChart(chart);
    case "chain":
      return chainChart(chart);
  }
};

const UNKNOWN = html`<em class="unknown">not known</em>`;

export const inlineHtml = (inline: Inline): Part => {
  if (typeof inline === "string") return inline;
  return isMark(inline) ? markHtml(inline) : inline.map(inlineHtml);
};

export const isMark = (inline: Mark | readonly Inline[]): inline is Mark => "as" in inline;

const markHtml = (mark: Mark): Html => {
  switch (mark.as) {
    case "code":
      return html`<code>${mark.text}</code>`;
    case "strong":
      return html`<strong>${inlineHtml(mark.inner)}</strong>`;
    case "small":
      return html`<small>${inlineHtml(mark.inner)}</small>`;
    case "unknown":
      return UNKNOWN;
    case "break":
      return html`<br>`;
    case "time":
      return timeHtml(mark.to === "minute" ? minute(mark.at) : second(mark.at));
    case "link":
      return html`<a href="#${mark.to}">${mark.text}</a>`;
    case "source":
      return sourceHtml(mark.queries);
    case "pill":
      return html`<span class="pill ${mark.tone}">${mark.text}</span>`;
    case "lines":
      return listHtml(false, mark.items);
  }
};

/** An instant; where it must break, it breaks between date and time. */
const timeHtml = (told: string): Html => {
  const [date = "", ...rest] = told.split(" ");
  return html`<span class="when"><span>${date}</span> <span>${rest.join(" ")}</span></span>`;
};

const sourceHtml = (queries: readonly number[]): Html =>
  queries.length === 0
    ? html`<a class="source" href="#queries">[queries]</a>`
    : html`<span class="source">${queries.map((number) => html`<a href="#${queryAnchor(number - 1)}" aria-label="[Q${number}], query ${number}">[Q${number}]</a>`)}</span>`;
