import { code, codes, say, small, table, text } from "../blocks.ts";
import { CONTROLS, type Control } from "../controls.ts";
import type { Section } from "../model.ts";

export const controls = (): Section => ({
  id: "controls",
  title: "Control map",
  blocks: [
    text(
      say`Which file of the bundle (below ${code("data/")}) holds what an auditor asks for. That a file is named here does not mean that the control is met, nor that this revision of the bundle holds it.`,
    ),
    table<Control>({
      caption: "Controls and the files that answer them",
      rows: CONTROLS,
      empty: "",
      columns: [
        { head: "Control", cell: ({ control, framework }) => say`${control} ${small(framework)}` },
        {
          head: "Asks for",
          kind: "wide",
          cell: ({ title, asks, note }) =>
            say`${title}: ${asks}${note === undefined ? "" : say` ${small(`(${note})`)}`}`,
        },
        { head: "Files", cell: ({ files }) => codes(files, " ") },
      ],
    }),
  ],
});
