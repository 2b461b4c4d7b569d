import { ACCOUNT } from "./cast.ts";
import type { StoredObject } from "./inventory.ts";
import type { Random } from "./random.ts";
import type { Caller, Doc, TrailRecord } from "./records.ts";
import { type S3Call, s3Record } from "./s3Records.ts";
import { type Deed, deed, type Loot, type TheftPath } from "./story.ts";

/** The AWS CLI's `multipart_threshold` and `multipart_chunksize` (AWS CLI S3 configuration): 8 MB. */
export const CHUNK = 8 * 1024 * 1024;

/** How an object is fetched: the caller, what the record says beside, and how much of it arrives. */
export interface Fetch {
  readonly caller: Caller;
  readonly path?: TheftPath;
  /** Below 1: the connection broke, and this part of the bytes went out. */
  readonly share?: number;
  readonly request?: Doc;
  readonly additional?: Doc;
  readonly recipient?: string;
}

/** The calls that fetch one object: one `GetObject`, or for a large one `HeadObject` and a `GetObject` per range. */
export const fetchObject = (random: Random, object: StoredObject, at: number, fetch: Fetch): readonly Deed[] => {
  const wanted = bytesTaken(object, fetch.share ?? 1);
  if (object.size <= CHUNK) return [get(random, object, at, wanted, fetch, fetch.path ?? "download")];
  const head = deed(
    at,
    fetch.recipient ?? ACCOUNT,
    s3Record(random, { ...callOf(object, at, fetch), name: "HeadObject", bytesOut: 0 }),
  );
  const ranges = Array.from({ length: Math.ceil(wanted / CHUNK) }, (_, index) =>
    Math.min(CHUNK, wanted - index * CHUNK),
  );
  return [
    head,
    ...ranges.map((bytes, index) => get(random, object, at + index * 150, bytes, fetch, fetch.path ?? "ranged")),
  ];
};

/** Bytes of an object that go out when a download ends after `share` of it. */
export const bytesTaken = (object: Pick<StoredObject, "size">, share: number): number =>
  Math.floor(object.size * share);

const get = (
  random: Random,
  object: StoredObject,
  at: number,
  bytesOut: number,
  fetch: Fetch,
  path: TheftPath,
): Deed => {
  const record: TrailRecord = s3Record(random, { ...callOf(object, at, fetch), name: "GetObject", bytesOut });
  const loot: Loot = { object, path, bytesOut, movedBytes: bytesOut, destination: null };
  return deed(at, fetch.recipient ?? ACCOUNT, record, loot);
};

const callOf = (
  { bucket, key }: StoredObject,
  at: number,
  { caller, request, additional, recipient }: Fetch,
): Omit<S3Call, "name"> => ({
  at,
  caller,
  bucket,
  key,
  ...(request === undefined ? {} : { request }),
  ...(additional === undefined ? {} : { additional }),
  ...(recipient === undefined ? {} : { recipient }),
});
