import { code, say, small, strong, table, text, timeOrUnknown } from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Section } from "../model.ts";

export const clocks = ({ clocks: rows }: CaseDossier): Section => ({
  id: "clocks",
  title: "Candidate notification clocks",
  blocks: [
    text(
      say`${strong("Computed candidates, not legal advice.")} Which of these duties apply, and when their clocks began, is for counsel to say. A clock without a start has no date here.`,
    ),
    table({
      caption: "Candidate notification clocks",
      rows: rows.toSorted((a, b) => ((a.dueAt ?? "9") < (b.dueAt ?? "9") ? -1 : 1)),
      empty: "No candidate clock was computed.",
      columns: [
        { head: "Regime", cell: ({ regime, id }) => say`${regime} ${small(code(id))}` },
        { head: "Would start", cell: ({ startsAt }) => timeOrUnknown(startsAt), kind: "time" },
        {
          head: "Would be due",
          cell: ({ dueAt, startsAt }) => (dueAt === null && startsAt !== null ? "no fixed time" : timeOrUnknown(dueAt)),
          kind: "time",
        },
        { head: "Basis", kind: "wide", cell: ({ basis }) => basis },
      ],
    }),
  ],
});
