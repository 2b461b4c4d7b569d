import type { Boundary } from "../embedded/running.ts";
import type { Io } from "./io.ts";

const WIDTH = 30;

/** One line per finished state on stderr; on a terminal the running state stands in a line of its own, long jobs with a bar. */
export const progressOf = (io: Io): ((boundary: Boundary) => void) => {
  let last = "";
  return ({ machine, state, phase, output }) => {
    if (state === "") return;
    const name = `${machine}/${state}`;
    const share = progressIn(output);
    if (phase === "before") io.live(`  … ${name}`);
    if (phase === "after") io.live(share === null ? null : `  ${bar(share)} ${name}`);
    // A long job is looked at again and again; one line says that.
    if (phase === "after" && share === null && last !== name) io.note(`  ${name}`);
    if (phase === "after") last = name;
    if (phase === "parked") {
      io.live(null);
      io.note(`  ${name}: waiting for a decision`);
    }
  };
};

/** Steps that look at a long job return `progress`, 0 to 1, while it runs. */
const progressIn = (output: unknown): number | null => {
  const progress = (output as { progress?: unknown } | null | undefined)?.progress;
  return typeof progress === "number" && progress < 1 ? progress : null;
};

const bar = (share: number): string => {
  const done = Math.round(Math.max(0, share) * WIDTH);
  return `[${"#".repeat(done)}${"·".repeat(WIDTH - done)}] ${String(Math.round(share * 100)).padStart(3)} %`;
};
