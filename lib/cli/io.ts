import { createInterface } from "node:readline/promises";
import { visible, visibleLines } from "../base/visible.ts";
import { COLUMNS, coloured, fit, type Line, plainRow } from "./lines.ts";

/** How a verb talks to the person or the program that called it. */
export interface Io {
  readonly json: boolean;
  readonly quiet: boolean;
  /** A person sits at a terminal and can be asked. */
  readonly interactive: boolean;
  /** The result: stdout, also in quiet mode. In JSON mode use `result`. */
  print(text: string): void;
  /** What happens on the way: stderr, not in quiet or JSON mode. */
  note(text: string): void;
  warn(text: string): void;
  /** Rows of a screen, coloured by meaning where that is wanted. */
  show(rows: readonly Line[]): void;
  /** Columns of the terminal. */
  readonly width: number;
  /** The line that a running job keeps changing; null takes it away. Whatever else is printed goes above it. */
  live(text: string | null): void;
  /** The one JSON value of a run in JSON mode. */
  result(value: unknown): void;
  ask(question: string): Promise<string>;
}

const CLEAR = "\r\u001b[2K";

/** Everything printed goes through `visibleLines`: log content must not reach the terminal as control sequences. */
export const createIo = (flags: { json: boolean; quiet: boolean }): Io => {
  const status = liveLine(process.stderr.isTTY === true && !flags.json && !flags.quiet);
  const toError = (text: string): void => status.above(() => process.stderr.write(`${visibleLines(text)}\n`));
  const toOutput = (text: string): void => status.above(() => process.stdout.write(text));
  return {
    json: flags.json,
    quiet: flags.quiet,
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true && !flags.json,
    width: Math.max(40, process.stdout.columns || COLUMNS),
    live: status.set,
    print: (text) => {
      if (!flags.json) toOutput(`${visibleLines(text)}\n`);
    },
    show: (rows) => {
      if (!flags.json) toOutput(rows.map((row) => `${colouredRow(row)}\n`).join(""));
    },
    note: (text) => {
      if (!flags.json && !flags.quiet) toError(text);
    },
    warn: toError,
    result: (value) => {
      if (flags.json) toOutput(`${JSON.stringify(value, null, 2)}\n`);
    },
    ask: (question) => {
      status.set(null);
      return ask(question);
    },
  };
};

const colouredRow = ({ label, text, tone }: Line): string => {
  const row = visible(plainRow({ label, text }));
  return coloured(tone, row, process.stdout);
};

/** One line at the foot of the terminal that is written again after whatever else is printed. */
const liveLine = (isOn: boolean) => {
  let shown: string | null = null;
  const set = (text: string | null): void => {
    if (!isOn) return;
    const line = text === null ? null : fit(visible(text), (process.stderr.columns || COLUMNS) - 1);
    process.stderr.write(line === null ? (shown === null ? "" : CLEAR) : `${CLEAR}${line}`);
    shown = line;
  };
  return {
    set,
    above: (write: () => void): void => {
      const before = shown;
      if (before !== null) process.stderr.write(CLEAR);
      write();
      if (before !== null) process.stderr.write(before);
    },
  };
};

const ask = async (question: string): Promise<string> => {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
};
