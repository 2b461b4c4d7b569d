import { crc32 } from "node:zlib";
import { type Bodies, type ByteReader, partOf } from "../base/content.ts";
import { EvidenceError, printable } from "../base/evidenceError.ts";
import { openReader } from "../base/fileContent.ts";
import { type Collector, collect, type Inventory, type Limits } from "./inventory.ts";
import { isReadByVerifier, nameFault } from "./layout.ts";
import {
  directory,
  END_BYTES,
  END_SIGNATURE,
  LOCAL_BYTES,
  LOCAL_SIGNATURE,
  localHeader,
  type ZipEntry,
} from "./zipFormat.ts";

const CHUNK_BYTES = 1 << 20;
/** Longer than any safe name, so that one read gets header and name. */
const HEADER_READ_BYTES = LOCAL_BYTES + 256;

/**
 * Walks a canonical ZIP once, from its first byte to its last, rebuilding each header from name, length and content and
 * comparing it. So nothing can hide: no prefix, gap, overlap, second directory, descriptor, comment or trailer.
 * Entries must come sorted, once each. Throws EvidenceError ARCHIVE, NAME, EXTRA, LIMIT, UNREADABLE.
 */
export function readZip(input: ByteReader, limits: Limits, isHeld = isReadByVerifier): Inventory {
  return walkZip(input, limits, isHeld).inventory;
}

/** The files of a canonical ZIP where they lie in it, walked and hashed once; `readZip` says what is refused. */
export const openZip = (input: ByteReader, limits: Limits): Bodies =>
  new Map(zipSpans(input, limits).map(({ name, from, bytes }) => [name, partOf(input, from, bytes)]));

/** A file inside a ZIP, by its path in the bundle. */
export interface ZipSpan {
  readonly name: string;
  readonly sha256: string;
  /** Of its first byte in the ZIP. */
  readonly from: number;
  readonly bytes: number;
}

export function zipSpans(input: ByteReader, limits: Limits): readonly ZipSpan[] {
  const { inventory, entries } = walkZip(input, limits, () => false);
  return entries.map(({ name, bytes, offset }) => {
    const path = name.slice(inventory.top.length);
    return { name: path, sha256: inventory.digests.get(path)!.sha256, from: offset + LOCAL_BYTES + name.length, bytes };
  });
}

interface WalkedZip {
  readonly inventory: Inventory & { readonly top: string };
  readonly entries: readonly ZipEntry[];
}

function walkZip(input: ByteReader, limits: Limits, isHeld: (path: string) => boolean): WalkedZip {
  assertEnds(input, limits);
  const collector = collect(limits, isHeld);
  const entries: ZipEntry[] = [];
  let offset = 0;
  let top = "";
  for (let header = headerAt(input, offset); header !== null; header = headerAt(input, offset)) {
    if (header.name <= (entries.at(-1)?.name ?? ""))
      throw new EvidenceError("ARCHIVE", "entries are not sorted, or one comes twice");
    if (entries.length === 0) top = topOf(header.name);
    if (!header.name.startsWith(top)) throw new EvidenceError("ARCHIVE", `${header.name}: beside the folder ${top}`);
    entries.push(readEntry(input, collector, header, offset, top));
    offset += LOCAL_BYTES + header.name.length + header.bytes;
  }
  assertDirectory(input, entries, offset);
  return { inventory: { ...collector.done(), top }, entries };
}

/** What is handed to people lies in one folder, named `<case>-r<revision>`, so that unpacking it strews nothing; no file of a bundle begins so. */
const topOf = (first: string): string => /^[a-z0-9-]+-r[1-9]\d*\//.exec(first)?.[0] ?? "";

/** `readZip` over a file; at most one chunk of it is in memory. */
export function readZipFile(path: string, limits: Limits): Inventory {
  const reader = openReader(path);
  try {
    return readZip(reader, limits);
  } finally {
    reader.close();
  }
}

/** A first look at both ends: is it a ZIP at all, does it end where it should, and does it announce too many entries. */
function assertEnds(input: ByteReader, limits: Limits): void {
  if (input.bytes < END_BYTES || text(input.read(0, 2)) !== "PK")
    throw new EvidenceError("UNREADABLE", "not a ZIP file");
  const end = view(input.read(input.bytes - END_BYTES, END_BYTES));
  if (end.getUint32(0, true) !== END_SIGNATURE) throw new EvidenceError("ARCHIVE", "truncated, or bytes after the end");
  if (end.getUint16(10, true) > limits.files)
    throw new EvidenceError("LIMIT", "more files than this verifier was told to accept");
}

/** Name and length of the entry at an offset, from its own header; null where the directory should begin. */
function headerAt(input: ByteReader, offset: number): { readonly name: string; readonly bytes: number } | null {
  const bytes = input.read(offset, HEADER_READ_BYTES);
  const header = view(bytes);
  if (bytes.length < LOCAL_BYTES || header.getUint32(0, true) !== LOCAL_SIGNATURE) return null;
  const nameBytes = header.getUint16(26, true);
  const size = header.getUint32(18, true);
  if (nameBytes > bytes.length - LOCAL_BYTES || offset + LOCAL_BYTES + nameBytes + size > input.bytes) {
    throw new EvidenceError("ARCHIVE", `entry at byte ${offset}: its lengths do not fit`);
  }
  const name = text(bytes.subarray(LOCAL_BYTES, LOCAL_BYTES + nameBytes));
  const fault = nameFault(name);
  if (fault) throw new EvidenceError(fault.code, `${printable(name)}: ${fault.detail}`);
  return { name, bytes: size };
}

function readEntry(
  input: ByteReader,
  collector: Collector,
  header: { readonly name: string; readonly bytes: number },
  offset: number,
  top: string,
): ZipEntry {
  const { name, bytes } = header;
  const start = offset + LOCAL_BYTES + name.length;
  const sum = { crc: 0 };
  collector.add(name.slice(top.length), bytes, contentOf(input, start, bytes, sum));
  const entry = { name, bytes, crc: sum.crc, offset };
  assertSame(input, offset, localHeader(entry), `header of ${name}`);
  return entry;
}

function* contentOf(input: ByteReader, start: number, bytes: number, sum: { crc: number }): Generator<Uint8Array> {
  for (let done = 0; done < bytes; ) {
    const chunk = input.read(start + done, Math.min(CHUNK_BYTES, bytes - done));
    if (chunk.length === 0) return;
    sum.crc = crc32(chunk, sum.crc);
    done += chunk.length;
    yield chunk;
  }
}

function assertDirectory(input: ByteReader, entries: readonly ZipEntry[], offset: number): void {
  const expected = directory(entries, offset);
  if (offset + expected.length !== input.bytes) throw new EvidenceError("ARCHIVE", "directory and files do not match");
  assertSame(input, offset, expected, "directory");
}

function assertSame(input: ByteReader, offset: number, expected: Uint8Array, what: string): void {
  for (let done = 0; done < expected.length; ) {
    const got = input.read(offset + done, Math.min(CHUNK_BYTES, expected.length - done));
    if (got.length === 0 || Buffer.compare(got, expected.subarray(done, done + got.length)) !== 0) {
      throw new EvidenceError("ARCHIVE", `${what}: not as Cordon writes it`);
    }
    done += got.length;
  }
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
