import { counted } from "../../base/figures.ts";
import { brokenLink } from "../../case/auditTrail.ts";
import { toldOf } from "../../case/events.ts";
import { code, more, table, text, time } from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Section } from "../model.ts";

/** A watch writes a line at every look. */
const MOST_LINES = 400;

export const audit = ({ events }: CaseDossier): Section => {
  const shown = events.slice(0, MOST_LINES);
  return {
    id: "audit",
    title: "Audit trail of the case",
    blocks: [
      text(chained(events)),
      table({
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
      }),
      ...more(shown.length, events.length, "timeline.jsonl"),
    ],
  };
};

const chained = (events: CaseDossier["events"]): string => {
  if (events.length === 0) return "The case has no audit trail.";
  const broken = brokenLink(events);
  return broken === null
    ? `${counted(events.length, "line")}; each commits to the one before it, and the chain is unbroken.`
    : `The chain of lines breaks at line ${broken}: do not rely on what follows it.`;
};
