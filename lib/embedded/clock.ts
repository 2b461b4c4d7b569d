import { randomBytes } from "node:crypto";
import type { Clock, Ids } from "../ports/ports.ts";

/** The only place, with `systemIds`, that reads the machine's time or randomness. */
export const systemClock: Clock = { now: () => new Date().toISOString() };

export const systemIds: Ids = { random: (bytes) => randomBytes(bytes).toString("hex") };

/** Milliseconds since some moment of this process; runs evenly whatever is done to the clock on the wall. */
export const monotonicMs = (): number => performance.now();
