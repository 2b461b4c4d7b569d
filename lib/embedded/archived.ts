import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { CordonError } from "../base/errors.ts";

/** Where the folder of a case was archived: the place that the link in its stead names; null: it was not. */
export const archiveOf = (folder: string): string | null =>
  lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true ? readlinkSync(folder) : null;

/** The folder, there or not. Throws ARCHIVE_AWAY when it was archived to a place that is not there now: nothing of it is missing. */
export const reachable = (folder: string): string => {
  if (existsSync(folder)) return folder;
  const place = archiveOf(folder);
  if (place === null) return folder;
  throw new CordonError(
    "ARCHIVE_AWAY",
    `${basename(folder)} is archived in ${place}, which cannot be reached: nothing is read or written of it before it can be again`,
  );
};
