import { type Html, html } from "./html.ts";
import { blocksHtml, factsHtml } from "./htmlBlocks.ts";
import type { ReportModel, Section } from "./model.ts";
import { page } from "./page.ts";

/** The model as one HTML page: the answer first, sections below, appendices folded. */
export const htmlReport = (model: ReportModel): string =>
  page(
    `${model.title}: ${model.caseId}`,
    html`${masthead(model)}
<main>
${answer(model.answer)}
${model.sections.map(section)}
<section class="appendices" id="appendices" aria-labelledby="appendices-title">
<h2 id="appendices-title">Appendices</h2>
<p class="note">Folded here; each opens by itself. A print holds those that are open; all of it is in the bundle, and in report.md.</p>
${model.appendices.map(appendix)}</section>
</main>
<footer><p>${model.colophon}</p></footer>`,
  );

const masthead = ({
  title,
  revision,
  warnings,
  facts,
  sections,
  appendices,
}: ReportModel): Html => html`<header class="masthead">
<p class="kind">${revision}</p>
<h1>${title}</h1>
${warnings.map((line) => html`<p class="warning">${line}</p>\n`)}${factsHtml(facts)}
<nav aria-label="Contents"><ul>${[...sections, { id: "appendices", title: `Appendices (${appendices.length})` }].map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>\n`)}</ul></nav></header>`;

const answer = ({
  id,
  title,
  blocks,
}: Section): Html => html`<section class="answer" id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${blocksHtml(blocks)}</section>`;

const section = (
  { id, title, blocks }: Section,
  index: number,
): Html => html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title"><span class="number">${index + 1}</span> ${title}</h2>
${blocksHtml(blocks)}</section>
`;

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

const appendix = ({ id, title, blocks }: Section, index: number): Html => html`<details class="appendix" id="${id}">
<summary><h3><span class="number">${LETTERS[index] ?? String(index + 1)}</span> ${title}</h3></summary>
${blocksHtml(blocks)}</details>
`;
