import fs from "node:fs";
import { dirname, join } from "node:path";
import { type Bodies, type Body, chunksOf } from "../base/content.ts";
import { fileContent } from "../base/fileContent.ts";
import { systemIds } from "./clock.ts";

/** What is asked of the file system to write; tests hand in one that fails, or that forgets what was not synced. */
export type Disk = Pick<
  typeof fs,
  | "openSync"
  | "writeSync"
  | "fsyncSync"
  | "closeSync"
  | "linkSync"
  | "renameSync"
  | "rmSync"
  | "mkdirSync"
  | "existsSync"
  | "readFileSync"
  | "truncateSync"
>;

/** Files that appear as a whole and stay, also after a power cut (docs/decisions/power-loss.md). */
export interface Files {
  /** Replaces a file as a whole: a reader sees the old bytes or the new ones. */
  writeAtomically(path: string, body: Body): void;
  /** Creates a file as a whole and exclusively; false when it was there before. Needs hard links. */
  createExclusively(path: string, body: Body): boolean;
  /** Writes the files of a folder that nobody sees yet, read-only; each folder is synced once, when it holds them all. */
  writeFolder(folder: string, files: Bodies): void;
  /** Puts a file or a folder in its place, which must be free; durable before it returns. */
  putInPlace(draft: string, path: string): void;
  /**
   * Appends one line durably: `lineAfter` makes it of the whole lines before it, or null: nothing is appended. A torn last
   * line (a crash in the middle of a write) was never acknowledged and goes.
   */
  appendLine(path: string, lineAfter: (before: Uint8Array) => string | null): void;
}

/** Drafts carry a name that no other process can have: process numbers are shared by containers. */
const WRITER = systemIds.random(6);
const DRAFT = /\.draft$/;

export const isDraft = (name: string): boolean => DRAFT.test(name);

export const createFiles = (disk: Disk): Files => {
  let drafts = 0;
  /** Files whose names are known to be synced into their folders. */
  const named = new Set<string>();
  const writeNew = (path: string, body: Body, mode: number): void => {
    const file = disk.openSync(path, "wx", mode);
    try {
      for (const chunk of chunksOf(body)) writeAll(file, chunk, disk);
      disk.fsyncSync(file);
    } finally {
      disk.closeSync(file);
    }
  };
  const appendTo = (path: string, text: string): void => {
    const file = disk.openSync(path, "a", 0o600);
    try {
      writeAll(file, Buffer.from(text), disk);
      disk.fsyncSync(file);
    } finally {
      disk.closeSync(file);
    }
  };
  const writeDraft = (path: string, body: Body): string => {
    makeFolder(disk, dirname(path));
    drafts += 1;
    const draft = `${path}.${WRITER}.${drafts}.draft`;
    try {
      writeNew(draft, body, 0o600);
    } catch (error) {
      disk.rmSync(draft, { force: true });
      throw error;
    }
    return draft;
  };
  const putInPlace = (draft: string, path: string): void => {
    disk.renameSync(draft, path);
    syncFolder(disk, dirname(path));
  };
  return {
    putInPlace,
    writeFolder: (folder, files) => {
      makeFolder(disk, dirname(folder));
      const paths = [...files.keys()].map((name) => join(folder, name));
      const folders = foldersOf(folder, paths);
      for (const one of folders) disk.mkdirSync(one, { mode: 0o700 });
      [...files.values()].forEach((body, at) => void writeNew(paths[at]!, body, 0o400));
      for (const one of folders) syncFolder(disk, one);
    },
    writeAtomically: (path, body) => {
      const draft = writeDraft(path, body);
      try {
        putInPlace(draft, path);
      } finally {
        disk.rmSync(draft, { force: true });
      }
    },
    createExclusively: (path, body) => {
      if (disk.existsSync(path)) {
        // What somebody else has put there and not yet synced is not to vanish after we have answered.
        syncFolder(disk, dirname(path));
        return false;
      }
      const draft = writeDraft(path, body);
      try {
        disk.linkSync(draft, path);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
        throw error;
      } finally {
        disk.rmSync(draft, { force: true });
        syncFolder(disk, dirname(path));
      }
    },
    appendLine: (path, lineAfter) => {
      const bytes = readIfThere(path, disk);
      const whole = wholeLines(bytes ?? new Uint8Array());
      const line = lineAfter(whole);
      if (line === null) return;
      if (bytes === null) makeFolder(disk, dirname(path));
      else if (whole.length < bytes.length) disk.truncateSync(path, whole.length);
      appendTo(path, `${line}\n`);
      if (bytes !== null && named.has(path)) return;
      syncFolder(disk, dirname(path));
      named.add(path);
    },
  };
};

/** A folder and those in it that paths need, parents first. */
const foldersOf = (folder: string, paths: readonly string[]): readonly string[] => {
  const found = new Set([folder]);
  for (const path of paths) for (let up = dirname(path); !found.has(up); up = dirname(up)) found.add(up);
  return [...found].sort();
};

export const { writeAtomically, createExclusively, writeFolder, putInPlace, appendLine } = createFiles(fs);

/** What was acknowledged of a file that `appendLine` writes. */
export const wholeLines = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);

/** The bytes of a file, or null when there is none. */
export const readIfThere = (path: string, disk: Pick<Disk, "readFileSync"> = fs): Uint8Array | null => {
  try {
    return disk.readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
};

/** So much is read at once and held; what is larger is read from its file, each time anew. */
const HELD_BYTES = 8 * 2 ** 20;

/** As `readIfThere`, however large. */
export const bodyIfThere = (path: string): Body | null => {
  const bytes = fs.statSync(path, { throwIfNoEntry: false })?.size;
  if (bytes === undefined) return null;
  return bytes <= HELD_BYTES ? readIfThere(path) : fileContent(path);
};

export const writeAll = (file: number, bytes: Uint8Array, disk: Pick<Disk, "writeSync"> = fs): void => {
  for (let at = 0; at < bytes.length; ) at += disk.writeSync(file, bytes, at);
};

/** New folders are synced into their parents, up to the first that was there. */
export const makeFolder = (disk: Disk, folder: string): void => {
  if (disk.existsSync(folder)) return;
  makeFolder(disk, dirname(folder));
  disk.mkdirSync(folder, { recursive: true, mode: 0o700 });
  syncFolder(disk, dirname(folder));
};

/** Windows cannot open folders and orders its own directory writes. */
export const syncFolder = (disk: Disk, folder: string): void => {
  if (process.platform === "win32") return;
  const handle = disk.openSync(folder, "r");
  try {
    disk.fsyncSync(handle);
  } finally {
    disk.closeSync(handle);
  }
};
