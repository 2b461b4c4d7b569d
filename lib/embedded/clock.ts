import { randomBytes } from "node:crypto";
import type { Clock, Ids } from "../ports.ts";

/** The only place, with `systemIds`, that reads the machine's time or randomness. */
export const systemClock: Clock = { now: () => new Date().toISOString() };

export const systemIds: Ids = { random: (bytes) => randomBytes(bytes).toString("hex") };

/** A clock for tests and reproducible runs: starts at `start` and advances `stepMs` at each reading. */
export const steppingClock = (start: string, stepMs: number): Clock => {
  let at = Date.parse(start) - stepMs;
  return {
    now: () => {
      at += stepMs;
      return new Date(at).toISOString();
    },
  };
};
