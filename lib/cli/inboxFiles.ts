import { isUtf8 } from "node:buffer";
import {
  constants,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "../base/jcs.ts";

/** ext4, XFS, APFS and NTFS: 255; bytes of UTF-8 on the first two. */
const LONGEST_NAME = 255;
const SUFFIX_ROOM = 24;

/** Moves a file of the inbox into one of its folders. An earlier file of the same name stays: the second becomes `name.2`, and so on. */
export const moveInto = (folder: string, place: "taken" | "refused", name: string): string => {
  mkdirSync(join(folder, place), { recursive: true, mode: 0o700 });
  const base = shortened(name);
  const free = [base, ...Array.from({ length: 9999 }, (_, index) => `${base}.${index + 2}`)].find(
    (candidate) => lstatSync(join(folder, place, candidate), { throwIfNoEntry: false }) === undefined,
  );
  carry(join(folder, name), join(folder, place, free ?? base));
  return free ?? base;
};

/** Renames a file, or copies it to another file system and removes it here. */
export const carry = (from: string, to: string): void => {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    copyOver(from, to);
  }
};

/** To another file system: a copy that fails half way is taken away again. */
const copyOver = (from: string, to: string): void => {
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") rmSync(to, { force: true });
    throw error;
  }
  rmSync(from);
};

/** A name is bytes, and may be no text; such a file gets one by which it can be opened and named. */
export const giveReadableNames = (folder: string): void => {
  for (const raw of readdirSync(folder, { encoding: "buffer" })) {
    if (isUtf8(raw)) continue;
    const readable = encodeURIComponent(raw.toString("latin1"));
    renameSync(Buffer.concat([Buffer.from(`${folder}/`), raw]), join(folder, shortened(readable)));
  }
};

/** Best effort: the reason was said aloud already, and a full disk has no room for it. */
export const writeReason = (folder: string, name: string, reason: string): void => {
  try {
    writeFileSync(join(folder, "refused", `${shortened(name)}.reason.txt`), `${reason}\n`, { mode: 0o600 });
  } catch {
    // Said in the comment above.
  }
};

/** Leaves room for what is put behind it. */
const shortened = (name: string): string => {
  if (Buffer.byteLength(name) <= LONGEST_NAME - SUFFIX_ROOM) return name;
  let kept = "";
  for (const character of name) {
    if (Buffer.byteLength(kept) > LONGEST_NAME - 3 * SUFFIX_ROOM) break;
    kept += character;
  }
  return `${kept}-${sha256Hex(name).slice(0, 12)}`;
};

/** What the machine lacks for reading any file at all; another failure is of this one. */
export const TRANSIENT: readonly string[] = ["EMFILE", "ENFILE", "ENOMEM"];

export const codeOf = (error: unknown): string =>
  error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? codeOf(error.cause)) : "";

/** A name that leads nowhere: undefined where there is nothing, or why it cannot be followed, which is of this one alone. */
type Found = Stats | string | undefined;

/** Throws what the machine lacks for looking at any file at all. */
export const statOf = (path: string): Found => {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (TRANSIENT.includes(codeOf(error))) throw error;
    return codeOf(error) === "ELOOP" ? "a link that leads in a circle" : `what cannot be looked at (${codeOf(error)})`;
  }
};

export const lookOf = (found: Found): string => {
  if (typeof found !== "object") return found ?? "a link to nothing";
  const { size, mtimeMs, ctimeMs, ino, mode } = found;
  return [size, mtimeMs, ctimeMs, ino, mode].join(" ");
};

export const kindOf = (found: Found): string => {
  if (typeof found !== "object") return found ?? "a link to nothing";
  return found.isDirectory() ? "a folder" : "something else (a device, a pipe)";
};
