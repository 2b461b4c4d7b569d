import type { Boundary } from "../embedded/host.ts";
import type { Io } from "./io.ts";

/** One line per finished state on stderr; on a terminal the running state is shown in place. */
export const progressOf = (io: Io): ((boundary: Boundary) => void) => {
  const live = process.stderr.isTTY === true && !io.json && !io.quiet;
  let last = "";
  return ({ machine, state, phase }) => {
    if (state === "") return;
    if (live && phase === "before") process.stderr.write(`\r\u001b[2K  … ${machine}/${state}`);
    if (live && phase === "after") process.stderr.write("\r\u001b[2K");
    // A long job is looked at again and again; one line says that.
    if (phase === "after" && last !== `${machine}/${state}`) io.note(`  ${machine}/${state}`);
    if (phase === "after") last = `${machine}/${state}`;
    if (phase === "parked") io.note(`  ${machine}/${state}: waiting for a decision`);
  };
};
