/** Which buckets of a theft Macie is to read, at what price, and the jobs for that: one a bucket. */
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { ClassifyItem, ClassifyRequest } from "../ports/ports.ts";
import { failureOf, toStepError } from "./failures.ts";
import type { BucketFacts, Macie } from "./macie.ts";
import type { Objects } from "./objects.ts";
import { rollUp } from "./prefixes.ts";

export interface ClassifierOptions {
  /** Macie per region; jobs read only buckets of their own region. */
  readonly macieOf: (region: string) => Macie;
  /** The regions to look for buckets in, the deployment's own first. */
  readonly regions: readonly string[];
  /** The folder of all cases; this port keeps `<case>/classification/<token>.json` there. */
  readonly objects: Objects;
  /** Bytes that the jobs of a case may read at most, all that their prefixes cover. */
  readonly maximumBytes: number;
  /** Bytes of all objects below some prefixes of a bucket now; null: they are too many to list, or may not be listed. */
  readonly coveredBytes: (bucket: BucketFacts, region: string, prefixes: readonly string[]) => Promise<number | null>;
  /** Between two jobs: Macie makes one in ten seconds (Macie quotas). */
  readonly pauseMs: number;
}

export interface Job {
  readonly region: string;
  readonly jobId: string;
  /** Absent in cases of 0.1.0, whose jobs were one a region. */
  readonly bucket?: BucketFacts;
}

export interface Jobs {
  readonly items: readonly ClassifyItem[];
  readonly jobs: readonly Job[];
  /** What no job looks at, with the reason. */
  readonly left: readonly string[];
}

/** Values per scope term: the model names no limit, and a request must stay small (facts: aws.md, section 4). */
const PREFIXES = 100;
/** Jobs of one case, one a bucket; those with most stolen objects come first. */
const MOST_JOBS = 20;

/** Macie switched off answers like a missing right; only the text tells them apart. Both mean: not available here. */
export const unavailable = (error: unknown): string | null => {
  const { status, code, message } = failureOf(error);
  if (status !== 403) return null;
  return /Macie is not enabled/i.test(message)
    ? "Macie is not enabled in this account and region"
    : `Macie: ${code}: ${message}`;
};

type Found = { readonly buckets: ReadonlyMap<string, BucketFacts> } | { readonly reason: string };

/** A region in which Macie is off says nothing of the others. */
export const bucketsIn = async (
  { macieOf }: ClassifierOptions,
  region: string,
  names: readonly string[],
): Promise<Found> => {
  try {
    return { buckets: await macieOf(region).buckets(names) };
  } catch (error) {
    const reason = unavailable(error);
    if (reason === null) throw toStepError("STATE_UNKNOWN", `Macie in ${region}: look for buckets`, error);
    return { reason };
  }
};

interface Planned {
  readonly region: string;
  readonly bucket: BucketFacts;
  readonly prefixes: readonly string[];
}

export const begin = async (options: ClassifierOptions, request: ClassifyRequest): Promise<Jobs> => {
  const byBucket = Map.groupBy(request.items, ({ bucket }) => bucket);
  const { found, left } = await locate(options, [...byBucket.keys()]);
  const planned: Planned[] = [];
  let allowed = options.maximumBytes;
  for (const { region, bucket } of found.toSorted((a, b) => sizeOf(byBucket, b) - sizeOf(byBucket, a))) {
    const judged = await judge(options, { region, bucket }, byBucket.get(bucket.name)!, allowed);
    if ("reason" in judged) left.push(`${bucket.name}: ${judged.reason}`);
    else if (planned.length === MOST_JOBS) left.push(`${bucket.name}: ${MOST_JOBS} buckets are looked at, and no more`);
    else {
      planned.push({ region, bucket, prefixes: judged.prefixes });
      allowed -= judged.bytes;
    }
  }
  return { items: request.items, ...(await makeJobs(options, request, planned, left)) };
};

const sizeOf = (items: ReadonlyMap<string, readonly ClassifyItem[]>, { bucket }: { bucket: BucketFacts }): number =>
  items.get(bucket.name)!.length;

/** Where the buckets lie. Those of no region, or of one without Macie, are left, and said. */
const locate = async (
  options: ClassifierOptions,
  names: readonly string[],
): Promise<{ readonly found: readonly Omit<Planned, "prefixes">[]; readonly left: string[] }> => {
  const wanted = new Set(names);
  const found: Omit<Planned, "prefixes">[] = [];
  const off: string[] = [];
  for (const region of options.regions) {
    if (wanted.size === 0) break;
    const here = await bucketsIn(options, region, [...wanted]);
    if ("reason" in here) {
      off.push(`${region}: ${here.reason}`);
      continue;
    }
    for (const bucket of here.buckets.values()) {
      wanted.delete(bucket.name);
      found.push({ region, bucket });
    }
  }
  const nowhere = [...wanted].map(
    (bucket) => `${bucket}: in none of the regions ${options.regions.join(", ")} where Macie was asked`,
  );
  return { found, left: wanted.size === 0 ? [] : [...off, ...nowhere] };
};

type Judged = { readonly prefixes: readonly string[]; readonly bytes: number } | { readonly reason: string };

/**
 * What a job over the stolen keys of a bucket would read: a key is a prefix to Macie, so that `exports` and the marker
 * `exports/` cover a folder. Held against the limit always: as the whole bucket, and where that is too much as it is listed.
 */
const judge = async (
  { coveredBytes }: ClassifierOptions,
  { region, bucket }: Omit<Planned, "prefixes">,
  items: readonly ClassifyItem[],
  allowed: number,
): Promise<Judged> => {
  if (bucket.error !== null) return { reason: `Macie could not look at it: ${bucket.error}` };
  // A marker of a folder holds nothing that could be sensitive, and covers everything below it.
  const keys = items.map(({ key }) => key).filter((key) => !key.endsWith("/"));
  if (keys.length === 0) return { reason: "only markers of folders were stolen, which hold nothing" };
  const { prefixes } = rollUp(keys, PREFIXES);
  if (bucket.classifiableBytes !== null && bucket.classifiableBytes <= allowed)
    return { prefixes, bytes: bucket.classifiableBytes };
  const bytes = await coveredBytes(bucket, region, prefixes);
  if (bytes !== null && bytes <= allowed) return { prefixes, bytes };
  const covered = bytes ?? bucket.classifiableBytes;
  return {
    reason: `the prefixes of the stolen objects may cover ${covered === null ? "any number of" : covered} bytes and ${allowed} are allowed`,
  };
};

/** Each job is kept as it is made: what fails afterwards loses none that runs, and is billed. */
const makeJobs = async (
  { macieOf, objects, pauseMs }: ClassifierOptions,
  { caseId, token }: ClassifyRequest,
  planned: readonly Planned[],
  left: readonly string[],
): Promise<Pick<Jobs, "jobs" | "left">> => {
  const jobs: Job[] = [];
  const refused: string[] = [];
  for (const [at, { region, bucket, prefixes }] of planned.entries()) {
    const own = createHash("sha256").update(`${token}|${region}|${bucket.name}`).digest("hex").slice(0, 32);
    const name = `${caseId}/classification/${token}/${own}.json`;
    try {
      const known = await objects.read(name);
      if (known === null && at > 0) await pause(pauseMs);
      const jobId =
        known === null
          ? await macieOf(region).createJob({ token: own, caseId, bucket, prefixes })
          : (JSON.parse(Buffer.from(known.bytes).toString("utf8")) as Job).jobId;
      const job = { region, jobId, bucket };
      jobs.push(job);
      await objects.create(name, Buffer.from(JSON.stringify(job)));
    } catch (error) {
      const reason = unavailable(error);
      if (reason === null) throw toStepError("STATE_UNKNOWN", `Macie in ${region}: start a job`, error);
      refused.push(`${bucket.name}: ${region}: ${reason}`);
    }
  }
  return { jobs, left: [...left, ...refused] };
};
