import { crc32 } from "node:zlib";
import { CordonError } from "../base/errors.ts";
import type { Limits } from "./inventory.ts";
import { nameFault } from "./layout.ts";
import { directory, localHeader, MAX_ENTRIES, MAX_ZIP_BYTES, type ZipEntry } from "./zipFormat.ts";
import { readZip } from "./zipRead.ts";

/**
 * Packs files into the canonical ZIP: the same files always give the same bytes. Names must be safe (`nameFault`). `top` is
 * empty, or the folder that all lies in, with its slash (`topFolderOf`).
 * Throws SEAL_FAILED over 65,534 files or 4 GiB.
 */
export function packZip(files: ReadonlyMap<string, Uint8Array>, top = ""): Uint8Array {
  const parts: Uint8Array[] = [];
  const entries: ZipEntry[] = [];
  let offset = 0;
  for (const path of [...files.keys()].sort()) {
    const name = `${top}${path}`;
    if (nameFault(name))
      throw new CordonError("SEAL_FAILED", `Not a safe file name for a bundle: ${JSON.stringify(name)}`);
    const content = files.get(path)!;
    const entry = { name, bytes: content.length, crc: crc32(content), offset };
    assertFits(entries.length + 1, offset + content.length);
    const header = localHeader(entry);
    parts.push(header, content);
    entries.push(entry);
    offset += header.length + content.length;
  }
  const end = directory(entries, offset);
  assertFits(entries.length, offset + end.length);
  return Buffer.concat([...parts, end]);
}

/** The folder of a bundle in a ZIP that people are handed. */
export const topFolderOf = ({ caseId, revision }: { readonly caseId: string; readonly revision: number }): string =>
  `${caseId}-r${revision}/`;

/**
 * Unpacks a canonical ZIP; anything `packZip` would not have written, to the last bit, is refused (EvidenceError ARCHIVE,
 * NAME, EXTRA, LIMIT or UNREADABLE). This proves nothing about digests or signatures: that is `verifyBundle`.
 */
export function unpackZip(bytes: Uint8Array, limits: Limits): ReadonlyMap<string, Uint8Array> {
  const inMemory = { ...limits, heldBytes: limits.bytes };
  return readZip({ bytes: bytes.length, read: (at, length) => bytes.subarray(at, at + length) }, inMemory, () => true)
    .held;
}

function assertFits(entries: number, bytes: number): void {
  if (entries > MAX_ENTRIES || bytes > MAX_ZIP_BYTES) {
    throw new CordonError(
      "SEAL_FAILED",
      `${entries} files, ${bytes} bytes: too large for one ZIP; hand over the folder`,
    );
  }
}
