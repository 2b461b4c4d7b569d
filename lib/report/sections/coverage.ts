import { count } from "../../base/figures.ts";
import { hourSentences } from "../../core/logs/bucketHours.ts";
import { code, facts, heading, list, pill, say, strong, table, text, time, UNKNOWN } from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import { DATA_EVENTS } from "../gaps.ts";
import type { Block, Section } from "../model.ts";
import { sourcesOf } from "../sources.ts";
import type { Summary } from "../summary.ts";

/** Holes named per bucket; all of them are in coverage-summary.json. */
const NAMED_HOLES = 10;

export const coverage = (dossier: CaseDossier): Section => {
  const { coverage: logs } = dossier.view;
  return {
    id: "completeness",
    title: "Completeness",
    blocks: [
      text(
        say`What the figures rest on. A read that CloudTrail did not record cannot be counted. ${sourcesOf(dossier, "coverage")}`,
      ),
      facts([
        ["Watermark", logs.watermark === null ? say`${UNKNOWN} (no log was read)` : time(logs.watermark)],
        ["Log files read", count(logs.filesRead)],
        ["Log files set aside", count(logs.filesSetAside)],
      ]),
      list(logs.input?.says ?? [], "How each file ended was not counted."),
      bucketTable(logs.buckets),
      list(
        logs.buckets.flatMap(({ name, hours }) => (hours === undefined ? [] : hourSentences(name, hours, NAMED_HOLES))),
        "No hour of the window is uncertain, or hours were not counted.",
      ),
      heading("Log files against CloudTrail's digests"),
      list(
        logs.integrity === undefined ? [] : [logs.integrity.says, ...logs.integrity.notes],
        "Not known: this was not checked.",
      ),
      heading("Holes in the logs"),
      list(logs.holes, logs.watermark === null ? "Not known: no log was read." : "No hole was found."),
      setAsideTable(logs),
    ],
  };
};

type Logs = CaseDossier["view"]["coverage"];

const DATA_TONES = { covered: "good", absent: "bad", partly: "warn", unknown: "warn" } as const;

const bucketTable = (buckets: Logs["buckets"]): Block =>
  table({
    caption: "S3 data events per bucket",
    rows: buckets,
    empty: "For no bucket is it known whether S3 data events were recorded.",
    columns: [
      { head: "Bucket", cell: ({ name }) => code(name) },
      { head: "Data events", cell: ({ dataEvents }) => pill(dataEvents, DATA_TONES[dataEvents]) },
      {
        head: "Certain hours",
        cell: ({ hours }) => (hours === undefined ? UNKNOWN : `${count(hours.certain)} of ${count(hours.hours)}`),
      },
      { head: "What that means", kind: "wide", cell: ({ dataEvents }) => DATA_EVENTS[dataEvents] },
    ],
  });

const setAsideTable = ({ setAside, filesSetAside }: Logs): Block =>
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
  blocks: [
    list(
      gaps.map(({ what, reason }) => say`${strong(`${what}:`)} ${reason}`),
      "No gap is on record.",
    ),
  ],
});
