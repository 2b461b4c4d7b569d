import type { Amount } from "../../response/caseView.ts";
import type { CaseDossier } from "../dossier.ts";
import { facts, list, orUnknown, steps, timeOrUnknown, UNKNOWN } from "../elements.ts";
import { bytes, bytesExactly, count, counted } from "../figures.ts";
import { type Html, html, NOTHING, type Part } from "../html.ts";
import { milestonesOf } from "../milestones.ts";
import { sourcesOf } from "../sources.ts";
import type { Summary } from "../summary.ts";

/** The five minutes of a board member: what happened, what was taken, is it contained, what is open, what to decide. */
export const board = (
  dossier: CaseDossier,
  summary: Summary,
): Html => html`<section class="board" id="summary" aria-labelledby="summary-title">
<h2 id="summary-title">Summary</h2>
${part("What happened", happened(dossier, summary))}
${part("What was taken", taken(dossier, summary))}
${part("Is it contained?", contained(summary))}
${part("What must be decided next", steps(summary.next, "No open question is on record."))}
${part("What is not known", notKnown(summary))}
</section>`;

const part = (title: string, body: Part): Html => html`<div class="part"><h3>${title}</h3>
${body}</div>
`;

const happened = (dossier: CaseDossier, { headline }: Summary): Html => html`<p class="lead">${headline}</p>
<table class="milestones"><caption class="hidden">Milestones</caption><thead><tr><th scope="col">Milestone</th><th scope="col">When (UTC)</th><th scope="col">After the theft began</th></tr></thead><tbody>
${milestonesOf(dossier).map(({ label, at, since }) => html`<tr><th scope="row">${label}</th><td>${timeOrUnknown(at)}</td><td>${since ?? "–"}</td></tr>\n`)}</tbody></table>`;

const MEANINGS = [
  {
    label: "Certain",
    of: "certain",
    meaning: "The logs prove it: calls that succeeded, by this actor, on these objects.",
  },
  { label: "Likely", of: "likely", meaning: "Certain, and what the logs point to without proving it." },
  {
    label: "At most",
    of: "upperBound",
    meaning: "Everything that can have been taken, as far as the logs allow a bound.",
  },
] as const;

const taken = (dossier: CaseDossier, summary: Summary): Html => {
  const { theft } = dossier.view;
  return html`<div class="cards">${MEANINGS.map(({ label, of, meaning }) => card(label, theft[of], meaning, sourcesOf(dossier, "objects")))}</div>
${whyTheyDiffer(theft, summary)}
${facts([
  [
    "Buckets",
    theft.buckets.length === 0
      ? null
      : html`${theft.buckets.length}: ${theft.buckets.map((name, index) => html`${index === 0 ? "" : ", "}<code>${name}</code>`)}`,
  ],
  ["Sensitivity", sensitivity(summary)],
])}`;
};

const card = (
  label: string,
  amount: Amount | null,
  meaning: string,
  source: Html,
): Html => html`<div class="card"><h4>${label}</h4>
<p class="figure">${amount === null ? html`<span class="unknown">not known</span>` : html`${count(amount.objects)} <small>${amount.objects === 1 ? "object" : "objects"}</small>`}</p>
<p class="second">${amount === null ? "objects, bytes and calls" : amount.bytes === null ? html`size ${UNKNOWN}` : html`<span title="${bytesExactly(amount.bytes)}">${bytes(amount.bytes)}</span>`}${amount === null ? NOTHING : html` in ${counted(amount.calls, "call")}`} ${source}</p>
<p class="meaning">${meaning}</p></div>
`;

const whyTheyDiffer = (
  { certain, likely, upperBound, notKnown }: CaseDossier["view"]["theft"],
  { whyNoFigure }: Summary,
): Html => {
  const amounts = [certain, likely, upperBound];
  if (amounts.every((amount) => amount === null))
    return html`<p><strong>Why there is no figure:</strong> ${whyNoFigure}</p>`;
  const same = amounts.every(
    (amount) => amount !== null && amount.objects === certain?.objects && amount.bytes === certain.bytes,
  );
  if (same)
    return html`<p>The three figures are the same: nothing points to more than what the logs prove${notKnown.length === 0 ? "." : ", within the limits below."}</p>${notKnown.length === 0 ? NOTHING : list(notKnown, "")}`;
  const gap = [
    step(certain, likely, "likely, not proved"),
    step(likely ?? certain, upperBound, "possible, without any sign of it"),
  ].filter((text) => text !== null);
  return html`<p><strong>Why they differ:</strong> ${gap.length === 0 ? "" : `${gap.join("; ")}. `}${notKnown.length === 0 ? "No reason is on record." : notKnown.join(" ")}</p>`;
};

const step = (from: Amount | null, to: Amount | null, kind: string): string | null =>
  from === null || to === null || to.objects <= from.objects
    ? null
    : `${counted(to.objects - from.objects, "object")} more ${to.objects - from.objects === 1 ? "is" : "are"} ${kind}`;

const sensitivity = ({ sensitivity: { state, reason, categories, highest, findings } }: Summary): Part => {
  if (state === "not-known") return html`${UNKNOWN}: ${reason}`;
  const told =
    findings.length === 0
      ? "no sensitive data found"
      : `${orUnknown(highest)} at the highest, in ${counted(findings.length, "object")}: ${categories!.map(({ name, count: times }) => `${name} (${count(times)})`).join(", ")}`;
  return state === "incomplete" ? html`${told} <em class="unknown">(incomplete: ${reason})</em>` : told;
};

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
