import type { Volume } from "../../case/opinion.ts";
import type { ActiveHour } from "./habits.ts";

/** As in Splunk's rule for spikes: below so many points a mean says nothing. */
export const MINIMUM_POINTS = 15;
/** A habit grows; half as much again as ever is more than that. */
const GROWTH = 1.5;
/** Points with which ten times the most there was is above any habit. */
const FEW_POINTS = 3;

/** Without the hours in which nothing was done: with them in, every busy hour of a quiet identity would be a spike. */
export const volumeOf = (
  before: readonly ActiveHour[],
  during: readonly ActiveHour[],
  told: (hour: ActiveHour) => number,
): Volume => {
  const points = before.map(told);
  const [hour] = during.toSorted((a, b) => told(b) - told(a) || (a.hour < b.hour ? -1 : 1));
  const busiest = hour === undefined ? null : { hour: `${hour.hour}:00:00Z`, value: told(hour) };
  if (points.length === 0)
    return { points: 0, mean: null, deviation: null, threshold: null, most: null, busiest, above: null };
  const mean = points.reduce((sum, point) => sum + point, 0) / points.length;
  const deviation = Math.sqrt(points.reduce((sum, point) => sum + (point - mean) ** 2, 0) / points.length);
  const threshold = points.length < MINIMUM_POINTS ? null : mean + 3 * deviation;
  const most = Math.max(...points);
  return {
    points: points.length,
    mean,
    deviation,
    threshold,
    most,
    busiest,
    above: busiest === null ? null : isAbove(busiest.value, { threshold, most, points: points.length }),
  };
};

/** A little more than ever is growth. With few hours to compare with nothing can be called ordinary, but ten times the most is none. */
const isAbove = (
  value: number,
  { threshold, most, points }: { readonly threshold: number | null; readonly most: number; readonly points: number },
): boolean | null =>
  threshold !== null
    ? value > Math.max(threshold, GROWTH * most)
    : points >= FEW_POINTS && value > 10 * most
      ? true
      : null;
