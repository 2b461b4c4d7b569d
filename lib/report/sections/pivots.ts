import { between, count } from "../../base/figures.ts";
import type { Pivot, Pivots } from "../../case/opinion.ts";
import type { CaseDossier } from "../dossier.ts";
import { code, facts, list, type Section, table, time, timeOrUnknown } from "../elements.ts";
import { type Html, html, type Part } from "../html.ts";
import { sourcesOf } from "../sources.ts";

/** When the thief was there, and what each of his marks finds when it is followed by itself. */
export const pivots = (dossier: CaseDossier): Section => {
  const found = dossier.pivots ?? null;
  return {
    id: "pivots",
    title: "How long, whether it goes on, and where else to look",
    body:
      found === null
        ? html`<p class="none">Not known: the marks of the actor were not followed.</p>`
        : html`${presence(found)}
<h3>Each mark by itself ${sourcesOf(dossier, "actors")}</h3>
<p>An address may be an office's, and an agent is what its sender writes: what a mark brings is a lead, and counted nowhere.</p>
${followed(found.pivots)}`,
  };
};

const presence = ({ activity }: Pivots): Html =>
  facts([
    ["Still going on?", html`${STATES[activity.state]}: ${activity.why}`],
    ["First sign", timeOrUnknown(activity.firstSignAt)],
    ["From the first sign to the first theft", between(activity.firstSignAt, activity.firstTheftAt)],
    ["First to last sign (dwell time)", between(activity.firstSignAt, activity.lastSignAt)],
    ["Last sign", timeOrUnknown(activity.lastSignAt)],
  ]);

const STATES: Readonly<Record<Pivots["activity"]["state"], string>> = {
  "going on": "Perhaps",
  quiet: "Not as far as the logs go",
  "not known": "Not known",
};

const followed = (rows: readonly Pivot[]): Html =>
  table({
    caption: "Calls found by one mark alone",
    columns: [
      { head: "Mark", cell: ({ kind }) => kind },
      { head: "Value", cell: ({ value }) => code(value), kind: "wide" },
      { head: "Calls", cell: ({ calls }) => count(calls), kind: "number" },
      { head: "Not the actor's", cell: ({ others }) => count(others), kind: "number" },
      {
        head: "First and last",
        cell: ({ firstAt, lastAt }) => html`${time(firstAt)}<br>${time(lastAt)}`,
        kind: "time",
      },
      { head: "What it adds", cell: added, kind: "wide" },
    ],
    rows,
    empty: "No call of the actor is in the logs, so that there is nothing to follow.",
  });

const added = ({ adds: { keys, principals, addresses } }: Pivot): Part => {
  const named = [...keys, ...principals, ...addresses];
  return named.length === 0 ? "nothing new" : list(named.map(code), "");
};
