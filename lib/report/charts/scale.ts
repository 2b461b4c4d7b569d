/** Percent with two decimals: what SVG geometry takes, so that a chart fills any width and its text keeps its size. */
export const percent = (share: number): string => `${(Math.min(1, Math.max(0, share)) * 100).toFixed(2)}%`;

/** Round steps (1, 2, 5 times a power of ten) from zero to at least `highest`, about four of them. */
export const ticks = (highest: number): readonly number[] => {
  if (highest <= 0) return [0, 1];
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, power * ([1, 2, 5, 10].find((factor) => power * factor >= rough) ?? 10));
  return Array.from({ length: Math.ceil(highest / step) + 1 }, (_, index) => index * step);
};

/** At most `most` indexes of `length` things, evenly spaced, the first among them. */
export const everyFew = (length: number, most: number): ReadonlySet<number> => {
  const step = Math.max(1, Math.ceil(length / most));
  return new Set(Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step));
};
