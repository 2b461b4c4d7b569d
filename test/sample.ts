/** What a run of the tests takes of a large space: a seeded sample, or the whole under `CORDON_LONG` (`npm run test:long`). */
export const LONG = process.env.CORDON_LONG !== undefined;

/** Changes which points a sample takes; printed with a failure by the points' own numbers. */
const SEED = Number(process.env.CORDON_SEED ?? 1);

/** How many times a property is tried. */
export const runs = (sampled: number, whole: number): number => (LONG ? whole : sampled);

/** Whether a numbered point is in the sample: one in `oneIn`, spread by the seed; all of them under `CORDON_LONG`. */
export const isSampled = (point: number, oneIn: number): boolean => LONG || (point + SEED) % oneIn === 0;
