import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { type Bodies, type Content, partOf } from "../base/content.ts";
import { EvidenceError } from "../base/evidenceError.ts";
import { fileContent, openReader } from "../base/fileContent.ts";
import { readFolder } from "./folder.ts";
import type { Limits } from "./inventory.ts";
import { zipSpans } from "./zipRead.ts";

/**
 * The files of a bundle where it lies, a folder or a ZIP file, however large. Each is held to the bytes that were there when it
 * was walked: whoever reads others, because somebody changed them meanwhile, is told by EvidenceError UNREADABLE at their end.
 * A ZIP file stays open as long as the process lasts.
 */
export function openBundle(path: string, limits: Limits): Bodies {
  if (statSync(path).isDirectory()) {
    const { digests } = readFolder(path, limits, () => false);
    return new Map(
      digests
        .entries()
        .map(
          ([name, { sha256, bytes }]) => [name, pinned(name, sha256, fileContent(join(path, name), bytes))] as const,
        ),
    );
  }
  const reader = openReader(path);
  return new Map(
    zipSpans(reader, limits).map(({ name, sha256, from, bytes }) => [
      name,
      pinned(name, sha256, partOf(reader, from, bytes)),
    ]),
  );
}

const pinned = (name: string, sha256: string, content: Content): Content => ({
  bytes: content.bytes,
  *chunks() {
    const hash = createHash("sha256");
    for (const chunk of content.chunks()) {
      hash.update(chunk);
      yield chunk;
    }
    if (hash.digest("hex") !== sha256) throw new EvidenceError("UNREADABLE", `${name}: changed while it was read`);
  },
});
