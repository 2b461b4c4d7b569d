import { createHash } from "node:crypto";

/** Bytes that may be too many to hold. */
export interface Content {
  readonly bytes: number;
  /** From the first byte to the last, each time anew. A chunk is valid until the next one is asked for. */
  chunks(): Iterable<Uint8Array>;
}

/** Bytes at random access. What `read` returns is valid until the next call and shorter only at the end. */
export interface ByteReader {
  readonly bytes: number;
  read(at: number, length: number): Uint8Array;
}

/** A file of a case or of a bundle: in memory, or wherever it lies. */
export type Body = Uint8Array | Content;
export type Bodies = ReadonlyMap<string, Body>;

/** Below node's limits on one hash update, and small beside any memory. */
const CHUNK_BYTES = 1 << 20;

export const lengthOf = (body: Body): number => (body instanceof Uint8Array ? body.length : body.bytes);

export const chunksOf = (body: Body): Iterable<Uint8Array> =>
  body instanceof Uint8Array ? slicesOf(body) : body.chunks();

function* slicesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

/** A part of what can be read at random; the whole when nothing else is said. */
export const partOf = (reader: ByteReader, from = 0, bytes = reader.bytes - from): Content => ({
  bytes,
  *chunks() {
    // A buffer for each reading: two that take turns do not overwrite each other's.
    const own = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, bytes));
    for (let done = 0; done < bytes; ) {
      const chunk = reader.read(from + done, Math.min(CHUNK_BYTES, bytes - done));
      if (chunk.length === 0) return;
      own.set(chunk);
      yield own.subarray(0, chunk.length);
      done += chunk.length;
    }
  },
});

export const readerOf = (bytes: Uint8Array): ByteReader => ({
  bytes: bytes.length,
  read: (at, length) => bytes.subarray(at, at + length),
});

/** All of it in memory: only for what is known to be small, or read by those who want it whole. */
export const wholeOf = (body: Body): Uint8Array => {
  if (body instanceof Uint8Array) return body;
  const whole = Buffer.alloc(body.bytes);
  let at = 0;
  for (const chunk of body.chunks()) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole.subarray(0, at);
};

/** SHA-256 (hex). */
export const digestOfBody = (body: Body): string => {
  const hash = createHash("sha256");
  for (const chunk of chunksOf(body)) hash.update(chunk);
  return hash.digest("hex");
};
