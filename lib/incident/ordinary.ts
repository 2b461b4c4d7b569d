import { ANALYTICS, CUSTOMERS, FINANCE, OPEN_BUCKETS } from "./cast.ts";
import type { StoredObject } from "./inventory.ts";
import {
  analyst,
  assumeRole,
  backup,
  configRead,
  decrypt,
  etl,
  jane,
  janeScript,
  list,
  look,
  missing,
  type RecordSource,
  read,
  upload,
  web,
} from "./ordinaryRecords.ts";
import type { Random } from "./random.ts";
import type { TrailRecord } from "./records.ts";

/** Something that happens on an ordinary day: how common it is at an hour, and the record it leaves. */
interface Routine {
  readonly weightAt: (time: Moment) => number;
  readonly record: (world: RecordSource, at: number) => TrailRecord;
}

interface Moment {
  readonly hour: number;
  readonly minute: number;
  readonly weekday: boolean;
}

/** Writes the records of everybody else, and of jane at work. */
export interface Ordinary {
  /** How much happens at this time, compared with other times. */
  weightAt(at: number): number;
  recordAt(random: Random, at: number): TrailRecord;
}

/** Working hours of an office six hours behind UTC. */
const atWork = ({ hour, weekday }: Moment): boolean => weekday && hour >= 15 && hour < 23;
const whenAtWork = (much: number, little: number) => (time: Moment) => (atWork(time) ? much : little);
const always = (weight: number) => () => weight;

/** The backup reads everything it finds at 03:00 UTC every night: the look-alike of the theft. */
const atBackupTime = ({ hour, minute }: Moment): number => (hour === 3 && minute < 45 ? 60 : 0);

const ROUTINES: readonly Routine[] = [
  { weightAt: whenAtWork(30, 22), record: read(web, [CUSTOMERS]) },
  { weightAt: whenAtWork(8, 6), record: read(web, [CUSTOMERS], "HeadObject") },
  { weightAt: always(1), record: missing },
  { weightAt: atBackupTime, record: read(backup, [FINANCE, CUSTOMERS]) },
  { weightAt: whenAtWork(7, 0), record: read(jane, OPEN_BUCKETS) },
  { weightAt: whenAtWork(3, 0), record: read(janeScript, [ANALYTICS]) },
  { weightAt: whenAtWork(2, 0), record: list(jane) },
  { weightAt: whenAtWork(9, 0.5), record: read(analyst, [ANALYTICS, FINANCE]) },
  { weightAt: whenAtWork(6, 4), record: upload },
  { weightAt: whenAtWork(5, 5), record: list(etl) },
  { weightAt: always(6), record: assumeRole },
  { weightAt: always(5), record: decrypt },
  { weightAt: always(4), record: configRead },
  { weightAt: whenAtWork(3, 0.2), record: look },
];

export const createOrdinary = (objects: readonly StoredObject[]): Ordinary => ({
  weightAt: (at) => weightsAt(at).reduce((sum, weight) => sum + weight, 0),
  recordAt: (random, at) => ROUTINES[drawn(random, weightsAt(at))]!.record({ random, objects }, at),
});

const weightsAt = (at: number): readonly number[] => {
  const date = new Date(at);
  const day = date.getUTCDay();
  const moment = { hour: date.getUTCHours(), minute: date.getUTCMinutes(), weekday: day > 0 && day < 6 };
  return ROUTINES.map(({ weightAt }) => weightAt(moment));
};

/** An index, drawn in proportion to its weight. */
const drawn = (random: Random, weights: readonly number[]): number => {
  let left = random.unit() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [at, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return at;
  }
  return 0;
};
