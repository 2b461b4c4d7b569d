/**
 * What the account's trails are set to record, as CloudTrail itself says. It tells a bucket that nobody touched from one
 * whose reads were never on record, which logs alone cannot.
 */

import { recordsReads, type Selectors } from "./trailSelectors.ts";

/** A trail as it was when it was read; what it recorded earlier is the same unless an event says otherwise. */
export interface KnownTrail {
  readonly arn: string;
  readonly homeRegion: string | null;
  readonly isMultiRegion: boolean;
  /** Log files carry digests that CloudTrail signs. */
  readonly isValidated: boolean;
  readonly isLogging: boolean;
  readonly selectors: Selectors;
}

/** The document `trails.json`. */
export interface TrailFacts {
  readonly schema: "cordon/trails/v1";
  /** ISO 8601 UTC. */
  readonly readAt: string;
  readonly trails: readonly KnownTrail[];
  /** Not empty: other trails may record more than `trails` says. */
  readonly notKnown: readonly { readonly what: string; readonly reason: string }[];
}

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
