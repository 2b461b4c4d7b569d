import { mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type Entry, entriesOf, type Interval, intervalsOf, type Shipment } from "./intervals.ts";
import { ALPHANUMERIC, createRandom, type Random } from "./random.ts";
import { type Delivery, night } from "./story.ts";

const MINUTE = 60_000;
/** Where files are cut off, the theft is under way. */
const CORRUPT_FROM = night("03:30:00");
/** A busy account gets several files an interval; no file of ours holds more. */
const MAX_RECORDS = 5_000;
/** Files under way at once: the thread pool compresses while the next file is made. */
const MAX_WRITES = 4;
/** CloudTrail user guide, `addendum`. */
const DELAYED =
  ',"addendum":{"reason":"DELIVERY_DELAY","updatedFields":"","originalRequestID":"","originalEventID":""}}';

/** What reached the log bucket. Counts are of readable files only. */
export interface Delivered {
  readonly files: number;
  readonly records: number;
  /** Distinct `coalesce(sharedEventID, eventID)`. */
  readonly distinctEvents: number;
  readonly lateFiles: readonly string[];
  readonly missingFiles: readonly string[];
  readonly corruptFiles: readonly string[];
  readonly earliest: string;
  readonly watermark: string;
  /** Event keys of the actor's deeds that a reader can see. */
  readonly seen: ReadonlySet<string>;
}

/** Events that go into one file. */
interface Batch {
  readonly trail: string;
  readonly deliveredAt: number;
  readonly late: boolean;
  readonly entries: readonly Entry[];
}

/** The same, while it grows. */
interface Tally {
  files: number;
  records: number;
  /** Events that cannot come twice need no set, so that memory does not grow with the log. */
  countedOnce: number;
  readonly keys: Set<string>;
  readonly seen: Set<string>;
  readonly late: string[];
  readonly missing: string[];
  readonly corrupt: string[];
  earliest: string;
  watermark: string;
}

/**
 * Writes the log as CloudTrail delivers it, interval by interval, so that memory does not grow with the number of
 * events. File names and folders carry the time of delivery, not of the events (CloudTrail user guide, log file names).
 */
export const deliver = async (dir: string, shipment: Shipment): Promise<Delivered> => {
  const random = createRandom(`${shipment.seed}/delivery`);
  const { delivery } = shipment.story;
  const tally = emptyTally();
  const writes: Promise<void>[] = [];
  const send = async (batches: readonly Batch[]): Promise<void> => {
    for (const batch of batches) {
      writes.push(write(dir, batch, random, shipment, tally));
      if (writes.length >= MAX_WRITES) await writes.shift();
    }
  };
  let again: readonly Entry[] = [];
  let last = 0;
  for (const interval of intervalsOf(shipment)) {
    const entries = entriesOf(shipment, interval);
    await send(batchesOf(random, delivery, interval, [...again, ...entries]));
    again = entries.filter(({ twice }) => twice);
    last = interval.to;
  }
  await send(perTrail(again, last + 10 * MINUTE, false));
  await Promise.all(writes);
  return deliveredOf(tally);
};

/** Sometimes a third of an interval comes an hour late. */
const batchesOf = (
  random: Random,
  { lateShare }: Delivery,
  { to }: Interval,
  entries: readonly Entry[],
): readonly Batch[] => {
  const onTime = to + 5 * MINUTE;
  if (!random.chance(lateShare)) return perTrail(entries, onTime, false);
  const delayed = new Set(entries.filter(({ twice }) => !twice && random.chance(1 / 3)));
  return [
    ...perTrail(
      entries.filter((entry) => !delayed.has(entry)),
      onTime,
      false,
    ),
    ...perTrail([...delayed], to + random.between(9, 18) * 5 * MINUTE, true),
  ];
};

const perTrail = (entries: readonly Entry[], deliveredAt: number, late: boolean): readonly Batch[] =>
  [...Map.groupBy(entries, ({ trail }) => trail)].flatMap(([trail, all]) =>
    chunked(all).map((part) => ({ trail, deliveredAt, late, entries: part })),
  );

const chunked = (entries: readonly Entry[]): readonly (readonly Entry[])[] =>
  Array.from({ length: Math.ceil(entries.length / MAX_RECORDS) }, (_, at) =>
    entries.slice(at * MAX_RECORDS, (at + 1) * MAX_RECORDS),
  );

/** Everything that depends on order happens before the first await, so that two runs agree. */
const write = async (
  dir: string,
  batch: Batch,
  random: Random,
  { story: { delivery }, move }: Shipment,
  tally: Tally,
): Promise<void> => {
  const path = pathOf(batch, random);
  if (random.chance(delivery.missingShare)) {
    tally.missing.push(path);
    return;
  }
  const corrupt = tally.corrupt.length < delivery.corruptFiles && batch.deliveredAt > CORRUPT_FROM;
  if (corrupt) tally.corrupt.push(path);
  else count(tally, batch, path);
  const text = `{"Records":[${batch.entries.map(({ line }) => (batch.late ? line.slice(0, -1) + DELAYED : line)).join(",")}]}`;
  const target = join(dir, move(path));
  mkdirSync(dirname(target), { recursive: true });
  const bytes = await compress(move(text));
  await writeFile(target, corrupt ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes);
};

const compress = promisify<string, Buffer>(gzip);

/** `AWSLogs/<account>/CloudTrail/<region>/yyyy/mm/dd/<account>_CloudTrail_<region>_<yyyymmddThhmmZ>_<16>.json.gz` */
const pathOf = ({ trail, deliveredAt }: Batch, random: Random): string => {
  const [account, , region] = trail.split("/");
  const iso = new Date(deliveredAt).toISOString();
  const stamp = `${iso.slice(0, 10).replaceAll("-", "")}T${iso.slice(11, 16).replace(":", "")}Z`;
  const name = `${account}_CloudTrail_${region}_${stamp}_${random.text(ALPHANUMERIC, 16)}.json.gz`;
  return `AWSLogs/${trail}/${iso.slice(0, 10).replaceAll("-", "/")}/${name}`;
};

const emptyTally = (): Tally => ({
  files: 0,
  records: 0,
  countedOnce: 0,
  keys: new Set(),
  seen: new Set(),
  late: [],
  missing: [],
  corrupt: [],
  earliest: "9",
  watermark: "",
});

const count = (tally: Tally, { entries, late }: Batch, path: string): void => {
  tally.files += 1;
  tally.records += entries.length;
  if (late) tally.late.push(path);
  for (const { key, time, twice, isDeed } of entries) {
    if (twice || isDeed) tally.keys.add(key);
    else tally.countedOnce += 1;
    if (isDeed) tally.seen.add(key);
    if (time < tally.earliest) tally.earliest = time;
    if (time > tally.watermark) tally.watermark = time;
  }
};

const deliveredOf = (tally: Tally): Delivered => ({
  files: tally.files,
  records: tally.records,
  distinctEvents: tally.countedOnce + tally.keys.size,
  lateFiles: tally.late,
  missingFiles: tally.missing,
  corruptFiles: tally.corrupt,
  earliest: tally.earliest,
  watermark: tally.watermark,
  seen: tally.seen,
});
