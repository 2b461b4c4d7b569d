import { createInterface } from "node:readline/promises";
import { visibleLines } from "../base/visible.ts";

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
  /** The one JSON value of a run in JSON mode. */
  result(value: unknown): void;
  ask(question: string): Promise<string>;
}

/** Everything printed goes through `visibleLines`: log content must not reach the terminal as control sequences. */
export const createIo = (flags: { json: boolean; quiet: boolean }): Io => ({
  json: flags.json,
  quiet: flags.quiet,
  interactive: process.stdin.isTTY === true && process.stdout.isTTY === true && !flags.json,
  print: (text) => {
    if (!flags.json) process.stdout.write(`${visibleLines(text)}\n`);
  },
  note: (text) => {
    if (!flags.json && !flags.quiet) process.stderr.write(`${visibleLines(text)}\n`);
  },
  warn: (text) => {
    process.stderr.write(`${visibleLines(text)}\n`);
  },
  result: (value) => {
    if (flags.json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  },
  ask,
});

const ask = async (question: string): Promise<string> => {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
};
