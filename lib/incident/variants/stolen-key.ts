import { exfiltrationAlert } from "../alert.ts";
import {
  ANALYTICS,
  CLI_AGENT,
  CUSTOMERS,
  FINANCE,
  FOREIGN_ACCOUNT,
  JANE,
  JANE_KEY,
  MINTED_KEY,
  TOR_EXIT,
} from "../cast.ts";
import { bytesTaken, CHUNK, fetchObject } from "../download.ts";
import { createObjects, type StoredObject } from "../inventory.ts";
import type { Random } from "../random.ts";
import { type Caller, isoSecond, userIdentity } from "../records.ts";
import { DENIED } from "../s3Records.ts";
import { type Deed, INTACT, night, type Story, spread, UNTOUCHED } from "../story.ts";
import {
  deleteTrailRefused,
  listing,
  mintKey,
  putPolicy,
  reconnaissance,
  s3Deed,
  stopLogging,
  THIEF,
} from "../thief.ts";

/** The first seed's figures: 12,847 objects, 4.7 GB, out of 3 buckets. */
const STOLEN_BYTES = 4_712_338_467;
const STOCK = [
  { bucket: CUSTOMERS, taken: 7_912, left: 640 },
  { bucket: FINANCE, taken: 3_305, left: 410 },
  { bucket: ANALYTICS, taken: 1_630, left: 260 },
] as const;
/** One object in so many is fetched a second time with the new key, or broken off and not tried again. */
const REPEAT_EVERY = 331;
const BREAK_EVERY = 1_901;

/** What is taken of one object: how often, and which part of it. */
interface Take {
  readonly object: StoredObject;
  readonly times: 1 | 2;
  readonly share: number;
}

const MINTED: Caller = { ...THIEF, identity: userIdentity(JANE, MINTED_KEY) };
const PARTNER_SYNC = {
  Sid: "PartnerSync",
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${FOREIGN_ACCOUNT}:root` },
  Action: ["s3:GetObject", "s3:ListBucket"],
  Resource: [`arn:aws:s3:::${CUSTOMERS}`, `arn:aws:s3:::${CUSTOMERS}/*`],
};
const MINTED_AT = night("03:05:41");
const OPENED_AT = night("03:20:17");

/** The first seed: a developer's key, at night, from a Tor exit. Theft from 02:47:03 to 04:12:09 UTC. */
export const tellStolenKey = (random: Random): Story => {
  const stock = STOCK.map(({ bucket, taken, left }) => ({
    taken,
    objects: createObjects(random, bucket, taken + left),
  }));
  const takes = fitted(stock.flatMap(({ taken, objects }) => objects.slice(0, taken).map(toTake)));
  const kept = stock.flatMap(({ taken, objects }) => objects.slice(taken));
  const deeds = [...before(random), ...theft(random, takes), ...after(random)];
  return {
    objects: [...takes.map(({ object }) => object), ...kept],
    deeds: deeds.sort((a, b) => a.at - b.at),
    thief: {
      principals: [{ type: "IAMUser", principalId: JANE.userId, arn: JANE.arn }],
      accessKeyIds: [JANE_KEY, MINTED_KEY],
      addresses: [TOR_EXIT],
      userAgents: [CLI_AGENT],
      roles: [],
    },
    aftermath: {
      ...UNTOUCHED,
      mintedKey: { accessKeyId: MINTED_KEY, createdAt: isoSecond(MINTED_AT) },
      policies: { [CUSTOMERS]: [PARTNER_SYNC] },
      loggingStopped: true,
    },
    alert: exfiltrationAlert({
      firstSeen: night("02:47:03"),
      lastSeen: night("04:04:55"),
      generatedAt: night("04:15:00.412"),
    }),
    delivery: INTACT,
    logEndsAt: night("04:12:41.999"),
  };
};

const toTake = (object: StoredObject, at: number): Take => {
  const broken = at % BREAK_EVERY === 1_000;
  return { object, times: !broken && object.size <= CHUNK && at % REPEAT_EVERY === 5 ? 2 : 1, share: broken ? 0.4 : 1 };
};

/** Scales all sizes to the figure of the seed; what rounding leaves over goes to one ordinary object. */
const fitted = (takes: readonly Take[]): readonly Take[] => {
  const bytes = (all: readonly Take[]): number =>
    all.reduce((sum, { object, times, share }) => sum + times * bytesTaken(object, share), 0);
  const factor = STOLEN_BYTES / bytes(takes);
  const scaled = takes.map((take) => resized(take, Math.floor(take.object.size * factor)));
  const at = scaled.findIndex(({ times, share, object }) => times === 1 && share === 1 && object.size > 100_000);
  return scaled.with(at, resized(scaled[at]!, scaled[at]!.object.size + STOLEN_BYTES - bytes(scaled)));
};

const resized = (take: Take, size: number): Take => ({ ...take, object: { ...take.object, size } });

const before = (random: Random): readonly Deed[] => [
  ...reconnaissance(random, THIEF, night("02:38:12"), night("02:46:40")),
  mintKey(random, THIEF, MINTED_AT, MINTED_KEY),
  putPolicy(random, THIEF, OPENED_AT, CUSTOMERS, [PARTNER_SYNC]),
  putPolicy(random, THIEF, night("03:20:52"), FINANCE, [PARTNER_SYNC], DENIED),
];

/** One recursive copy per bucket, in listing order; the second and third with the new key. */
const theft = (random: Random, takes: readonly Take[]): readonly Deed[] => {
  const sweeps = [
    { bucket: CUSTOMERS, caller: THIEF, from: night("02:47:03"), to: night("03:33:20") },
    { bucket: FINANCE, caller: MINTED, from: night("03:09:10"), to: night("03:58:30") },
    { bucket: ANALYTICS, caller: MINTED, from: night("03:34:02"), to: night("04:12:09") },
  ];
  const again = takes.filter(({ times }) => times === 2);
  const times = spread(random, night("04:02:00"), night("04:08:00"), again.length);
  return [
    ...sweeps.flatMap((sweep) =>
      sweepBucket(
        random,
        sweep,
        takes.filter(({ object }) => object.bucket === sweep.bucket),
      ),
    ),
    ...again.flatMap(({ object }, at) => fetchObject(random, object, times[at]!, { caller: MINTED })),
  ];
};

interface Sweep {
  readonly bucket: string;
  readonly caller: Caller;
  readonly from: number;
  readonly to: number;
}

const sweepBucket = (random: Random, { bucket, caller, from, to }: Sweep, takes: readonly Take[]): readonly Deed[] => {
  const times = spread(random, from, to, takes.length);
  return takes.flatMap(({ object, share }, at) => {
    const start = times[at]!;
    const page = at % 1_000 === 0 && at > 0 ? [listing(random, caller, start, bucket)] : [];
    const slow = random.chance(0.002) ? [slowDown(random, caller, start, object)] : [];
    return [...page, ...slow, ...fetchObject(random, object, start, { caller, share })];
  });
};

/** S3 asks to slow down; the CLI tries again. A failed call that took nothing. */
const slowDown = (random: Random, caller: Caller, at: number, { bucket, key }: StoredObject): Deed =>
  s3Deed(random, {
    at,
    caller,
    name: "GetObject",
    bucket,
    key,
    error: { code: "SlowDown", message: "Please reduce your request rate." },
  });

const after = (random: Random): readonly Deed[] => [
  deleteTrailRefused(random, MINTED, night("04:12:24")),
  stopLogging(random, MINTED, night("04:12:41")),
];
