import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { gunzipSync, constants as zlib } from "node:zlib";
import { isFlowLog } from "./ingest-flow-log.ts";
import { linesOf, type Piece, piecesIn, piecesOf } from "./ingest-records.ts";
import { createTap, type Tap } from "./ingest-tap.ts";

const HEAD_BYTES = 4096;
/** Unpacked size up to which a file that looks like CloudTrail is parsed as a whole, which is faster and takes more memory. */
const WHOLE_BYTES = 16 * 1024 * 1024;

/** A line of an S3 server access log: owner, bucket, time. */
const ACCESS_LOG = /^[0-9a-f]{40,64} \S+ \[\d\d\/[A-Z][a-z]{2}\/\d{4}:/;

/** What is in a file: its objects, or why there are none. `strange` is a file that does not even claim to be JSON. */
export type Contents =
  | { readonly kind: "json"; readonly pieces: Iterable<Piece> | AsyncIterable<Piece> }
  | { readonly kind: "access-log" | "flow-log"; readonly lines: AsyncIterable<string> }
  | { readonly kind: "digest" | "strange" }
  | { readonly kind: "unreadable"; readonly reason: string };

export interface Opened {
  /** Size on disk. */
  readonly bytes: number;
  readonly contents: Contents;
  /** SHA-256 (hex) of the file as it was read, once its contents were taken; null where it cannot be read to its end. */
  sha256(): Promise<string | null>;
}

/**
 * Opens a log file of any JSON shape, packed or not. A file that parses as a whole comes as one piece; one that does not
 * (lines, damage, size) object by object. Never throws for what is in a file, nor for a file it may not open.
 */
export const openLog = (path: string): Opened => {
  const tap = createTap(path);
  try {
    const { head, bytes, packed, rawBytes } = look(path);
    return { bytes, contents: contentsOf(path, tap, head, packed, rawBytes), sha256: tap.sha256 };
  } catch (error) {
    const reason = `The file cannot be opened (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}).`;
    return { bytes: 0, contents: { kind: "unreadable", reason }, sha256: async () => null };
  }
};

interface Look {
  readonly bytes: number;
  readonly packed: boolean;
  /** Unpacked; null where the head cannot be unpacked. */
  readonly head: string | null;
  /** What the gzip trailer says (RFC 1952, ISIZE), or the size on disk. */
  readonly rawBytes: number;
}

const look = (path: string): Look => {
  const file = openSync(path, "r");
  try {
    const bytes = fstatSync(file).size;
    const head = Buffer.alloc(Math.min(HEAD_BYTES, bytes));
    const tail = Buffer.alloc(4);
    readSync(file, head, 0, head.length, 0);
    if (bytes >= 4) readSync(file, tail, 0, 4, bytes - 4);
    const packed = head[0] === 0x1f && head[1] === 0x8b;
    return {
      bytes,
      packed,
      head: packed ? unpackedHead(head) : head.toString(),
      rawBytes: packed ? tail.readUInt32LE() : bytes,
    };
  } finally {
    closeSync(file);
  }
};

const unpackedHead = (head: Buffer): string | null => {
  try {
    return gunzipSync(head, { finishFlush: zlib.Z_SYNC_FLUSH }).toString();
  } catch {
    return null;
  }
};

const contentsOf = (path: string, tap: Tap, head: string | null, packed: boolean, rawBytes: number): Contents => {
  if (/_CloudTrail-Digest_/.test(path)) return { kind: "digest" };
  if (head === null) return refused(path, "The file begins like gzip and cannot be unpacked.");
  const start = head.replace(/^\uFEFF/, "").trimStart()[0];
  if (start === undefined) return refused(path, "The file is empty.");
  if (ACCESS_LOG.test(head)) return { kind: "access-log", lines: linesOf(tap, packed) };
  if (isFlowLog(head)) return { kind: "flow-log", lines: linesOf(tap, packed) };
  if (start !== "{" && start !== "[") return refused(path, "The file holds no JSON.");
  if (/^\s*\{\s*"[^{[]*"digest(StartTime|PublicKeyFingerprint)"/.test(head)) return { kind: "digest" };
  const whole = rawBytes <= WHOLE_BYTES && /"event(Version|ID|Time)"|"CloudTrailEvent"/.test(head);
  return { kind: "json", pieces: whole ? wholeOf(tap, packed) : piecesOf(tap, packed) };
};

/** A file that is no log is not a gap; one that has CloudTrail's name, or JSON's, and cannot be read is one. */
const refused = (path: string, reason: string): Contents =>
  /\.(json|jsonl|ndjson)(\.gz)?$|_CloudTrail_/i.test(path) ? { kind: "unreadable", reason } : { kind: "strange" };

const wholeOf = (tap: Tap, packed: boolean): Iterable<Piece> | AsyncIterable<Piece> => {
  const packedData = tap.whole();
  const data = packed ? unpacked(packedData, zlib.Z_FINISH) : packedData;
  if (data !== null) return piecesOfWhole(data);
  const beginning = unpacked(packedData, zlib.Z_SYNC_FLUSH);
  return beginning === null ? piecesOf(tap, packed) : cutOff(beginning);
};

const piecesOfWhole = (data: Buffer): Iterable<Piece> => {
  try {
    return [{ value: JSON.parse(data.toString().replace(/^\uFEFF/, "")) as unknown }];
  } catch {
    return piecesIn(data);
  }
};

/** Null for a damaged file, and for one whose trailer lies about its size. Z_SYNC_FLUSH takes a file that breaks off. */
const unpacked = (data: Buffer, finishFlush: number): Buffer | null => {
  try {
    return gunzipSync(data, { maxOutputLength: 2 * WHOLE_BYTES, finishFlush });
  } catch {
    return null;
  }
};

/** What stands before the break, and the news of it. */
function* cutOff(beginning: Buffer): Generator<Piece> {
  for (const piece of piecesIn(beginning)) if ("value" in piece) yield piece;
  yield { lost: "the file breaks off" };
}
