import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Text gathered before it goes to disk. */
const WRITE_CHARS = 2 * 1024 * 1024;
/** A file of lines is closed at this size and handed on to DuckDB. */
const LINES_CHARS = 24 * 1024 * 1024;
export interface LinesWriter {
  write(line: string): void;
  /** Files of lines that are complete since the last call; all of them when `end`. */
  finished(end: boolean): readonly string[];
}

/** `<linesDir>/<label>.<n>.jsonl`, one after another. */
export const createLines = (linesDir: string, label: string): LinesWriter => {
  let pending: string[] = [];
  let pendingChars = 0;
  let written = 0;
  let count = 0;
  let file: { readonly path: string; readonly handle: number } | null = null;
  let done: string[] = [];
  const flush = (): void => {
    if (pending.length === 0) return;
    if (file === null) {
      const path = join(linesDir, `${label}.${count++}.jsonl`);
      file = { path, handle: openSync(path, "w") };
    }
    writeSync(file.handle, pending.join(""));
    written += pendingChars;
    pending = [];
    pendingChars = 0;
  };
  const close = (): void => {
    if (file === null) return;
    closeSync(file.handle);
    done.push(file.path);
    file = null;
    written = 0;
  };
  return {
    write: (line) => {
      pending.push(line, "\n");
      pendingChars += line.length + 1;
      if (pendingChars > WRITE_CHARS) flush();
      if (written > LINES_CHARS) close();
    },
    finished: (end) => {
      flush();
      if (end) close();
      const paths = done;
      done = [];
      return paths;
    },
  };
};
