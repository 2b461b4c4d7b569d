import { exfiltrationAlert } from "./alert.ts";
import { ANALYTICS, CLI_AGENT, CUSTOMERS, FINANCE, JANE, JANE_KEY, OPEN_BUCKETS, TOR_EXIT } from "./cast.ts";
import { createObjects, type StoredObject } from "./inventory.ts";
import type { Random } from "./random.ts";
import { type Aftermath, type Alert, type Deed, INTACT, night, type Story, spread, UNTOUCHED } from "./story.ts";
import { reconnaissance, THIEF } from "./thief.ts";

/** Objects of each bucket in the small incidents. */
const STOCK = { [CUSTOMERS]: 240, [FINANCE]: 160, [ANALYTICS]: 90 } as const;

/** What a small incident has of its own; all else is as in the others. */
export interface Heist {
  readonly deeds: readonly Deed[];
  readonly thief?: Partial<Story["thief"]>;
  readonly aftermath?: Partial<Aftermath>;
  readonly alert?: Partial<Alert>;
  readonly delivery?: Partial<Story["delivery"]>;
  readonly stock: readonly StoredObject[];
}

/** The three buckets, filled on a small scale. */
export const createStock = (random: Random): readonly StoredObject[] =>
  OPEN_BUCKETS.flatMap((bucket) => createObjects(random, bucket, STOCK[bucket as keyof typeof STOCK]));

/** A small incident with jane's stolen key and reconnaissance at 02:38, and whatever `heist` says. */
export const tellHeist = (random: Random, heist: Heist): Story => {
  const scouting = reconnaissance(random, THIEF, night("02:38:12"), night("02:46:40"));
  return {
    objects: heist.stock,
    deeds: [...scouting, ...heist.deeds].sort((a, b) => a.at - b.at),
    thief: {
      principals: [{ type: "IAMUser", principalId: JANE.userId, arn: JANE.arn }],
      accessKeyIds: [JANE_KEY],
      addresses: [TOR_EXIT],
      userAgents: [CLI_AGENT],
      roles: [],
      ...heist.thief,
    },
    aftermath: { ...UNTOUCHED, ...heist.aftermath },
    alert: exfiltrationAlert({
      firstSeen: night("02:47:03"),
      lastSeen: night("04:04:55"),
      generatedAt: night("04:15:00.412"),
      ...heist.alert,
    }),
    delivery: { ...INTACT, ...heist.delivery },
    logEndsAt: night("04:39:59.999"),
  };
};

/** Does one thing to each object, at moments between two clock times of the night. */
export const eachObject = (
  random: Random,
  objects: readonly StoredObject[],
  [from, to]: readonly [from: string, to: string],
  act: (object: StoredObject, at: number, index: number) => readonly Deed[],
): readonly Deed[] => {
  const times = spread(random, night(from), night(to), objects.length);
  return objects.flatMap((object, index) => act(object, Math.floor(times[index]!), index));
};

export const inBucket = (stock: readonly StoredObject[], bucket: string, count: number): readonly StoredObject[] =>
  stock.filter((object) => object.bucket === bucket).slice(0, count);
