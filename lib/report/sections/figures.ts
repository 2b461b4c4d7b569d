import { code, say, table, text, UNKNOWN } from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import { type FigureSource, figureSourcesOf } from "../figureSources.ts";
import type { Section } from "../model.ts";
import { sourcesOf } from "../sources.ts";

export const figures = (dossier: CaseDossier): Section => ({
  id: "figures",
  title: "Where the figures come from",
  blocks: [
    text(
      say`Each can be counted again out of the bundle by the command beside it, run in the bundle's folder. The events of an object stand in ${code("objects.jsonl")} (the first three, ${code("eventIds")}), those of a refusal, a change or a detection with their rows; the query's text, put to the same logs, gives all of them.`,
    ),
    table<FigureSource>({
      caption: "Figures of this report, their queries, and how to count them again",
      rows: figureSourcesOf(dossier),
      empty: "",
      columns: [
        { head: "Figure", kind: "name", cell: ({ figure }) => figure },
        { head: "Value", kind: "number", cell: ({ value }) => value ?? UNKNOWN },
        { head: "Queries", cell: ({ topic }) => (topic === null ? "–" : sourcesOf(dossier, topic)) },
        { head: "Document", kind: "name", cell: ({ document }) => code(document) },
        { head: "Count it again", kind: "wide", cell: ({ recount, value }) => (value === null ? "–" : code(recount)) },
      ],
    }),
  ],
});
