import type { CaseDossier } from "./dossier.ts";
import { facts, type Section, time } from "./elements.ts";
import { type Html, html } from "./html.ts";
import { markdownReport, warnings } from "./markdownReport.ts";
import { page } from "./page.ts";
import { actor } from "./sections/actor.ts";
import { answers } from "./sections/answers.ts";
import { audit } from "./sections/audit.ts";
import { board } from "./sections/board.ts";
import { chain } from "./sections/chain.ts";
import { changes } from "./sections/changes.ts";
import { clocks } from "./sections/clocks.ts";
import { containment } from "./sections/containment.ts";
import { controls } from "./sections/controls.ts";
import { costs } from "./sections/costs.ts";
import { coverage, notKnown } from "./sections/coverage.ts";
import { decisions } from "./sections/decisions.ts";
import { detections } from "./sections/detections.ts";
import { figures } from "./sections/figures.ts";
import { likelihood } from "./sections/likelihood.ts";
import { otherLogs } from "./sections/otherLogs.ts";
import { pivots } from "./sections/pivots.ts";
import { queries } from "./sections/queries.ts";
import { sensitivity } from "./sections/sensitivity.ts";
import { story } from "./sections/story.ts";
import { theft } from "./sections/theft.ts";
import { verify } from "./sections/verify.ts";
import { type Summary, summaryOf } from "./summary.ts";

const TITLE = "S3 Data Exfiltration Investigation Report";

/** What an examiner reads, in this order. */
const SECTIONS: readonly ((dossier: CaseDossier, summary: Summary) => Section)[] = [
  answers,
  likelihood,
  story,
  theft,
  actor,
  pivots,
  chain,
  changes,
  sensitivity,
  detections,
  containment,
  decisions,
  clocks,
  coverage,
  otherLogs,
  notKnown,
  figures,
  queries,
  costs,
  audit,
  controls,
  verify,
];

/**
 * The report of a case for people: one HTML page and one Markdown text that say the same. Pure: the same dossier gives
 * the same bytes. Strings of the dossier are hostile; none of them becomes markup.
 */
export const buildReport = (dossier: CaseDossier): { readonly html: string; readonly markdown: string } => {
  const summary = summaryOf(dossier);
  const sections = SECTIONS.map((section) => section(dossier, summary));
  return {
    html: page(
      `${TITLE}: ${dossier.head.caseId}`,
      html`${masthead(dossier)}
<main>
${board(dossier, summary)}
${contents(sections)}
${sections.map(numbered)}</main>
${colophon(dossier)}`,
    ),
    markdown: markdownReport(dossier, summary),
  };
};

const masthead = (dossier: CaseDossier): Html => html`<header class="masthead">
<p class="kind">Evidence revision ${dossier.revision} · ${dossier.kind}</p>
<h1>${TITLE}</h1>
${warnings(dossier).map((line) => html`<p class="warning">${line}</p>\n`)}${facts([
  ["Account", `${dossier.head.accountId}, ${dossier.head.region}`],
  ["Detection source", `GuardDuty ${dossier.finding.type}, severity ${dossier.finding.severity} of 10`],
  ["Case", dossier.head.caseId],
  ["Status", dossier.head.status],
  ["Investigation date", dossier.head.openedAt.slice(0, 10)],
  ["As of", time(dossier.sealedAt)],
])}</header>`;

const contents = (
  sections: readonly Section[],
): Html => html`<nav aria-labelledby="contents-title"><h2 id="contents-title">Details for the examiner</h2>
<ol>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>\n`)}</ol></nav>`;

const numbered = (
  { id, title, body }: Section,
  index: number,
): Html => html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title"><span class="number">${index + 1}</span> ${title}</h2>
${body}
</section>
`;

const colophon = ({ head, revision, sealedAt }: CaseDossier): Html =>
  html`<footer><p>${head.caseId}, evidence revision ${revision}, ${time(sealedAt)}. Made by Cordon from the case's records. Where a fact is not on record this report says so. Characters that cannot be seen, or that control a display, are shown as <code>\\u{…}</code>.</p></footer>`;
