import { bytes, count } from "../../base/figures.ts";
import type { Comparison, Criterion, Explanation, Novelty, Opinion, Volume } from "../../case/opinion.ts";
import type { CaseDossier } from "../dossier.ts";
import { code, list, type Section, table, time, UNKNOWN } from "../elements.ts";
import { type Html, html, NOTHING, type Part } from "../html.ts";
import { sourcesOf } from "../sources.ts";

/** Values named of what is new; `likelihood.json` has all. */
const MOST_NEW = 6;

/** Theft, or a migration, a backup, a developer at work: what speaks for and against each, and the rule, never a score. */
export const likelihood = (dossier: CaseDossier): Section => {
  const opinion = dossier.likelihood ?? null;
  return {
    id: "likelihood",
    title: "Theft, or ordinary work?",
    body:
      opinion === null
        ? html`<p class="none">Not weighed: the figures that it rests on are not there.</p>`
        : html`<p class="verdict ${toneOf(opinion)}">${opinion.likelihood ?? "Not known"}</p>
${opinion.likelihood === null ? list([...opinion.reasons, ...opinion.notKnown], "No reason is on record.") : weighed(dossier, opinion)}`,
  };
};

/** Colour is never the only sign: the words say the same. */
export const toneOf = ({ likelihood: told }: Opinion): string =>
  told === "likely legitimate" ? "good" : told === "very likely theft" || told === "likely theft" ? "bad" : "warn";

const weighed = (
  dossier: CaseDossier,
  { rule, signs, explanations, baseline }: Opinion,
): Html => html`<p>${rule ?? ""} ${sourcesOf(dossier, "habits")}</p>
<h3>Signs of theft</h3>
${table<Criterion & { readonly decisive?: boolean }>({
  caption: "Signs of theft, and whether the logs show them",
  rows: signs ?? [],
  empty: "No sign was looked for.",
  columns: [
    {
      head: "Sign",
      cell: ({ id, decisive }) =>
        html`${code(id)}${decisive === true ? html` <span class="pill">decisive</span>` : NOTHING}`,
    },
    { head: "Seen", cell: ({ holds }) => seen(holds, "bad") },
    { head: "What the record shows", kind: "wide", cell: ({ text }) => text },
  ],
})}
<h3>Ordinary explanations</h3>
${(explanations ?? []).map(explanation)}
${baseline === undefined ? NOTHING : habits(baseline)}`;

const seen = (holds: boolean | null, tone: "good" | "bad"): Part =>
  holds === null ? UNKNOWN : html`<span class="pill ${holds ? tone : ""}">${holds ? "yes" : "no"}</span>`;

const explanation = ({ title, verdict, criteria, verify }: Explanation): Html => html`<h4>${title}: ${verdict}</h4>
${table<Criterion>({
  caption: `For and against: ${title}`,
  rows: criteria,
  empty: "",
  columns: [
    { head: "Criterion", cell: ({ id }) => code(id) },
    { head: "Holds", cell: ({ holds }) => seen(holds, "good") },
    { head: "What the record shows", kind: "wide", cell: ({ text }) => text },
  ],
})}
<p>To make sure: ${verify}</p>`;

const habits = (baseline: Comparison): Html => html`<h3>What is new for this identity</h3>
<p>${baseline.note} Compared with ${count(baseline.hours)} hours before ${time(baseline.until)}, in ${count(baseline.activeHours)} of which it called.</p>
${table<readonly [string, Novelty]>({
  caption: "Used by the thief, and not before",
  rows: [
    ["Addresses", baseline.address],
    ["Networks", baseline.network],
    ["User agents", baseline.agent],
    ["Buckets", baseline.bucket],
    ["Hours of day (UTC)", baseline.hourOfDay],
  ],
  empty: "",
  columns: [
    { head: "What", cell: ([name]) => name },
    { head: "Known before", kind: "number", cell: ([, { before }]) => count(before) },
    { head: "Used", kind: "number", cell: ([, { during }]) => count(during.length) },
    { head: "New", kind: "wide", cell: ([, { fresh }]) => newOnes(fresh) },
  ],
})}
${table<readonly [string, Volume, (value: number) => string]>({
  caption: "Volume per hour: before, and the thief's busiest hour",
  rows: [
    ["Calls", baseline.callsPerHour, rounded],
    ["Objects read", baseline.readsPerHour, rounded],
    ["Bytes", baseline.bytesPerHour, (value) => bytes(Math.round(value))],
  ],
  empty: "",
  columns: [
    { head: "Per hour", cell: ([name]) => name },
    { head: "Hours before", kind: "number", cell: ([, { points }]) => count(points) },
    { head: "Mean", kind: "number", cell: ([, { mean }, told]) => figure(mean, told) },
    { head: "Mean + 3σ", kind: "number", cell: ([, { threshold }, told]) => figure(threshold, told) },
    { head: "Busiest", kind: "number", cell: ([, { busiest }, told]) => figure(busiest?.value ?? null, told) },
    { head: "A spike", cell: ([, { above }]) => seen(above, "bad") },
  ],
})}`;

const rounded = (value: number): string => count(Math.round(value));

const figure = (value: number | null, told: (value: number) => string): Part =>
  value === null ? UNKNOWN : told(value);

const newOnes = (fresh: readonly string[] | null): Part => {
  if (fresh === null) return UNKNOWN;
  if (fresh.length === 0) return "none";
  return [
    fresh.slice(0, MOST_NEW).map((value) => html`${code(value)} `),
    fresh.length > MOST_NEW ? `and ${fresh.length - MOST_NEW} more (likelihood.json)` : "",
  ];
};
