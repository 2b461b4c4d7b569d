import { closeSync, type Dirent, fstatSync, opendirSync, openSync } from "node:fs";
import { join } from "node:path";
import { EvidenceError, printable } from "../base/evidenceError.ts";
import { chunksOfFile, OPEN_FLAGS } from "../base/fileContent.ts";
import { type Collector, collect, type Inventory, type Limits } from "./inventory.ts";
import { isReadByVerifier, nameFault } from "./layout.ts";

const CHUNK_BYTES = 1 << 20;

interface Walk {
  readonly root: string;
  readonly limits: Limits;
  readonly collector: Collector;
  readonly buffer: Buffer;
}

/**
 * The inventory of an unpacked bundle. Faults: LINK for links and special files, EXTRA for empty folders and hidden
 * files, NAME, UNREADABLE for what cannot be opened. Throws LIMIT. Memory: one chunk and the held files.
 */
export function readFolder(root: string, limits: Limits, isHeld = isReadByVerifier): Inventory {
  const walk: Walk = { root, limits, collector: collect(limits, isHeld), buffer: Buffer.allocUnsafe(CHUNK_BYTES) };
  readEntries(walk, "");
  return walk.collector.done();
}

function readEntries(walk: Walk, folder: string): void {
  const entries = listFolder(walk, folder);
  if (entries === null) return;
  if (entries.length === 0) walk.collector.note({ code: "EXTRA", detail: `${folder || "."}: empty folder` });
  for (const entry of entries) readEntry(walk, entry, folder === "" ? entry.name : `${folder}/${entry.name}`);
}

function readEntry(walk: Walk, entry: Dirent, path: string): void {
  const fault = nameFault(path);
  if (!entry.isFile() && !entry.isDirectory()) {
    walk.collector.note({ code: "LINK", detail: `${printable(path)}: a link or a special file` });
  } else if (fault) walk.collector.note({ code: fault.code, detail: `${printable(path)}: ${fault.detail}` });
  else if (entry.isDirectory()) readEntries(walk, path);
  else readable(walk, path, () => hashFile(walk, path));
}

/** Entries sorted by name, null when the folder cannot be read; the limit on files stops a folder with millions of entries before it is sorted. */
function listFolder(walk: Walk, folder: string): readonly Dirent[] | null {
  const entries: Dirent[] = [];
  const isRead = readable(walk, folder, () => {
    const handle = opendirSync(join(walk.root, folder), { bufferSize: 1024 });
    try {
      for (let entry = handle.readSync(); entry !== null; entry = handle.readSync()) {
        if (entries.push(entry) > walk.limits.files) throw new EvidenceError("LIMIT", "too many entries in one folder");
      }
    } finally {
      handle.closeSync();
    }
  });
  return isRead ? entries.sort((a, b) => (a.name < b.name ? -1 : 1)) : null;
}

function hashFile(walk: Walk, path: string): void {
  const file = openSync(join(walk.root, path), OPEN_FLAGS);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new EvidenceError("LINK", `${path}: a link or a special file`);
    walk.collector.add(path, stat.size, chunksOfFile(file, walk.buffer));
  } finally {
    closeSync(file);
  }
}

/** What the operating system refuses becomes a fault; the rest of the bundle is still examined. */
function readable(walk: Walk, path: string, read: () => void): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof EvidenceError) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? "unknown";
    if (reason === "ELOOP") walk.collector.note({ code: "LINK", detail: `${path}: a link` });
    else walk.collector.unreadable(path, reason);
    return false;
  }
}
