import { momentAnchor, phaseChart } from "../charts/phases.ts";
import type { CaseDossier } from "../dossier.ts";
import { eventIds, more, type Section, table, time } from "../elements.ts";
import { html, NOTHING } from "../html.ts";
import { sourcesOf } from "../sources.ts";
import { momentsOf } from "../timeline.ts";

/** Of a story too long to read its beginning and its end. */
const FIRST = 250;
const LAST = 150;

export const story = (dossier: CaseDossier): Section => {
  const all = momentsOf(dossier);
  const moments = all.length > FIRST + LAST ? [...all.slice(0, FIRST), ...all.slice(-LAST)] : all;
  return {
    id: "timeline",
    title: "Timeline",
    body: html`<p>What the actor did is read from CloudTrail, what was done about it from the case. All times are UTC. ${sourcesOf(dossier, "story")}</p>
${phaseChart(moments)}
${table({
  caption: "Every moment of the incident and of the response",
  rows: moments,
  empty: "No moment is known.",
  anchor: momentAnchor,
  columns: [
    {
      head: "When",
      cell: ({ at, phase, side }) => html`${time(at)}<br><span class="pill ${side}">${phase}</span>`,
      kind: "time",
    },
    {
      head: "What",
      kind: "wide",
      cell: ({ text, technique }) =>
        html`${text}${technique === null ? NOTHING : html` <small>ATT&amp;CK ${technique}</small>`}`,
    },
    { head: "CloudTrail events", cell: ({ eventIds: ids }) => eventIds(ids) },
  ],
})}
${more(moments.length, all.length, "report-data.json")}`,
  };
};
