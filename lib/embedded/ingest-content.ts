import { statSync } from "node:fs";
import { createGunzip, createZstdDecompress, gunzipSync } from "node:zlib";
import type { Inflate } from "./ingest-inflate.ts";
import { type Unpacker, unpackedStreams } from "./ingest-streams.ts";
import type { Tap } from "./ingest-tap.ts";

/** Unpacked size up to which a file is held and parsed as a whole, which is faster and takes more memory. */
export const WHOLE_BYTES = 16 * 1024 * 1024;
/** DEFLATE packs at most 1,032 to 1 and logs about 10 to 1: what unpacks to more than this is no log. */
const MOST_UNPACKED = 200;
const ALWAYS_UNPACKED = 16 * 1024 * 1024;
const HEAD_BYTES = 8192;
/** Node's own size of a chunk of unpacked bytes. */
const SMALLEST_CHUNK = 16 * 1024;
/** A damaged file is fed to the unpacker in small parts, so that what stands before the damage comes out. */
const SLICE_BYTES = 256;

/** The bytes of a file, or of a file inside an archive. Its chunks can be read once. */
export interface Content {
  readonly head: Buffer;
  /** All of it, where it is small. */
  readonly whole: Buffer | null;
  /** Why `whole` is not all there was; chunks that break off throw instead. */
  readonly broken: string | null;
  /** Size as it lies there, for a limit to what may come out of it. */
  readonly bytes: number;
  chunks(): AsyncIterable<Buffer>;
}

export const contentOf = (whole: Buffer, broken: string | null = null): Content => ({
  head: whole.subarray(0, HEAD_BYTES),
  whole,
  broken,
  bytes: whole.length,
  chunks: () => once(whole),
});

async function* once(whole: Buffer): AsyncGenerator<Buffer> {
  yield whole;
}

/** Throws as `node:fs` does for a file that may not be opened. */
export const fileContent = async (path: string, tap: Tap): Promise<Content> => {
  const { size } = statSync(path);
  return size <= WHOLE_BYTES ? contentOf(tap.whole()) : gathered(tap.stream(), size);
};

/** Reads ahead until it is clear whether all of it is small. `bytes`: its size on disk or in its archive. */
export const gathered = async (source: AsyncIterable<Buffer>, bytes: number): Promise<Content> => {
  const chunks = source[Symbol.asyncIterator]();
  const taken: Buffer[] = [];
  let size = 0;
  try {
    while (size <= WHOLE_BYTES) {
      const next = await chunks.next();
      if (next.done === true) return { ...contentOf(Buffer.concat(taken)), bytes };
      taken.push(next.value);
      size += next.value.length;
    }
  } catch (error) {
    return { ...contentOf(Buffer.concat(taken), `it breaks off (${(error as Error).message})`), bytes };
  }
  const first = Buffer.concat(taken);
  return { head: first.subarray(0, HEAD_BYTES), whole: null, broken: null, bytes, chunks: () => after(first, chunks) };
};

async function* after(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** The answer with `info`, which Node's types do not know. `bytesWritten`: how many bytes were taken in. */
interface Unpacked {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** `inflate`: for a file whose content is done with when the next one is read. */
export const gunzipped = async (packed: Content, inflate: Inflate | null): Promise<Content> => {
  if (packed.whole !== null) {
    const whole = inflate?.(packed.whole) ?? null;
    if (whole !== null) return { ...contentOf(whole), bytes: packed.bytes };
    try {
      const options = { maxOutputLength: WHOLE_BYTES, chunkSize: unpackedSize(packed.whole), info: true };
      const { buffer, engine } = gunzipSync(packed.whole, options) as unknown as Unpacked;
      if (engine.bytesWritten === packed.whole.length) return { ...contentOf(buffer), bytes: packed.bytes };
    } catch {
      // Too large, or damaged: what can be had comes out piece by piece, as where something follows.
    }
  }
  return unpackedBy(packed, () => createGunzip());
};

/** By the last four bytes (RFC 1952, ISIZE), which can lie: room for it all at once is made, within bounds, and no more is believed. */
const unpackedSize = (packed: Buffer): number => {
  const told = packed.length < 4 ? 0 : packed.readUInt32LE(packed.length - 4);
  return Math.max(SMALLEST_CHUNK, told <= Math.min(WHOLE_BYTES, MOST_UNPACKED * packed.length) ? told + 1 : 0);
};

export const unzstd = (packed: Content): Promise<Content> => unpackedBy(packed, () => createZstdDecompress());

const unpackedBy = async (packed: Content, create: () => Unpacker): Promise<Content> => {
  const output = unpackedStreams(packed.whole === null ? packed.chunks() : slices(packed.whole), create);
  const content = await gathered(limited(output, ALWAYS_UNPACKED + MOST_UNPACKED * packed.bytes), packed.bytes);
  return packed.broken === null ? content : { ...content, broken: content.broken ?? packed.broken };
};

function* slices(whole: Buffer): Generator<Buffer> {
  for (let at = 0; at < whole.length; at += SLICE_BYTES) yield whole.subarray(at, at + SLICE_BYTES);
}

async function* limited(chunks: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > most) throw new Error(`it unpacks to more than ${most} bytes`);
    yield chunk;
  }
}

/** Text of any Unicode encoding as UTF-8; PowerShell's `>` writes UTF-16. */
export const asUtf8 = (content: Content): Content => {
  const encoding = encodingOf(content.head);
  if (encoding === "utf-8") return content;
  if (content.whole !== null)
    return {
      ...contentOf(Buffer.from(new TextDecoder(encoding).decode(content.whole)), content.broken),
      bytes: content.bytes,
    };
  return {
    ...content,
    head: Buffer.from(new TextDecoder(encoding).decode(content.head)),
    chunks: () => recoded(content.chunks(), encoding),
  };
};

async function* recoded(chunks: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

/** By its byte order mark, or by where the zero bytes of plain letters are. */
export const encodingOf = (head: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" => {
  const [a, b, c, d] = head;
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return "utf-16le";
  return a === 0 && b !== 0 && c === 0 && d !== 0 ? "utf-16be" : "utf-8";
};
