import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findingEvent } from "./alert.ts";
import { sampleBody } from "./bodies.ts";
import { BUCKETS, bucketSettings } from "./bucketSettings.ts";
import { deliver } from "./delivery.ts";
import { accessKeyLists, authorizationDetails, credentialReport } from "./identity.ts";
import type { StoredObject } from "./inventory.ts";
import { mover, shiftTo } from "./moved.ts";
import { createOrdinary } from "./ordinary.ts";
import { createRandom, type Random } from "./random.ts";
import { serviceAnswers, trailSettings } from "./trail.ts";
import { type Truth, truthOf } from "./truth.ts";
import { VARIANTS, type VariantId } from "./variants.ts";

/** Objects of each bucket whose first rows are written out for a classifier. */
const SAMPLES_PER_BUCKET = 25;

export interface IncidentOptions {
  readonly variant: VariantId;
  /** Any text; another seed gives other names, times and bytes of the same story. */
  readonly seed: string;
  /** Events of everybody else, over the week before; the actor's come on top. */
  readonly backgroundEvents: number;
  /** When its alarm comes, to a quarter of an hour below; absent: in the night of 2026-02-23. Not for variants with logs beside CloudTrail. */
  readonly alarmAt?: string;
}

/** The incident that `npm start` plays: about 40,000 events. */
export const BUNDLED_INCIDENT: IncidentOptions = { variant: "stolen-key", seed: "cordon-1", backgroundEvents: 26_000 };

/**
 * Writes an incident into `dir`, which it creates: `logs/` as CloudTrail delivers them (beside them what other logs the
 * variant has), `iam.json`, `access-keys.json`
 * and `credential-report.csv` as the AWS CLI prints them, `buckets/<bucket>.json` (settings),
 * `trail.json` (trail, event selectors, status), the same by question in `services.json`, `buckets/<bucket>/objects.jsonl` (inventory), `buckets/<bucket>/sample/<key>` (first rows), `finding.json` (an
 * EventBridge event) and `truth.json`. The same options give the same bytes. Memory does not grow with
 * `backgroundEvents`.
 */
export const writeIncident = async (dir: string, options: IncidentOptions): Promise<Truth> => {
  const { variant, seed, backgroundEvents } = options;
  const random = createRandom(`${seed}/${variant}`);
  const story = VARIANTS[variant](random.fork("story"));
  if (options.alarmAt !== undefined && story.otherLogs !== undefined)
    throw new Error(`${variant} has logs in other forms, whose times are not moved`);
  const move = mover(shiftTo(options.alarmAt ?? null));
  const put = writerInto(dir, move);
  put("iam.json", pretty(authorizationDetails()));
  put("access-keys.json", pretty(accessKeyLists(story.aftermath)));
  put("credential-report.csv", credentialReport(story.aftermath));
  put("trail.json", pretty(trailSettings(story.aftermath)));
  put("services.json", pretty(serviceAnswers(story.aftermath)));
  put("finding.json", pretty(findingEvent(story.alert, `${seed}/${variant}`)));
  for (const bucket of BUCKETS) put(`buckets/${bucket}.json`, pretty(bucketSettings(bucket, story.aftermath)));
  for (const [bucket, objects] of Map.groupBy(story.objects, ({ bucket }) => bucket)) {
    put(`buckets/${bucket}/objects.jsonl`, objects.map((object) => `${JSON.stringify(listed(object))}\n`).join(""));
    putSamples(put, random.fork(`samples/${bucket}`), bucket, objects);
  }
  const ordinary = createOrdinary(story.objects);
  const delivered = await deliver(join(dir, "logs"), {
    story,
    ordinary,
    backgroundEvents,
    seed: `${seed}/${variant}`,
    move,
  });
  for (const { path, text } of story.otherLogs ?? []) put(`logs/${path}`, text);
  const truth = truthOf(story, variant, seed, delivered);
  put("truth.json", compact(truth));
  return JSON.parse(move(JSON.stringify(truth))) as Truth;
};

type Put = (path: string, text: string) => void;

const writerInto =
  (dir: string, move: (text: string) => string): Put =>
  (path, text) => {
    const target = join(dir, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, move(text));
  };

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** One object a line: thousands of them must stay readable and small. */
const compact = ({ objects, ...rest }: Truth): string => {
  const lines = objects.map((object) => JSON.stringify(object)).join(",\n");
  return `${JSON.stringify(rest, null, 2).slice(0, -2)},\n  "objects": [\n${lines}\n]}\n`;
};

/** An object as `ListObjectVersions` and `GetObjectTagging` describe it. */
const listed = ({ key, size, lastModified, etag, versionId, storageClass, tags }: StoredObject) => ({
  Key: key,
  Size: size,
  LastModified: lastModified,
  ETag: etag,
  VersionId: versionId,
  StorageClass: storageClass,
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});

/** Only names that every file system takes. */
const putSamples = (put: Put, random: Random, bucket: string, objects: readonly StoredObject[]): void => {
  const plain = objects.filter(({ key }) => /^[\w./=-]+$/.test(key)).slice(0, SAMPLES_PER_BUCKET);
  for (const object of plain) {
    const body = sampleBody(random, object);
    if (body !== null) put(`buckets/${bucket}/sample/${object.key}`, body);
  }
};
