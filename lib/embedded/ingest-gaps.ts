import { deliveryOf } from "./ingest.ts";

/** CloudTrail delivers about every five minutes to each folder that has anything to deliver. */
const SLOT_MILLISECONDS = 300_000;
/** With so many records on average in the slots around, an empty one is no idle moment (e^-10 at most, if they come by chance). */
const BUSY_RECORDS = 10;
const MOST = 500;

/**
 * Five-minute slots (`YYYY-MM-DDTHH:MM`, UTC) for which an account and region delivered no file while it was busy just
 * before and after: a file is probably missing. Names that do not tell account, region and time are left out.
 */
export const gapsOf = (files: readonly { readonly name: string; readonly records: number }[]): readonly string[] => {
  const streams = Map.groupBy(
    files.flatMap(({ name, records }) => slotOf(name, records)),
    ({ stream }) => stream,
  );
  const gaps = [...streams.values()].flatMap(gapsIn);
  return [...new Set(gaps)].sort().slice(0, MOST);
};

interface Slot {
  readonly stream: string;
  readonly at: number;
  readonly records: number;
}

const slotOf = (name: string, records: number): readonly Slot[] => {
  const time = deliveryOf(name);
  const [, stream] = /([0-9]{12}_CloudTrail_[a-z0-9-]+)_[^/]*$/.exec(name) ?? [];
  if (time === null || stream === undefined) return [];
  return [{ stream, at: Math.floor(Date.parse(time) / SLOT_MILLISECONDS), records }];
};

const gapsIn = (slots: readonly Slot[]): readonly string[] => {
  const counts = new Map<number, number>();
  for (const { at, records } of slots) counts.set(at, (counts.get(at) ?? 0) + records);
  const times = [...counts.keys()].sort((a, b) => a - b);
  /** Five of the six slots around have a file, so that delivery is not simply slower here. */
  const isBusyAround = (at: number): boolean => {
    const around = [-3, -2, -1, 1, 2, 3].flatMap((step) => counts.get(at + step) ?? []);
    return around.length >= 5 && around.reduce((sum, one) => sum + one, 0) >= around.length * BUSY_RECORDS;
  };
  return times
    .flatMap((at) => [at + 1, at + 2])
    .filter((at) => !counts.has(at) && at < times.at(-1)! && isBusyAround(at))
    .map((at) => new Date(at * SLOT_MILLISECONDS).toISOString().slice(0, 16));
};
