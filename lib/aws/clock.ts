import { randomBytes } from "node:crypto";
import type { Clock, Ids } from "../ports/ports.ts";

/** Time and randomness of a Lambda: those of the machine. */
export const systemClock: Clock = { now: () => new Date().toISOString() };
export const systemIds: Ids = { random: (bytes) => randomBytes(bytes).toString("hex") };
