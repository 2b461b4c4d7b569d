import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** The bytes of a file, or null when there is none. */
export const readIfThere = (path: string): Uint8Array | null => {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
};

/** Replaces a file as a whole: a reader sees the old bytes or the new ones, also after a crash. */
export const writeAtomically = (path: string, bytes: Uint8Array): void => {
  const draft = writeDraft(path, bytes);
  renameSync(draft, path);
};

/** Creates a file as a whole and exclusively; false when it was there before. */
export const createExclusively = (path: string, bytes: Uint8Array): boolean => {
  const draft = writeDraft(path, bytes);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
};

let drafts = 0;

const writeDraft = (path: string, bytes: Uint8Array): string => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  drafts += 1;
  const draft = `${path}.${process.pid}.${drafts}.draft`;
  // A leftover draft of a process with the same number may be linked to a finished file: never write into it.
  rmSync(draft, { force: true });
  const file = openSync(draft, "wx", 0o600);
  try {
    writeAll(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return draft;
};

export const writeAll = (file: number, bytes: Uint8Array): void => {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
};
