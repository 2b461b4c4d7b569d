import { eventIds, lead, minuteOf, more, pill, say, small, table, text, time, UNKNOWN } from "../blocks.ts";
import { momentAnchor } from "../charts/phases.ts";
import type { CaseDossier } from "../dossier.ts";
import { milestonesOf } from "../milestones.ts";
import type { Block, Inline, Section } from "../model.ts";
import { sourcesOf } from "../sources.ts";
import type { Summary } from "../summary.ts";
import { type Moment, momentsOf } from "../timeline.ts";

/** Of a story too long to read its beginning and its end. */
const FIRST = 250;
const LAST = 150;

export const shownMoments = (dossier: CaseDossier): readonly Moment[] => {
  const all = momentsOf(dossier);
  return all.length > FIRST + LAST ? [...all.slice(0, FIRST), ...all.slice(-LAST)] : all;
};

export const story = (dossier: CaseDossier): Section => {
  const all = momentsOf(dossier);
  const moments = shownMoments(dossier);
  return {
    id: "timeline",
    title: "Incident timeline",
    blocks: [
      text(
        say`What the actor did is read from CloudTrail, what was done about it from the case. All times are UTC. ${sourcesOf(dossier, "story")}`,
      ),
      table<Moment>({
        caption: "Every moment of the incident and of the response",
        look: "moments",
        rows: moments,
        empty: "No moment is known.",
        anchor: momentAnchor,
        columns: [
          { head: "When", cell: ({ at }) => minuteOf(at), kind: "time" },
          { head: "What", kind: "wide", cell: whatHappened },
          { head: "Phase", cell: ({ phase, side }) => pill(phase, side) },
          { head: "Events", kind: "name", cell: ({ eventIds: ids }) => eventIds(ids.slice(0, 1), ids.length) },
        ],
      }),
      ...more(moments.length, all.length, "report-data.json"),
    ],
  };
};

const whatHappened = ({ text: words, until, technique }: Moment): Inline => [
  words,
  until === undefined ? "" : say`, until ${minuteOf(until)}`,
  technique === null ? "" : [" ", small(`ATT&CK ${technique}`)],
];

/** In a few sentences, and the instants that a response is measured by. */
export const happened = (dossier: CaseDossier, { narrative }: Summary): Section => ({
  id: "happened",
  title: "What happened",
  blocks: [lead(narrative.join(" ")), milestones(dossier)],
});

const milestones = (dossier: CaseDossier): Block =>
  table({
    caption: "Milestones of the incident and of the response",
    look: "slim",
    rows: milestonesOf(dossier),
    empty: "",
    columns: [
      { head: "Milestone", cell: ({ label }) => label },
      {
        head: "When (UTC)",
        cell: ({ at, absent }) => (at === null ? (absent === "not known" ? UNKNOWN : absent) : time(at)),
      },
      { head: "After the theft began", cell: ({ since }) => since ?? "–" },
    ],
  });
