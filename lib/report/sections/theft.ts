import { bytes, count } from "../../base/figures.ts";
import type { PrefixOfTheft, StolenObject } from "../../case/reportData.ts";
import { histogram } from "../charts/histogram.ts";
import { treemap } from "../charts/treemap.ts";
import type { CaseDossier } from "../dossier.ts";
import { code, eventIds, more, objectName, orUnknown, type Section, table, time, UNKNOWN } from "../elements.ts";
import { type Html, html, NOTHING, type Part } from "../html.ts";
import { prefixesOf, prefixOf, REST } from "../prefixes.ts";
import { sensitivityOf } from "../sensitivity.ts";
import { sourcesOf } from "../sources.ts";

const MOST_OBJECTS = 25;

export const theft = (dossier: CaseDossier): Section => ({
  id: "theft",
  title: "What was taken",
  body: html`<h3>Hour by hour ${sourcesOf(dossier, "hours")}</h3>
${dossier.hours.length === 0 ? html`<p class="none">No hour of theft is known.</p>` : html`${histogram(dossier.hours)}${byHour(dossier)}`}
${byPrefix(dossier)}
${largest(dossier)}
<h3>Refused attempts ${sourcesOf(dossier, "denied")}</h3>
<p>Calls of the actor that failed. They took nothing, and they show what was tried.</p>
${table({
  caption: "Calls of the actor that failed",
  rows: dossier.denied,
  empty: "No failed call of the actor is known.",
  columns: [
    { head: "Call", cell: ({ eventName }) => code(eventName) },
    { head: "Error", cell: ({ errorCode }) => code(errorCode) },
    { head: "Calls", cell: ({ calls }) => count(calls), kind: "number" },
    { head: "First", cell: ({ firstAt }) => time(firstAt), kind: "time" },
    { head: "Last", cell: ({ lastAt }) => time(lastAt), kind: "time" },
    { head: "Events", kind: "name", cell: ({ eventIds: ids, calls }) => eventIds(ids ?? [], calls) },
  ],
})}`,
});

/** The same in figures, for those who cannot see the chart or must add it up. */
const byHour = ({ hours }: CaseDossier): Html =>
  table({
    caption: "Theft by hour (UTC); hours without theft are left out",
    rows: hours,
    empty: "",
    columns: [
      { head: "Hour", cell: ({ hour }) => time(hour), kind: "time" },
      { head: "Objects", cell: ({ objects }) => count(objects), kind: "number" },
      { head: "Calls", cell: ({ calls }) => count(calls), kind: "number" },
      { head: "Bytes", cell: ({ bytes: size }) => (size === null ? UNKNOWN : bytes(size)), kind: "number" },
    ],
  });

const byPrefix = (dossier: CaseDossier): Html => {
  const rows = dossier.prefixes ?? prefixesOf(dossier.objects);
  const partial = dossier.prefixes === undefined && dossier.objects.length < dossier.objectsTotal;
  return html`<h3>By bucket and prefix ${sourcesOf(dossier, "objects")}</h3>
${partial ? html`<p class="note">Added up over the ${count(dossier.objects.length)} largest of ${count(dossier.objectsTotal)} objects; the whole list is in ${code("objects.jsonl")}.</p>` : NOTHING}
${treemap(rows)}
${table({
  caption: "Stolen objects by bucket and prefix",
  rows,
  empty: "No stolen object is known.",
  columns: [
    { head: "Bucket", cell: ({ bucket }) => code(bucket) },
    {
      head: "Prefix",
      cell: ({ prefix }) => (prefix === "" ? "(root)" : prefix === REST ? "all other prefixes" : code(prefix)),
    },
    { head: "Objects", cell: ({ objects }) => count(objects), kind: "number" },
    { head: "Calls", cell: ({ calls }) => count(calls), kind: "number" },
    { head: "Bytes", cell: ({ bytes: size }) => (size === null ? UNKNOWN : bytes(size)), kind: "number" },
    { head: "Content, where looked at", kind: "name", cell: (row) => contentOf(row, dossier) },
    { head: "Names hint at", kind: "name", cell: ({ kinds }) => kindsCell(kinds) },
  ],
})}
<p class="note">Content is what classification found in objects below the prefix; it did not look at all of them unless ${html`<a href="#sensitivity">How sensitive it is</a>`} says so. Names are hints and no more.</p>`;
};

const contentOf = ({ bucket, prefix, objects }: PrefixOfTheft, dossier: CaseDossier): Part => {
  const { state, findings } = sensitivityOf(dossier);
  if (state === "not-known" || prefix === REST) return UNKNOWN;
  const inside = findings.filter((one) => one.bucket === bucket && prefixOf(one.key) === prefix);
  if (inside.length === 0) return state === "known" ? "nothing found" : "nothing found, not all looked at";
  const highest = SEVERITIES.find((severity) => inside.some((one) => one.severity === severity)) ?? "not rated";
  return `${highest}: ${count(inside.length)} of ${count(objects)}`;
};

const SEVERITIES = ["High", "Medium", "Low"] as const;

const kindsCell = (kinds: PrefixOfTheft["kinds"]): Part => {
  if (kinds === undefined) return UNKNOWN;
  const told = Object.entries(kinds).toSorted(([, a], [, b]) => b - a);
  return told.length === 0 ? "–" : told.map(([kind, objects]) => `${kind} (${count(objects)})`).join(", ");
};

const largest = (dossier: CaseDossier): Html => {
  const marks = new Map(sensitivityOf(dossier).findings.map((found) => [`${found.bucket}\n${found.key}`, found]));
  const rows = dossier.objects.slice(0, MOST_OBJECTS);
  return html`<h3>Largest objects ${sourcesOf(dossier, "objects")}</h3>
${table<StolenObject>({
  caption: "The largest stolen objects",
  rows,
  empty: "No stolen object is known.",
  columns: [
    {
      head: "Object",
      kind: "wide",
      cell: ({ bucket, key, versionId }) =>
        html`${objectName(bucket, key)}${versionId === null ? NOTHING : html` <small>version ${versionId}</small>`}`,
    },
    {
      head: "How",
      cell: ({ path, certainty, destination }) =>
        html`${path} <small>${certainty}</small>${destination == null ? NOTHING : html` to ${code(`${destination.bucket}/${destination.key}`)}`}`,
    },
    { head: "Bytes out", cell: ({ bytesOut }) => (bytesOut === null ? UNKNOWN : bytes(bytesOut)), kind: "number" },
    { head: "Whole", cell: ({ whole }) => (whole === null ? UNKNOWN : whole ? "whole" : "in part") },
    { head: "Calls", cell: ({ calls }) => count(calls), kind: "number" },
    {
      head: "First to last",
      cell: ({ firstAt, lastAt }) => html`${time(firstAt)}${firstAt === lastAt ? NOTHING : html` to ${time(lastAt)}`}`,
      kind: "time",
    },
    { head: "From", kind: "name", cell: ({ addresses }) => addresses.map((address) => html`${code(address)} `) },
    { head: "Events", kind: "name", cell: ({ eventIds: ids, calls }) => eventIds((ids ?? []).slice(0, 1), calls) },
    ...(rows.some(({ bucket, key }) => marks.has(`${bucket}\n${key}`))
      ? [
          {
            head: "Sensitivity",
            cell: ({ bucket, key }: StolenObject) => sensitivityCell(marks.get(`${bucket}\n${key}`)),
          },
        ]
      : []),
  ],
})}
${more(rows.length, dossier.objectsTotal, "objects.jsonl")}`;
};

const sensitivityCell = (
  found: { readonly severity: string; readonly categories: Readonly<Record<string, number>> } | undefined,
): Part =>
  found === undefined
    ? "–"
    : `${orUnknown(found.severity)}: ${Object.entries(found.categories)
        .map(([name, times]) => `${name} (${count(times)})`)
        .join(", ")}`;
