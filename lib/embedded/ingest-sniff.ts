import { open } from "node:fs/promises";
import { gunzipSync, constants as zlib } from "node:zlib";

const HEAD_BYTES = 16 * 1024;
/** Deflate cannot pack tighter than this; a gzip trailer that claims more is damaged (RFC 1951). */
const MAX_GZIP_RATIO = 1032;
/** Larger `Records` files are read record by record: DuckDB reserves twice the largest object on every thread. */
const MAX_OBJECT_BYTES = 48 * 1024 * 1024;

/**
 * What a file is, by its first bytes. `delivered`: `{"Records":[…]}` as CloudTrail writes it. `lines`: one such record a
 * line. `irregular`: JSON of another shape, to be read record by record. `digest`: CloudTrail's own checksum file.
 * `other`: not CloudTrail. `unreadable`: should be CloudTrail and is not.
 */
export type FileKind = "delivered" | "lines" | "irregular" | "digest" | "other" | "unreadable";

export interface Sniffed {
  readonly kind: FileKind;
  readonly gzip: boolean;
  /** Size on disk. */
  readonly bytes: number;
  /** Size when unpacked, as the gzip trailer says; equal to `bytes` for a plain file. */
  readonly rawBytes: number;
  /** One sentence, for `unreadable`. */
  readonly reason: string | null;
}

/** Looks at the head and the tail of one file. Never throws for what is in the file, nor for a file it may not open. */
export const sniff = async (path: string): Promise<Sniffed> => {
  const ends = await readEnds(path).catch((error: unknown) => String((error as NodeJS.ErrnoException).code ?? error));
  if (typeof ends === "string")
    return { ...NOTHING, kind: "unreadable", reason: `The file cannot be opened (${ends}).` };
  const { head, tail, bytes } = ends;
  const gzip = head[0] === 0x1f && head[1] === 0x8b;
  const text = gzip ? unpackedHead(head) : head;
  if (text === null) return unreadable(path, bytes, gzip, "The file begins like gzip but cannot be unpacked.");
  if (text.length === 0) return unreadable(path, bytes, gzip, "The file is empty.");
  const rawBytes = gzip && tail.length === 4 ? tail.readUInt32LE() : bytes;
  const damaged = gzip && (rawBytes > bytes * MAX_GZIP_RATIO || rawBytes < text.length);
  const kind = kindOf(path, text.toString("utf8").replace(/^\uFEFF/, ""), rawBytes);
  if (kind === "unreadable") return unreadable(path, bytes, gzip, "The file holds no JSON.");
  const whole = kind === "delivered" || kind === "lines";
  return { kind: whole && (damaged || isGlob(path)) ? "irregular" : kind, gzip, bytes, rawBytes, reason: null };
};

const NOTHING = { gzip: false, bytes: 0, rawBytes: 0 } as const;

const readEnds = async (path: string): Promise<{ head: Buffer; tail: Buffer; bytes: number }> => {
  const file = await open(path, "r");
  try {
    const bytes = (await file.stat()).size;
    const head = Buffer.alloc(Math.min(HEAD_BYTES, bytes));
    const tail = Buffer.alloc(Math.min(4, bytes));
    await file.read(head, 0, head.length, 0);
    await file.read(tail, 0, tail.length, bytes - tail.length);
    return { head, tail, bytes };
  } finally {
    await file.close();
  }
};

const unpackedHead = (head: Buffer): Buffer | null => {
  try {
    return gunzipSync(head, { finishFlush: zlib.Z_SYNC_FLUSH });
  } catch {
    return null;
  }
};

/** A file that is no log at all is not a gap; one that carries CloudTrail's name, or JSON's, and cannot be read is. */
const unreadable = (path: string, bytes: number, gzip: boolean, reason: string): Sniffed => ({
  kind: claimsJson(path) ? "unreadable" : "other",
  gzip,
  bytes,
  rawBytes: 0,
  reason,
});

const claimsJson = (path: string): boolean => /\.(json|jsonl|ndjson)(\.gz)?$/i.test(path) || /_CloudTrail_/.test(path);

const kindOf = (path: string, text: string, rawBytes: number): FileKind => {
  if (/_CloudTrail-Digest_/.test(path) || /"digestStartTime"|"digestPublicKeyFingerprint"/.test(text)) return "digest";
  const first = text.trimStart()[0];
  if (first !== "{" && first !== "[") return claimsJson(path) ? "unreadable" : "other";
  if (/^\s*\{\s*"Records"\s*:\s*\[(\s*\]|\s*\{[\s\S]*"event(Version|ID|Time)")/.test(text))
    return rawBytes > MAX_OBJECT_BYTES ? "irregular" : "delivered";
  return isRecordLine(text.slice(0, text.indexOf("\n"))) ? "lines" : "irregular";
};

/** Whether the first line is a whole record with the members DuckDB reads by name. */
const isRecordLine = (line: string): boolean => {
  try {
    const { eventID, eventTime, userIdentity } = JSON.parse(line) as Record<string, unknown>;
    return typeof eventID === "string" && typeof eventTime === "string" && typeof userIdentity === "object";
  } catch {
    return false;
  }
};

/** DuckDB reads these characters in a path as a pattern. */
const isGlob = (path: string): boolean => /[*?[\]{}]/.test(path);
