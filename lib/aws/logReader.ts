import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { CheckedLogs } from "../case/logIntegrity.ts";
import type { ScanRequest } from "../case/scan.ts";
import { checkDigests, type DigestFile, type DigestKey, endIn } from "../core/logs/logDigest.ts";
import { type Hashed, judgeLogFiles } from "../core/logs/logIntegrity.ts";
import type { Clock, Trail } from "../ports/ports.ts";
import { failureOf } from "./failures.ts";
import type { LogLister, LogPlace } from "./logFiles.ts";
import { logWindow } from "./scanResult.ts";

export interface LogReaderOptions {
  readonly s3: S3Client;
  readonly place: LogPlace;
  readonly logs: Pick<LogLister, "list">;
  /** CloudTrail's public keys of a region that were in use in a window (`ListPublicKeys`). */
  readonly keysOf: (region: string, from: string, to: string) => Promise<readonly DigestKey[]>;
  readonly clock: Clock;
}

/** What one call reads at most: S3 bills 0.0004 USD a thousand requests, a Lambda its time. What is beyond is said to be unread. */
const MAXIMUM_FILES = 2_000;
const MAXIMUM_BYTES = 2e9;
const MAXIMUM_SECONDS = 240;
const MAXIMUM_DIGESTS = 1_000;
const AT_ONCE = 8;
const DIGEST_SPAN_MS = 2 * 3_600_000;

type Window = Pick<ScanRequest, "from" | "to" | "accounts">;

/** Reads log files from their bucket, within limits: for the chain of custody, and against CloudTrail's digests. */
export const createLogReader = (options: LogReaderOptions): Required<Pick<Trail, "digests" | "integrity">> => ({
  digests: async (files) => {
    const budget = budgetOf(options.clock);
    const found = await eachOf(files, async (file) => {
      const read = await readWithin(budget, options, file);
      return read === null || typeof read === "string" ? null : ([file, digestOf(read.bytes)] as const);
    });
    return new Map(found.filter((one) => one !== null));
  },
  integrity: (window, sources) => integrityOf(options, window, sources),
});

const digestOf = (bytes: Uint8Array) => ({
  bytes: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex"),
});

const integrityOf = async (
  options: LogReaderOptions,
  window: Window,
  sources: readonly string[],
): Promise<CheckedLogs> => {
  const listed = await options.logs.list(logWindow(window));
  if (listed === null)
    return nothing("The log files are too many to list, or may not be listed: their digests were not checked.");
  const near = listed.digests.filter((key) => isNear(endIn(key), window));
  if (near.length === 0) return nothing("No digest file of CloudTrail lies in the log bucket for this window.");
  const taken = near.slice(0, MAXIMUM_DIGESTS);
  const files = await eachOf(taken, (key) => digestAt(options, key));
  const { keys, notes } = await publicKeys(options, window, taken);
  const { checks, logs } = checkDigests(files, keys, new Date(Date.parse(window.from)).toISOString());
  const inside = listed.logs.filter(({ delivered }) => isInside(delivered, window)).map(({ path }) => path);
  const first = new Set(sources);
  const budget = budgetOf(options.clock);
  const judged = await judgeLogFiles(
    logs.filter(({ key }) => isInside(deliveredAt(key), window)),
    inside.toSorted((a, b) => Number(first.has(b)) - Number(first.has(a))),
    listed.logs.map(({ path }) => path),
    (path) => hashAt(budget, options, path),
  );
  const left = near.length - taken.length;
  return {
    ...judged,
    digests: checks,
    notes: left === 0 ? notes : [...notes, `${left} digest files more were not read.`],
  };
};

const nothing = (note: string): CheckedLogs => ({
  digests: [],
  files: [],
  counts: { verified: 0, differs: 0, missing: 0, "not covered": 0, "not checked": 0 },
  notes: [note],
});

const isNear = (end: string, { from, to }: Window): boolean =>
  end !== "" &&
  Date.parse(end) >= Date.parse(from) - DIGEST_SPAN_MS &&
  Date.parse(end) <= Date.parse(to) + DIGEST_SPAN_MS;

/** `delivered` as `YYYY-MM-DDTHH:MM`. */
const isInside = (delivered: string | null, { from, to }: Window): boolean =>
  delivered !== null &&
  Date.parse(`${delivered}:00Z`) >= Date.parse(from) &&
  Date.parse(`${delivered}:00Z`) <= Date.parse(to);

const deliveredAt = (key: string): string | null => {
  const [, date, time] = /_(\d{8})T(\d{4})Z_[A-Za-z0-9]+\.json/.exec(key) ?? [];
  if (date === undefined || time === undefined) return null;
  return `${date.replace(/^(....)(..)(..)$/, "$1-$2-$3")}T${time.replace(/^(..)(..)$/, "$1:$2")}`;
};

const digestAt = async (options: LogReaderOptions, key: string): Promise<DigestFile> => {
  const read = await readObject(options, key);
  if (read === null || typeof read === "string") return { file: key, content: null, signature: null };
  return { file: key, content: unpacked(read.bytes), signature: read.signature };
};

const unpacked = (bytes: Uint8Array): Uint8Array | null => {
  try {
    return gunzipSync(bytes);
  } catch {
    return null;
  }
};

/** Keys lie in the home region of the trail, which a digest's name tells last (`…_<trail>_<home region>_<time>`). */
const publicKeys = async (
  { keysOf }: LogReaderOptions,
  { from, to }: Window,
  digests: readonly string[],
): Promise<{ readonly keys: readonly DigestKey[]; readonly notes: readonly string[] }> => {
  const regions = new Set(digests.flatMap((key) => /_([a-z]{2,4}(?:-[a-z]+)+-\d)_\d{8}T\d{6}Z/.exec(key)?.[1] ?? []));
  const notes: string[] = [];
  const keys: DigestKey[] = [];
  for (const region of regions) {
    try {
      keys.push(...(await keysOf(region, from, new Date(Date.parse(to) + DIGEST_SPAN_MS).toISOString())));
    } catch (error) {
      notes.push(`Signatures of digest files of ${region} were not checked: ${failureOf(error).code}.`);
    }
  }
  return { keys, notes };
};

const hashAt = async (budget: Budget, options: LogReaderOptions, path: string): Promise<Hashed> => {
  const read = await readWithin(budget, options, path);
  if (read === null || read === "denied") return "not checked";
  if (read === "gone") return "damaged";
  const content = unpacked(read.bytes);
  return content === null ? "damaged" : { sha256: digestOf(content).sha256 };
};

interface Budget {
  files: number;
  bytes: number;
  readonly until: number;
  readonly clock: Clock;
}

const budgetOf = (clock: Clock): Budget => ({
  files: MAXIMUM_FILES,
  bytes: MAXIMUM_BYTES,
  until: Date.parse(clock.now()) + MAXIMUM_SECONDS * 1000,
  clock,
});

type Read = { readonly bytes: Uint8Array; readonly signature: string | null } | "gone" | "denied";

/** Null: the budget is spent. Only files of the log bucket are read, whatever a name says. */
const readWithin = async (budget: Budget, options: LogReaderOptions, path: string): Promise<Read | null> => {
  const start = `s3://${options.place.bucket}/`;
  if (!path.startsWith(start)) return "denied";
  if (budget.files <= 0 || budget.bytes <= 0 || Date.parse(budget.clock.now()) > budget.until) return null;
  budget.files -= 1;
  const read = await readObject(options, path.slice(start.length));
  if (typeof read !== "string") budget.bytes -= read.bytes.length;
  return read;
};

const readObject = async ({ s3, place }: LogReaderOptions, Key: string): Promise<Read> => {
  try {
    const { Body, Metadata } = await s3.send(
      new GetObjectCommand({ Bucket: place.bucket, ExpectedBucketOwner: place.owner, Key }),
    );
    return { bytes: await Body!.transformToByteArray(), signature: Metadata?.signature ?? null };
  } catch (error) {
    const { status } = failureOf(error);
    if (status === 404) return "gone";
    if (status === 403) return "denied";
    throw error;
  }
};

/** In order, some at once. */
const eachOf = async <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> => {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at]!);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
};
