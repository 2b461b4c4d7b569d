import data from "./controls.json" with { type: "json" };

export interface Control {
  readonly framework: string;
  readonly control: string;
  readonly title: string;
  /** What an auditor asks to see. */
  readonly asks: string;
  /** Files below `data/`; `folder/*` stands for all of a folder. */
  readonly files: readonly string[];
  readonly note?: string;
}

export const CONTROLS: readonly Control[] = data.controls;

/** A control as a bundle answers it: the named files that it holds, and those that it does not. */
export interface ControlAnswer extends Omit<Control, "files"> {
  readonly present: readonly string[];
  readonly absent: readonly string[];
}

/** The control map of one bundle, for its `controls.json`. `names` are paths below `data/`. Says where to look, not that a control is met. */
export const controlMap = (
  names: Iterable<string>,
): { readonly reviewedOn: string; readonly note: string; readonly controls: readonly ControlAnswer[] } => {
  const all = [...names];
  const has = (file: string): boolean =>
    file.endsWith("/*") ? all.some((name) => name.startsWith(file.slice(0, -1))) : all.includes(file);
  const answer = ({ files, ...control }: Control): ControlAnswer => ({
    ...control,
    present: files.filter(has),
    absent: files.filter((file) => !has(file)),
  });
  return { reviewedOn: data.reviewedOn, note: data.note, controls: CONTROLS.map(answer) };
};
