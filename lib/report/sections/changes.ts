import { inWords, meaningOf } from "../../core/meaning/meaning.ts";
import { callOfChange } from "../../core/theft/changeCalls.ts";
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
  rows: changesTold(dossier),
  empty:
    dossier.discovered === null
      ? "Not known: the logs were not searched for changes."
      : "No configuration change by the actor was found in the logs read.",
  columns: [
    {
      head: "When",
      cell: ({ eventTime, phase }) => html`${time(eventTime)}<br><span class="pill attack">${phase}</span>`,
      kind: "time",
    },
    { head: "What", kind: "wide", cell: ({ text }) => text },
    {
      head: "Call",
      kind: "name",
      cell: ({ eventName, eventSource }) => html`${code(eventName)} <small>${eventSource}</small>`,
    },
    { head: "Request", kind: "wide", cell: ({ request }) => code(JSON.stringify(request)) },
    { head: "Event", kind: "name", cell: ({ eventId }) => code(eventId) },
  ],
})}`,
});

/** Every change with its effect and target in words, what belongs to an attack before what does not. */
export const changesTold = ({ discovered, head }: Pick<CaseDossier, "discovered" | "head">) => {
  const told = (discovered?.changes ?? []).map((change) => {
    const { phase, target, accounts = [], ...meaning } = meaningOf(callOfChange(change, head.accountId));
    const text = inWords(meaning, target === null ? [] : [target]);
    return { ...change, phase, accounts, text: text.charAt(0).toUpperCase() + text.slice(1) };
  });
  return [...told.filter(({ phase }) => phase !== "ordinary"), ...told.filter(({ phase }) => phase === "ordinary")];
};
