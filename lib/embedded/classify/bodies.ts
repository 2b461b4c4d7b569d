/**
 * Bodies of objects on disk, where somebody gave them: whole in `<bucket>/objects/`, beginnings in `<bucket>/sample/`, under the object's key
 * as a path, or under the key URL-encoded as one file name. Keys are chosen by whoever wrote the object, so a path is
 * taken only when its real location is inside the folder.
 */
import { existsSync, realpathSync, statSync } from "node:fs";
import { join, resolve, sep } from "node:path";

const FOLDERS = ["objects", "sample"] as const;
const BUCKET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;

export interface Body {
  readonly path: string;
  /** False for `sample/`, which holds beginnings of objects. */
  readonly whole: boolean;
}

/** The file with the body, or null where there is none. */
export const findBody = (bucketsDir: string, bucket: string, key: string): Body | null => {
  if (!BUCKET_NAME.test(bucket) || key.includes("\0")) return null;
  for (const folder of FOLDERS) {
    const root = join(bucketsDir, bucket, folder);
    if (!existsSync(root)) continue;
    const found = [encodeURIComponent(key.toWellFormed()), key]
      .map((name) => inside(root, name))
      .find((path) => path !== null);
    if (found !== undefined) return { path: found, whole: folder === "objects" };
  }
  return null;
};

const inside = (root: string, name: string): string | null => {
  const path = resolve(root, name);
  if (name.length > 1024 || !path.startsWith(root + sep)) return null;
  try {
    // Most objects have no body here: asked first, since following links asks for each folder on the way.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return null;
    const real = realpathSync.native(path);
    return real.startsWith(realpathSync.native(root) + sep) && statSync(real).isFile() ? real : null;
  } catch {
    return null;
  }
};
