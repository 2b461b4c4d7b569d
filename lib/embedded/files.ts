import fs from "node:fs";
import { dirname } from "node:path";
import { type Body, chunksOf } from "../base/content.ts";
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
>;

/** Files that appear as a whole and stay, also after a power cut (docs/decisions/power-loss.md). */
export interface Files {
  /** Replaces a file as a whole: a reader sees the old bytes or the new ones. */
  writeAtomically(path: string, body: Body): void;
  /** Creates a file as a whole and exclusively; false when it was there before. Needs hard links. */
  createExclusively(path: string, body: Body): boolean;
  /** Puts a file or a folder in its place, which must be free; durable before it returns. */
  putInPlace(draft: string, path: string): void;
}

/** Drafts carry a name that no other process can have: process numbers are shared by containers. */
const WRITER = systemIds.random(6);
const DRAFT = /\.draft$/;

export const isDraft = (name: string): boolean => DRAFT.test(name);

export const createFiles = (disk: Disk): Files => {
  let drafts = 0;
  const writeDraft = (path: string, body: Body): string => {
    makeFolder(disk, dirname(path));
    drafts += 1;
    const draft = `${path}.${WRITER}.${drafts}.draft`;
    const file = disk.openSync(draft, "wx", 0o600);
    try {
      for (const chunk of chunksOf(body)) writeAll(file, chunk, disk);
      disk.fsyncSync(file);
    } catch (error) {
      disk.rmSync(draft, { force: true });
      throw error;
    } finally {
      disk.closeSync(file);
    }
    return draft;
  };
  const putInPlace = (draft: string, path: string): void => {
    disk.renameSync(draft, path);
    syncFolder(disk, dirname(path));
  };
  return {
    putInPlace,
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
  };
};

export const { writeAtomically, createExclusively, putInPlace } = createFiles(fs);

/** The bytes of a file, or null when there is none. */
export const readIfThere = (path: string): Uint8Array | null => {
  try {
    return fs.readFileSync(path);
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
