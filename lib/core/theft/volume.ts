import type { Volume } from "../../case/opinion.ts";
import type { ActiveHour } from "./habits.ts";

/** As in Splunk's rule for spikes: below so many points a mean says nothing. */
export const MINIMUM_POINTS = 15;

/** Without the hours in which nothing was done: with them in, every busy hour of a quiet identity would be a spike. */
export const volumeOf = (
  before: readonly ActiveHour[],
  during: readonly ActiveHour[],
  told: (hour: ActiveHour) => number,
): Volume => {
  const points = before.map(told);
  const [most] = during.toSorted((a, b) => told(b) - told(a) || (a.hour < b.hour ? -1 : 1));
  const busiest = most === undefined ? null : { hour: `${most.hour}:00:00Z`, value: told(most) };
  if (points.length === 0) return { points: 0, mean: null, deviation: null, threshold: null, busiest, above: null };
  const mean = points.reduce((sum, point) => sum + point, 0) / points.length;
  const deviation = Math.sqrt(points.reduce((sum, point) => sum + (point - mean) ** 2, 0) / points.length);
  const threshold = points.length < MINIMUM_POINTS ? null : mean + 3 * deviation;
  return {
    points: points.length,
    mean,
    deviation,
    threshold,
    busiest,
    above: threshold === null || busiest === null ? null : busiest.value > threshold,
  };
};
