import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Body, type ByteReader, type Content, chunksOf, partOf, readerOf } from "./content.ts";

/** So much is kept in memory; what grows beyond lies in a file that nobody else can read, in the system's temporary folder. */
const HELD_BYTES = 4 * 2 ** 20;
const FIRST_BYTES = 1 << 16;
const READ_BYTES = 1 << 20;

/** What a spool gives back: readable in any order too (`randomly`). */
export type Spooled = Uint8Array | (Content & ByteReader);

/** Takes bytes piece by piece and gives them back, however many. */
export interface Spool {
  add(piece: Uint8Array | string): void;
  /** What was added. A file behind it lasts as long as its spools. */
  done(): Spooled;
}

/** Spools whose files are gone with `dispose`, or with the process. */
export interface Spools {
  spool(): Spool;
  dispose(): void;
}

export const createSpools = (): Spools => {
  const opened: (() => void)[] = [];
  return {
    spool: () => createSpool((close) => void opened.push(close)),
    dispose: () => {
      for (const close of opened.splice(0)) close();
    },
  };
};

/** Runs `work` with spools, and removes their files whatever becomes of it. */
export const withSpools = async <T>(work: (spools: Spools) => Promise<T>): Promise<T> => {
  const spools = createSpools();
  try {
    return await work(spools);
  } finally {
    spools.dispose();
  }
};

/** All pieces in one body. */
export const spooled = (spools: Spools, pieces: Iterable<Uint8Array | string>): Spooled => {
  const spool = spools.spool();
  for (const piece of pieces) spool.add(piece);
  return spool.done();
};

export const randomly = (body: Spooled): ByteReader => (body instanceof Uint8Array ? readerOf(body) : body);

/** Copies what a body holds, so that it lasts while the spools do. */
export const keptBody = (spools: Spools, body: Body): Spooled => spooled(spools, chunksOf(body));

const createSpool = (onOpen: (close: () => void) => void): Spool => {
  let block = Buffer.allocUnsafe(FIRST_BYTES);
  let used = 0;
  let file: ReturnType<typeof openScratch> | null = null;
  const flush = (): void => {
    file ??= openScratch(onOpen);
    file.append(block.subarray(0, used));
    used = 0;
  };
  /** Room for so much more: the block grows up to what is held, then goes to the file and is used again. */
  const makeRoom = (bytes: number): void => {
    if (used + bytes <= block.length) return;
    if (used + bytes > HELD_BYTES) flush();
    if (used + bytes <= block.length) return;
    const larger = Buffer.allocUnsafe(Math.max(Math.min(HELD_BYTES, block.length * 2), used + bytes));
    block.copy(larger, 0, 0, used);
    block = larger;
  };
  return {
    add: (piece) => {
      makeRoom(typeof piece === "string" ? Buffer.byteLength(piece) : piece.length);
      if (typeof piece === "string") used += block.write(piece, used);
      else {
        block.set(piece, used);
        used += piece.length;
      }
    },
    done: () => {
      if (file === null) return Buffer.from(block.subarray(0, used));
      flush();
      return file.content();
    },
  };
};

/** The name is gone at once where the system allows it: a crash leaves nothing behind. */
const openScratch = (onOpen: (close: () => void) => void) => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-"));
  const file = openSync(join(folder, "scratch"), "wx+", 0o600);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  if (process.platform !== "win32") remove();
  onOpen(() => {
    closeSync(file);
    remove();
  });
  let length = 0;
  return {
    append: (bytes: Buffer): void => {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, length + at);
      length += bytes.length;
    },
    content: (): Content & ByteReader => {
      const buffer = Buffer.allocUnsafe(READ_BYTES);
      const read = (at: number, most: number): Uint8Array => {
        const bytes = Math.min(most, READ_BYTES, Math.max(0, length - at));
        return buffer.subarray(0, readSync(file, buffer, 0, bytes, at));
      };
      return { read, ...partOf({ bytes: length, read }) };
    },
  };
};
