import { styleText } from "node:util";
import { visible } from "../base/visible.ts";
import type { Tone } from "../case/caseState.ts";

/** What a line is about, in words, and how grave that is: colour is never the only sign. */
export interface Line {
  readonly label: string;
  readonly text: string;
  readonly tone?: Tone;
}

/** Labels stand in a column of their own. */
export const INDENT = 10;
/** A terminal whose width nobody knows. */
export const COLUMNS = 80;

const FORMATS = { plain: "reset", busy: "cyan", ask: "yellow", good: "green", bad: "red" } as const;

/** Coloured where the stream is a terminal, and as NO_COLOR and FORCE_COLOR ask. */
export const coloured = (tone: Tone | undefined, text: string, stream: NodeJS.WriteStream): string =>
  tone === undefined || tone === "plain" ? text : styleText(["bold", FORMATS[tone]], text, { stream });

/** East Asian wide and full-width characters, and emoji, take two columns (UAX #11). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

export const widthOf = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (/\p{M}/u.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1), 0);

/** Cut to a width, with an ellipsis that says so. */
export const fit = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text;
  let cut = "";
  for (const letter of text) {
    if (widthOf(cut + letter) > width - 1) break;
    cut += letter;
  }
  return `${cut}…`;
};

/** Broken between words where that is possible. */
export const wrapped = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) line = longer;
    else {
      if (line !== "") lines.push(line);
      line = word;
    }
    while (widthOf(line) > width) {
      const head = fit(line, width + 1).slice(0, -1);
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return [...lines, line];
};

/** A line as rows of the screen: its label once, its text beside it, at most `most` rows of it. */
export const rowsOf = ({ label, text, tone }: Line, width: number, most: number): readonly Line[] => {
  const rows = wrapped(visible(text), width - INDENT);
  const shown = rows.slice(0, most);
  if (rows.length > most) shown[most - 1] = fit(`${shown[most - 1]} …`, width - INDENT);
  return shown.map((row, index) => ({
    label: index === 0 ? label : "",
    text: row,
    ...(tone === undefined ? {} : { tone }),
  }));
};

export const plainRow = ({ label, text }: Line): string => `${label.padEnd(INDENT)}${text}`.trimEnd();
