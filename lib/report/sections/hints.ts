import { count, counted } from "../../base/figures.ts";
import type { SensitivityHints } from "../../case/opinion.ts";
import type { CaseDossier } from "../dossier.ts";
import { code, more, objectName, table, time } from "../elements.ts";
import { type Html, html, NOTHING, type Part } from "../html.ts";
import { sourcesOf } from "../sources.ts";

const MOST_TO_ROTATE = 100;
const MOST_NAMES = 15;

/** What names and tags say of the data, and which credentials among the loot must be replaced. */
export const hints = (dossier: CaseDossier): Html => {
  const told = dossier.hints ?? null;
  if (told === null)
    return html`<h3>What the names say</h3><p class="none">The names of the objects were not looked at.</p>`;
  return html`${rotation(told)}
${secretsTold(told)}
<h3>What the names say ${sourcesOf(dossier, "objects")}</h3>
<p>${counted(told.hinted, "object")} of ${count(told.objects)} have a name or a tag that says something. ${told.note}</p>
${table<SensitivityHints["rules"][number]>({
  caption: "Hints by rule, gravest first",
  rows: told.rules.filter(({ objects }) => objects > 0),
  empty: "No name says anything.",
  columns: [
    { head: "Rule", cell: ({ id, kind }) => html`${code(id)} <small>${kind}</small>` },
    { head: "Objects", kind: "number", cell: ({ objects }) => count(objects) },
    { head: "Of them certain", kind: "number", cell: ({ certain }) => count(certain) },
    { head: "Means", kind: "wide", cell: ({ means }) => means },
  ],
})}
${table<SensitivityHints["list"][number]>({
  caption: "Objects whose names or tags say something, gravest rule first",
  rows: told.list.slice(0, MOST_NAMES),
  empty: "No object is listed.",
  columns: [
    { head: "Object", kind: "wide", cell: ({ bucket, key, tags }) => [objectName(bucket, key), tagsCell(tags)] },
    { head: "Certainty", cell: ({ certainty }) => certainty },
    { head: "Rules", cell: ({ rules }) => rules.map((rule) => html`${code(rule)} `) },
  ],
})}
${more(Math.min(told.list.length, MOST_NAMES), told.hinted, told.hinted > told.list.length ? "objects.jsonl (by the rules above)" : "sensitivity-hints.json")}`;
};

const tagsCell = (tags: Readonly<Record<string, string>> | undefined): Part => {
  const all = Object.entries(tags ?? {});
  return all.length === 0
    ? NOTHING
    : html` <small>tags: ${all.map(([name, value]) => html`${code(`${name}=${value}`)} `)}</small>`;
};

/** A secret that was read is known, whatever its name. */
const secretsTold = ({ secrets }: SensitivityHints): Html =>
  secrets === undefined || secrets.length === 0
    ? html``
    : html`<p>${counted(secrets.length, "secret, parameter or password", "secrets, parameters and passwords")} ${secrets.length === 1 ? "was" : "were"} read by the actor: replace each.</p>
${table<NonNullable<SensitivityHints["secrets"]>[number]>({
  caption: "Secrets that the actor read",
  rows: secrets.slice(0, MOST_TO_ROTATE),
  empty: "",
  columns: [
    { head: "Secret", kind: "wide", cell: ({ kind, name }) => html`${code(name)} <small>${kind}</small>` },
    { head: "First read", kind: "time", cell: ({ firstAt }) => time(firstAt) },
    { head: "Calls", kind: "number", cell: ({ calls }) => count(calls) },
  ],
})}${more(Math.min(secrets.length, MOST_TO_ROTATE), secrets.length, "sensitivity-hints.json")}`;

const rotation = ({ rotation: rows }: SensitivityHints): Html => html`<h3>Credentials to replace</h3>
<p>${rows.length === 0 ? "No object that is certainly or likely gone is named like a credential. One may hold a secret all the same." : `${counted(rows.length, "object")} that ${rows.length === 1 ? "is" : "are"} certainly or likely gone ${rows.length === 1 ? "is" : "are"} named like a credential. Treat each as known to the thief.`}</p>
${
  rows.length === 0
    ? NOTHING
    : html`${table<SensitivityHints["rotation"][number]>({
        caption: "Rotation list",
        rows: rows.slice(0, MOST_TO_ROTATE),
        empty: "",
        columns: [
          { head: "Object", kind: "wide", cell: ({ bucket, key }) => objectName(bucket, key) },
          { head: "Certainty", cell: ({ certainty }) => certainty },
          { head: "What to do", kind: "wide", cell: ({ rule, means }) => html`${means} <small>${code(rule)}</small>` },
        ],
      })}${more(Math.min(rows.length, MOST_TO_ROTATE), rows.length, "sensitivity-hints.json")}`
}`;
