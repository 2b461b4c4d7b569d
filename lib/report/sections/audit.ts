import { count } from "../../base/figures.ts";
import { brokenLink } from "../../case/auditTrail.ts";
import { toldOf } from "../../case/events.ts";
import type { CaseDossier } from "../dossier.ts";
import { code, more, type Section, table, time } from "../elements.ts";
import { html } from "../html.ts";

/** A watch writes a line at every look. */
const MOST_LINES = 400;

export const audit = ({ events }: CaseDossier): Section => {
  const broken = brokenLink(events);
  const shown = events.slice(0, MOST_LINES);
  return {
    id: "audit",
    title: "Audit trail of the case",
    body: html`<p>${events.length === 0 ? "The case has no audit trail." : broken === null ? `${count(events.length)} lines; each commits to the one before it, and the chain is unbroken.` : `The chain of lines breaks at line ${broken}: do not rely on what follows it.`}</p>
${table({
  caption: "Audit trail",
  rows: shown,
  empty: "No line is on record.",
  columns: [
    { head: "Line", cell: ({ seq }) => seq, kind: "number" },
    { head: "When", cell: ({ at }) => time(at), kind: "time" },
    { head: "What", cell: (event) => toldOf(event).text },
    { head: "Type", kind: "name", cell: ({ type }) => code(type) },
    { head: "By", cell: ({ actor }) => actor },
    { head: "Data", kind: "wide", cell: ({ data }) => code(JSON.stringify(data)) },
    { head: "SHA-256 of the line", kind: "wide", cell: ({ digest }) => code(digest) },
  ],
})}
${more(shown.length, events.length, "timeline.jsonl")}`,
  };
};
