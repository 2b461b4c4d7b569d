import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { ByteReader, Content } from "./content.ts";

const CHUNK_BYTES = 1 << 20;
/** Links are never followed, not even one put there between listing and opening; a FIFO must not block the open. */
export const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A file that is read from its first byte to its last each time it is asked for. */
export const fileContent = (path: string, bytes: number = sizeOf(path)): Content => ({
  bytes,
  *chunks() {
    const file = openSync(path, OPEN_FLAGS);
    try {
      yield* chunksOfFile(file, Buffer.allocUnsafe(CHUNK_BYTES));
    } finally {
      closeSync(file);
    }
  },
});

/** From where it stands to its end, through one buffer. */
export function* chunksOfFile(file: number, buffer: Buffer): Generator<Uint8Array> {
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) yield buffer.subarray(0, read);
}

/** A file at random access, until it is closed. */
export const openReader = (path: string): ByteReader & { close(): void } => {
  const file = openSync(path, "r");
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  return {
    bytes: fstatSync(file).size,
    read: (at, length) => buffer.subarray(0, readSync(file, buffer, 0, Math.min(length, CHUNK_BYTES), at)),
    close: () => closeSync(file),
  };
};

const sizeOf = (path: string): number => {
  const file = openSync(path, OPEN_FLAGS);
  try {
    return fstatSync(file).size;
  } finally {
    closeSync(file);
  }
};
