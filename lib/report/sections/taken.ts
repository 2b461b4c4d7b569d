import { bytes, bytesExactly, count, counted } from "../../base/figures.ts";
import type { Amount } from "../../case/theft.ts";
import type { CaseDossier } from "../dossier.ts";
import { facts, list, UNKNOWN } from "../elements.ts";
import { type Html, html, NOTHING, type Part } from "../html.ts";
import { sourcesOf } from "../sources.ts";
import type { Summary } from "../summary.ts";

/** The rules of `certaintyOf` in lib/core/theft/theft.ts, in a reader's words; each figure includes the one before it. */
const MEANINGS = [
  {
    label: "Certain",
    of: "certain",
    meaning:
      "Read with the stolen credential from the actor's address, or with a credential that only the actor ever had.",
  },
  {
    label: "Likely",
    of: "likely",
    meaning: "Certain, and read as the stolen identity from an address its owner had not used before.",
  },
  {
    label: "At most",
    of: "upperBound",
    meaning:
      "Likely, and all other reads by that identity or from the actor's address since the first sign of the actor.",
  },
] as const;

/** Three figures and why they differ, then what kind of data it is. */
export const taken = (dossier: CaseDossier, summary: Summary): Html => {
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
    return html`<p>The three figures are the same: no read was found that points to more.</p>${limits(notKnown)}`;
  const gap = [
    step(certain, likely, "likely: the stolen identity from an address new to it"),
    step(
      likely ?? certain,
      upperBound,
      "possible: they cannot be told from the owner's own work, or from others at the same address",
    ),
  ].filter((text) => text !== null);
  return html`<p><strong>Why they differ:</strong> ${gap.length === 0 ? "the same objects, with other amounts." : `${capital(gap.join("; "))}.`}</p>${limits(notKnown)}`;
};

const MOST_LIMITS = 4;

/** What no figure can make up for. */
const limits = (notKnown: readonly string[]): Html =>
  notKnown.length === 0
    ? NOTHING
    : html`<p><strong>What limits all three:</strong></p>${list(notKnown.slice(0, MOST_LIMITS), "")}${notKnown.length > MOST_LIMITS ? html`<p class="note">${notKnown.length - MOST_LIMITS} more are listed under <a href="#not-known">Not known</a>.</p>` : NOTHING}`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const step = (from: Amount | null, to: Amount | null, kind: string): string | null =>
  from === null || to === null || to.objects <= from.objects
    ? null
    : `a further ${counted(to.objects - from.objects, "object")} ${to.objects - from.objects === 1 ? "is" : "are"} ${kind}`;

const sensitivity = ({ sensitivity: { state, reason, categories, highest, findings } }: Summary): Part => {
  if (state === "not-known") return html`${UNKNOWN}: ${reason}`;
  const kinds = (categories ?? []).map(({ name, count: times }) => `${inWords(name)} (${count(times)})`).join(", ");
  const told =
    findings.length === 0
      ? "No sensitive data was found."
      : html`<strong>${highest ?? "not rated"}</strong> at most. Found in ${counted(findings.length, "object")}: ${kinds}.`;
  return state === "incomplete"
    ? html`${told} <em class="unknown">Not everything was looked at: ${reason}.</em>`
    : told;
};

/** `PERSONAL_INFORMATION` as a reader without a manual says it. */
const inWords = (category: string): string => category.toLowerCase().replaceAll("_", " ");
