import { crc32 } from "node:zlib";
import { type Bodies, chunksOf, lengthOf } from "../base/content.ts";
import { CordonError } from "../base/errors.ts";
import { nameFault } from "./layout.ts";
import { directory, localHeader, MAX_ENTRIES, MAX_ZIP_BYTES, type ZipEntry } from "./zipFormat.ts";

/**
 * The canonical ZIP piece by piece: the same files always give the same bytes. Each file is read twice, for its checksum comes
 * before it. Names must be safe (`nameFault`). `top` is empty, or the folder that all lies in, with its slash (`topFolderOf`).
 * Throws SEAL_FAILED over 65,534 files or 4 GiB.
 */
export function* zipChunks(files: Bodies, top = ""): Generator<Uint8Array> {
  const entries: ZipEntry[] = [];
  let offset = 0;
  for (const path of [...files.keys()].sort()) {
    const name = `${top}${path}`;
    if (nameFault(name))
      throw new CordonError("SEAL_FAILED", `Not a safe file name for a bundle: ${JSON.stringify(name)}`);
    const body = files.get(path)!;
    assertFits(entries.length + 1, offset + lengthOf(body));
    const entry = { name, bytes: lengthOf(body), crc: crcOf(chunksOf(body)), offset };
    const header = localHeader(entry);
    yield header;
    yield* chunksOf(body);
    entries.push(entry);
    offset += header.length + entry.bytes;
  }
  const end = directory(entries, offset);
  assertFits(entries.length, offset + end.length);
  yield end;
}

const crcOf = (chunks: Iterable<Uint8Array>): number => {
  let crc = 0;
  for (const chunk of chunks) crc = crc32(chunk, crc);
  return crc;
};

/** The folder of a bundle in a ZIP that people are handed. */
export const topFolderOf = ({ caseId, revision }: { readonly caseId: string; readonly revision: number }): string =>
  `${caseId}-r${revision}/`;

function assertFits(entries: number, bytes: number): void {
  if (entries > MAX_ENTRIES || bytes > MAX_ZIP_BYTES) {
    throw new CordonError(
      "SEAL_FAILED",
      `${entries} files, ${bytes} bytes: too large for one ZIP; hand over the folder`,
    );
  }
}
