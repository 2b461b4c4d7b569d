import type { CaseDossier } from "../dossier.ts";
import { code, more, type Section, table } from "../elements.ts";
import { type Html, html, NOTHING } from "../html.ts";
import { sourcesOf } from "../sources.ts";

const MOST_ROWS = 25;

export const detections = (dossier: CaseDossier): Section => ({
  id: "detections",
  title: "Detections",
  body: html`<p>Rules run over the case's events ${sourcesOf(dossier, "detections")}. A rule that found nothing is not listed.</p>
${dossier.detections.length === 0 ? html`<p class="none">No detection is on record.</p>` : dossier.detections.map(detection)}`,
});

const detection = ({ id, title, technique, severity, rows }: CaseDossier["detections"][number]): Html => {
  const names = Object.keys(rows[0] ?? {});
  return html`<h3>${title}</h3>
<p>${code(id)}${technique === null ? NOTHING : html` · ATT&amp;CK ${technique}`} · severity ${severity}</p>
${table({
  caption: `Rows of ${id}`,
  rows: rows.slice(0, MOST_ROWS),
  empty: "No row is on record.",
  columns: names.map((name) => ({
    head: name,
    cell: (row: (typeof rows)[number]) => (row[name] === null || row[name] === undefined ? "–" : String(row[name])),
  })),
})}
${more(Math.min(rows.length, MOST_ROWS), rows.length, "detections.json")}`;
};
