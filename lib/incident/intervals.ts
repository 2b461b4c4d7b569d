import { ACCOUNT } from "./cast.ts";
import type { Ordinary } from "./ordinary.ts";
import { createRandom } from "./random.ts";
import { eventKeyOf, type TrailRecord } from "./records.ts";
import { type Deed, night, type Story } from "./story.ts";

/** The log begins a week before the incident. */
const LOG_BEGINS_AT = Date.parse("2026-02-16T00:00:00Z");
const MINUTE = 60_000;

export interface Shipment {
  readonly story: Story;
  readonly ordinary: Ordinary;
  readonly backgroundEvents: number;
  readonly seed: string;
  /** Takes the texts that are written from the story's own time to another. */
  readonly move: (text: string) => string;
}

/** A stretch of time whose events are delivered together, and how many ordinary events fall into it. */
export interface Interval {
  readonly from: number;
  readonly to: number;
  readonly ordinaryEvents: number;
}

/** A record on its way into a file. */
export interface Entry {
  /** `<account>/CloudTrail/<region>` */
  readonly trail: string;
  readonly key: string;
  readonly time: string;
  readonly line: string;
  /** CloudTrail delivers it a second time. */
  readonly twice: boolean;
  readonly isDeed: boolean;
}

/** Quarters of an hour, and five minutes on the night itself. Busy hours get more of the ordinary events. */
export const intervalsOf = ({ story, ordinary, backgroundEvents }: Shipment): readonly Interval[] => {
  const stretches: { from: number; to: number; weight: number }[] = [];
  for (let from = LOG_BEGINS_AT; from < story.logEndsAt; ) {
    const to = from + (from >= night("02:00:00") ? 5 : 15) * MINUTE;
    stretches.push({ from, to, weight: ordinary.weightAt(from) * (Math.min(to, story.logEndsAt) - from) });
    from = to;
  }
  const total = stretches.reduce((sum, { weight }) => sum + weight, 0);
  let weight = 0;
  return stretches.map((stretch) => {
    const before = Math.round((weight / total) * backgroundEvents);
    weight += stretch.weight;
    return {
      from: stretch.from,
      to: stretch.to,
      ordinaryEvents: Math.round((weight / total) * backgroundEvents) - before,
    };
  });
};

/** The events of an interval in the order of time. Each interval draws from its own source, whatever came before. */
export const entriesOf = (shipment: Shipment, interval: Interval): readonly Entry[] => {
  const { story, ordinary, seed } = shipment;
  const random = createRandom(`${seed}/interval/${interval.from}`);
  const end = Math.min(interval.to, story.logEndsAt);
  const entry = (recipient: string, record: TrailRecord, isDeed: boolean): Entry => ({
    trail: `${recipient}/CloudTrail/${String(record.awsRegion)}`,
    key: eventKeyOf(record),
    time: record.eventTime,
    line: JSON.stringify(record),
    twice: random.chance(story.delivery.duplicateShare),
    isDeed,
  });
  const calm = Array.from({ length: interval.ordinaryEvents }, () => {
    const at = interval.from + random.below(end - interval.from);
    return { at, entry: entry(ACCOUNT, ordinary.recordAt(random, at), false) };
  });
  const deeds = within(story.deeds, interval).map(({ at, recipient, record }) => ({
    at,
    entry: entry(recipient, record, true),
  }));
  return [...calm, ...deeds].sort((a, b) => a.at - b.at).map((one) => one.entry);
};

/** Deeds are sorted by time, so that a binary search finds the interval's part. */
const within = (deeds: readonly Deed[], { from, to }: Interval): readonly Deed[] =>
  deeds.slice(firstAt(deeds, from), firstAt(deeds, to));

const firstAt = (deeds: readonly Deed[], at: number): number => {
  let [low, high] = [0, deeds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (deeds[middle]!.at < at) low = middle + 1;
    else high = middle;
  }
  return low;
};
