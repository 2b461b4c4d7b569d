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

const MINUTE = 60_000;
/** Steps that people read on a clock, in milliseconds: minutes, hours, days. */
const CLOCK_STEPS = [0.25, 1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14_400, 43_200].map(
  (minutes) => minutes * MINUTE,
);

/** Round instants (UTC) between two others, at most six, with the text of each: the time of day, or the date for long spans. */
export const clockTicks = (from: number, to: number): readonly { readonly at: number; readonly label: string }[] => {
  const step = CLOCK_STEPS.find((one) => (to - from) / one <= 6) ?? (to - from) / 6;
  const first = Math.ceil(from / step) * step;
  const length = Math.max(0, Math.floor((to - first) / step) + 1);
  return Array.from({ length }, (_, index) => {
    const at = first + index * step;
    const iso = new Date(at).toISOString();
    return { at, label: step >= 1440 * MINUTE ? iso.slice(0, 10) : `${iso.slice(11, step < MINUTE ? 19 : 16)}` };
  });
};
