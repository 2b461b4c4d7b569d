import type { CaseDossier } from "../dossier.ts";
import { code, type Section, table, time } from "../elements.ts";
import { html } from "../html.ts";
import { sourcesOf } from "../sources.ts";

/** What the actor altered: as much of the damage as the theft itself, for it outlives the credential. */
export const changes = (dossier: CaseDossier): Section => ({
  id: "changes",
  title: "What the actor changed",
  body: html`<p>Successful configuration changes by the actor. ${sourcesOf(dossier, "changes")}</p>
${table({
  caption: "Configuration changes by the actor",
  rows: dossier.discovered?.changes ?? [],
  empty:
    dossier.discovered === null
      ? "Not known: the logs were not searched for changes."
      : "No configuration change by the actor was found in the logs read.",
  columns: [
    { head: "When", cell: ({ eventTime }) => time(eventTime), kind: "time" },
    {
      head: "Call",
      kind: "name",
      cell: ({ eventName, eventSource }) => html`${code(eventName)} <small>${eventSource}</small>`,
    },
    { head: "Bucket", cell: ({ bucket }) => (bucket === null ? "–" : code(bucket)) },
    { head: "Request", kind: "wide", cell: ({ request }) => code(JSON.stringify(request)) },
    { head: "Event", kind: "name", cell: ({ eventId }) => code(eventId) },
  ],
})}`,
});
