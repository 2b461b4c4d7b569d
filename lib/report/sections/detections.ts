import type { CaseDossier } from "../dossier.ts";
import { code, more, type Section, table } from "../elements.ts";
import { count, counted } from "../figures.ts";
import { type Html, html, NOTHING } from "../html.ts";

type Result = CaseDossier["detections"][number];

const MOST_ROWS = 25;

/** What the rules found; which ones were quiet, so that silence can be told from not having looked. */
export const detections = ({ detections: all }: CaseDossier): Section => {
  const [found, failed] = [all.filter(({ rows }) => rows.length > 0), all.filter(({ error }) => error != null)];
  const quiet = all.filter(({ rows, error }) => rows.length === 0 && error == null);
  return {
    id: "detections",
    title: "Detections",
    body: html`<p>${all.length === 0 ? "No detection was run." : `${counted(all.length, "detection")} on record: ${count(found.length)} with something to show, ${count(quiet.length)} quiet, ${count(failed.length)} that could not be run.`} Text, parameters and result digest of each stand in ${code("detections.json")}.</p>
${found.map(detection)}
${
  failed.length === 0
    ? NOTHING
    : html`<h3>Could not be run</h3>${table<Result>({
        caption: "Detections that could not be run",
        rows: failed,
        empty: "",
        columns: [
          { head: "Detection", cell: ({ id }) => code(id) },
          { head: "Reason", kind: "wide", cell: ({ error }) => error ?? "" },
        ],
      })}`
}
${quiet.length === 0 ? NOTHING : html`<h3>Quiet</h3><p>${quiet.map(({ id }) => html`${code(id)} `)}</p>`}`,
  };
};

const detection = ({ id, title, technique, severity, rows, fired, attempts, rowsTotal }: Result): Html => {
  const names = Object.keys(rows[0] ?? {});
  return html`<h3>${title}</h3>
<p>${code(id)}${technique === null ? NOTHING : html` · ATT&amp;CK ${technique}`} · severity ${severity}${fired === undefined ? NOTHING : html` · ${counted(fired, "hit")}`}${attempts === undefined || attempts === 0 ? NOTHING : html`, ${counted(attempts, "refused attempt")}`}</p>
${table({
  caption: `Rows of ${id}`,
  rows: rows.slice(0, MOST_ROWS),
  empty: "No row is on record.",
  columns: names.map((name) => ({
    head: name,
    cell: (row: (typeof rows)[number]) => (row[name] === null || row[name] === undefined ? "–" : String(row[name])),
  })),
})}
${more(Math.min(rows.length, MOST_ROWS), rowsTotal ?? rows.length, "detections.json")}`;
};
