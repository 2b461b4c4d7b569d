import type { CaseDossier } from "../dossier.ts";
import { list, steps, time } from "../elements.ts";
import { type Html, html, NOTHING, type Part } from "../html.ts";
import { milestonesOf } from "../milestones.ts";
import type { Summary } from "../summary.ts";
import { atAGlance, byWhen, howSure, whoDecided } from "./boardParts.ts";
import { taken } from "./taken.ts";

/** The five minutes of a board member: what happened, what was taken, how sure that is, is it stopped, who decided, what to do by when. */
export const board = (
  dossier: CaseDossier,
  summary: Summary,
): Html => html`<section class="board" id="summary" aria-labelledby="summary-title">
<h2 id="summary-title">Summary</h2>
${part("At a glance", atAGlance(dossier, summary))}
${part("What happened", happened(dossier, summary))}
${part("What was taken", taken(dossier, summary))}
${part("How sure are we?", howSure(dossier))}
${part("Is it contained?", contained(summary))}
${part("Who decided?", whoDecided(dossier))}
${part("What must be done next, and by when", html`${steps(summary.next, "No open question is on record.")}${byWhen(dossier)}`)}
${part("What is not known", notKnown(summary))}
</section>`;

const part = (title: string, body: Part): Html => html`<div class="part"><h3>${title}</h3>
${body}</div>
`;

const happened = (dossier: CaseDossier, { narrative }: Summary): Html => html`<p class="lead">${narrative.join(" ")}</p>
<table class="milestones"><caption class="hidden">Milestones of the incident and of the response</caption><thead><tr><th scope="col">Milestone</th><th scope="col">When (UTC)</th><th scope="col">After the theft began</th></tr></thead><tbody>
${milestonesOf(dossier).map(({ label, at, absent, since }) => html`<tr><th scope="row">${label}</th><td>${at === null ? html`<em class="unknown">${absent}</em>` : time(at)}</td><td>${since ?? "–"}</td></tr>\n`)}</tbody></table>`;

const contained = ({
  contained,
  containment,
  outcomes,
}: Summary): Html => html`<p class="lead verdict ${TONES[containment]}">${contained}</p>
${
  outcomes.length === 0
    ? NOTHING
    : html`<ul class="checks">${outcomes.map(({ done, action, note, purpose }) => html`<li class="${done ? "done" : "open"}"><span class="box">${done ? "[x]" : "[ ]"}</span> <span>${purpose === "release" ? "Release: " : ""}${action.title}: <code>${action.target.label}</code> <small>${note}</small></span></li>\n`)}</ul>`
}`;

/** Colour is never the only sign: the sentence says the same. */
export const TONES = {
  contained: "good",
  partly: "warn",
  "not-contained": "bad",
  waiting: "warn",
  "dry-run": "warn",
  released: "warn",
  none: "bad",
} as const;

const MOST_GAPS = 8;

const notKnown = ({ gaps }: Summary): Html =>
  html`${list(
    gaps.slice(0, MOST_GAPS).map(({ what, reason }) => html`<strong>${what}:</strong> ${reason}`),
    "No gap is on record.",
  )}${gaps.length > MOST_GAPS ? html`<p class="note">${gaps.length - MOST_GAPS} more are listed under <a href="#not-known">Not known</a>.</p>` : NOTHING}`;
