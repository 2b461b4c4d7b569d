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

/** Finds the file with a body, or null where there is none. Which folders there are is looked up once. */
export const bodiesIn = (bucketsDir: string): ((bucket: string, key: string) => Body | null) => {
  const known = new Map<string, readonly (typeof FOLDERS)[number][]>();
  const foldersOf = (bucket: string) => {
    if (!known.has(bucket))
      known.set(
        bucket,
        FOLDERS.filter((folder) => existsSync(join(bucketsDir, bucket, folder))),
      );
    return known.get(bucket)!;
  };
  return (bucket, key) => {
    if (!BUCKET_NAME.test(bucket) || key.includes("\0")) return null;
    const names = new Set([encodeURIComponent(key.toWellFormed()), key]);
    for (const folder of foldersOf(bucket))
      for (const name of names) {
        const path = inside(join(bucketsDir, bucket, folder), name);
        if (path !== null) return { path, whole: folder === "objects" };
      }
    return null;
  };
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
