import { bytes, count } from "../../base/figures.ts";
import type { PrefixOfTheft, StolenObject } from "../../case/reportData.ts";
import {
  code,
  codes,
  eventIds,
  folded,
  heading,
  link,
  more,
  note,
  nothing,
  objectName,
  say,
  small,
  table,
  text,
  time,
  UNKNOWN,
  when,
} from "../blocks.ts";
import { hoursChart } from "../charts/histogram.ts";
import { prefixesChart } from "../charts/treemap.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Block, Inline, Section } from "../model.ts";
import { prefixesOf, prefixOf, REST } from "../prefixes.ts";
import { sensitivityOf } from "../sensitivity.ts";
import { sourcesOf } from "../sources.ts";
import type { Summary } from "../summary.ts";
import { taken } from "./taken.ts";

const MOST_OBJECTS = 25;

export const theft = (dossier: CaseDossier, summary: Summary): Section => ({
  id: "theft",
  title: "Data impact assessment",
  blocks: [
    ...taken(dossier, summary),
    heading(say`Hour by hour ${sourcesOf(dossier, "hours")}`),
    ...byHour(dossier),
    ...byPrefix(dossier),
    folded("Largest objects", largest(dossier)),
    folded("Refused attempts", refused(dossier)),
  ],
});

/** The same in figures, for those who cannot see the chart or must add it up. */
const byHour = ({ hours }: CaseDossier): readonly Block[] => {
  const chart = hoursChart(hours);
  if (chart === null) return [nothing("No hour of theft is known.")];
  return [
    chart,
    folded("The same in figures", [
      table({
        caption: "Theft by hour (UTC); hours without theft are left out",
        rows: hours,
        empty: "",
        columns: [
          { head: "Hour", cell: ({ hour }) => time(hour), kind: "time" },
          { head: "Objects", cell: ({ objects }) => objects, kind: "number" },
          { head: "Calls", cell: ({ calls }) => calls, kind: "number" },
          { head: "Bytes", cell: ({ bytes: size }) => (size === null ? UNKNOWN : bytes(size)), kind: "number" },
        ],
      }),
    ]),
  ];
};

const byPrefix = (dossier: CaseDossier): readonly Block[] => {
  const rows = dossier.prefixes ?? prefixesOf(dossier.objects);
  const partial = dossier.prefixes === undefined && dossier.objects.length < dossier.objectsTotal;
  const chart = prefixesChart(rows);
  return [
    heading(say`By bucket and prefix ${sourcesOf(dossier, "objects")}`),
    ...when(
      partial,
      note(
        say`Added up over the ${count(dossier.objects.length)} largest of ${count(dossier.objectsTotal)} objects; the whole list is in ${code("objects.jsonl")}.`,
      ),
    ),
    ...(chart === null ? [] : [chart]),
    folded("Every bucket and prefix", [
      prefixTable(rows, dossier),
      note(
        say`Content is what classification found in objects below the prefix; it did not look at all of them unless ${link("sensitivity", "How sensitive it is")} says so. Names are hints and no more.`,
      ),
    ]),
  ];
};

const prefixTable = (rows: readonly PrefixOfTheft[], dossier: CaseDossier): Block =>
  table({
    caption: "Stolen objects by bucket and prefix",
    rows,
    empty: "No stolen object is known.",
    columns: [
      { head: "Bucket", cell: ({ bucket }) => code(bucket) },
      {
        head: "Prefix",
        cell: ({ prefix }) => (prefix === "" ? "(root)" : prefix === REST ? "all other prefixes" : code(prefix)),
      },
      { head: "Objects", cell: ({ objects }) => objects, kind: "number" },
      { head: "Calls", cell: ({ calls }) => calls, kind: "number" },
      { head: "Bytes", cell: ({ bytes: size }) => (size === null ? UNKNOWN : bytes(size)), kind: "number" },
      { head: "Content, where looked at", kind: "name", cell: (row) => contentOf(row, dossier) },
      { head: "Names hint at", kind: "name", cell: ({ kinds }) => kindsCell(kinds) },
    ],
  });

const contentOf = ({ bucket, prefix, objects }: PrefixOfTheft, dossier: CaseDossier): Inline => {
  const { state, findings } = sensitivityOf(dossier);
  if (state === "not-known" || prefix === REST) return UNKNOWN;
  const inside = findings.filter((one) => one.bucket === bucket && prefixOf(one.key) === prefix);
  if (inside.length === 0) return state === "known" ? "nothing found" : "nothing found, not all looked at";
  const highest = SEVERITIES.find((severity) => inside.some((one) => one.severity === severity)) ?? "not rated";
  return `${highest}: ${count(inside.length)} of ${count(objects)}`;
};

const SEVERITIES = ["High", "Medium", "Low"] as const;

const kindsCell = (kinds: PrefixOfTheft["kinds"]): Inline => {
  if (kinds === undefined) return UNKNOWN;
  const told = Object.entries(kinds).toSorted(([, a], [, b]) => b - a);
  return told.length === 0 ? "–" : told.map(([kind, objects]) => `${kind} (${count(objects)})`).join(", ");
};

const largest = (dossier: CaseDossier): readonly Block[] => {
  const marks = new Map(sensitivityOf(dossier).findings.map((found) => [`${found.bucket}\n${found.key}`, found]));
  const rows = dossier.objects.slice(0, MOST_OBJECTS);
  const isMarked = rows.some(({ bucket, key }) => marks.has(`${bucket}\n${key}`));
  return [
    table<StolenObject>({
      caption: "The largest stolen objects",
      rows,
      empty: "No stolen object is known.",
      columns: [
        { head: "Object", kind: "wide", cell: objectCell },
        { head: "How", cell: howCell },
        { head: "Bytes out", cell: ({ bytesOut }) => (bytesOut === null ? UNKNOWN : bytes(bytesOut)), kind: "number" },
        { head: "Whole", cell: ({ whole }) => (whole === null ? UNKNOWN : whole ? "whole" : "in part") },
        { head: "Calls", cell: ({ calls }) => calls, kind: "number" },
        {
          head: "First to last",
          cell: ({ firstAt, lastAt }) => [time(firstAt), firstAt === lastAt ? "" : [" to ", time(lastAt)]],
          kind: "time",
        },
        { head: "From", kind: "name", cell: ({ addresses }) => codes(addresses, " ") },
        { head: "Events", kind: "name", cell: ({ eventIds: ids, calls }) => eventIds((ids ?? []).slice(0, 1), calls) },
        ...(isMarked
          ? [{ head: "Sensitivity", cell: (one: StolenObject) => marked(marks.get(`${one.bucket}\n${one.key}`)) }]
          : []),
      ],
    }),
    ...more(rows.length, dossier.objectsTotal, "objects.jsonl"),
  ];
};

const objectCell = ({ bucket, key, versionId }: StolenObject): Inline => [
  objectName(bucket, key),
  versionId === null ? "" : [" ", small(`version ${versionId}`)],
];

const howCell = ({ path, certainty, destination }: StolenObject): Inline => [
  say`${path} ${small(certainty)}`,
  destination == null ? "" : say` to ${code(`${destination.bucket}/${destination.key}`)}`,
];

type Found = ReturnType<typeof sensitivityOf>["findings"][number];

const marked = (found: Found | undefined): Inline =>
  found === undefined
    ? "–"
    : `${found.severity ?? "not known"}: ${Object.entries(found.categories)
        .map(([name, times]) => `${name} (${count(times)})`)
        .join(", ")}`;

const refused = (dossier: CaseDossier): readonly Block[] => [
  text(
    say`Calls of the actor that failed. They took nothing, and they show what was tried. ${sourcesOf(dossier, "denied")}`,
  ),
  table({
    caption: "Calls of the actor that failed",
    rows: dossier.denied,
    empty: "No failed call of the actor is known.",
    columns: [
      { head: "Call", cell: ({ eventName }) => code(eventName) },
      { head: "Error", cell: ({ errorCode }) => code(errorCode) },
      { head: "Calls", cell: ({ calls }) => calls, kind: "number" },
      { head: "First", cell: ({ firstAt }) => time(firstAt), kind: "time" },
      { head: "Last", cell: ({ lastAt }) => time(lastAt), kind: "time" },
      { head: "Events", kind: "name", cell: ({ eventIds: ids, calls }) => eventIds(ids ?? [], calls) },
    ],
  }),
];
