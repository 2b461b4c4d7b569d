import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";

const CHUNK_BYTES = 256 * 1024;

/** The way from a log file to whoever reads it. What passes is hashed, so that the digest is of the very bytes that were read. */
export interface Tap {
  whole(): Buffer;
  /** From the beginning again at each call. */
  stream(): AsyncIterable<Buffer>;
  /** Of the whole file: what nobody read to its end (no log, damaged) is read once more for it. Null where that cannot be done. */
  readonly sha256: () => Promise<string | null>;
}

export const createTap = (path: string): Tap => {
  let hash = createHash("sha256");
  let isWhole = false;
  let digest: string | null = null;
  const begin = (): void => {
    hash = createHash("sha256");
    isWhole = false;
    digest = null;
  };
  async function* chunks(): AsyncGenerator<Buffer> {
    begin();
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      yield chunk;
    }
    isWhole = true;
  }
  return {
    whole: () => {
      begin();
      const data = readFileSync(path);
      hash.update(data);
      isWhole = true;
      return data;
    },
    stream: chunks,
    sha256: async () => {
      try {
        if (!isWhole) for await (const _ of chunks());
        digest ??= hash.digest("hex");
        return digest;
      } catch {
        return null;
      }
    },
  };
};
