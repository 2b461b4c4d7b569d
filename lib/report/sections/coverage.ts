import { count } from "../../base/figures.ts";
import { hourSentences } from "../../core/logs/bucketHours.ts";
import type { CaseDossier } from "../dossier.ts";
import { code, facts, list, type Section, table, time, UNKNOWN } from "../elements.ts";
import { DATA_EVENTS } from "../gaps.ts";
import { type Html, html } from "../html.ts";
import { sourcesOf } from "../sources.ts";
import type { Summary } from "../summary.ts";

/** Holes named per bucket; all of them are in coverage-summary.json. */
const NAMED_HOLES = 10;

export const coverage = (dossier: CaseDossier): Section => {
  const { coverage: logs } = dossier.view;
  return {
    id: "completeness",
    title: "Completeness",
    body: html`<p>What the figures rest on. A read that CloudTrail did not record cannot be counted. ${sourcesOf(dossier, "coverage")}</p>
${facts([
  ["Watermark (newest event read)", logs.watermark === null ? null : time(logs.watermark)],
  ["Log files read", count(logs.filesRead)],
  ["Log files set aside", count(logs.filesSetAside)],
])}
${list(logs.input?.says ?? [], "How each file ended was not counted.")}
${bucketTable(logs.buckets)}
${list(
  logs.buckets.flatMap(({ name, hours }) => (hours === undefined ? [] : hourSentences(name, hours, NAMED_HOLES))),
  "No hour of the window is uncertain, or hours were not counted.",
)}
<h3>Log files against CloudTrail's digests</h3>
${list(
  logs.integrity === undefined ? [] : [logs.integrity.says, ...logs.integrity.notes],
  "Not known: this was not checked.",
)}
<h3>Holes in the logs</h3>
${list(logs.holes, logs.watermark === null ? "Not known: no log was read." : "No hole was found.")}
${setAsideTable(logs)}`,
  };
};

type Logs = CaseDossier["view"]["coverage"];

const bucketTable = (buckets: Logs["buckets"]): Html =>
  table({
    caption: "S3 data events per bucket",
    rows: buckets,
    empty: "For no bucket is it known whether S3 data events were recorded.",
    columns: [
      { head: "Bucket", cell: ({ name }) => code(name) },
      {
        head: "Data events",
        cell: ({ dataEvents }) =>
          html`<span class="pill ${dataEvents === "covered" ? "good" : dataEvents === "absent" ? "bad" : "warn"}">${dataEvents}</span>`,
      },
      {
        head: "Certain hours",
        cell: ({ hours }) => (hours === undefined ? UNKNOWN : `${count(hours.certain)} of ${count(hours.hours)}`),
      },
      { head: "What that means", kind: "wide", cell: ({ dataEvents }) => DATA_EVENTS[dataEvents] },
    ],
  });

const setAsideTable = ({ setAside, filesSetAside }: Logs): Html =>
  table({
    caption: "Files set aside",
    rows: setAside,
    empty: filesSetAside === 0 ? "No file was set aside." : "Their names are not in this report.",
    columns: [
      { head: "File", kind: "wide", cell: ({ file }) => code(file) },
      { head: "Reason", cell: ({ reason }) => reason },
    ],
  });

export const notKnown = (_dossier: CaseDossier, { gaps }: Summary): Section => ({
  id: "not-known",
  title: "Not known",
  body: list(
    gaps.map(({ what, reason }) => html`<strong>${what}:</strong> ${reason}`),
    "No gap is on record.",
  ),
});
