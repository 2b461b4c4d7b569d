import { steps, strong, table, time } from "../blocks.ts";
import { type Deadline, deadlinesOf } from "../deadlines.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Section } from "../model.ts";
import type { Summary } from "../summary.ts";

const MOST_DATES = 8;

/** What people have to do, and by when; every candidate clock stands in an appendix. */
export const next = (dossier: CaseDossier, { next: all }: Summary): Section => {
  const dates = deadlinesOf(dossier);
  const rows = [...dates.filter(({ passed }) => passed).slice(-2), ...dates.filter(({ passed }) => !passed)];
  return {
    id: "next",
    title: "What must be done next, and by when",
    blocks: [
      steps(all, "No open question is on record."),
      table<Deadline>({
        caption: "Dates, soonest first; those of notification duties are computed candidates, not legal advice",
        look: "slim",
        rows: rows.slice(0, MOST_DATES),
        empty: "Nothing has a date.",
        columns: [
          { head: "By (UTC)", cell: ({ at, passed }) => [time(at), passed ? [" ", strong("passed")] : ""] },
          { head: "What", cell: ({ what }) => what },
          { head: "Who", cell: ({ whose }) => whose },
        ],
      }),
    ],
  };
};
