import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { type Body, chunksOf, digestOfBody, lengthOf } from "../base/content.ts";
import type { ErrorCode } from "../base/errors.ts";
import { type Spooled, type Spools, withSpools } from "../base/spool.ts";
import { failureOf, isMissing, isRace, isTaken, toStepError } from "./failures.ts";

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/** One folder of one bucket, with the conditional writes of S3. Names are relative to the folder. */
export interface Objects {
  readonly bucket: string;
  keyOf(name: string): string;
  read(name: string): Promise<StoredObject | null>;
  /** As `read`, for what may be too large to hold. */
  readLarge(name: string, spools: Spools): Promise<Spooled | null>;
  has(name: string): Promise<boolean>;
  /** Exclusive (`If-None-Match: *`); false when the name is taken by other bytes, or by another writer's same bytes. */
  create(name: string, body: Body): Promise<boolean>;
  /** Compare-and-set (`If-Match`); false when the object has changed. */
  replace(name: string, bytes: Uint8Array, etag: string): Promise<boolean>;
  write(name: string, body: Body): Promise<void>;
  /** Names below a prefix, sorted by bytes as S3 lists them; `after` skips up to that name. */
  list(prefix: string, after?: string): Promise<readonly string[]>;
  /** The next path segments below a prefix that ends in `/`. */
  folders(prefix: string): Promise<readonly string[]>;
}

export interface ObjectsOptions {
  readonly s3: S3Client;
  readonly bucket: string;
  /** Account that must own the bucket; S3 refuses with AccessDenied when another one does. */
  readonly owner: string;
  /** Ends in `/`. */
  readonly folder: string;
  /** What a failure here means for the caller. */
  readonly fault: ErrorCode;
  /** Retention of a locked bucket, added to every object. */
  readonly lock?: () => Pick<PutObjectCommandInput, "ObjectLockMode" | "ObjectLockRetainUntilDate">;
}

/** S3 asks that a conditional write that met another one be sent again; the other one is done within moments. */
const RACES = 6;
const RACE_PAUSE_MS = 50;

export const createObjects = (options: ObjectsOptions): Objects => {
  const { s3, bucket, owner, folder, fault } = options;
  const keyOf = (name: string): string => `${folder}${name}`;
  const place = (name: string) => ({ Bucket: bucket, Key: keyOf(name), ExpectedBucketOwner: owner });
  const guarded = async <T>(what: string, name: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw toStepError(fault, `${what} s3://${bucket}/${keyOf(name)}`, error);
    }
  };
  const read = (name: string): Promise<StoredObject | null> =>
    guarded("read", name, () =>
      orNull(async () => {
        const { Body, ETag } = await s3.send(new GetObjectCommand(place(name)));
        return { bytes: await Body!.transformToByteArray(), etag: ETag! };
      }),
    );
  const readLarge = (name: string, spools: Spools): Promise<Spooled | null> =>
    guarded("read", name, () =>
      orNull(async () => {
        const { Body: stream } = await s3.send(new GetObjectCommand(place(name)));
        const spool = spools.spool();
        for await (const chunk of stream as AsyncIterable<Uint8Array>) spool.add(chunk);
        return spool.done();
      }),
    );
  const put = (name: string, body: Body, condition: Condition): Promise<unknown> =>
    s3.send(
      new PutObjectCommand({
        ...place(name),
        ...bodyOf(body),
        ChecksumAlgorithm: "SHA256",
        ChecksumSHA256: checksumOf(body),
        ...condition,
        ...options.lock?.(),
      }),
    );
  const isStored = (name: string, body: Body): Promise<boolean> =>
    withSpools(async (spools) => {
      const stored = await readLarge(name, spools);
      return stored !== null && checksumOf(stored) === checksumOf(body);
    });
  const conditional = (name: string, body: Body, condition: Condition): Promise<boolean> =>
    guarded("write", name, () =>
      winning(
        () => put(name, body, condition),
        () => isStored(name, body),
      ),
    );
  return {
    bucket,
    keyOf,
    read,
    readLarge,
    has: (name) =>
      guarded("look at", name, async () => (await orNull(() => s3.send(new HeadObjectCommand(place(name))))) !== null),
    create: (name, body) => conditional(name, body, { IfNoneMatch: "*" }),
    replace: (name, bytes, etag) => conditional(name, bytes, { IfMatch: etag }),
    write: async (name, body) => void (await guarded("write", name, () => put(name, body, {}))),
    list: (prefix, after) => guarded("list", prefix, () => listNames(options, prefix, after)),
    folders: (prefix) => guarded("list", prefix, () => listFolders(options, prefix)),
  };
};

type Condition = Pick<PutObjectCommandInput, "IfNoneMatch" | "IfMatch">;

const checksumOf = (body: Body): string => Buffer.from(digestOfBody(body), "hex").toString("base64");

/** The SDK sends a stream once; what fails then is sent anew by the step's own retry. A chunk may be a buffer that is used again. */
const bodyOf = (body: Body): Pick<PutObjectCommandInput, "Body" | "ContentLength"> =>
  body instanceof Uint8Array
    ? { Body: body }
    : {
        Body: Readable.from(copiesOf(chunksOf(body)), { objectMode: false, highWaterMark: 1 << 20 }),
        ContentLength: lengthOf(body),
      };

function* copiesOf(chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

const orNull = async <T>(work: () => Promise<T>): Promise<T | null> => {
  try {
    return await work();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
};

/**
 * Whether a conditional write was ours. When the answer to the first attempt was lost, the SDK's second attempt is told
 * "taken" by our own object: then, and only then, equal bytes mean that we were the winner.
 */
const winning = async (write: () => Promise<unknown>, isOurs: () => Promise<boolean>): Promise<boolean> => {
  for (let race = 0; ; race += 1) {
    try {
      await write();
      return true;
    } catch (error) {
      if (isTaken(error) || isMissing(error)) return failureOf(error).attempts > 1 && (await isOurs());
      if (!isRace(error) || race === RACES) throw error;
      await pause(RACE_PAUSE_MS * 2 ** race);
    }
  }
};

const listNames = async (
  { s3, bucket, owner, folder }: ObjectsOptions,
  prefix: string,
  after?: string,
): Promise<readonly string[]> => {
  const names: string[] = [];
  const start = after === undefined ? {} : { StartAfter: `${folder}${after}` };
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        ExpectedBucketOwner: owner,
        Prefix: `${folder}${prefix}`,
        ...(token === undefined ? start : { ContinuationToken: token }),
      }),
    );
    names.push(...(page.Contents ?? []).map(({ Key }) => Key!.slice(folder.length)));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return names;
};

const listFolders = async (
  { s3, bucket, owner, folder }: ObjectsOptions,
  prefix: string,
): Promise<readonly string[]> => {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        ExpectedBucketOwner: owner,
        Prefix: `${folder}${prefix}`,
        Delimiter: "/",
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    names.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix!.slice(folder.length + prefix.length, -1)));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return names;
};
