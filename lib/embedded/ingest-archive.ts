import { type Entry, fromBufferPromise, openPromise, type ZipFile } from "yauzl";
import { type Content, contentOf, gathered } from "./ingest-content.ts";

/** A file inside an archive, or why one that is there cannot be had. */
export type Packed =
  | { readonly name: string; readonly content: Content }
  | { readonly name: string; readonly refused: string };

const BLOCK = 512;
/** An archive inside another is held in memory. */
const MOST_HELD = 256 * 1024 * 1024;
const MOST_ENTRIES = 200_000;

/** Files of a ZIP archive. `path`: where it lies, if it is no archive inside another. Throws where it is damaged. */
export async function* zipped(content: Content, path: string | null): AsyncGenerator<Packed> {
  const zip = await openZip(content, path);
  let entries = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      if (++entries > MOST_ENTRIES) throw new Error(`it holds more than ${MOST_ENTRIES} files`);
      const name = Buffer.from(entry.fileNameRaw ?? entry.fileName).toString();
      if (!name.endsWith("/")) yield await unzipped(zip, entry, name);
    }
  } finally {
    zip.close();
  }
}

const openZip = async (content: Content, path: string | null): Promise<ZipFile> => {
  const options = { decodeStrings: false, autoClose: false };
  if (content.whole !== null) return fromBufferPromise(content.whole, options);
  return path === null ? fromBufferPromise(await held(content), options) : openPromise(path, options);
};

const held = async (content: Content): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content.chunks()) {
    bytes += chunk.length;
    if (bytes > MOST_HELD) throw new Error(`an archive inside another is read up to ${MOST_HELD} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const unzipped = async (zip: ZipFile, entry: Entry, name: string): Promise<Packed> => {
  try {
    return { name, content: await gathered(await zip.openReadStreamPromise(entry), entry.compressedSize) };
  } catch (error) {
    return { name, refused: (error as Error).message };
  }
};

/** Whether a file begins with the header of a tar archive: its checksum is right (POSIX.1-1988, ustar). */
export const isTar = (head: Buffer): boolean => head.length >= BLOCK && sumOf(head) === octal(head, 148, 8);

const sumOf = (header: Buffer): number => {
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += header[at]!;
  return sum;
};

const octal = (header: Buffer, from: number, length: number): number => {
  if ((header[from]! & 0x80) !== 0) return Number(header.readBigUInt64BE(from + length - 8));
  return Number.parseInt(textIn(header, from, length).trim() || "0", 8);
};

const textIn = (header: Buffer, from: number, length: number): string => {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? length : end).toString();
};

const FILES = ["0", "\0", "7"];
/** A folder, and attributes of all that follows. */
const NOTHING = ["5", "g"];

/** Files of a tar archive; each must be read before the next. Throws where it is damaged or breaks off. */
export async function* untarred(content: Content): AsyncGenerator<Packed> {
  const source = takerOf(content.chunks());
  let named: { readonly name?: string | undefined; readonly size?: number | undefined } = {};
  let isEnded = false;
  for (let entries = 0; ; entries++) {
    // Another archive may follow (`cat a.tar b.tar`); what is none must not go unsaid.
    if (isEnded && (await source.isAtEnd())) return;
    const header = await source.exactly(BLOCK);
    isEnded = header.every((byte) => byte === 0);
    if (isEnded) continue;
    if (sumOf(header) !== octal(header, 148, 8)) throw new Error("a header of the archive is damaged");
    if (entries > MOST_ENTRIES) throw new Error(`it holds more than ${MOST_ENTRIES} blocks and files`);
    const kind = String.fromCharCode(header[156]!);
    const size = named.size ?? octal(header, 124, 12);
    if (kind === "L") named = { name: textIn(await source.padded(size), 0, size) };
    else if (kind === "x") named = paxOf(await source.padded(size));
    else {
      const name =
        named.name ?? [textIn(header, 345, 155), textIn(header, 0, 100)].filter((part) => part !== "").join("/");
      named = {};
      if (FILES.includes(kind)) yield* entryOf(source, name, size);
      else if (NOTHING.includes(kind)) await source.skip(size);
      else {
        yield { name, refused: "it is a link or a device" };
        await source.skip(size);
      }
    }
  }
}

async function* entryOf(source: Taker, name: string, size: number): AsyncGenerator<Packed> {
  const content = size === 0 ? contentOf(Buffer.alloc(0)) : await gathered(source.upTo(size), size);
  yield { name, content };
  if (content.whole === null) for await (const _ of content.chunks());
  if (content.broken !== null) throw new Error("the archive breaks off");
  await source.exactly((BLOCK - (size % BLOCK)) % BLOCK);
}

/** `27 path=some/where.json\n`, one after another. */
const paxOf = (data: Buffer): { readonly name?: string | undefined; readonly size?: number | undefined } => {
  const fields = new Map<string, string>();
  for (let at = 0; at < data.length; ) {
    const length = Number.parseInt(data.subarray(at, at + 12).toString("latin1"), 10);
    if (!(length > 0)) break;
    const [, key, value] = /^\d+ ([^=]+)=(.*)\n$/s.exec(data.subarray(at, at + length).toString()) ?? [];
    if (key !== undefined) fields.set(key, value!);
    at += length;
  }
  const size = fields.get("size");
  return { name: fields.get("path"), size: size === undefined ? undefined : Number(size) };
};

interface Taker {
  isAtEnd(): Promise<boolean>;
  exactly(bytes: number): Promise<Buffer>;
  /** With the padding to whole blocks left out; for names, so that a size that is absurd is refused. */
  padded(bytes: number): Promise<Buffer>;
  skip(bytes: number): Promise<void>;
  /** Chunks of the next bytes; throws where they end early. */
  upTo(bytes: number): AsyncGenerator<Buffer>;
}

const MOST_NAME = 1024 * 1024;

const takerOf = (source: AsyncIterable<Buffer>): Taker => {
  const chunks = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const isAtEnd = async (): Promise<boolean> => {
    while (rest.length === 0) {
      const next = await chunks.next();
      if (next.done === true) return true;
      rest = next.value;
    }
    return false;
  };
  async function* upTo(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0; ) {
      if (await isAtEnd()) throw new Error("the archive breaks off");
      const part = rest.subarray(0, left);
      rest = rest.subarray(part.length);
      left -= part.length;
      if (part.length > 0) yield part;
    }
  }
  const exactly = async (bytes: number): Promise<Buffer> => {
    const parts: Buffer[] = [];
    for await (const part of upTo(bytes)) parts.push(part);
    return Buffer.concat(parts);
  };
  const blocks = (bytes: number): number => Math.ceil(bytes / BLOCK) * BLOCK;
  return {
    isAtEnd,
    exactly,
    upTo,
    padded: async (bytes) => {
      if (!(bytes <= MOST_NAME)) throw new Error("a header of the archive is damaged");
      return (await exactly(blocks(bytes))).subarray(0, bytes);
    },
    skip: async (bytes) => {
      for await (const _ of upTo(blocks(bytes)));
    },
  };
};
