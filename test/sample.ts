/** What a run of the tests takes of a large space: a seeded sample, or the whole under `CORDON_LONG` (`npm run test:long`). */
export const LONG = process.env.CORDON_LONG !== undefined;

/** Changes which points a sample takes; printed with a failure by the points' own numbers. */
const seed = (): number => Number(process.env.CORDON_SEED ?? 1);

/** Hours of one machine, by hand: `CORDON_LONG=whole`. */
const WHOLE = process.env.CORDON_LONG === "whole";

/** How many times a property is tried; ten times as often under `CORDON_LONG`, and `whole` times under `CORDON_LONG=whole`. */
export const runs = (sampled: number, whole: number): number => {
  if (WHOLE) return whole;
  return LONG ? Math.min(whole, 10 * sampled) : sampled;
};

/** Whether a numbered point is in the sample: one in `oneIn`, spread by the seed; all of them under `CORDON_LONG`. */
export const isSampled = (point: number, oneIn: number): boolean => LONG || (point + seed()) % oneIn === 0;

/** Those of a list whose turn it is, one in `oneIn` and never none; all of them under `CORDON_LONG`. */
export const sampled = <T>(all: readonly T[], oneIn: number): readonly T[] =>
  all.filter((_, index) => isSampled(index, Math.min(oneIn, all.length)));
