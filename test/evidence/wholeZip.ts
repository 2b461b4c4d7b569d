import { type Bodies, readerOf, wholeOf } from "../../lib/base/content.ts";
import type { Limits } from "../../lib/evidence/inventory.ts";
import { zipChunks } from "../../lib/evidence/zip.ts";
import { openZip } from "../../lib/evidence/zipRead.ts";

/** `zipChunks` in one piece: for what fits into memory. */
export const packZip = (files: Bodies, top = ""): Uint8Array =>
  // A chunk may be a buffer that is used again.
  Buffer.concat([...zipChunks(files, top)].map((chunk) => Buffer.from(chunk)));

/**
 * Unpacks a canonical ZIP; anything `zipChunks` would not have written, to the last bit, is refused (EvidenceError ARCHIVE,
 * NAME, EXTRA, LIMIT or UNREADABLE). This proves nothing about digests or signatures: that is `verifyBundle`.
 */
export const unpackZip = (bytes: Uint8Array, limits: Limits): ReadonlyMap<string, Uint8Array> =>
  wholeFiles(openZip(readerOf(bytes), limits));

export const wholeFiles = (files: Bodies): ReadonlyMap<string, Uint8Array> =>
  new Map(files.entries().map(([path, body]) => [path, wholeOf(body)] as const));
