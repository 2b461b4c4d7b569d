/**
 * What the account's trails are set to record, as CloudTrail itself says. It tells a bucket that nobody touched from one
 * whose reads were never on record, which logs alone cannot.
 */

import type { TrailFacts } from "../../case/trails.ts";
import { recordsReads } from "./trailSelectors.ts";

/**
 * Whether reads of a bucket's objects are recorded by settings: `on` by one trail at least, `off` by none of those that
 * are there, `unknown` where a trail would not say. A trail that was stopped counts as set to record: when it stopped is
 * in the events.
 */
export const recordingOf = (facts: TrailFacts | null, bucket: string, region: string): "on" | "off" | "unknown" => {
  if (facts === null) return "unknown";
  const here = facts.trails.filter(({ isMultiRegion, homeRegion }) => isMultiRegion || homeRegion === region);
  if (here.some(({ arn, selectors }) => recordsReads(selectors, bucket, arn.split(":")[1]!))) return "on";
  return facts.notKnown.length === 0 ? "off" : "unknown";
};
