import { brokenLink } from "../../core/caseEvents.ts";
import type { CaseDossier } from "../dossier.ts";
import { code, type Section, table, time } from "../elements.ts";
import { count } from "../figures.ts";
import { html } from "../html.ts";

export const audit = ({ events }: CaseDossier): Section => {
  const broken = brokenLink(events);
  return {
    id: "audit",
    title: "Audit trail of the case",
    body: html`<p>${events.length === 0 ? "The case has no audit trail." : broken === null ? `${count(events.length)} lines; each commits to the one before it, and the chain is unbroken.` : `The chain of lines breaks at line ${broken}: do not rely on what follows it.`}</p>
${table({
  caption: "Audit trail",
  rows: events,
  empty: "No line is on record.",
  columns: [
    { head: "Line", cell: ({ seq }) => seq, kind: "number" },
    { head: "When", cell: ({ at }) => time(at), kind: "time" },
    { head: "What", cell: ({ type }) => code(type) },
    { head: "By", cell: ({ actor }) => actor },
    { head: "Data", kind: "wide", cell: ({ data }) => code(JSON.stringify(data)) },
    { head: "SHA-256 of the line", kind: "wide", cell: ({ digest }) => code(digest) },
  ],
})}`,
  };
};
