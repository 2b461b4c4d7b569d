import { CONTROLS, type Control } from "../controls.ts";
import { code, type Section, table } from "../elements.ts";
import { html } from "../html.ts";

export const controls = (): Section => ({
  id: "controls",
  title: "Control map",
  body: html`<p>Which file of the bundle (below ${code("data/")}) holds what an auditor asks for. That a file is named here does not mean that the control is met, nor that this revision of the bundle holds it.</p>
${table<Control>({
  caption: "Controls and the files that answer them",
  rows: CONTROLS,
  empty: "",
  columns: [
    { head: "Control", cell: ({ control, framework }) => html`${control} <small>${framework}</small>` },
    {
      head: "Asks for",
      kind: "wide",
      cell: ({ title, asks, note }) =>
        html`${title}: ${asks}${note === undefined ? "" : html` <small>(${note})</small>`}`,
    },
    { head: "Files", cell: ({ files }) => files.map((file) => html`${code(file)} `) },
  ],
})}`,
});
